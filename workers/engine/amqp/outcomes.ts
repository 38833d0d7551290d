/** What the broker has told: the ledger hears of it, deliveries set out, and its next look is scheduled. */
import { NOTE, REASON } from '../brokers/amqp/codes.ts';
import { clearDeliveries, clearNotes } from '../brokers/amqp/outbox.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { addChance, dropChance, oweTo, slotOf } from '../ledger/ledger.ts';
import { TAKEN } from '../ledger/messages.ts';
import type { Run } from '../state.ts';
import type { AmqpQueue } from './amqp-state.ts';
import { sendDelivery } from './deliveries.ts';
import { enterStream, readerEnds, retireRecord } from './streams.ts';

/** To be called after everything that is done to the broker. */
export function takeOutcomes(run: Run): void {
  const { broker } = run.amqp;
  if (broker.notes.count > 0) takeNotes(run);
  if (broker.deliveries.count > 0) sendDeliveries(run);
  if (run.amqp.retired.length > 0) retireRecords(run);
  if (broker.dueNs < run.amqp.alarmNs) {
    run.amqp.alarmNs = Math.max(run.nowNs, broker.dueNs);
    at(run, run.amqp.alarmNs, PRIORITY.broker, OP.amqpDue, 0, run.amqp.alarmNs);
  }
}

function sendDeliveries(run: Run): void {
  const { broker } = run.amqp;
  const { count, copy, consumer } = broker.deliveries;
  for (let i = 0; i < count; i += 1) sendDelivery(run, copy[i]!, consumer[i]!);
  clearDeliveries(broker);
}

function takeNotes(run: Run): void {
  const { notes } = run.amqp.broker;
  for (let i = 0; i < notes.count; i += 1) {
    const core = notes.queue[i]!;
    const row = notes.message[i]!;
    const detail = notes.detail[i]!;
    if (row >= 0) noteOfMessage(run, notes.kind[i]!, row, core, detail);
    else if (notes.kind[i] === NOTE.cancelled) forgetConsumer(run, detail);
    else if (notes.kind[i] === NOTE.queueGone) forgetQueue(run, core);
  }
  clearNotes(run.amqp.broker);
}

/** Why a copy is no more, as the ledger has it. What a restart takes is lost: no rule says that it should go. */
const TAKEN_BY: Readonly<Record<number, number>> = {
  [REASON.rejected]: TAKEN.byRejection,
  [REASON.expired]: TAKEN.byRetention,
  [REASON.maxlen]: TAKEN.byOverflow,
  [REASON.deliveryLimit]: TAKEN.byDeliveryLimit,
  [REASON.purged]: TAKEN.byPurge,
  [REASON.queueGone]: TAKEN.byRetention,
  [REASON.restart]: TAKEN.byNothing,
};

function noteOfMessage(run: Run, kind: number, row: number, core: number, detail: number): void {
  const queue = run.amqp.queues[run.amqp.queueOf[core]!]!;
  if (kind === NOTE.enqueued) {
    if (queue.stream === null) enterQueue(run, row, queue);
    else enterStream(run, row, run.amqp.queueOf[core]!);
    return;
  }
  if (kind === NOTE.refused) {
    queue.refused += 1;
    return;
  }
  if (queue.stream !== null) {
    if (detail !== REASON.expired) queue.dropped += 1;
    run.amqp.retired.push(run.amqp.queueOf[core]!, detail);
    return;
  }
  const slot = slotOf(run, row, queue.subscription);
  if (kind === NOTE.deadLettered) {
    queue.deadLettered += 1;
    noteHop(run, row, HOP.deadLettered, queue.subscription, -1, -1);
    dropChance(run, row, slot, TAKEN.byDeadLetter);
    return;
  }
  queue.dropped += 1;
  if (kind === NOTE.deadLetterLost) queue.deadLettersLost += 1;
  noteHop(run, row, HOP.removed, queue.subscription, -1, detail);
  dropChance(run, row, slot, TAKEN_BY[detail]);
}

/** A copy of a message is in a queue that is no stream: it is owed to whoever reads that. */
export function enterQueue(run: Run, row: number, queue: AmqpQueue): void {
  queue.enqueued += 1;
  addChance(run, row, oweTo(run, row, queue.subscription));
  noteHop(run, row, HOP.queued, queue.subscription, -1, -1);
}

/** What streams have dropped goes when what they have sent has set out: until then a record may be all that holds its message. */
function retireRecords(run: Run): void {
  const { retired } = run.amqp;
  for (let i = 0; i < retired.length; i += 2) retireRecord(run, retired[i]!, TAKEN_BY[retired[i + 1]!]!);
  run.amqp.retired = [];
}

/** The broker has cancelled a consumer: its instance has none there now. */
function forgetConsumer(run: Run, consumer: number): void {
  const index = run.amqp.feedOf[consumer]!;
  const { consumers } = run.amqp.feeds[index]!;
  const place = consumers.indexOf(consumer);
  if (place < 0) return;
  consumers[place] = -1;
  readerEnds(run, index, place, false);
}

function forgetQueue(run: Run, core: number): void {
  const queue = run.amqp.queues[run.amqp.queueOf[core]!]!;
  if (queue.core === core) queue.core = -1;
  run.layoutVersion += 1;
}
