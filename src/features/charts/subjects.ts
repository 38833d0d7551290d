/** What the charts are about: sources, subscriptions and consumers of the run, with the names people gave them. */
import { familyRead } from '../../../workers/scenario/backlog-words.ts';
import type { Check, Design } from '../../../workers/scenario/document.ts';
import type { Layout } from '../../../workers/protocol/frame.ts';
import { readersOf, subscriptionTitle } from '../../simulation/subscription-title.ts';

interface Subject {
  /** Prefix of its columns in the series, with the colon. */
  readonly prefix: string;
  readonly label: string;
}

export interface SubscriptionSubject extends Subject {
  readonly consumers: readonly string[];
  /** Node id of what is read. */
  readonly source: string;
  /** Of what is read: a log has partitions and positions. */
  readonly family: 'log' | 'amqp' | 'sqs' | 'table';
  /** A queue may have no consumers: what it holds is a backlog, and nothing else is to be told of it. */
  readonly isRead: boolean;
}

interface ConsumerSubject extends Subject {
  /** Its number of instances follows its backlog. */
  readonly scaled: boolean;
}

export interface Subjects {
  /** One a `publish` edge, in document order. */
  readonly sources: readonly Subject[];
  readonly subscriptions: readonly SubscriptionSubject[];
  readonly consumers: readonly ConsumerSubject[];
  /** Whoever asks, and waits for answers. */
  readonly clients: readonly Subject[];
}

/** The subjects of a run; names are those of `design`, ids stand in for what is no longer there. */
export function subjectsOf(layout: Layout | null, design: Pick<Design, 'nodes' | 'edges'>): Subjects {
  if (layout === null) return { sources: [], subscriptions: [], consumers: [], clients: [] };
  const names = new Map(design.nodes.map((node) => [node.id, node.name]));
  const edges = new Map(design.edges.map((edge) => [edge.id, edge]));
  const scaled = new Set(
    design.nodes.flatMap((node) => (node.kind === 'consumer' && node.autoscale?.enabled === true ? [node.id] : [])),
  );
  const name = (id: string) => names.get(id) ?? id;
  const sources = layout.edgeIds
    .filter((id) => layout.edges[id]?.kind === 'publish')
    .map((id) => {
      const edge = edges.get(id);
      return { prefix: `publish:${id}:`, label: edge ? name(edge.from) : id, topic: edge ? name(edge.to) : id };
    });
  const subscriptions = layout.subscriptions.map((subscription) => {
    const { topic, group, consumers } = subscription;
    const readers = readersOf(subscription, name);
    return {
      prefix: `subscription:${topic}:${group}:`,
      label: readers === '' ? subscriptionTitle(subscription, name) : readers,
      title: subscriptionTitle(subscription, name),
      consumers,
      source: topic,
      family: familyRead(layout.nodes[topic]?.kind) ?? 'log',
      isRead: readers !== '',
    };
  });
  const handlers = layout.nodeIds.flatMap((id) => {
    const block = layout.nodes[id];
    return block?.kind === 'consumer' ? [{ id, asks: block.requestsAt >= 0 }] : [];
  });
  const consumers = handlers
    .filter(({ asks }) => !asks)
    .map(({ id }) => ({ prefix: `consumer:${id}:`, label: name(id), scaled: scaled.has(id) }));
  return {
    sources: toldApart(sources, ({ label, topic }) => `${label} → ${topic}`),
    subscriptions: toldApart(subscriptions, ({ title }) => title),
    consumers,
    clients: handlers
      .filter(({ asks }) => asks)
      .map(({ id }) => ({ prefix: `client:${id}:`, label: `${name(id)}, round trip` })),
  };
}

/** With the longer label where the short one stands for several: short ones read faster. */
function toldApart<Item extends Subject>(items: readonly Item[], longer: (item: Item) => string): readonly Item[] {
  return items.map((item) => {
    const alike = items.filter((other) => other.label === item.label).length;
    return alike > 1 ? { ...item, label: longer(item) } : item;
  });
}

/** A check's limit as a line across a chart. */
export interface Threshold {
  readonly value: number;
  readonly label: string;
}

/** The limits of lag that checks set for a subscription. */
export function lagThresholds(checks: readonly Check[], { consumers }: SubscriptionSubject): readonly Threshold[] {
  return checks.flatMap((check) =>
    check.claim === 'lagBelow' && consumers.includes(check.of)
      ? [{ value: check.messages, label: `check: below ${check.messages.toLocaleString('en')}` }]
      : [],
  );
}

/** The limits of latency that checks set for a subscription. */
export function latencyThresholds(checks: readonly Check[], { consumers }: SubscriptionSubject): readonly Threshold[] {
  return checks.flatMap((check) =>
    check.claim === 'latencyBelow' && consumers.includes(check.of)
      ? [{ value: check.ms, label: `check: p${check.percentile ?? 99} below ${check.ms.toLocaleString('en')} ms` }]
      : [],
  );
}
