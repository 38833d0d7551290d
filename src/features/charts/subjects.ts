/** What the charts are about: sources, subscriptions and consumers of the run, with the names people gave them. */
import type { Check, Design } from '../../../workers/scenario/document.ts';
import type { Layout } from '../../../workers/protocol/frame.ts';

export interface Subject {
  /** Prefix of its columns in the series, with the colon. */
  readonly prefix: string;
  readonly label: string;
}

export interface SubscriptionSubject extends Subject {
  readonly consumers: readonly string[];
}

export interface Subjects {
  /** One a `publish` edge, in document order. */
  readonly sources: readonly Subject[];
  readonly subscriptions: readonly SubscriptionSubject[];
  readonly consumers: readonly Subject[];
}

/** The subjects of a run; names are those of `design`, ids stand in for what is no longer there. */
export function subjectsOf(layout: Layout | null, design: Pick<Design, 'nodes' | 'edges'>): Subjects {
  if (layout === null) return { sources: [], subscriptions: [], consumers: [] };
  const names = new Map(design.nodes.map((node) => [node.id, node.name]));
  const edges = new Map(design.edges.map((edge) => [edge.id, edge]));
  const name = (id: string) => names.get(id) ?? id;
  const sources = layout.edgeIds
    .filter((id) => layout.edges[id]?.kind === 'publish')
    .map((id) => {
      const edge = edges.get(id);
      return { prefix: `publish:${id}:`, label: edge === undefined ? id : sourceLabel(edge, layout, name) };
    });
  const subscriptions = layout.subscriptions.map(({ topic, group, consumers }) => ({
    prefix: `subscription:${topic}:${group}:`,
    label: subscriptionLabel(topic, group, consumers, layout, name),
    consumers,
  }));
  const consumers = layout.nodeIds
    .filter((id) => layout.nodes[id]?.kind === 'consumer')
    .map((id) => ({ prefix: `consumer:${id}:`, label: name(id) }));
  return { sources, subscriptions, consumers };
}

/** Only the producer's name where it publishes to one topic; that tells it apart and reads faster. */
function sourceLabel(
  edge: { readonly from: string; readonly to: string; readonly id: string },
  layout: Layout,
  name: (id: string) => string,
): string {
  const fromSame = layout.edgeIds.filter((id) => layout.edges[id]?.kind === 'publish').length;
  return fromSame > 1 ? `${name(edge.from)} → ${name(edge.to)}` : name(edge.from);
}

/** Only the readers' names where all subscriptions are of one topic. */
function subscriptionLabel(
  topic: string,
  group: string,
  consumers: readonly string[],
  layout: Layout,
  name: (id: string) => string,
): string {
  const readers = consumers.length === 0 ? group : consumers.map(name).join(', ');
  const topics = new Set(layout.subscriptions.map((subscription) => subscription.topic));
  return topics.size > 1 ? `${name(topic)} → ${readers}` : readers;
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
      ? [{ value: check.messages, label: `check: at most ${check.messages.toLocaleString('en')}` }]
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
