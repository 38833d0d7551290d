/** What an autoscaler sees of what waits for a consumer: one reading a subscription, as KEDA has one trigger each. */
import { isServed } from '../brokers/log/brokers.ts';
import type { CursorState, SubscriptionState } from '../brokers/log/log-state.ts';
import type { LinkState } from '../handlers/handler-state.ts';
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
export function readBacklog(run: Run, link: LinkState, consumer: number): Backlog | null {
  const subscription = run.subscriptions[link.subscription]!;
  if (run.groups[subscription.group]!.kind === 'share') return depth(lagOf(run, subscription));
  return lagBacklog(run, link, subscription, consumer);
}

/** [AS9] Where any number of instances may share the work there is no cap. */
function depth(messages: number): Backlog {
  return { lag: messages, metric: messages };
}

function lagBacklog(run: Run, link: LinkState, subscription: SubscriptionState, consumer: number): Backlog | null {
  const { autoscaler, settings } = run.consumers[consumer]!;
  const topic = run.topics[subscription.topic]!;
  if (topic.partitions.some((log) => !isServed(run, log))) return null;
  const lags = subscription.cursors.map((cursor) => partitionLag(run, link, cursor, consumer));
  const lag = lags.reduce((sum, each) => sum + each, 0);
  const { autoscale } = settings;
  const counted = autoscale.excludePersistentLag
    ? lags.map((each, partition) => (isStuck(run, autoscaler!, subscription.cursors[partition]!) ? 0 : each))
    : lags;
  return { lag, metric: cappedLag(counted, autoscale) };
}

/** [AS2] From the committed position to the high watermark; where nothing was ever committed it depends on the reset. */
function partitionLag(run: Run, link: LinkState, cursorIndex: number, consumer: number): number {
  const cursor = run.cursors[cursorIndex]!;
  const { highWatermark } = run.topics[run.subscriptions[cursor.subscription]!.topic]!.partitions[cursor.partition]!;
  if (cursor.committed >= 0) return highWatermark - cursor.committed;
  if (run.consumers[consumer]!.settings.autoscale.scaleToZeroOnInvalidOffset) return 0;
  return link.settings.autoOffsetReset === 'earliest' ? highWatermark : 1;
}

/** [AS10] Whether its position has not moved since the last look. Notes where it is. */
function isStuck(run: Run, { positions }: AutoscalerState, cursorIndex: number): boolean {
  const { committed }: CursorState = run.cursors[cursorIndex]!;
  if (committed < 0) return false;
  const before = positions[cursorIndex];
  positions[cursorIndex] = committed;
  return before === committed;
}
