/** How far the readers of a stream are. */
import type { SubscriptionState } from '../ledger/subscription.ts';
import type { Run } from '../state.ts';
import type { AmqpFeed } from './amqp-state.ts';
import type { StreamReader, StreamRecords } from './stream-state.ts';

/** Messages of a stream that a reader has not done: those to come, and those that it holds. */
export function readerLag({ amqp }: Run, { start, end }: StreamRecords, reader: StreamReader): number {
  const { number, position, floor } = reader;
  if (number < 0) return floor === Infinity ? 0 : Math.max(0, end - Math.max(start, floor));
  return end - Math.max(start, position) + amqp.broker.consumers[number]!.held;
}

function feedOf({ amqp }: Run, { index }: SubscriptionState): AmqpFeed | undefined {
  return amqp.feeds.find(({ gone, subscription }) => !gone && subscription === index);
}

/** That of the reader that is furthest behind; 0 where nobody reads. */
export function streamLag(run: Run, subscription: SubscriptionState): number {
  const { stream } = run.amqp.queues[subscription.origin]!;
  const feed = feedOf(run, subscription);
  if (feed === undefined || stream === null) return 0;
  return feed.readers.reduce((most, reader) => Math.max(most, readerLag(run, stream, reader)), 0);
}

/** Messages that all of its readers were sent, and that the stream still has. */
export function replayableOfStream(run: Run, subscription: SubscriptionState): number {
  const { stream } = run.amqp.queues[subscription.origin]!;
  const feed = feedOf(run, subscription);
  if (feed === undefined || stream === null) return 0;
  const lowest = feed.readers.reduce((least, { position }) => Math.min(least, position), stream.end);
  return feed.readers.length === 0 ? 0 : Math.max(0, lowest - stream.start);
}
