/** What a subscription is called, and who reads for it: for reports, frames and charts. */
import { logSubscription } from '../brokers/log/subscription.ts';
import type { SubscriptionState } from '../ledger/subscription.ts';
import type { Run } from '../state.ts';

/**
 * The node whose messages it reads, and the group that reads them. Whoever competes for the messages of a queue or a table has no
 * group: its name is empty. Each reader of a stream is a group of its own.
 */
export function namesOf(run: Run, subscription: SubscriptionState): { topic: string; group: string } {
  if (subscription.family === 'amqp') return { topic: subscription.node, group: readerOfStream(run, subscription) };
  if (subscription.family !== 'log') return { topic: subscription.node, group: '' };
  return { topic: subscription.node, group: run.groups[logSubscription(run, subscription.index).group]!.name };
}

/** Ids of the consumers that read for it, in the order of their edges. */
export function readersOf(run: Run, subscription: SubscriptionState): string[] {
  if (subscription.family === 'log')
    return run.links
      .filter((link) => !link.gone && link.subscription === subscription.index)
      .map((link) => run.consumers[link.consumer]!.id);
  const { node } = subscription;
  if (subscription.family === 'amqp' && run.amqp.queues[subscription.origin]!.stream !== null) {
    const reader = readerOfStream(run, subscription);
    return reader === '' ? [] : [reader];
  }
  return run.design.edges.filter(({ from, to }) => from === node && isConsumer(run, to)).map(({ to }) => to);
}

/** What a consumer reads, in the order of its edges. */
export function readingsOf(run: Run, consumerId: string): SubscriptionState[] {
  const place = run.places[consumerId];
  if (place?.kind !== 'consumer') return [];
  const consumer = run.consumers[place.index]!;
  if (consumer.family === 'log') return consumer.links.map((link) => run.subscriptions[run.links[link]!.subscription]!);
  return run.subscriptions.filter(
    (subscription) => subscription.family === consumer.family && readersOf(run, subscription).includes(consumerId),
  );
}

function isConsumer(run: Run, id: string): boolean {
  return run.places[id]?.kind === 'consumer';
}

/** Id of the consumer that reads a stream for a subscription; empty where a queue is read. */
function readerOfStream(run: Run, { index }: SubscriptionState): string {
  const feed = run.amqp.feeds.find(({ gone, subscription }) => !gone && subscription === index);
  const { stream } = run.amqp.queues[run.subscriptions[index]!.origin]!;
  return feed === undefined || stream === null ? '' : run.consumers[feed.consumer]!.id;
}
