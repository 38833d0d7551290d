/** Calls about receipt handles: deletes and changes of visibility, ten handles in one call. */
import { CHANGED, changeVisibility, DELETED, deleteMessage } from '../brokers/sqs/handles.ts';
import { NONE } from '../brokers/sqs/queue-state.ts';
import { rowOf as rowOfHandle } from '../brokers/sqs/rows.ts';
import { ACTION, admitCall } from '../brokers/sqs/throughput.ts';
import { fromMs } from '../core/time.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { dropChance, slotOf } from '../ledger/ledger.ts';
import { isLost, latencyNs } from '../network.ts';
import { FLIGHT_OF } from '../observe/flights.ts';
import { allocate, release, rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { noteSqsFlight } from './flights.ts';
import { beginPlace, endPlace } from './place.ts';
import type { SqsHandleCall, SqsPlace } from './sqs-state.ts';

const ENTRIES_MAX = 10;
/** A call that is throttled or lost is tried so often. */
const ATTEMPTS_MAX = 3;
const THROTTLED_REST_NS = 1e9;

function newCall(): SqsHandleCall {
  return { feed: 0, visibilityNs: 0, handles: [], sentNs: 0, attempts: 0 };
}

/** @param visibilityNs how long the messages stay hidden; -1 to delete them */
export function callHandles(run: Run, feed: number, visibilityNs: number, handles: readonly number[]): void {
  for (let first = 0; first < handles.length; first += ENTRIES_MAX) {
    const index = allocate(run.sqs.handleCalls, newCall);
    const call = rowOf(run.sqs.handleCalls, index);
    call.feed = feed;
    call.visibilityNs = visibilityNs;
    call.attempts = 0;
    call.handles.length = 0;
    for (let i = first; i < handles.length && i < first + ENTRIES_MAX; i += 1) call.handles.push(handles[i]!);
    sendCall(run, index);
  }
}

/** One attempt. One that is lost is repeated when its time is up. */
function sendCall(run: Run, index: number): void {
  const call = rowOf(run.sqs.handleCalls, index);
  const feed = run.sqs.feeds[call.feed]!;
  const edge = run.edges[feed.edge]!;
  call.attempts += 1;
  call.sentNs = run.nowNs;
  const lost = edge.cut || isLost(run, edge.backward);
  const delayNs = latencyNs(run, edge, edge.backward);
  const kind = lost ? FLIGHT_OF.lostAck : FLIGHT_OF.commit;
  noteSqsFlight(run, feed.edge, run.nowNs + delayNs, kind, call.handles.length, -1);
  if (!lost) at(run, run.nowNs + delayNs, PRIORITY.broker, OP.sqsHandlesArrive, index);
  else tryAgain(run, index, fromMs(feed.settings.timeoutMs));
}

function tryAgain(run: Run, index: number, restNs: number): void {
  const { attempts } = rowOf(run.sqs.handleCalls, index);
  if (attempts < ATTEMPTS_MAX) at(run, run.nowNs + restNs, PRIORITY.client, OP.sqsHandlesAgain, index);
  else release(run.sqs.handleCalls, index);
}

export function handlesAgain(run: Run, index: number): void {
  if (run.sqs.feeds[rowOf(run.sqs.handleCalls, index).feed]!.gone) release(run.sqs.handleCalls, index);
  else sendCall(run, index);
}

export function handlesArrive(run: Run, index: number): void {
  const call = rowOf(run.sqs.handleCalls, index);
  const feed = run.sqs.feeds[call.feed]!;
  const place = run.sqs.places[feed.place]!;
  const edge = run.edges[feed.edge]!;
  if (feed.gone || place.gone) {
    release(run.sqs.handleCalls, index);
    return;
  }
  if (edge.cut || edge.lastCutNs >= call.sentNs) {
    tryAgain(run, index, fromMs(feed.settings.timeoutMs));
    return;
  }
  beginPlace(run, place);
  const deletes = call.visibilityNs < 0;
  if (deletes) place.deletes += 1;
  else place.changes += 1;
  const group = groupOfHandle(place, call.handles[0]!);
  if (admitCall(place.queue, deletes ? ACTION.delete : ACTION.changeVisibility, group, run.nowNs)) {
    for (const handle of call.handles) {
      if (deletes) remove(run, place, handle);
      else change(run, place, handle, call.visibilityNs);
    }
    release(run.sqs.handleCalls, index);
  } else {
    place.throttled += 1;
    tryAgain(run, index, THROTTLED_REST_NS * call.attempts);
  }
  endPlace(run, feed.place);
}

function groupOfHandle({ queue }: SqsPlace, handle: number): number {
  const row = rowOfHandle(queue, handle);
  return row === NONE ? 0 : queue.groups.id[queue.rows.group[row]!]!;
}

function remove(run: Run, place: SqsPlace, handle: number): void {
  const { queue, subscription } = place;
  const row = rowOfHandle(queue, handle);
  const message = row === NONE ? NONE : queue.rows.message[row]!;
  const told = deleteMessage(queue, handle);
  if (told === DELETED.deleted) {
    noteHop(run, message, HOP.deleted, subscription, -1, -1);
    dropChance(run, message, slotOf(run, message, subscription));
  } else if (told === DELETED.missed) place.missedDeletes += 1;
  else if (told === DELETED.expired) place.expiredHandles += 1;
}

function change(run: Run, place: SqsPlace, handle: number, visibilityNs: number): void {
  if (changeVisibility(place.queue, handle, visibilityNs, run.nowNs) === CHANGED.expired) place.expiredHandles += 1;
}
