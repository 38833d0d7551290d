/** Calls that send, at the broker: a queue puts messages in, a topic sends copies on to its queues. */
import { ACTION, admitCall } from '../brokers/sqs/throughput.ts';
import { NONE } from '../brokers/sqs/queue-state.ts';
import { noteId, SENT, sendMessage, type Sent, type SqsEntry } from '../brokers/sqs/send.ts';
import { fromMs } from '../core/time.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { M, O } from '../ledger/layout.ts';
import { addChance, dropChance, oweTo } from '../ledger/ledger.ts';
import { NO_KEY, obligationAt, TAKEN } from '../ledger/messages.ts';
import { rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { furtherRequests } from './cost.ts';
import { beginPlace, endPlace } from './place.ts';
import { answerCall, arrived, sqsSource } from './sender.ts';
import { isForRoute, sendOn, SNS_BYTES_MAX } from './topic.ts';
import type { SnsTopic, SqsCall, SqsPlace, SqsSource } from './sqs-state.ts';

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
  const group = groupOf(run, source.settings, place.settings.fifo, call.rows[0]!);
  const isAdmitted = admitCall(place.queue, ACTION.send, group, run.nowNs);
  place.furtherRequests += furtherRequests(bytesOf(run, call));
  if (isAdmitted) call.rows.forEach((row, at) => (call.told[at] = putMessage(run, source, place, row)));
  else place.throttled += 1;
  endPlace(run, source.target);
  return isAdmitted;
}

function bytesOf(run: Run, { rows }: SqsCall): number {
  let bytes = 0;
  for (const row of rows) bytes += run.messages.int[row + M.bytes]!;
  return bytes;
}

const entry: SqsEntry = { message: 0, bytes: 0, group: NONE, deduplicationId: NONE, contentId: NONE, delayNs: NONE };

function putMessage(run: Run, source: SqsSource, place: SqsPlace, row: number): Sent {
  const { settings } = source;
  if (settings.kind !== 'sqsSend') return SENT.accepted;
  entry.message = row;
  entry.bytes = run.messages.int[row + M.bytes]!;
  entry.group = groupOf(run, settings, place.settings.fifo, row);
  entry.contentId = run.messages.num[row + M.id]!;
  entry.deduplicationId = place.settings.fifo ? deduplicationIdOf(run, settings, row) : NONE;
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
  oweRepeated(run, row, place.subscription);
}

function oweRepeated(run: Run, row: number, subscription: number): void {
  if (isOwed(run, row, subscription)) return;
  const slot = oweTo(run, row, subscription);
  addChance(run, row, slot);
  dropChance(run, row, slot, TAKEN.byDeduplication);
}

function isOwed({ messages }: Run, row: number, subscription: number): boolean {
  const { rows } = messages.obligations;
  for (let slot = 0; slot < messages.num[row + M.owedCount]!; slot += 1)
    if (rows[obligationAt(messages, row, slot) + O.subscription] === subscription) return true;
  return false;
}

/** Those of keys are apart from the ids of messages, which are positive. */
function deduplicationIdOf(run: Run, { deduplicationId }: SqsSource['settings'], row: number): number {
  if (deduplicationId === 'none') return NONE;
  return deduplicationId === 'message' ? run.messages.num[row + M.id]! : -2 - (run.messages.int[row + M.key]! + 1);
}

/** @param fifo whether it goes to a FIFO queue or topic */
function groupOf(run: Run, { messageGroupId }: SqsSource['settings'], fifo: boolean, row: number): number {
  if (messageGroupId === 'one') return ONE_GROUP;
  if (messageGroupId === 'none' || (messageGroupId === 'fifo' && !fifo)) return NONE;
  const key = run.messages.int[row + M.key]!;
  return key === NO_KEY ? KEYLESS : key;
}

/** A topic takes every call. A copy of each message that it takes goes to each subscription whose policy lets it pass. [SN1] [SN2] */
function publish(run: Run, call: SqsCall, source: SqsSource): boolean {
  const topic = run.sqs.topics[source.target]!;
  const { fifo } = topic.settings;
  topic.publishes += 1;
  topic.furtherRequests += furtherRequests(bytesOf(run, call));
  call.rows.forEach((row, at) => {
    const group = groupOf(run, source.settings, fifo, row);
    const deduplicationId = fifo ? deduplicationIdOf(run, source.settings, row) : NONE;
    const told = judgePublish(run, topic, row, group, deduplicationId);
    call.told[at] = told;
    if (told > SENT.duplicate) return;
    if (told === SENT.duplicate) {
      topic.duplicatesDropped += 1;
      noteHop(run, row, HOP.droppedAsDuplicate, run.messages.int[row + M.source]!, -1, -1);
    } else {
      source.ledger.appended += 1;
      topic.published += 1;
    }
    for (const route of topic.routes) {
      if (!isForRoute(run, route, source, row)) continue;
      if (told === SENT.accepted) sendOn(run, route, row, group, deduplicationId);
      else oweRepeated(run, row, run.sqs.places[run.sqs.routes[route]!.place]!.subscription);
    }
  });
  return true;
}

/** [SN3] [SN6] What a topic says to a message. */
function judgePublish(run: Run, topic: SnsTopic, row: number, group: number, deduplicationId: number): Sent {
  const { fifo, contentBasedDeduplication } = topic.settings;
  if (run.messages.int[row + M.bytes]! > SNS_BYTES_MAX) return SENT.tooLarge;
  if (!fifo) return SENT.accepted;
  if (group === NONE) return SENT.noGroup;
  if (deduplicationId === NONE && !contentBasedDeduplication) return SENT.noDeduplicationId;
  const id = deduplicationId === NONE ? run.messages.num[row + M.id]! : deduplicationId;
  return noteId(topic.dedup, id, NONE, row, run.nowNs) ? SENT.accepted : SENT.duplicate;
}
