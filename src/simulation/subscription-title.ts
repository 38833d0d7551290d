import type { SubscriptionReport } from './polling.ts';

type Read = Pick<SubscriptionReport, 'topic' | 'group' | 'consumers'>;

/** Who reads: the consumers by name, else their group; empty for a queue that nobody reads. */
export function readersOf({ group, consumers }: Read, nameOf: (nodeId: string) => string): string {
  return consumers.length === 0 ? group : consumers.map(nameOf).join(', ');
}

/** What a subscription is called: what is read, and who reads it. */
export function subscriptionTitle(subscription: Read, nameOf: (nodeId: string) => string): string {
  const readers = readersOf(subscription, nameOf);
  const topic = nameOf(subscription.topic);
  return readers === '' ? `${topic} (nobody reads it)` : `${topic} → ${readers}`;
}
