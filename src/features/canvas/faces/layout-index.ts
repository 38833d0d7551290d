/** Who belongs to whom in a layout, looked up once per layout and not in every frame by every face. */
import type { Layout, SubscriptionBlock } from '../../../../workers/protocol/frame.ts';

interface LayoutIndex {
  readonly ofTopic: ReadonlyMap<string, readonly SubscriptionBlock[]>;
  readonly ofConsumer: ReadonlyMap<string, readonly SubscriptionBlock[]>;
  /** Place of each consumer's group among the layout's groups. */
  readonly groupOfConsumer: ReadonlyMap<string, number>;
  readonly groupByName: ReadonlyMap<string, number>;
}

const NONE: readonly SubscriptionBlock[] = [];
const indexes = new WeakMap<Layout, LayoutIndex>();

function indexOf(layout: Layout): LayoutIndex {
  let index = indexes.get(layout);
  if (index === undefined) indexes.set(layout, (index = buildIndex(layout)));
  return index;
}

function buildIndex(layout: Layout): LayoutIndex {
  const ofTopic = new Map<string, SubscriptionBlock[]>();
  const ofConsumer = new Map<string, SubscriptionBlock[]>();
  const groupByName = new Map(layout.groups.map(({ name }, place) => [name, place]));
  const groupOfConsumer = new Map<string, number>();
  layout.groups.forEach(({ members }, place) => {
    for (const { node } of members) groupOfConsumer.set(node, place);
  });
  for (const subscription of layout.subscriptions) {
    add(ofTopic, subscription.topic, subscription);
    const place = groupByName.get(subscription.group);
    for (const consumer of subscription.consumers) {
      add(ofConsumer, consumer, subscription);
      // A group without members yet is its consumers' all the same.
      if (place !== undefined && !groupOfConsumer.has(consumer)) groupOfConsumer.set(consumer, place);
    }
  }
  return { ofTopic, ofConsumer, groupOfConsumer, groupByName };
}

function add(to: Map<string, SubscriptionBlock[]>, key: string, subscription: SubscriptionBlock): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [subscription]);
  else known.push(subscription);
}

export function subscriptionsOfTopic(layout: Layout, topic: string): readonly SubscriptionBlock[] {
  return indexOf(layout).ofTopic.get(topic) ?? NONE;
}

export function subscriptionsOfConsumer(layout: Layout, consumer: string): readonly SubscriptionBlock[] {
  return indexOf(layout).ofConsumer.get(consumer) ?? NONE;
}

/** Place of this consumer's group among all, which gives the group its letter and colour; -1 while unknown. */
export function groupIndexOf(layout: Layout, consumer: string): number {
  return indexOf(layout).groupOfConsumer.get(consumer) ?? -1;
}

export function groupIndexOfSubscription(layout: Layout, subscription: SubscriptionBlock): number {
  return indexOf(layout).groupByName.get(subscription.group) ?? -1;
}
