/** What arrives at a store: inserts, polls, what ends them, and the jobs that run in its database. */
import { LOCKING, OUTCOME, PHASE } from '../brokers/table/database.ts';
import {
  claimRows,
  cleanUpRows,
  finishRows,
  giveBackRows,
  howRowsReturn,
  insertRow,
  markFailed,
  reapRows,
  takeInHand,
} from '../brokers/table/statements.ts';
import { sampleNs } from '../core/distributions.ts';
import { fromMs } from '../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../events.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { letGo } from '../ledger/ledger.ts';
import { release, rowOf } from '../pool.ts';
import type { EdgeState, Run } from '../state.ts';
import { drain } from './drain.ts';
import { answerInsert } from './insert-answers.ts';
import { reply, STATEMENT_OF } from './poll-answers.ts';
import { hangUp } from './sessions.ts';
import { INSERTED, TALK, type PollerState, type PollState, type StoreState } from './state.ts';
import { insertEdge, openTalk, pollOf, sourceOf, speakFor, storeOf } from './talks.ts';

/** Whether what left at that time has been swallowed by a cut of its edge. */
function isSwallowed({ cut, gone, lastCutNs }: EdgeState, sentNs: number): boolean {
  return gone || cut || lastCutNs >= sentNs;
}

export function insertArrives(run: Run, index: number, number: number): void {
  const inserter = run.inserters[index]!;
  const source = sourceOf(run, inserter);
  const store = run.stores[source.store]!;
  const { lane: laneIndex, ticket, row, sentNs, copy } = rowOf(run.insertRequests, number);
  if (deferred(store.process, OP.insertArrives, index, number, 0)) return;
  const lane = inserter.lanes[laneIndex]!;
  const swallowed = isSwallowed(insertEdge(run, inserter), sentNs);
  if (swallowed || store.gone || lane.ticket !== ticket) {
    if (swallowed && lane.ticket === ticket) noteHop(run, row, HOP.requestLost, inserter.source, -1, -1);
    letGo(run, row);
    release(run.insertRequests, number);
    return;
  }
  if (store.process.crashed) {
    letGo(run, row);
    if (copy) release(run.insertRequests, number);
    else answerInsert(run, number, INSERTED.refused);
    return;
  }
  if (copy || lane.session < 0) {
    const session = openTalk(store);
    if (!copy) lane.session = session;
    else {
      insertAlone(run, source.store, session, row, source.settings.uniqueKey);
      release(run.insertRequests, number);
      return;
    }
  }
  speakFor(store, lane.session, TALK.insert, index, number, 0);
  const unique = source.settings.uniqueKey && lane.attempts > 0;
  const holdNs = source.holds ? sampleNs(source.hold, run.streams, source.stream) : 0;
  insertRow(store.db, run.streams, run.nowNs, lane.session, row, true, unique, holdNs);
  drain(run, source.store);
}

/** A copy that the network made: its connection is nobody's. */
function insertAlone(run: Run, storeIndex: number, session: number, row: number, unique: boolean): void {
  insertRow(run.stores[storeIndex]!.db, run.streams, run.nowNs, session, row, true, unique);
  hangUp(run, storeIndex, session);
}

/** Holds up what arrives over a cut edge, until it heals: connections repeat what was not acknowledged. [TB21] */
export function isHeldUp(
  run: Run,
  poll: PollState,
  back: boolean,
  operation: number,
  target: number,
  a: number,
  b: number,
): boolean {
  const edge = run.edges[poll.edge]!;
  if (!edge.cut && !(back && edge.dropAcks)) return false;
  poll.parked.push({ operation, target, a, b });
  return true;
}

/** A poller's statement is at the server. */
export function statementArrives(run: Run, index: number, what: number, ticket: number): void {
  const poller = run.pollers[index]!;
  const poll = pollOf(run, poller);
  if (poll.gone || isHeldUp(run, poll, false, OP.statementArrives, index, what, ticket)) return;
  const store = storeOf(run, poller);
  if (deferred(store.process, OP.statementArrives, index, what, ticket) || poller.ticket !== ticket) return;
  const lost = what === STATEMENT_OF.finish && poller.session < 0;
  if (store.process.crashed || lost) {
    reply(run, index, what, true);
    return;
  }
  if (what === STATEMENT_OF.poll) claim(run, store, poll, index);
  else if (what === STATEMENT_OF.finish) finishBatch(run, store, poll, index);
  else finishRow(run, store, poll, index, what);
  drain(run, poll.store);
}

function claim(run: Run, store: StoreState, { settings, lastId }: PollState, index: number): void {
  const poller = run.pollers[index]!;
  if (poller.session < 0) poller.session = openTalk(store);
  poller.claim = settings.claim;
  speakFor(store, poller.session, TALK.poll, index, 0, poller.ticket);
  claimRows(store.db, run.streams, run.nowNs, poller.session, {
    locking: LOCKING[settings.locking],
    batch: settings.batchSize,
    outcome: outcomeOf(settings),
    commits: settings.claim !== 'transaction',
    leaseNs: settings.leaseMs === 0 ? Infinity : fromMs(settings.leaseMs),
    afterId: settings.read === 'afterLastId' ? lastId : 0,
  });
}

function outcomeOf({ claim: how, done }: PollState['settings']): number {
  if (how === 'transaction') return OUTCOME.nothing;
  if (how === 'status') return OUTCOME.claim;
  return done === 'mark' ? OUTCOME.mark : OUTCOME.remove;
}

/** The transaction around a batch ends: what was done is done, what failed is given back. */
function finishBatch(run: Run, store: StoreState, { settings }: PollState, index: number): void {
  const { db } = store;
  const { session, failed, slots, ticket } = run.pollers[index]!;
  speakFor(store, session, TALK.finish, index, 0, ticket);
  for (const place of failed) markFailed(db, session, slots[place]!);
  howRowsReturn(db, session, fromMs(settings.retryDelayMs), settings.maxAttempts);
  finishRows(db, run.streams, run.nowNs, session, settings.done === 'mark');
}

function finishRow(run: Run, store: StoreState, { settings }: PollState, index: number, place: number): void {
  const poller = run.pollers[index]!;
  const session = poller.spare.pop() ?? openOther(store, poller);
  const { db } = store;
  speakFor(store, session, TALK.finishRow, index, place, poller.ticket);
  takeInHand(db, session, poller.slots[place]!, poller.ids[place]!);
  if (!poller.failed.includes(place)) {
    finishRows(db, run.streams, run.nowNs, session, settings.done === 'mark');
    return;
  }
  howRowsReturn(db, session, fromMs(settings.retryDelayMs), settings.maxAttempts);
  giveBackRows(db, run.streams, run.nowNs, session);
}

function openOther(store: StoreState, poller: PollerState): number {
  const session = openTalk(store);
  poller.others.push(session);
  return session;
}

/** Jobs of a `poll` edge that run in the database. */
const JOB = { reap: 0, cleanUp: 1 } as const;

/** Sets the alarms of the jobs that the settings ask for; those set before are void. */
export function planJobs(run: Run, index: number): void {
  const poll = run.polls[index]!;
  poll.jobTicket += 1;
  for (const job of [JOB.reap, JOB.cleanUp]) planJob(run, index, job);
}

function planJob(run: Run, index: number, job: number): void {
  const { settings, jobTicket } = run.polls[index]!;
  const reaps = settings.claim === 'status' && settings.leaseMs > 0;
  const cleans = settings.done === 'mark' && settings.cleanupEveryMs > 0;
  if (job === JOB.reap ? !reaps : !cleans) return;
  const everyMs = job === JOB.reap ? settings.reapEveryMs : settings.cleanupEveryMs;
  at(run, run.nowNs + fromMs(everyMs), PRIORITY.broker, OP.tableJobDue, index, job, jobTicket);
}

/** One that still runs is left to end. [TB12] [TB13] */
export function tableJobDue(run: Run, index: number, job: number, ticket: number): void {
  const poll = run.polls[index]!;
  const store = run.stores[poll.store]!;
  if (poll.gone || poll.jobTicket !== ticket) return;
  if (deferred(store.process, OP.tableJobDue, index, job, ticket)) return;
  planJob(run, index, job);
  if (store.process.crashed) return;
  const session = jobSession(store, poll, job);
  if (store.db.sessions[session]!.phase !== PHASE.idle) return;
  if (job === JOB.reap) reapRows(store.db, run.streams, run.nowNs, session);
  else cleanUpRows(store.db, run.streams, run.nowNs, session);
  drain(run, poll.store);
}

function jobSession(store: StoreState, poll: PollState, job: number): number {
  if (job === JOB.reap) {
    if (poll.reaper < 0) poll.reaper = openTalk(store);
    return poll.reaper;
  }
  if (poll.cleaner < 0) poll.cleaner = openTalk(store);
  return poll.cleaner;
}
