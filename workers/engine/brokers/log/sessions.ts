/** Sessions: whether a member's heartbeats reach the coordinator, and when its silence has lasted too long. */
import { fromMs } from '../../core/time.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import type { LinkState } from '../../handlers/handler-state.ts';
import { latencyNs, patientLatencyNs } from '../../network.ts';
import type { Run } from '../../state.ts';
import { coordinatorEdge, groupSettings, heartbeatMs, sessionMs } from './coordination.ts';
import type { MemberState } from './log-state.ts';

/** Tells a member with the answer to its next heartbeat. */
export function notify(run: Run, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  const instance = run.instances[member.instance]!;
  const edge = coordinatorEdge(run, instance);
  const settings = groupSettings(run, instance);
  if (edge === null || settings === null || !isHeard(run, member)) return;
  const tickNs = lastHeartbeatNs(run, member, settings) + fromMs(heartbeatMs(settings));
  at(
    run,
    tickNs + latencyNs(run, edge, edge.forward),
    PRIORITY.client,
    OP.rebalanceNotice,
    member.instance,
    memberIndex,
  );
}

/** [KG4] Heartbeats are sent every heartbeat.interval.ms from the join on; the latest one at or before now. */
function lastHeartbeatNs(run: Run, member: MemberState, settings: LinkState['settings']): number {
  if (run.groups[member.group]!.protocol === 'consumer') return member.lastBeatNs;
  const intervalNs = fromMs(heartbeatMs(settings));
  return member.joinedNs + Math.floor((run.nowNs - member.joinedNs) / intervalNs) * intervalNs;
}

function sessionNs(run: Run, member: MemberState, settings: LinkState['settings']): number {
  const newer = run.groups[member.group]!.protocol === 'consumer';
  return fromMs(newer ? settings.groupSessionTimeoutMs : sessionMs(settings));
}

/** True while the member's heartbeats reach the coordinator. */
function isHeard(run: Run, member: MemberState): boolean {
  const instance = run.instances[member.instance]!;
  const { process } = instance;
  const edge = coordinatorEdge(run, instance);
  const sameLife = instance.member >= 0 && run.members[instance.member] === member && !member.left;
  return sameLife && !process.crashed && !process.frozen && !instance.stopped && edge !== null && !edge.cut;
}

/** [KG5] Heartbeats of an instance stopped just now, or set in again: its session runs out, or goes on. */
export function heartbeatChanged(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.member < 0) return;
  watchSession(run, instance.member);
}

/** Starts or cancels the end of a member's session, by whether it is heard now. */
export function watchSession(run: Run, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  const instance = run.instances[member.instance]!;
  const settings = groupSettings(run, instance);
  if (settings === null) return;
  if (member.gone || isHeard(run, member)) {
    member.silent = false;
    member.sessionTicket += 1;
    notifyIfNeeded(run, memberIndex);
    return;
  }
  // A second reason to be silent does not start the session anew.
  if (member.silent) return;
  member.silent = true;
  member.sessionTicket += 1;
  const endsNs = Math.max(run.nowNs, lastHeartbeatNs(run, member, settings) + sessionNs(run, member, settings));
  at(run, endsNs, PRIORITY.broker, OP.sessionExpires, memberIndex, member.sessionTicket);
}

/** A member that was silent for a while learns what it missed. */
function notifyIfNeeded(run: Run, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  const instance = run.instances[member.instance]!;
  if (instance.member !== memberIndex || instance.process.crashed) return;
  const { kind, state } = run.groups[member.group]!;
  if (!member.gone && kind === 'consumer' && state !== 'preparing') return;
  const edge = coordinatorEdge(run, instance);
  if (edge === null || edge.cut) return;
  const delay = patientLatencyNs(run, edge, edge.backward) + patientLatencyNs(run, edge, edge.forward);
  const told = kind === 'share' ? OP.shareAssignmentArrives : OP.rebalanceNotice;
  at(run, run.nowNs + delay, PRIORITY.client, told, member.instance, memberIndex);
}
