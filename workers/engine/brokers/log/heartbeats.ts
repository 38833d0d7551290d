/** The member's side of the newer protocol (KIP-848): heartbeats that say what it owns, and answers that say what it may. */
import { fromMs } from '../../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../../events.ts';
import type { InstanceState } from '../../handlers/handler-state.ts';
import { patientLatencyNs } from '../../network.ts';
import type { Run } from '../../state.ts';
import { coordinatorEdge, groupSettings } from './coordination.ts';

/** What the coordinator answers to a heartbeat. */
export const BEAT_ANSWER = { ok: 0, fenced: 1, fencedInstance: 2, unreleased: 3, otherProtocol: 4 } as const;

export interface Heartbeats {
  /** Number of the last one sent; answers to others are void. */
  ticket: number;
  /** It has not been answered. */
  pending: boolean;
  /** Another one is due, and waits for that answer. */
  again: boolean;
  /** What it said; it names what it owns only after it has taken up or given up an assignment. */
  epoch: number;
  owned: number[] | null;
  /** It has to name that, and no answer has confirmed it. */
  unconfirmed: boolean;
  /** The assignment that it was told last; null for none since it joined. */
  told: number[] | null;
  /** What it was answered: a `BEAT_ANSWER`, and the member's epoch and partitions. */
  answer: number;
  answerEpoch: number;
  answerAssigned: number[];
}

export function createHeartbeats(): Heartbeats {
  return {
    ticket: 0,
    pending: false,
    again: false,
    epoch: 0,
    owned: null,
    unconfirmed: false,
    told: null,
    answer: 0,
    answerEpoch: 0,
    answerAssigned: [],
  };
}

/** A group speaks one protocol at a time: that of its members, or of whoever joins it first. */
export function speaksConsumerProtocol(run: Run, instance: InstanceState): boolean {
  const group = run.groups[run.consumers[instance.consumer]!.group]!;
  if (group.members.length > 0) return group.protocol === 'consumer';
  return groupSettings(run, instance)?.groupProtocol === 'consumer';
}

/** [KN6] Sends a heartbeat now; the next one is due an interval later. */
export function sendHeartbeat(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const edge = coordinatorEdge(run, instance);
  const settings = groupSettings(run, instance);
  if (edge === null || settings === null) return;
  const { beat } = instance;
  beat.ticket += 1;
  beat.pending = true;
  beat.again = false;
  beat.epoch = instance.member < 0 ? 0 : instance.generation;
  const names = beat.unconfirmed || instance.member < 0;
  beat.owned = names ? instance.readers.flatMap((reader) => run.readers[reader]!.cursors) : null;
  if (instance.member < 0) beat.told = null;
  const dueNs = run.nowNs + fromMs(settings.groupHeartbeatIntervalMs);
  at(run, dueNs, PRIORITY.client, OP.heartbeatDue, index, beat.ticket);
  // What leaves over a cut edge is lost; when it heals it is sent again.
  if (edge.cut) return;
  const delay = patientLatencyNs(run, edge, edge.backward);
  at(run, run.nowNs + delay, PRIORITY.broker, OP.heartbeatArrives, index, beat.ticket);
}

/** [KN6] A member has taken up an assignment: its next heartbeat says what it owns, and goes out at once. */
export function acknowledgeAssignment(run: Run, index: number): void {
  run.instances[index]!.beat.unconfirmed = true;
  sendHeartbeatSoon(run, index);
}

/** One is due; it waits for the answer to the one before. */
function sendHeartbeatSoon(run: Run, index: number): void {
  const { beat } = run.instances[index]!;
  if (beat.pending) beat.again = true;
  else sendHeartbeat(run, index);
}

export function heartbeatDue(run: Run, index: number, ticket: number): void {
  const instance = run.instances[index]!;
  if (instance.beat.ticket !== ticket || instance.process.crashed || instance.stopped) return;
  if (deferred(instance.process, OP.heartbeatDue, index, ticket, 0)) return;
  const member = instance.member < 0 ? null : run.members[instance.member]!;
  // [KN6] One that has left for want of polls is silent until it polls.
  if (member?.left === true) return;
  sendHeartbeatSoon(run, index);
}

/** What an instance knew of its heartbeats is void: it has crashed, left, or begins anew. */
export function forgetHeartbeats({ beat }: InstanceState): void {
  beat.ticket += 1;
  beat.pending = false;
  beat.again = false;
  beat.unconfirmed = false;
  beat.told = null;
}
