/** Lag: how many records a group has not saved as read. [KO7] [KW2] */
import { depthOf } from '../amqp/figures.ts';
import { replayableOfStream, streamLag } from '../amqp/stream-figures.ts';
import { unreachable } from '../core/assert.ts';
import type { CursorState, LogSubscription, PartitionState } from '../brokers/log/log-state.ts';
import type { SubscriptionState } from '../ledger/subscription.ts';
import { countRecords } from '../brokers/log/partition.ts';
import { lastStableOffset } from '../brokers/log/producer-state.ts';
import type { Run } from '../state.ts';
import type { StoreState } from '../table/state.ts';
import { isOfLog, logSubscription } from '../brokers/log/subscription.ts';

/** Records from the committed position (or the log start, or where reading began) up to the high watermark, or the last stable offset. */
function cursorLag(run: Run, cursor: CursorState): number {
  const { topic, committedOnly } = logSubscription(run, cursor.subscription);
  return behind(run.topics[topic]!.partitions[cursor.partition]!, cursor, committedOnly);
}

/** The same, of a log and a cursor in it; `committedOnly` as its subscription has it. */
export function behind(log: PartitionState, cursor: CursorState, committedOnly: boolean): number {
  const from = Math.max(cursor.committed, cursor.floor, log.start);
  // Of a share group what is done with above its start is not behind any more.
  const done = cursor.share === null ? 0 : cursor.share.final;
  return Math.max(0, (committedOnly ? lastStableOffset(log) : log.highWatermark) - from - done);
}

/** How far a subscription is behind: records of a log that it has not saved; of a queue or a table what is ready in it and in hand. */
export function lagOf(run: Run, subscription: SubscriptionState): number {
  switch (subscription.family) {
    case 'log':
      return logLag(run, logSubscription(run, subscription.index));
    case 'amqp':
      return queueLag(run, subscription);
    case 'sqs':
      return sqsLag(run, subscription);
    case 'table':
      return tableLag(run.stores[subscription.origin]!);
    default:
      return unreachable(subscription.family);
  }
}

/** Rows that are ready, locked or claimed. */
function tableLag({ db }: StoreState): number {
  return db.rows.ready.length + db.rows.claimed.length;
}

/** Records that it has saved as read and its log still has. A stream keeps them, too; what is acknowledged to a queue, or deleted from it, is gone. */
export function replayableOf(run: Run, subscription: SubscriptionState): number {
  if (subscription.family === 'amqp') return replayableOfStream(run, subscription);
  if (!isOfLog(subscription)) return 0;
  const { topic, cursors, committedOnly } = subscription;
  return cursors.reduce((all, index) => {
    const { committed, floor, partition } = run.cursors[index]!;
    const log = run.topics[topic]!.partitions[partition]!;
    return all + countRecords(log, log.start, Math.min(Math.max(committed, floor, log.start), log.end), committedOnly);
  }, 0);
}

/** What is ready, and what is delivered and not acknowledged. */
function queueLag(run: Run, subscription: SubscriptionState): number {
  const { origin } = subscription;
  if (run.amqp.queues[origin]!.stream !== null) return streamLag(run, subscription);
  const { ready, unacknowledged } = depthOf(run, origin);
  return ready + unacknowledged;
}

function logLag(run: Run, subscription: LogSubscription): number {
  let lag = 0;
  for (const index of subscription.cursors) lag += cursorLag(run, run.cursors[index]!);
  return subscription.active ? lag : 0;
}

/** What can be received, and what has been and is not deleted. */
function sqsLag(run: Run, { origin }: SubscriptionState): number {
  const { visible, inFlight } = run.sqs.places[origin]!.queue;
  return visible + inFlight;
}
