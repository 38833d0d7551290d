/** The poll loop of an instance: it saves positions, takes part in rebalances, and hands records to its workers. */
import { fromMs } from '../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../events.ts';
import { requestFetch } from '../brokers/log/fetch.ts';
import { COMMIT_ANSWER } from '../brokers/log/commit-answer.ts';
import { speaksConsumerProtocol } from '../brokers/log/heartbeats.ts';
import { coordinatorEdge, groupSettings } from '../brokers/log/coordination.ts';
import { behindGap } from '../brokers/log/gaps.ts';
import {
  adoptAssignment,
  becomeNewMember,
  leaveGroup,
  revokeAndRejoin,
  sendJoin,
  watchPolls,
} from '../brokers/log/membership.ts';
import { performSeeks } from '../brokers/log/positions.ts';
import { pollShare } from '../brokers/log/share/share-member.ts';
import type { AfterCommit, ConsumerState, InstanceState, LinkState } from './handler-state.ts';
import type { Run } from '../state.ts';
import { abortConsumed, commitConsumed } from './commit-consumed.ts';
import { canConsume } from './consuming.ts';
import { pollFeeds } from './feeds.ts';
import { commitPositions, isUnsaved, noteAnswer } from './commit.ts';
import { stretchEnd } from './record-ring.ts';
import { leaveCores } from './cores.ts';
import { startWorkers, workDone } from './handler.ts';
import { hasSpareWorker } from './spare-worker.ts';

/** A worker is done with its work, and the instance polls if that was the last there was to do. */
export function workEnds(run: Run, index: number, workerIndex: number, ticket: number): void {
  const instance = run.instances[index]!;
  const consumer = run.consumers[instance.consumer]!;
  workDone(run, index, instance, consumer, workerIndex, ticket);
  if (isOccupied(instance, consumer)) return;
  // Woken first of all, it is polled for that.
  if (run.wokenCount === 0 || run.woken[0] !== index) pollWith(run, index, instance, consumer);
}

/** The same of one whose cores are shared: it was the next to be done, unless the alarm is void. */
export function sharedWorkEnds(run: Run, index: number, workerIndex: number, ticket: number): void {
  const instance = run.instances[index]!;
  const consumer = run.consumers[instance.consumer]!;
  if (leaveCores(run, index, workerIndex, ticket))
    workDone(run, index, instance, consumer, workerIndex, instance.workers[workerIndex]!.ticket);
  pollWith(run, index, instance, consumer);
}

/** Polls if the instance is able to: up, in the group, and in need of records. */
export function poll(run: Run, index: number): void {
  const instance = run.instances[index]!;
  pollWith(run, index, instance, run.consumers[instance.consumer]!);
}

/** It takes one record of a log after the other and has not come to the last one: a poll would do nothing, whatever else holds. */
function isOccupied(instance: InstanceState, { family, settings }: ConsumerState): boolean {
  return instance.unfinished > 0 && family === 'log' && settings.concurrency === 1 && instance.share === null;
}

function pollWith(run: Run, index: number, instance: InstanceState, consumer: ConsumerState): void {
  const { process } = instance;
  if (process.crashed || process.frozen || instance.stopped) return;
  if (instance.phase !== 'idle' && instance.phase !== 'processing') return;
  if (consumer.family !== 'log') {
    handOutAll(run, index);
    pollFeeds(run, consumer.family, index);
    return;
  }
  if (instance.share !== null) {
    pollShare(run, index, instance.share);
    return;
  }
  if (!needsRecords(instance, consumer)) return;
  if (consumer.transactional && !canConsume(run, instance)) return;
  const settings = groupSettings(run, instance);
  if (settings === null) return;
  instance.lastPollNs = run.nowNs;
  watchPolls(run, index, settings);
  if (takePartInRebalance(run, index, settings)) return;
  if (run.seeksPending > 0) seekAndFetch(run, index);
  if (savePositions(run, index, settings)) return;
  takeRecords(run, index, settings);
}

/** One at a time, or in a transaction: when all that was handed out is finished. In parallel: when a worker would idle. */
function needsRecords(instance: InstanceState, consumer: ConsumerState): boolean {
  if (consumer.settings.concurrency === 1 || consumer.transactional) return instance.unfinished === 0;
  return hasSpareWorker(instance, consumer) && instance.records.head === instance.records.split;
}

/** Leaving, joining anew, or adopting an assignment come before any record. True when the poll ends with that. */
function takePartInRebalance(run: Run, index: number, settings: LinkState['settings']): boolean {
  const instance = run.instances[index]!;
  if (instance.leaving) {
    // In good order: other workers of this instance finish first.
    if (instance.unfinished > 0) return true;
    saveThen(run, index, settings, 'leave');
    return true;
  }
  const member = instance.member >= 0 ? run.members[instance.member]! : null;
  if (member !== null && (member.gone || member.left) && instance.rebalanceNoticed) {
    if (!abortConsumed(run, index, 'removed from the group')) becomeNewMember(run, index);
    return true;
  }
  if (instance.newAssignment !== null) {
    saveThen(run, index, settings, 'adopt');
    return true;
  }
  if (!instance.rebalanceNoticed || instance.joinPending) return false;
  if (instance.member >= 0 && run.groups[run.consumers[instance.consumer]!.group]!.protocol === 'consumer')
    return false;
  if (settings.assignor === 'cooperative-sticky') {
    instance.rebalanceNoticed = false;
    sendJoin(run, index);
    return false;
  }
  saveThen(run, index, settings, 'rejoin');
  return true;
}

/** Commits what the mode allows and goes on with `then` when the coordinator has answered. */
function saveThen(run: Run, index: number, settings: LinkState['settings'], then: AfterCommit): void {
  if (run.consumers[run.instances[index]!.consumer]!.transactional) {
    if (!commitConsumed(run, index, then)) continueAfterCommit(run, index, then);
    return;
  }
  const which = settings.commit === 'auto' ? 'handed' : 'done';
  const saves = savesAfter(settings) || settings.commit === 'auto';
  if (!saves || !commitPositions(run, index, which, then)) continueAfterCommit(run, index, then);
}

/** [KT7] Without a transactional producer positions are saved after the work. */
function savesAfter({ commit }: LinkState['settings']): boolean {
  return commit === 'after' || commit === 'transaction';
}

/** [KO3] [KO5] Saves positions as the commit mode says. True when the poll has to wait for the answer. */
function savePositions(run: Run, index: number, settings: LinkState['settings']): boolean {
  const instance = run.instances[index]!;
  const consumer = run.consumers[instance.consumer]!;
  if (consumer.transactional) return commitConsumed(run, index, 'poll');
  const parallel = consumer.settings.concurrency > 1;
  if (savesAfter(settings)) return commitPositions(run, index, 'done', parallel ? null : 'poll') && !parallel;
  if (settings.commit === 'auto' && run.nowNs >= instance.nextAutoCommitNs) {
    instance.nextAutoCommitNs = run.nowNs + fromMs(settings.autoCommitIntervalMs);
    commitPositions(run, index, 'handed', null);
  }
  // [KO8] The others save a place that was sought with all the rest.
  if (instance.sought) instance.sought = settings.commit === 'before' && !commitPositions(run, index, 'handed', null);
  return false;
}

/** [KO5] A process without records polls all the time: it wakes up for the next automatic commit if that has work. */
function awaitAutoCommit(run: Run, index: number, settings: LinkState['settings']): void {
  const instance = run.instances[index]!;
  if (settings.commit !== 'auto' || instance.autoCommitTimer || !hasUnsaved(run, instance)) return;
  instance.autoCommitTimer = true;
  const dueNs = Math.max(run.nowNs, instance.nextAutoCommitNs);
  at(run, dueNs, PRIORITY.client, OP.autoCommitDue, index, instance.process.incarnation);
}

function hasUnsaved(run: Run, instance: InstanceState): boolean {
  return instance.readers.some((reader) =>
    run.readers[reader]!.cursors.some((index) => {
      const cursor = run.cursors[index]!;
      return cursor.reader === reader && isUnsaved(cursor, cursor.handed);
    }),
  );
}

/** The poll that follows commits. */
export function autoCommitDue(run: Run, index: number, incarnation: number): void {
  const instance = run.instances[index]!;
  if (instance.process.incarnation !== incarnation) return;
  if (deferred(instance.process, OP.autoCommitDue, index, incarnation, 0)) return;
  instance.autoCommitTimer = false;
}

/** Hands out up to max.poll.records; with commits before the work, once these are saved. */
function takeRecords(run: Run, index: number, settings: LinkState['settings']): void {
  const instance = run.instances[index]!;
  // Nothing is saved while the member waits for a new generation, so nothing is begun that has to be saved before.
  const blocked = settings.commit === 'before' && instance.joinPending;
  const available = blocked ? 0 : instance.records.tail - instance.records.split;
  instance.pollTake = Math.min(settings.maxPollRecords, available);
  if (instance.pollTake === 0) {
    instance.phase = instance.unfinished > 0 ? 'processing' : 'idle';
    awaitAutoCommit(run, index, settings);
    return;
  }
  advanceHanded(run, index, instance);
  if (settings.commit === 'before' && commitPositions(run, index, 'handed', 'hand-out')) return;
  handOut(run, index);
}

/** What another family gave it is handed out as it comes. */
function handOutAll(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const { records } = instance;
  instance.unfinished += records.tail - records.split;
  records.split = records.tail;
  startWorkers(run, index);
  instance.phase = instance.unfinished > 0 ? 'processing' : 'idle';
}

function seekAndFetch(run: Run, index: number): void {
  performSeeks(run, index);
  for (const reader of run.instances[index]!.readers) requestFetch(run, reader);
}

/** The positions after the records about to be handed out: of each stretch from one partition that after its last. */
function advanceHanded(run: Run, index: number, { records, pollTake }: InstanceState): void {
  const end = records.split + pollTake;
  for (let from = records.split; from < end;) {
    const to = stretchEnd(records, from, end);
    const cursor = run.cursors[records.cursor[from & records.mask]!]!;
    const behind = records.offset[(to - 1) & records.mask]! + 1;
    if (cursor.holder === index) cursor.handed = cursor.gaps.length > 0 ? behindGap(cursor, behind) : behind;
    from = to;
  }
}

function handOut(run: Run, index: number): void {
  const instance = run.instances[index]!;
  // An edit may have taken records away while their commit was under way.
  const { records } = instance;
  const taken = Math.min(instance.pollTake, records.tail - records.split);
  const end = records.split + taken;
  for (let from = records.split; from < end;) {
    const to = stretchEnd(records, from, end);
    const cursor = run.cursors[records.cursor[from & records.mask]!]!;
    if (cursor.holder === index) cursor.buffered -= to - from;
    from = to;
  }
  records.split = end;
  instance.unfinished += taken;
  instance.pollTake = 0;
  instance.phase = 'processing';
  startWorkers(run, index);
  // With workers to spare it polls on.
  const settings = groupSettings(run, instance);
  if (hasSpareWorker(instance, run.consumers[instance.consumer]!) && settings !== null)
    awaitAutoCommit(run, index, settings);
  for (const reader of instance.readers) requestFetch(run, reader);
}

/** The commit that the instance waited for is through, or failed for good. */
export function continueAfterCommit(run: Run, index: number, then: AfterCommit): void {
  const instance = run.instances[index]!;
  if (instance.phase === 'committing') instance.phase = instance.unfinished > 0 ? 'processing' : 'idle';
  if (then === 'hand-out') handOut(run, index);
  else if (then === 'poll' || (then === 'leave' && !instance.leaving)) {
    const settings = groupSettings(run, instance);
    if (settings !== null) takeRecords(run, index, settings);
  } else if (then === 'rejoin') revokeAndRejoin(run, index);
  else if (then === 'adopt') {
    adoptAssignment(run, index);
    poll(run, index);
  } else leaveGroup(run, index);
}

/** The edge of an instance that waits for a commit has healed: the commit is sent anew. */
export function repeatCommit(run: Run, index: number): void {
  const instance = run.instances[index]!;
  const consumer = run.consumers[instance.consumer]!;
  // The producer repeats what it asks the coordinator for.
  if (consumer.transactional) return;
  const which = savesAfter(run.links[consumer.links[0]!]!.settings) ? 'done' : 'handed';
  if (!commitPositions(run, index, which, instance.afterCommit)) continueAfterCommit(run, index, instance.afterCommit);
}

/** The answer is back. A refused one says that the group went on without this member. */
export function commitReturns(run: Run, index: number, answer: number, ticket: number): void {
  const instance = run.instances[index]!;
  if (deferred(instance.process, OP.commitReturns, index, answer, ticket)) return;
  noteAnswer(run, index, answer, ticket);
  if (instance.process.crashed || instance.phase !== 'committing' || instance.commitTicket !== ticket) return;
  // A cut edge swallows the answer too; the commit is sent again when it heals.
  if (coordinatorEdge(run, instance)?.cut === true) return;
  if (answer === COMMIT_ANSWER.illegalGeneration && speaksConsumerProtocol(run, instance)) {
    // [KN6] Its epoch has moved on: the client commits again with the one it is told.
    repeatCommit(run, index);
    return;
  }
  if (answer === COMMIT_ANSWER.unknownMember) {
    instance.phase = 'idle';
    if (instance.afterCommit === 'leave' && instance.leaving) continueAfterCommit(run, index, 'leave');
    else becomeNewMember(run, index);
    return;
  }
  continueAfterCommit(run, index, instance.afterCommit);
}
