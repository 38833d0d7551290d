/** Subscriptions that come and go while messages exist: from when on, and until when, something is owed to them. */
import { isOffered } from '../brokers/log/offering.ts';
import type { PartitionState } from '../brokers/log/log-state.ts';
import { isHole } from '../brokers/log/partition.ts';
import { isRolledBack } from '../brokers/log/transactions/rolled-back.ts';
import { publishesToLog } from '../clients/log-source.ts';
import type { Run } from '../state.ts';
import { addChance, disown, dropChance, owe } from './ledger.ts';
import {
  CLASS,
  nameObligations,
  resurrectMessage,
  STATUS_ACKNOWLEDGED,
  STATUS_REFUSED,
  widenObligations,
  obligationAt,
  rowsInUse,
} from './messages.ts';
import { logSubscription } from '../brokers/log/subscription.ts';
import { M, O } from './layout.ts';

/** Starts owing to a subscription: every message still with its source, and every record from its saved position on. */
export function admitSubscription(run: Run, index: number): void {
  const subscription = logSubscription(run, index);
  if (subscription.active) return;
  const topic = run.topics[subscription.topic]!;
  if (topic.subscriptions[subscription.slot] !== index) {
    topic.subscriptions.push(index);
    widenAll(run, subscription.topic);
  }
  subscription.active = true;
  const revived = new Map<number, number>();
  const applied = new Set(subscription.appliedUnsaved);
  subscription.appliedUnsaved = [];
  subscription.cursors.forEach((cursorIndex, partition) => {
    const log = topic.partitions[partition]!;
    const cursor = run.cursors[cursorIndex]!;
    for (let offset = Math.max(log.start, cursor.floor); offset < log.end; offset += 1) {
      if (!isOffered(cursor, offset) || isHole(log, offset)) continue;
      const i = offset & log.mask;
      const row = liveRow(run, subscription.topic, log, offset, revived);
      log.row[i] = row;
      if (applied.has(log.message[i]!)) recallApplied(run, row, subscription.slot);
      else owe(run, row, subscription.slot);
      addChance(run, row, subscription.slot);
    }
  });
  for (const row of rowsOf(run, subscription.topic))
    if (run.messages.int[row + M.inHand]! > 0) owe(run, row, subscription.slot);
  run.layoutVersion += 1;
}

/**
 * A message that was applied before the subscription went away is in its accounts already: applied once more it is a
 * duplicate, and nothing is owed of it a second time.
 */
export function recallApplied(run: Run, row: number, slot: number): void {
  const { obligations } = run.messages;
  const i = obligationAt(run.messages, row, slot);
  if (obligations.rows[i + O.class] !== CLASS.none) return;
  obligations.rows[i + O.class] = CLASS.applied;
  obligations.rows[i + O.applied] = 1;
  obligations.rows[i + O.delivered] = 1;
}

/** The row of a record's message; a settled message gets a new one, with nothing owed to anybody else. */
export function liveRow(
  run: Run,
  topic: number,
  log: PartitionState,
  offset: number,
  revived: Map<number, number>,
): number {
  const { messages } = run;
  const i = offset & log.mask;
  const id = log.message[i]!;
  if (messages.num[log.row[i]! + M.id] === id) return log.row[i]!;
  const known = revived.get(id);
  if (known !== undefined) return known;
  const { subscriptions } = run.topics[topic]!;
  const fresh = resurrectMessage(messages, id, subscriptions.length);
  nameObligations(messages, fresh, subscriptions);
  messages.int[fresh + M.source] = log.source[i]!;
  messages.num[fresh + M.client] = run.sources[log.source[i]!]!.clients[0]!;
  messages.num[fresh + M.sequence] = log.sequence[i]!;
  messages.int[fresh + M.key] = log.key[i]!;
  messages.int[fresh + M.bytes] = log.bytes[i]!;
  messages.num[fresh + M.producedNs] = log.appendedNs[i]!;
  // What its source knew is not kept with the record: what is in the log counts as acknowledged, unless its transaction
  // was aborted. [LG12]
  messages.int[fresh + M.status] = isRolledBack(run, log, offset) ? STATUS_REFUSED : STATUS_ACKNOWLEDGED;
  revived.set(id, fresh);
  return fresh;
}

/** Every message of a topic gets one obligation more. */
function widenAll(run: Run, topic: number): void {
  const { messages } = run;
  const { subscriptions } = run.topics[topic]!;
  for (const row of rowsOf(run, topic)) {
    widenObligations(messages, row, subscriptions.length);
    nameObligations(messages, row, subscriptions);
  }
}

/** Whether a message was published to a topic. */
function isPublishedTo(run: Run, row: number, topic: number): boolean {
  const source = run.sources[run.messages.int[row + M.source]!]!;
  return publishesToLog(source) && source.topic === topic;
}

function rowsOf(run: Run, topic: number): number[] {
  return rowsInUse(run.messages).filter((row) => isPublishedTo(run, row, topic));
}

/** Stops owing to a subscription. What it applied stays in its accounts; what was under way is written off. */
export function dismissSubscription(run: Run, index: number): void {
  const subscription = logSubscription(run, index);
  if (!subscription.active) return;
  const topic = run.topics[subscription.topic]!;
  for (const row of rowsOf(run, subscription.topic)) {
    if (run.messages.obligations.rows[obligationAt(run.messages, row, subscription.slot) + O.class] === CLASS.inFlight)
      disown(run, row, subscription.slot);
  }
  subscription.active = false;
  subscription.cursors.forEach((cursorIndex, partition) => {
    const log = topic.partitions[partition]!;
    const cursor = run.cursors[cursorIndex]!;
    for (let offset = Math.max(log.start, cursor.floor); offset < log.end; offset += 1) {
      if (!isOffered(cursor, offset)) continue;
      const row = log.row[offset & log.mask]!;
      if (row < 0) continue;
      if (run.messages.obligations.rows[obligationAt(run.messages, row, subscription.slot) + O.applied]! > 0)
        subscription.appliedUnsaved.push(log.message[offset & log.mask]!);
      dropChance(run, row, subscription.slot);
    }
  });
  run.layoutVersion += 1;
}
