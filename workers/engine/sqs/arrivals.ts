/** Calls that send, at the broker: a queue puts messages in, a topic sends copies on to its queues. */
import { ACTION, admitCall } from '../brokers/sqs/throughput.ts';
import { NONE } from '../brokers/sqs/queue-state.ts';
import { SENT, sendMessage, type Sent, type SqsEntry } from '../brokers/sqs/send.ts';
import { fromMs } from '../core/time.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { M, O } from '../ledger/layout.ts';
import { addChance, dropChance, oweTo } from '../ledger/ledger.ts';
import { NO_KEY, obligationAt, TAKEN } from '../ledger/messages.ts';
import { rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { beginPlace, endPlace } from './place.ts';
import { answerCall, arrived, sqsSource } from './sender.ts';
import { fanOut, SNS_BYTES_MAX } from './topic.ts';
import type { SqsCall, SqsPlace, SqsSource } from './sqs-state.ts';

/** Groups beside those of keys. */
const KEYLESS = -2;
const ONE_GROUP = -3;

/** A request is at the broker, unless its edge was cut on the way. */
export function callArrives(run: Run, callRow: number, sentNs: number): void {
  const call = rowOf(run.sqs.calls, callRow);
  const source = sqsSource(run, run.sqs.senders[call.sender]!.source);
  const edge = run.edges[source.edge]!;
  if (!source.gone && !edge.cut && edge.lastCutNs < sentNs) {
    const failed = source.settings.kind === 'sqsSend' ? !putIntoQueue(run, call, source) : !publish(run, call, source);
    answerCall(run, callRow, failed);
  }
  arrived(run, callRow);
}

/** False when the call is throttled. */
function putIntoQueue(run: Run, call: SqsCall, source: SqsSource): boolean {
  const place = run.sqs.places[source.target]!;
  place.sends += 1;
  beginPlace(run, place);
  const group = groupOf(run, source, place, call.rows[0]!);
  const isAdmitted = admitCall(place.queue, ACTION.send, group, run.nowNs);
  if (isAdmitted) call.rows.forEach((row, at) => (call.told[at] = putMessage(run, source, place, row)));
  else place.throttled += 1;
  endPlace(run, source.target);
  return isAdmitted;
}

const entry: SqsEntry = { message: 0, bytes: 0, group: NONE, deduplicationId: NONE, contentId: NONE, delayNs: NONE };

function putMessage(run: Run, source: SqsSource, place: SqsPlace, row: number): Sent {
  const { settings } = source;
  if (settings.kind !== 'sqsSend') return SENT.accepted;
  entry.message = row;
  entry.bytes = run.messages.int[row + M.bytes]!;
  entry.group = groupOf(run, source, place, row);
  entry.contentId = run.messages.num[row + M.id]!;
  entry.deduplicationId = NONE;
  if (place.settings.fifo && settings.deduplicationId === 'message')
    entry.deduplicationId = run.messages.num[row + M.id]!;
  // Apart from the ids of messages, which are positive.
  if (place.settings.fifo && settings.deduplicationId === 'key')
    entry.deduplicationId = -2 - (run.messages.int[row + M.key]! + 1);
  entry.delayNs = settings.delayMs < 0 ? NONE : fromMs(settings.delayMs);
  const sent = sendMessage(place.queue, entry, run.nowNs);
  if (sent === SENT.accepted) {
    source.ledger.appended += 1;
    noteHop(run, row, HOP.queued, place.subscription, -1, -1);
    addChance(run, row, oweTo(run, row, place.subscription));
  } else if (sent === SENT.duplicate) dropRepeated(run, place, row);
  return sent;
}

/** [SF5] A message that the queue takes for one it has seen. One that is new all the same is dropped by that rule. */
function dropRepeated(run: Run, place: SqsPlace, row: number): void {
  place.duplicatesDropped += 1;
  noteHop(run, row, HOP.droppedAsDuplicate, run.messages.int[row + M.source]!, -1, -1);
  const slot = isOwed(run, row, place.subscription) ? -1 : oweTo(run, row, place.subscription);
  if (slot < 0) return;
  addChance(run, row, slot);
  dropChance(run, row, slot, TAKEN.byDeduplication);
}

function isOwed({ messages }: Run, row: number, subscription: number): boolean {
  const { rows } = messages.obligations;
  for (let slot = 0; slot < messages.num[row + M.owedCount]!; slot += 1)
    if (rows[obligationAt(messages, row, slot) + O.subscription] === subscription) return true;
  return false;
}

function groupOf(run: Run, { settings }: SqsSource, place: SqsPlace, row: number): number {
  if (settings.kind !== 'sqsSend') return NONE;
  const { messageGroupId } = settings;
  if (messageGroupId === 'one') return ONE_GROUP;
  if (messageGroupId === 'none' || (messageGroupId === 'fifo' && !place.settings.fifo)) return NONE;
  const key = run.messages.int[row + M.key]!;
  return key === NO_KEY ? KEYLESS : key;
}

/** A topic takes every call, and every message that is not too large. */
function publish(run: Run, call: SqsCall, source: SqsSource): boolean {
  const topic = run.sqs.topics[source.target]!;
  topic.publishes += 1;
  call.rows.forEach((row, at) => {
    const fits = run.messages.int[row + M.bytes]! <= SNS_BYTES_MAX;
    call.told[at] = fits ? SENT.accepted : SENT.tooLarge;
    if (!fits) return;
    source.ledger.appended += 1;
    topic.published += 1;
    fanOut(run, topic, source, row);
  });
  return true;
}
