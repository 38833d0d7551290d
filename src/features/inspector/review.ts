/**
 * What a careful colleague would say about the drawing before it runs. Static: reads the design alone.
 *
 * Each finding names one node or edge and may bring its mend, as a parameter to set.
 */
import type { Design } from '../../../workers/scenario/document.ts';
import { resolveDesign, type EdgeOf, type NodeOf, type ResolvedDesign } from '../../../workers/scenario/resolve.ts';
import { meanMs, meanRate } from '../../../workers/scenario/review/flows.ts';
import { writeRate } from '../../ui/numbers.ts';

export interface Finding {
  /** Stable name of the rule. */
  readonly rule: string;
  readonly where: 'nodes' | 'edges';
  readonly id: string;
  readonly text: string;
  readonly mend?: { readonly label: string; readonly parameter: string; readonly value: unknown };
}

type Rule = (design: ResolvedDesign) => readonly Finding[];

/** All findings, those about nodes and edges in document order within each rule. A design that does not resolve has none. */
export function reviewDesign(design: Pick<Design, 'nodes' | 'edges'>): readonly Finding[] {
  try {
    const resolved = resolveDesign(design);
    return RULES.flatMap((rule) => rule(resolved));
  } catch {
    return [];
  }
}

const loose: Rule = (design) => {
  const ends = new Set(design.edges.flatMap((edge) => [edge.from, edge.to]));
  return design.nodes.flatMap((node) => {
    if (node.kind === 'note' || node.kind === 'frame' || ends.has(node.id)) return [];
    return [{ rule: 'loose', where: 'nodes', id: node.id, text: `${node.name} is not connected to anything.` }];
  });
};

const unread: Rule = (design) => {
  const read = new Set(design.edges.filter((edge) => edge.kind === 'subscribe').map((edge) => edge.from));
  const written = new Set(design.edges.filter((edge) => edge.kind === 'publish').map((edge) => edge.to));
  return topicsOf(design).flatMap((topic) =>
    written.has(topic.id) && !read.has(topic.id)
      ? [{ rule: 'unread', where: 'nodes', id: topic.id, text: `Nobody reads ${topic.name}.` }]
      : [],
  );
};

const idleInstances: Rule = (design) =>
  subscriptionsOf(design).flatMap(({ topic, consumer }) => {
    const idle = consumer.instances - topic.partitions;
    if (idle <= 0) return [];
    const named = idle === 1 ? 'One instance' : `${idle} instances`;
    return [
      {
        rule: 'idle-instances',
        where: 'nodes',
        id: consumer.id,
        text: `${named} of ${consumer.name} will idle: ${topic.name} has only ${topic.partitions} ${topic.partitions === 1 ? 'partition' : 'partitions'}, and each is read by one instance.`,
        mend: { label: `Use ${topic.partitions}`, parameter: 'instances', value: topic.partitions },
      },
    ];
  });

const overload: Rule = (design) =>
  subscriptionsOf(design).flatMap(({ topic, consumer }) => {
    const arriving = arrivingAt(design, topic.id);
    const work = meanMs(consumer.workMs);
    if (work <= 0 || arriving <= 0) return [];
    const workers = Math.min(consumer.instances, topic.partitions) * consumer.concurrency;
    const capacity = (workers * 1000) / work;
    if (arriving < capacity) return [];
    return [
      {
        rule: 'overload',
        where: 'nodes',
        id: consumer.id,
        text: `${consumer.name} can do ${writeRate(capacity)} and ${topic.name} gets ${writeRate(arriving)}: its lag will grow without end.`,
      },
    ];
  });

const lossyCommit: Rule = (design) =>
  subscriptionsOf(design).flatMap(({ edge, consumer }) =>
    edge.commit === 'before'
      ? [
          {
            rule: 'commit-before',
            where: 'edges',
            id: edge.id,
            text: `${consumer.name} commits before it works: a crash loses what it had taken.`,
            mend: { label: 'Commit after the work', parameter: 'commit', value: 'after' },
          },
        ]
      : [],
  );

const parallelDisorder: Rule = (design) =>
  subscriptionsOf(design).flatMap(({ consumer }) =>
    consumer.concurrency > 1
      ? [
          {
            rule: 'parallel-disorder',
            where: 'nodes',
            id: consumer.id,
            text: `${consumer.name} works on ${consumer.concurrency} messages at once: messages of one key may overtake each other.`,
            mend: { label: 'One at a time', parameter: 'concurrency', value: 1 },
          },
        ]
      : [],
  );

const unguardedRetries: Rule = (design) =>
  publishersOf(design).flatMap((edge) => {
    if (edge.enableIdempotence || edge.retries === 0 || edge.acks === '0') return [];
    return [
      {
        rule: 'retries-double',
        where: 'edges',
        id: edge.id,
        text: 'Retries without idempotence: a lost answer appends a record twice.',
        mend: { label: 'Turn idempotence on', parameter: 'enableIdempotence', value: true },
      },
    ];
  });

const fireAndForget: Rule = (design) =>
  publishersOf(design).flatMap((edge) =>
    edge.acks === '0'
      ? [
          {
            rule: 'acks-0',
            where: 'edges',
            id: edge.id,
            text: 'Nobody acknowledges: what the network or the broker loses is never missed.',
            mend: { label: 'Wait for all replicas', parameter: 'acks', value: 'all' },
          },
        ]
      : [],
  );

const unreachableQuorum: Rule = (design) =>
  topicsOf(design).flatMap((topic) =>
    topic.minInsyncReplicas > topic.replicationFactor
      ? [
          {
            rule: 'min-insync',
            where: 'nodes',
            id: topic.id,
            text: `${topic.name} wants ${topic.minInsyncReplicas} replicas in sync and has ${topic.replicationFactor}: every write with acks=all is refused.`,
            mend: {
              label: `Use ${topic.replicationFactor}`,
              parameter: 'minInsyncReplicas',
              value: topic.replicationFactor,
            },
          },
        ]
      : [],
  );

const nervousGroup: Rule = (design) =>
  subscriptionsOf(design).flatMap(({ edge, consumer }) =>
    edge.heartbeatIntervalMs * 3 > edge.sessionTimeoutMs
      ? [
          {
            rule: 'heartbeat',
            where: 'edges',
            id: edge.id,
            text: `${consumer.name} sends fewer than three heartbeats per session timeout: one that is late throws a member out.`,
            mend: {
              label: 'A third of the timeout',
              parameter: 'heartbeatIntervalMs',
              value: Math.max(1, Math.floor(edge.sessionTimeoutMs / 3)),
            },
          },
        ]
      : [],
  );

const RULES: readonly Rule[] = [
  unreachableQuorum,
  overload,
  lossyCommit,
  unguardedRetries,
  fireAndForget,
  parallelDisorder,
  idleInstances,
  nervousGroup,
  unread,
  loose,
];

function topicsOf(design: ResolvedDesign): readonly NodeOf<'topic'>[] {
  return design.nodes.filter((node) => node.kind === 'topic');
}

function publishersOf(design: ResolvedDesign): readonly EdgeOf<'publish'>[] {
  return design.edges.filter((edge) => edge.kind === 'publish');
}

interface ResolvedSubscription {
  readonly edge: EdgeOf<'subscribe'>;
  readonly topic: NodeOf<'topic'>;
  readonly consumer: NodeOf<'consumer'>;
}

function subscriptionsOf(design: ResolvedDesign): readonly ResolvedSubscription[] {
  const nodes = new Map(design.nodes.map((node) => [node.id, node]));
  return design.edges.flatMap((edge) => {
    if (edge.kind !== 'subscribe') return [];
    const [topic, consumer] = [nodes.get(edge.from), nodes.get(edge.to)];
    return topic?.kind === 'topic' && consumer?.kind === 'consumer' ? [{ edge, topic, consumer }] : [];
  });
}

/** Messages per second that producers send to a topic in the long run; what consumers forward is not counted. */
function arrivingAt(design: ResolvedDesign, topicId: string): number {
  const nodes = new Map(design.nodes.map((node) => [node.id, node]));
  let rate = 0;
  for (const edge of publishersOf(design)) {
    const source = nodes.get(edge.from);
    if (edge.to === topicId && source?.kind === 'producer') rate += meanRate(source.arrivals);
  }
  return rate;
}
