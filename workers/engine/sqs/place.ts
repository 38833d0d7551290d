/**
 * A queue in a run: every call to it begins and ends here, and what the queue says comes to the ledger, to whoever waits, and to the
 * queue of its dead letters.
 */
import { createSqsOutput, emptyOutput } from '../brokers/sqs/output.ts';
import { NONE, type SqsQueue } from '../brokers/sqs/queue-state.ts';
import { addRow } from '../brokers/sqs/rows.ts';
import { beginCall, endCall } from '../brokers/sqs/sqs.ts';
import { nextDueNs } from '../brokers/sqs/time.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { addChance, dropChance, oweTo, slotOf } from '../ledger/ledger.ts';
import { TAKEN } from '../ledger/messages.ts';
import type { Run } from '../state.ts';
import { respond } from './respond.ts';
import type { SqsPlace } from './sqs-state.ts';

/** What the call at work gives; read before the next one begins. */
const out = createSqsOutput();

/** The queue of a place's dead letters; null where it has none that can take them. [SQ8] */
export function deadLettersOf(run: Run, { deadLetters, queue }: SqsPlace): SqsQueue | null {
  if (deadLetters < 0) return null;
  const { queue: target, gone } = run.sqs.places[deadLetters]!;
  return gone || target.settings.fifo !== queue.settings.fifo ? null : target;
}

/** What the call may write its answers to. */
export function beginPlace(run: Run, place: SqsPlace): typeof out {
  emptyOutput(out);
  beginCall(place.queue, deadLettersOf(run, place), out, run.nowNs);
  return out;
}

/** The end of a call, and what follows of it. */
export function endPlace(run: Run, index: number): void {
  const place = run.sqs.places[index]!;
  endCall(place.queue, deadLettersOf(run, place), out, run.nowNs);
  for (let i = 0; i < out.answers; i += 1)
    respond(run, out.receiver[i]!, out, out.firstDelivery[i]!, out.firstDelivery[i + 1]!);
  for (let i = 0; i < out.gone; i += 1) leave(run, out.goneMessage[i]!, place, TAKEN.byRetention);
  const { deadLetters } = place;
  const buried = out.deadLetters > 0;
  for (let i = 0; i < out.deadLetters; i += 1) bury(run, out.deadLetter[i]!, place, run.sqs.places[deadLetters]!);
  const touched = out.moved > 0 ? moveBack(run, place) : null;
  watchPlace(run, index);
  if (buried) touchPlace(run, deadLetters);
  for (const each of touched ?? []) touchPlace(run, each);
}

/** Something was put into a queue from outside: who waits for it is answered. */
export function touchPlace(run: Run, index: number): void {
  beginPlace(run, run.sqs.places[index]!);
  endPlace(run, index);
}

/** A copy has left a queue. */
function leave(run: Run, row: number, { subscription }: SqsPlace, taken: number): void {
  if (taken === TAKEN.byRetention) noteHop(run, row, HOP.aged, subscription, -1, -1);
  dropChance(run, row, slotOf(run, row, subscription), taken);
}

function bury(run: Run, row: number, from: SqsPlace, to: SqsPlace): void {
  noteHop(run, row, HOP.deadLettered, from.subscription, -1, -1);
  addChance(run, row, oweTo(run, row, to.subscription));
  leave(run, row, from, TAKEN.byDeadLetter);
}

/** [SQ14] Dead letters that are due go back to where they came from. Returns the places they went to. */
function moveBack(run: Run, place: SqsPlace): number[] {
  const touched: number[] = [];
  for (let i = 0; i < out.moved; i += 1) {
    const row = out.movedMessage[i]!;
    const source = out.movedSource[i]!;
    const target = source === NONE ? undefined : run.sqs.places[source];
    if (target === undefined || target.gone) {
      leave(run, row, place, TAKEN.byNothing);
      continue;
    }
    addChance(run, row, oweTo(run, row, target.subscription));
    addToQueue(run, target, row, out.movedGroup[i]!);
    place.movedBack += 1;
    leave(run, row, place, TAKEN.byDeadLetter);
    if (!touched.includes(source)) touched.push(source);
  }
  return touched;
}

function addToQueue(run: Run, { queue, subscription }: SqsPlace, row: number, group: number): void {
  addRow(queue, { message: row, group, sentNs: run.nowNs, visibleAtNs: run.nowNs, source: NONE }, run.nowNs);
  noteHop(run, row, HOP.queued, subscription, -1, -1);
}

/** Sees to it that the queue is looked at when something is due. */
function watchPlace(run: Run, index: number): void {
  const place = run.sqs.places[index]!;
  const dueNs = nextDueNs(place.queue);
  if (dueNs >= place.dueNs) return;
  place.dueNs = dueNs;
  at(run, Math.max(run.nowNs, dueNs), PRIORITY.broker, OP.sqsQueueDue, index, dueNs);
}

/** Delays, visibility timeouts, retention or long polls end. */
export function queueDue(run: Run, index: number, dueNs: number): void {
  const place = run.sqs.places[index]!;
  if (place.gone || place.dueNs !== dueNs) return;
  place.dueNs = Infinity;
  touchPlace(run, index);
}
