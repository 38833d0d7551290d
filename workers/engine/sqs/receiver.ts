/**
 * A client that receives: an instance asks its queues for messages when it has nothing to do, hands them to its handlers, and deletes
 * what they are done with. Until then the queue keeps them, hidden.
 */
import { NONE } from '../brokers/sqs/queue-state.ts';
import { cancelWaiting, RECEIVED, receiveMessage } from '../brokers/sqs/receive.ts';
import { ACTION, admitCall } from '../brokers/sqs/throughput.ts';
import { empty } from '../core/columns.ts';
import { fromMs } from '../core/time.ts';
import { at, deferred, OP, PRIORITY, wake } from '../events.ts';
import type { InstanceState } from '../handlers/handler-state.ts';
import { pushFetched } from '../handlers/record-ring.ts';
import { hasSpareWorker } from '../handlers/spare-worker.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { isLost, latencyNs } from '../network.ts';
import type { Run } from '../state.ts';
import { callHandles } from './handle-calls.ts';
import { beginPlace, deadLettersOf, endPlace } from './place.ts';
import { dropInbound, feedOf } from './respond.ts';
import type { SqsFeed, SqsReceiver } from './sqs-state.ts';

/** After an error of the queue the client rests for so long. */
const ERROR_REST_NS = 1e9;
/** It rests at least so long after an empty answer that took no time. */
const LEAST_REST_NS = 1e6;

/** Asks for messages if the instance needs some and nothing has been asked for. */
export function ask(run: Run, index: number): void {
  const receiver = run.sqs.receivers[index]!;
  const feed = feedOf(run, receiver);
  const instance = run.instances[receiver.instance]!;
  const { process, records } = instance;
  if (receiver.outstanding || feed.gone || instance.leaving || process.crashed || process.frozen) return;
  if (records.tail > records.head || !hasSpareWorker(instance, run.consumers[instance.consumer]!)) return;
  if (run.nowNs < receiver.restsUntilNs) return;
  const edge = run.edges[feed.edge]!;
  receiver.outstanding = true;
  receiver.ticket += 1;
  receiver.askedNs = run.nowNs;
  watchReceive(run, index);
  const delayNs = latencyNs(run, edge, edge.backward);
  if (edge.cut || isLost(run, edge.backward)) return;
  at(run, run.nowNs + delayNs, PRIORITY.broker, OP.sqsReceiveArrives, index, receiver.ticket);
}

/** How long a receive waits at the queue. */
function waitNs(run: Run, { settings, place }: SqsFeed): number {
  return settings.waitTimeMs < 0 ? run.sqs.places[place]!.queue.settings.waitNs : fromMs(settings.waitTimeMs);
}

function watchReceive(run: Run, index: number): void {
  const receiver = run.sqs.receivers[index]!;
  if (receiver.watched) return;
  receiver.watched = true;
  const feed = feedOf(run, receiver);
  const dueNs = receiver.askedNs + waitNs(run, feed) + fromMs(feed.settings.timeoutMs);
  at(run, Math.max(dueNs, run.nowNs + 1), PRIORITY.client, OP.sqsReceiveLooked, index);
}

/** A receive that was not answered in time is given up, and another one sent. */
export function receiveLooked(run: Run, index: number): void {
  const receiver = run.sqs.receivers[index]!;
  const feed = feedOf(run, receiver);
  if (deferred(run.instances[receiver.instance]!.process, OP.sqsReceiveLooked, index, 0, 0)) return;
  receiver.watched = false;
  if (!receiver.outstanding || feed.gone) return;
  if (run.nowNs < receiver.askedNs + waitNs(run, feed) + fromMs(feed.settings.timeoutMs)) {
    watchReceive(run, index);
    return;
  }
  giveUp(run, receiver);
  wake(run, receiver.instance);
}

/** Nobody waits for the answer any more: what it carries is hidden at the queue, and comes back in time. */
function giveUp(run: Run, receiver: SqsReceiver): void {
  receiver.outstanding = false;
  receiver.ticket += 1;
  dropInbound(run, receiver);
}

/** A receive is at its queue. */
export function receiveArrives(run: Run, index: number, ticket: number): void {
  const receiver = run.sqs.receivers[index]!;
  const feed = feedOf(run, receiver);
  const edge = run.edges[feed.edge]!;
  if (receiver.ticket !== ticket || feed.gone || edge.cut || edge.lastCutNs >= receiver.askedNs) return;
  const place = run.sqs.places[feed.place]!;
  const { settings } = feed;
  place.receives += 1;
  const out = beginPlace(run, place);
  // An earlier receive of this client has nobody any more who waits for it.
  cancelWaiting(place.queue, index);
  if (admitCall(place.queue, ACTION.receive, NONE, run.nowNs)) {
    const visibilityNs = settings.visibilityTimeoutMs < 0 ? NONE : fromMs(settings.visibilityTimeoutMs);
    const asked = {
      receiver: index,
      max: settings.maxNumberOfMessages,
      visibilityNs,
      waitNs: waitNs(run, feed),
      attempt: settings.receiveRequestAttemptId ? receiver.attempt : NONE,
    };
    const told = receiveMessage(place.queue, deadLettersOf(run, place), asked, out, run.nowNs);
    if (told === RECEIVED.overLimit) {
      place.overLimit += 1;
      answerWithError(run, index);
    }
  } else {
    place.throttled += 1;
    answerWithError(run, index);
  }
  endPlace(run, feed.place);
}

function answerWithError(run: Run, index: number): void {
  const receiver = run.sqs.receivers[index]!;
  const edge = run.edges[feedOf(run, receiver).edge]!;
  const delayNs = latencyNs(run, edge, edge.forward);
  if (edge.dropAcks || isLost(run, edge.forward)) return;
  at(run, run.nowNs + delayNs, PRIORITY.client, OP.sqsReceiveReturns, index, receiver.ticket, 1);
}

/** Messages arrive in the instance's memory. */
export function receiveReturns(run: Run, index: number, ticket: number, isError: boolean): void {
  const receiver = run.sqs.receivers[index]!;
  const feed = feedOf(run, receiver);
  if (receiver.ticket !== ticket) return;
  const instance = run.instances[receiver.instance]!;
  if (deferred(instance.process, OP.sqsReceiveReturns, index, ticket, isError ? 1 : 0)) return;
  const edge = run.edges[feed.edge]!;
  if (edge.cut || edge.lastCutNs > receiver.askedNs) {
    dropInbound(run, receiver);
    return;
  }
  receiver.outstanding = false;
  receiver.ticket += 1;
  receiver.attempt += 1;
  const { inbound } = receiver;
  if (inbound.length === 0) {
    rest(run, index, isError ? ERROR_REST_NS : fromMs(feed.settings.pollIntervalMs));
    return;
  }
  feed.received += inbound.length / 2;
  for (let i = 0; i < inbound.length; i += 2) {
    noteHop(run, inbound[i]!, HOP.fetched, receiver.instance, -1, -1);
    pushFetched(instance.records, inbound[i]!, -1 - receiver.feed, inbound[i + 1]!);
  }
  if (feed.settings.deleteWhen === 'before')
    callHandles(
      run,
      receiver.feed,
      -1,
      inbound.filter((_, i) => i % 2 === 1),
    );
  empty(inbound);
  extendLater(run, index);
  wake(run, receiver.instance);
}

/** Asks again, now or after a rest. */
function rest(run: Run, index: number, restNs: number): void {
  const receiver = run.sqs.receivers[index]!;
  const leastNs = run.nowNs === receiver.askedNs ? LEAST_REST_NS : 0;
  const untilNs = run.nowNs + Math.max(restNs, leastNs);
  receiver.restsUntilNs = untilNs;
  if (untilNs === run.nowNs) ask(run, index);
  else at(run, untilNs, PRIORITY.client, OP.sqsRested, index, receiver.ticket);
}

export function rested(run: Run, index: number, ticket: number): void {
  const receiver = run.sqs.receivers[index]!;
  if (receiver.ticket !== ticket) return;
  if (deferred(run.instances[receiver.instance]!.process, OP.sqsRested, index, ticket, 0)) return;
  ask(run, index);
}

/** [SQ21] As long as it holds messages the client hides them anew, again and again. */
function extendLater(run: Run, index: number): void {
  const receiver = run.sqs.receivers[index]!;
  const { extendEveryMs } = feedOf(run, receiver).settings;
  if (extendEveryMs === 0 || receiver.extending) return;
  receiver.extending = true;
  const { incarnation } = run.instances[receiver.instance]!.process;
  at(run, run.nowNs + fromMs(extendEveryMs), PRIORITY.client, OP.sqsExtends, index, incarnation);
}

export function extend(run: Run, index: number, incarnation: number): void {
  const receiver = run.sqs.receivers[index]!;
  const feed = feedOf(run, receiver);
  const instance = run.instances[receiver.instance]!;
  if (instance.process.incarnation !== incarnation) return;
  if (deferred(instance.process, OP.sqsExtends, index, incarnation, 0)) return;
  receiver.extending = false;
  if (feed.gone) return;
  const handles = heldHandles(instance, -1 - receiver.feed);
  if (handles.length === 0) return;
  const { visibilityTimeoutMs } = feed.settings;
  const { queue } = run.sqs.places[feed.place]!;
  const visibilityNs = visibilityTimeoutMs < 0 ? queue.settings.visibilityTimeoutNs : fromMs(visibilityTimeoutMs);
  callHandles(run, receiver.feed, visibilityNs, handles);
  extendLater(run, index);
}

/** Receipt handles of what an instance works on or is to work on. */
function heldHandles({ records, workers }: InstanceState, cursor: number): number[] {
  const handles: number[] = [];
  for (const worker of workers) if (worker.busy && worker.cursor === cursor) handles.push(worker.offset);
  for (let i = records.head; i < records.tail; i += 1)
    if (records.cursor[i & records.mask] === cursor) handles.push(records.offset[i & records.mask]!);
  return handles;
}

/** Deletes what is done, as far as a batch is full or nothing more is to come. */
export function deleteDone(run: Run, receiver: SqsReceiver, all: boolean): void {
  const { done } = receiver;
  const { deleteBatchSize } = feedOf(run, receiver).settings;
  if (done.length === 0 || (!all && done.length < deleteBatchSize)) return;
  callHandles(run, receiver.feed, -1, done);
  empty(done);
}

/** The process is gone, or reads no more from the queue: its connection is closed, and what it meant to delete is not. */
export function hangUp(run: Run, index: number): void {
  const receiver = run.sqs.receivers[index]!;
  const feed = feedOf(run, receiver);
  // Over a cut edge the queue does not hear of it, and answers into the void.
  if (!run.edges[feed.edge]!.cut) cancelWaiting(run.sqs.places[feed.place]!.queue, index);
  giveUp(run, receiver);
  empty(receiver.done);
  receiver.attempt += 1;
  receiver.restsUntilNs = 0;
  receiver.extending = false;
}
