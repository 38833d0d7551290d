/**
 * The client that inserts: a pool of connections, each with one insert under way, and a queue in memory in front of them. A fact is
 * acknowledged when its insert is committed and the answer has come; what happens to one that gets no answer is TB20.
 */
import { endMessage, processOf, wakeHandler } from '../clients/application.ts';
import { leaveFirst, mergeFact, refusalOf, waitOutside } from '../clients/waiting-room.ts';
import { fromMs } from '../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../events.ts';
import { M } from '../ledger/layout.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { attempt, oweToSubscribers } from '../ledger/ledger.ts';
import { MESSAGE_FLAG, STATUS_ACKNOWLEDGED, STATUS_REFUSED, STATUS_UNKNOWN } from '../ledger/messages.ts';
import { isDoubled, isLost, latencyNs } from '../network.ts';
import { allocate, release, rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { noteFlight } from './flights.ts';
import { noteLostAnswer } from './insert-answers.ts';
import { hangUp } from './sessions.ts';
import { INSERTED, LANE, type InsertRequest, type InserterState, type Lane } from './state.ts';
import { insertEdge, sourceOf } from './talks.ts';

/** A fact sets out to the table. See `publish`. */
export function insertMessage(
  run: Run,
  index: number,
  key: number,
  bytes: number,
  parent: number,
  waiter: number,
  flags: number,
): void {
  const inserter = run.inserters[index]!;
  const source = sourceOf(run, inserter);
  const { settings, store } = source;
  const lane = inserter.blocked > 0 ? -1 : freeLane(inserter, settings.poolSize);
  if (lane < 0 && mergeFact(run, inserter, settings, key, flags)) {
    wakeHandler(run, waiter);
    return;
  }
  const row = attempt(run, source, inserter.source, index, key, bytes, parent, inserter.shelf, 1);
  oweToSubscribers(run, row, [run.stores[store]!.subscription]);
  run.messages.num[row + M.waiter] = waiter;
  run.messages.int[row + M.flags] = flags;
  if (lane >= 0) {
    occupy(run, index, lane, row);
    return;
  }
  const refusal = refusalOf(inserter, settings);
  if (refusal === '') waitOutside(run, inserter, row, settings);
  else endMessage(run, row, STATUS_REFUSED, refusal);
}

/** The first connection of the pool without an insert, -1 for none. */
function freeLane({ lanes }: InserterState, poolSize: number): number {
  for (let lane = 0; lane < poolSize; lane += 1) {
    if (lane === lanes.length) lanes.push(createLane());
    if (lanes[lane]!.state === LANE.free) return lane;
  }
  return -1;
}

function occupy(run: Run, index: number, laneIndex: number, row: number): void {
  const lane = run.inserters[index]!.lanes[laneIndex]!;
  lane.row = row;
  lane.attempts = 0;
  lane.uncertain = false;
  ask(run, index, laneIndex);
}

/** Messages that wait get the connections that are free, the first of them first. */
export function sendWaiting(run: Run, index: number): void {
  const inserter = run.inserters[index]!;
  if (inserter.blocked === 0 || processOf(run, inserter).frozen) return;
  const { poolSize } = sourceOf(run, inserter).settings;
  while (inserter.blocked > 0) {
    const lane = freeLane(inserter, poolSize);
    if (lane < 0) return;
    occupy(run, index, lane, leaveFirst(run, inserter, true));
  }
}

function createLane(): Lane {
  return { state: LANE.free, row: -1, attempts: 0, ticket: 0, session: -1, dueNs: Infinity, uncertain: false };
}

function createRequest(): InsertRequest {
  return { inserter: -1, lane: -1, ticket: 0, row: -1, sentNs: 0, copy: false, result: INSERTED.done };
}

/** Sends the insert of the lane's message. */
function ask(run: Run, index: number, laneIndex: number): void {
  const inserter = run.inserters[index]!;
  const lane = inserter.lanes[laneIndex]!;
  const { settings } = sourceOf(run, inserter);
  lane.state = LANE.asked;
  lane.ticket += 1;
  lane.dueNs = run.nowNs + fromMs(settings.timeoutMs);
  wakeBy(run, index, lane.dueNs);
  const edge = insertEdge(run, inserter);
  noteHop(run, lane.row, HOP.sent, inserter.source, -1, -1);
  const lost = isLost(run, edge.forward);
  const arriveNs = run.nowNs + latencyNs(run, edge, edge.forward);
  const instance = inserter.owner.kind === 'instance' ? run.instances[inserter.owner.index]!.index : -1;
  const kind = lost ? 'lostData' : lane.attempts > 0 ? 'retry' : 'data';
  noteFlight(run, edge, kind, arriveNs, 1, lane.row, instance);
  if (lost) {
    noteHop(run, lane.row, HOP.requestLost, inserter.source, -1, -1);
    return;
  }
  deliver(run, index, laneIndex, arriveNs, false);
  if (isDoubled(run, edge.forward)) deliver(run, index, laneIndex, arriveNs, true);
}

/** The request is under way, and holds its message. */
function deliver(run: Run, index: number, laneIndex: number, arriveNs: number, copy: boolean): void {
  const lane = run.inserters[index]!.lanes[laneIndex]!;
  const number = allocate(run.insertRequests, createRequest);
  const request = rowOf(run.insertRequests, number);
  request.inserter = index;
  request.lane = laneIndex;
  request.ticket = lane.ticket;
  request.row = lane.row;
  request.sentNs = run.nowNs;
  request.copy = copy;
  request.result = INSERTED.done;
  run.messages.int[lane.row + M.inHand]! += 1;
  at(run, arriveNs, PRIORITY.broker, OP.insertArrives, index, number);
}

/** The answer is back, if the network lets it through. */
export function insertReturns(run: Run, index: number, number: number): void {
  const inserter = run.inserters[index]!;
  if (deferred(processOf(run, inserter), OP.insertReturns, index, number, 0)) return;
  const { lane: laneIndex, ticket, result, sentNs } = rowOf(run.insertRequests, number);
  const { cut, lastCutNs } = insertEdge(run, inserter);
  const swallowed = cut || lastCutNs >= sentNs;
  if (swallowed) noteLostAnswer(run, number);
  release(run.insertRequests, number);
  const lane = inserter.lanes[laneIndex]!;
  if (swallowed || lane.ticket !== ticket || lane.state !== LANE.asked) return;
  if (result === INSERTED.done) {
    finish(run, index, lane, STATUS_ACKNOWLEDGED, '');
    return;
  }
  lane.session = -1;
  if (result === INSERTED.broken) lane.uncertain = true;
  tryAgain(run, index, laneIndex, 'connection lost');
}

/** Tries again after a while, or gives up: then it is a definite no, or nobody knows. */
function tryAgain(run: Run, index: number, laneIndex: number, reason: string): void {
  const inserter = run.inserters[index]!;
  const lane = inserter.lanes[laneIndex]!;
  const source = sourceOf(run, inserter);
  lane.ticket += 1;
  if (lane.attempts >= source.settings.retries) {
    finish(run, index, lane, lane.uncertain ? STATUS_UNKNOWN : STATUS_REFUSED, reason);
    return;
  }
  lane.attempts += 1;
  lane.state = LANE.backoff;
  lane.dueNs = run.nowNs + fromMs(source.settings.retryBackoffMs);
  source.ledger.retries += 1;
  run.messages.int[lane.row + M.flags]! |= MESSAGE_FLAG.retried;
  noteHop(run, lane.row, HOP.retried, inserter.source, lane.attempts, -1);
  wakeBy(run, index, lane.dueNs);
}

function finish(run: Run, index: number, lane: Lane, status: 1 | 2 | 3, reason: string): void {
  const { row } = lane;
  lane.state = LANE.free;
  lane.row = -1;
  lane.dueNs = Infinity;
  endMessage(run, row, status, reason);
  sendWaiting(run, index);
}

/** Sets the alarm, unless it goes off before anyway. */
function wakeBy(run: Run, index: number, dueNs: number): void {
  const inserter = run.inserters[index]!;
  if (inserter.wakeNs <= dueNs) return;
  inserter.wakeNs = dueNs;
  at(run, dueNs, PRIORITY.client, OP.inserterWakes, index, processOf(run, inserter).incarnation, dueNs);
}

/** The alarm goes off: what has waited too long for its answer is given up, what is to be tried again is sent. [TB20] */
export function inserterWakes(run: Run, index: number, incarnation: number, dueNs: number): void {
  const inserter = run.inserters[index]!;
  const process = processOf(run, inserter);
  if (inserter.gone || process.incarnation !== incarnation || inserter.wakeNs !== dueNs) return;
  if (deferred(process, OP.inserterWakes, index, incarnation, dueNs)) return;
  inserter.wakeNs = Infinity;
  inserter.lanes.forEach((lane, place) => {
    if (lane.dueNs > run.nowNs) return;
    if (lane.state === LANE.backoff) ask(run, index, place);
    else if (lane.state === LANE.asked) {
      noteHop(run, lane.row, HOP.timedOut, inserter.source, -1, -1);
      dropConnection(run, inserter, lane);
      tryAgain(run, index, place, 'timed out');
    }
  });
  setAlarm(run, index);
}

/** For the first of what its lanes wait for. */
export function setAlarm(run: Run, index: number): void {
  let first = Infinity;
  for (const { dueNs } of run.inserters[index]!.lanes) if (dueNs < first) first = dueNs;
  if (first < Infinity) wakeBy(run, index, first);
}

/** Whatever it has asked for may be done. */
function dropConnection(run: Run, inserter: InserterState, lane: Lane): void {
  lane.uncertain = true;
  if (lane.session >= 0) hangUp(run, sourceOf(run, inserter).store, lane.session);
  lane.session = -1;
}

/** The process died, or its edge is no more: what it never sent is refused, what it sent is unknown. */
export function crashInserter(run: Run, index: number): void {
  const inserter = run.inserters[index]!;
  inserter.wakeNs = Infinity;
  for (const lane of inserter.lanes) {
    lane.ticket += 1;
    if (lane.session >= 0) hangUp(run, sourceOf(run, inserter).store, lane.session);
    lane.session = -1;
    lane.dueNs = Infinity;
    if (lane.state === LANE.free) continue;
    const known = lane.state === LANE.backoff && !lane.uncertain;
    lane.state = LANE.free;
    const { row } = lane;
    lane.row = -1;
    endMessage(run, row, known ? STATUS_REFUSED : STATUS_UNKNOWN, 'producer crashed');
  }
  while (inserter.blocked > 0) endMessage(run, leaveFirst(run, inserter, false), STATUS_REFUSED, 'producer crashed');
}
