/** What an autoscaler sees of what waits for a consumer: one reading a subscription, as KEDA has one trigger each. */
import { isServed } from '../brokers/log/brokers.ts';
import type { CursorState, LogSubscription, PartitionState } from '../brokers/log/log-state.ts';
import { isOfLog } from '../brokers/log/subscription.ts';
import type { ConsumerState } from '../handlers/handler-state.ts';
import type { SubscriptionState } from '../ledger/subscription.ts';
import { lagOf } from '../observe/lag.ts';
import type { Run } from '../state.ts';
import type { AutoscalerState } from './autoscaler-state.ts';
import { cappedLag } from './keda.ts';

/** A reading: what waits, and what the scaler makes of it. */
export interface Backlog {
  readonly lag: number;
  readonly metric: number;
}

/** Null while the broker cannot be asked: nothing is decided then. */
export function readBacklog(run: Run, subscription: SubscriptionState, consumer: ConsumerState): Backlog | null {
  if (isOfLog(subscription) && run.groups[subscription.group]!.kind === 'consumer')
    return lagBacklog(run, subscription, consumer);
  return depth(lagOf(run, subscription));
}

/** [AS9] Where any number of instances may share the work there is no cap. */
function depth(messages: number): Backlog {
  return { lag: messages, metric: messages };
}

function lagBacklog(run: Run, subscription: LogSubscription, consumer: ConsumerState): Backlog | null {
  const { autoscaler, settings } = consumer;
  const topic = run.topics[subscription.topic]!;
  if (topic.partitions.some((log) => !isServed(run, log))) return null;
  const link = consumer.links.find((each) => run.links[each]!.subscription === subscription.index)!;
  const reset = run.links[link]!.settings.autoOffsetReset;
  const unsaved = settings.autoscale.scaleToZeroOnInvalidOffset ? 0 : reset === 'earliest' ? Infinity : 1;
  const lags = subscription.cursors.map((cursor, partition) =>
    partitionLag(run.cursors[cursor]!, topic.partitions[partition]!, unsaved),
  );
  const lag = lags.reduce((sum, each) => sum + each, 0);
  const { autoscale } = settings;
  const counted = autoscale.excludePersistentLag
    ? lags.map((each, partition) => (isStuck(run, autoscaler!, subscription.cursors[partition]!) ? 0 : each))
    : lags;
  return { lag, metric: cappedLag(counted, autoscale) };
}

/** [AS2] From the committed position to the high watermark. Where nothing was ever committed it is `unsaved`, the whole log if that is Infinity. */
function partitionLag({ committed }: CursorState, { highWatermark }: PartitionState, unsaved: number): number {
  if (committed >= 0) return Math.max(0, highWatermark - committed);
  return unsaved === Infinity ? highWatermark : unsaved;
}

/** [AS10] Whether its position has not moved since the last look. Notes where it is. */
function isStuck(run: Run, { positions }: AutoscalerState, cursorIndex: number): boolean {
  const { committed }: CursorState = run.cursors[cursorIndex]!;
  if (committed < 0) return false;
  const before = positions[cursorIndex];
  positions[cursorIndex] = committed;
  return before === committed;
}
