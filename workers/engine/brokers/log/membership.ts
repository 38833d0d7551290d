/** The member's side of a group: joining, taking up and giving up partitions, leaving. The other side is `group.ts`. */
import { fromMs } from '../../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../../events.ts';
import { noteGivenUp } from '../../handlers/consuming.ts';
import { dropRecords } from '../../handlers/handler.ts';
import { patientLatencyNs } from '../../network.ts';
import { endInstance } from '../../scaling/cost.ts';
import type { InstanceState, LinkState } from '../../handlers/handler-state.ts';
import type { EdgeState, Run } from '../../state.ts';
import { coordinatorEdge, groupSettings } from './coordination.ts';
import { requestFetch, stopReader } from './fetch.ts';
import { dropPositions } from './holding.ts';
import { throwInPoll } from './failures.ts';
import {
  acknowledgeAssignment,
  BEAT_ANSWER,
  forgetHeartbeats,
  sendHeartbeat,
  speaksConsumerProtocol,
} from './heartbeats.ts';
import { inboundWithout, startAt } from './positions.ts';
import { heartbeatChanged } from './sessions.ts';
import { hasPendingOffset } from './transactions/coordinator.ts';
import { readsCommitted } from './transactions/isolation.ts';
import { forgetRecords } from './share/share-acknowledge.ts';
import { dropInbound } from './share/share-fetch.ts';
import { logSubscription } from './subscription.ts';

/** retry.backoff.ms of the consumer. */
const RETRY_BACKOFF_MS = 100;

/** Sends a join. An eager member does nothing else until it has its assignment; a cooperative one goes on. */
export function sendJoin(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const edge = coordinatorEdge(run, instance);
  if (edge === null) return;
  if (speaksConsumerProtocol(run, instance)) {
    instance.joinPending = false;
    sendHeartbeat(run, index);
    return;
  }
  forgetHeartbeats(instance);
  instance.joinPending = true;
  instance.joinTicket += 1;
  if (edge.cut) return;
  at(
    run,
    run.nowNs + patientLatencyNs(run, edge, edge.backward),
    PRIORITY.broker,
    OP.joinArrives,
    index,
    instance.joinTicket,
  );
}

/** [KG6] Eager: everything is given up before the join. */
export function revokeAndRejoin(run: Run, index: number): void {
  const instance = run.instances[index]!;
  instance.rebalanceNoticed = false;
  instance.newAssignment = null;
  for (const reader of instance.readers) releaseCursors(run, index, reader, () => true);
  instance.phase = 'joining';
  sendJoin(run, index);
}

/**
 * [KG8] Removed by the coordinator: what it held is given up and it joins as a member the group has not seen. [KG15] Not one
 * whose place another process has taken: that ends.
 */
export function becomeNewMember(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.member >= 0 && run.members[instance.member]!.fenced) {
    throwInPoll(run, index, 'FencedInstanceIdException');
    return;
  }
  instance.member = -1;
  instance.pollTake = 0;
  revokeAndRejoin(run, index);
}

/** A graceful stop: positions are saved by now; the group is told at once. */
export function leaveGroup(run: Run, index: number): void {
  standDown(run, index);
  const instance = run.instances[index]!;
  const edge = coordinatorEdge(run, instance);
  if (edge === null || instance.member < 0) return;
  sayGoodbye(run, index, edge);
}

/** [KG15] [KN7] A static member of the classic protocol just falls silent; one of the newer says that it will be back. */
function sayGoodbye(run: Run, index: number, edge: EdgeState): void {
  const { member } = run.instances[index]!;
  const { instanceId, group } = run.members[member]!;
  if (instanceId !== '') heartbeatChanged(run, index);
  if (instanceId !== '' && run.groups[group]!.protocol === 'classic') return;
  const delay = patientLatencyNs(run, edge, edge.backward);
  at(run, run.nowNs + delay, PRIORITY.broker, OP.leaveArrives, index, member);
}

/** Gives everything up and stops. */
export function standDown(run: Run, index: number): void {
  const instance = run.instances[index]!;
  for (const reader of instance.readers) {
    releaseCursors(run, index, reader, () => true);
    stopReader(run, reader);
  }
  endInstance(run, instance);
  instance.leaving = false;
  instance.phase = 'down';
}

/** The coordinator's answer to a join: a list of cursors. Eager members start on it; cooperative ones at their next poll. */
export function assignmentArrives(run: Run, index: number, ticket: number): void {
  const instance = run.instances[index]!;
  if (instance.joinTicket !== ticket || instance.process.crashed || instance.stopped) return;
  const edge = coordinatorEdge(run, instance);
  if (edge === null || edge.cut) return;
  if (deferred(instance.process, OP.assignmentArrives, index, ticket, 0)) return;
  instance.joinPending = false;
  const member = instance.member >= 0 ? run.members[instance.member]! : null;
  if (member === null || member.gone || member.left) {
    becomeNewMember(run, index);
    return;
  }
  instance.generation = run.groups[member.group]!.generation;
  instance.newAssignment = [...member.assigned];
  if (instance.phase === 'joining') adoptAssignment(run, index);
}

/** [KN2] [KN6] The answer to a heartbeat: what it may have, or that it has been fenced. */
export function heartbeatReturns(run: Run, index: number, ticket: number): void {
  const instance = run.instances[index]!;
  const { beat } = instance;
  if (beat.ticket !== ticket || instance.process.crashed || instance.stopped) return;
  if (coordinatorEdge(run, instance)?.cut === true) return;
  if (deferred(instance.process, OP.heartbeatReturns, index, ticket, 0)) return;
  beat.pending = false;
  if (beat.owned !== null && !beat.again) beat.unconfirmed = false;
  instance.joinPending = false;
  if (beat.answer === BEAT_ANSWER.ok) takeAnswer(run, index);
  else if (beat.answer === BEAT_ANSWER.fenced) becomeNewMember(run, index);
  else if (beat.answer === BEAT_ANSWER.otherProtocol) sendJoin(run, index);
  else
    throwInPoll(
      run,
      index,
      beat.answer === BEAT_ANSWER.unreleased ? 'UnreleasedInstanceIdException' : 'FencedInstanceIdException',
    );
  if (beat.again && !beat.pending) sendHeartbeat(run, index);
}

function takeAnswer(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const { beat } = instance;
  instance.generation = beat.answerEpoch;
  const { told, answerAssigned } = beat;
  const known = told?.length === answerAssigned.length && answerAssigned.every((cursor) => told.includes(cursor));
  if (known) return;
  beat.told = answerAssigned;
  instance.newAssignment = answerAssigned;
  if (instance.phase === 'joining') adoptAssignment(run, index);
}

/** [KG7] Gives up what is no longer assigned, takes up what is new; having given something up calls for another round. */
export function adoptAssignment(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const assigned = instance.newAssignment ?? [];
  instance.newAssignment = null;
  const kept = new Set(assigned);
  let revoked = 0;
  for (const reader of instance.readers) revoked += releaseCursors(run, index, reader, (cursor) => !kept.has(cursor));
  for (const cursorIndex of assigned) takeCursor(run, index, cursorIndex);
  instance.phase = instance.unfinished > 0 ? 'processing' : 'idle';
  askForPositions(run, index);
  if (run.groups[run.consumers[instance.consumer]!.group]!.protocol === 'classic') {
    if (revoked > 0) sendJoin(run, index);
  } else acknowledgeAssignment(run, index);
  for (const reader of instance.readers) requestFetch(run, reader);
}

/** Takes up a partition, unless the group has removed the member or, in the newer protocol, freed the partition again. */
function takeCursor(run: Run, index: number, cursorIndex: number): void {
  const instance = run.instances[index]!;
  const cursor = run.cursors[cursorIndex]!;
  if (cursor.holder === index || run.members[instance.member]!.gone) return;
  const { protocol } = run.groups[run.consumers[instance.consumer]!.group]!;
  if (protocol === 'consumer' && cursor.owner !== instance.member) return;
  const readerIndex = instance.readers.find(
    (reader) => run.links[run.readers[reader]!.link]!.subscription === cursor.subscription,
  );
  if (readerIndex === undefined) return;
  cursor.owner = instance.member;
  cursor.reader = readerIndex;
  cursor.holder = run.readers[readerIndex]!.instance;
  cursor.fetchOffset = -1;
  cursor.buffered = 0;
  cursor.doneAhead = [];
  cursor.gaps = [];
  run.readers[readerIndex]!.cursors.push(cursorIndex);
}

/** Gives up the cursors that `leaves` picks: records in memory are dropped, work in progress goes on without credit. */
export function releaseCursors(
  run: Run,
  index: number,
  readerIndex: number,
  leaves: (cursor: number) => boolean,
): number {
  const instance = run.instances[index]!;
  const reader = run.readers[readerIndex]!;
  // A share consumer may hold records of partitions that are no longer among its own.
  const held = reader.share ? logSubscription(run, run.links[reader.link]!.subscription).cursors : reader.cursors;
  const leaving = new Set(held.filter(leaves));
  const classic = run.groups[run.consumers[instance.consumer]!.group]!.protocol === 'classic';
  if (leaving.size === 0) return 0;
  if (run.managers.length > 0) noteGivenUp(run, index, leaving);
  if (instance.share !== null) forgetRecords(instance.share, (cursor) => leaving.has(cursor));
  reader.cursors = reader.cursors.filter((cursor) => !leaving.has(cursor));
  for (const cursorIndex of leaving) {
    const cursor = run.cursors[cursorIndex]!;
    dropPositions(run, cursorIndex, readerIndex);
    // In the newer protocol it is free when a heartbeat says so.
    if (cursor.owner === instance.member && classic) cursor.owner = -1;
  }
  const member = instance.member >= 0 ? run.members[instance.member]! : null;
  if (member !== null) member.owned = member.owned.filter((cursor) => !leaving.has(cursor));
  dropRecords(run, index, (record) => leaving.has(record.cursor));
  if (reader.share) dropInbound(run, readerIndex);
  else reader.inbound = inboundWithout(reader.inbound, leaving);
  return leaving.size;
}

/** Asks the coordinator where to begin with new partitions: there and back. */
export function askForPositions(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const edge = coordinatorEdge(run, instance);
  const waits = instance.readers.some((reader) =>
    run.readers[reader]!.cursors.some((cursor) => run.cursors[cursor]!.fetchOffset < 0),
  );
  if (!waits || edge === null) return;
  instance.positionsPending = true;
  if (edge.cut) return;
  const delay = patientLatencyNs(run, edge, edge.backward) + patientLatencyNs(run, edge, edge.forward);
  at(run, run.nowNs + delay, PRIORITY.client, OP.positionsArrive, index, instance.process.incarnation);
}

/** [KO1] [KO4] Positions are known: the committed one, or what auto.offset.reset says where there is none. */
export function positionsArrive(run: Run, index: number, incarnation: number): void {
  const instance = run.instances[index]!;
  if (instance.process.incarnation !== incarnation || instance.stopped || !instance.positionsPending) return;
  const edge = coordinatorEdge(run, instance);
  if (edge === null || edge.cut) return;
  if (deferred(instance.process, OP.positionsArrive, index, incarnation, 0)) return;
  instance.positionsPending = false;
  for (const readerIndex of instance.readers) {
    const reader = run.readers[readerIndex]!;
    const { settings } = run.links[reader.link]!;
    for (const cursorIndex of reader.cursors) {
      if (run.cursors[cursorIndex]!.fetchOffset >= 0) continue;
      if (readsCommitted(settings) && hasPendingOffset(run, cursorIndex)) instance.positionsPending = true;
      else startAt(run, index, cursorIndex, settings);
    }
    requestFetch(run, readerIndex);
  }
  // [KT9] UNSTABLE_OFFSET_COMMIT: a transaction may still move them.
  if (instance.positionsPending)
    at(run, run.nowNs + fromMs(RETRY_BACKOFF_MS), PRIORITY.client, OP.positionsArrive, index, incarnation);
}

/** A heartbeat's answer: the group rebalances, or has gone on without this member. */
export function rebalanceNotice(run: Run, index: number, member: number): void {
  const instance = run.instances[index]!;
  if (instance.member !== member || instance.process.crashed || instance.stopped) return;
  if (coordinatorEdge(run, instance)?.cut === true) return;
  if (deferred(instance.process, OP.rebalanceNotice, index, member, 0)) return;
  const state = run.members[member]!;
  if (state.fenced) {
    throwInPoll(run, index, 'FencedInstanceIdException');
    return;
  }
  if (!state.gone && (state.joined || run.groups[state.group]!.state !== 'preparing')) return;
  instance.rebalanceNoticed = true;
  if (instance.phase === 'joining' && state.gone) becomeNewMember(run, index);
}

/** [KG9] One timer watches the time between polls; it looks again when it was too early. */
export function watchPolls(run: Run, index: number, settings: LinkState['settings']): void {
  const instance = run.instances[index]!;
  if (instance.pollTimer) return;
  instance.pollTimer = true;
  at(
    run,
    run.nowNs + fromMs(settings.maxPollIntervalMs),
    PRIORITY.client,
    OP.pollDeadline,
    index,
    instance.process.incarnation,
  );
}

/** [KG9] Too long since the last poll: the client itself leaves, and joins anew at its next poll. */
export function pollDeadline(run: Run, index: number, incarnation: number): void {
  const instance = run.instances[index]!;
  if (instance.process.incarnation !== incarnation || instance.stopped) return;
  if (deferred(instance.process, OP.pollDeadline, index, incarnation, 0)) return;
  const settings = groupSettings(run, instance);
  instance.pollTimer = false;
  if (settings === null) return;
  const dueNs = instance.lastPollNs + fromMs(settings.maxPollIntervalMs);
  if (instance.phase === 'processing' && run.nowNs >= dueNs) {
    const edge = coordinatorEdge(run, instance);
    if (edge === null || instance.member < 0) return;
    instance.rebalanceNoticed = true;
    run.members[instance.member]!.left = true;
    sayGoodbye(run, index, edge);
    return;
  }
  if (!isWatched(instance)) return;
  instance.pollTimer = true;
  // An instance that waits for records polls all the time, though nothing happens then.
  const fromNs = instance.phase === 'processing' ? instance.lastPollNs : run.nowNs;
  at(run, fromNs + fromMs(settings.maxPollIntervalMs), PRIORITY.client, OP.pollDeadline, index, incarnation);
}

function isWatched(instance: InstanceState): boolean {
  return !instance.process.crashed && instance.phase !== 'down';
}
