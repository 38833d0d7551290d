/** How many messages a second go where, in the long run and if nothing is in the way. */
import type { ResolvedDesign, EdgeOf, NodeOf } from '../resolve.ts';
import type { Arrivals } from '../values/arrivals.ts';
import type { Distribution } from '../values/distribution.ts';

/** One group's reading of one topic. */
export interface Subscription {
  readonly topic: NodeOf<'topic'>;
  /** Those with the same group, in the document's order; one alone when it has a group of its own. */
  readonly consumers: readonly NodeOf<'consumer'>[];
  readonly edges: readonly EdgeOf<'subscribe'>[];
}

/** Whether its members compete for records, so that partitions limit nobody. */
export function isShared({ edges }: Subscription): boolean {
  return edges[0]?.groupProtocol === 'share';
}

/** Mean rate per second after the beginning; a trace that is played once counts as nothing. */
export function meanRate(arrivals: Arrivals): number {
  switch (arrivals.type) {
    case 'constant':
    case 'poisson':
      return arrivals.ratePerSecond;
    case 'bursts':
      return (arrivals.size * 1000) / arrivals.everyMs;
    case 'ramp':
      return arrivals.toPerSecond;
    case 'wave':
      return arrivals.meanPerSecond;
    case 'trace':
      return arrivals.repeatEveryMs > 0 ? (arrivals.atMs.length * 1000) / arrivals.repeatEveryMs : 0;
    default:
      return arrivals satisfies never;
  }
}

/** Mean in milliseconds; of a normal distribution without what its truncation adds. */
export function meanMs(distribution: Distribution): number {
  switch (distribution.type) {
    case 'uniform':
      return (distribution.min + distribution.max) / 2;
    case 'empirical':
      return distribution.values.reduce((sum, value) => sum + value, 0) / distribution.values.length;
    default:
      return distribution.mean;
  }
}

export function subscriptionsIn(design: ResolvedDesign): readonly Subscription[] {
  const found = new Map<
    string,
    { topic: NodeOf<'topic'>; consumers: NodeOf<'consumer'>[]; edges: EdgeOf<'subscribe'>[] }
  >();
  const nodes = new Map(design.nodes.map((node) => [node.id, node]));
  for (const edge of design.edges) {
    const [topic, consumer] = [nodes.get(edge.from), nodes.get(edge.to)];
    if (edge.kind !== 'subscribe' || topic?.kind !== 'topic' || consumer?.kind !== 'consumer') continue;
    const key = JSON.stringify([topic.id, consumer.group === '' ? ['of its own', consumer.id] : consumer.group]);
    const entry = found.get(key) ?? { topic, consumers: [], edges: [] };
    entry.consumers.push(consumer);
    entry.edges.push(edge);
    found.set(key, entry);
  }
  return [...found.values()];
}

/** What a source brings by itself; null for whoever only passes on. Callers wait for their answers, so they never bring too much. */
function ownRate(node: ResolvedDesign['nodes'][number]): number | null {
  if (node.kind === 'producer') return meanRate(node.arrivals);
  if (node.kind === 'client') return node.callers > 0 ? 0 : meanRate(node.arrivals);
  return null;
}

/**
 * Messages per second into each topic, by its id. Undefined for topics that messages come back to in a circle: there the
 * rate has no end.
 */
export function topicRates(design: ResolvedDesign): ReadonlyMap<string, number | undefined> {
  const nodes = new Map(design.nodes.map((node) => [node.id, node]));
  const rates = new Map<string, number | undefined>();
  const rateOf = (topicId: string, above: ReadonlySet<string>): number | undefined => {
    if (rates.has(topicId)) return rates.get(topicId);
    if (above.has(topicId)) return undefined;
    const within = new Set([...above, topicId]);
    let rate: number | undefined = 0;
    for (const edge of design.edges) {
      if (edge.kind !== 'publish' || edge.to !== topicId) continue;
      const source = nodes.get(edge.from);
      const own = source === undefined ? null : ownRate(source);
      const more = own ?? intake(edge.from, within);
      rate = rate === undefined || more === undefined ? undefined : rate + more;
    }
    rates.set(topicId, rate);
    return rate;
  };
  /** What a consumer takes in: everything of each topic it reads, shared with its group if it has one. */
  const intake = (consumerId: string, above: ReadonlySet<string>): number | undefined => {
    let rate: number | undefined = 0;
    for (const { topic, consumers } of subscriptions) {
      if (!consumers.some(({ id }) => id === consumerId)) continue;
      const more = rateOf(topic.id, above);
      rate = rate === undefined || more === undefined ? undefined : rate + more / consumers.length;
    }
    return rate;
  };
  const subscriptions = subscriptionsIn(design);
  for (const node of design.nodes) if (node.kind === 'topic') rateOf(node.id, new Set());
  return rates;
}
