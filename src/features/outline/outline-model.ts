/** The design and the run as text: what a person who does not see the canvas reads instead. */
import { EXCHANGE, QUEUE, RABBITMQ } from '../../../workers/protocol/frame-amqp.ts';
import { CLUSTER } from '../../../workers/protocol/frame-cluster.ts';
import {
  CONDITION,
  CONSUMER,
  HEALTH,
  PRODUCER,
  PUBLISH,
  SUBSCRIBE,
  SUBSCRIPTION,
  TOPIC,
  type Layout,
  type NodeBlock,
} from '../../../workers/protocol/frame.ts';
import { SNS, SQS } from '../../../workers/protocol/frame-sqs.ts';
import { STORE } from '../../../workers/protocol/frame-store.ts';
import { REQUESTS } from '../../../workers/protocol/frame-requests.ts';
import type { Design, ScenarioEdge, ScenarioNode } from '../../../workers/scenario/document.ts';
import type { EdgeKind } from '../../../workers/scenario/edges/table.ts';
import { nodeKinds, type NodeKind } from '../../../workers/scenario/kinds/table.ts';
import { sentNowhere } from '../../simulation/sent-nowhere.ts';
import { writeAmount, writeCount } from '../../ui/numbers.ts';

export interface OutlineEntry {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly connections: readonly OutlineConnection[];
}

interface OutlineConnection {
  readonly edgeId: string;
  /** e.g. `publishes to orders`. */
  readonly text: string;
}

const verbs: { readonly [K in EdgeKind]: { readonly out: string; readonly in: string } } = {
  publish: { out: 'publishes to', in: 'receives from' },
  subscribe: { out: 'is read by', in: 'reads' },
  host: { out: 'holds', in: 'is on' },
  amqpPublish: { out: 'publishes to', in: 'receives from' },
  bind: { out: 'is bound to', in: 'is bound to' },
  amqpConsume: { out: 'is read by', in: 'reads' },
  sqsSend: { out: 'sends to', in: 'receives from' },
  sqsReceive: { out: 'is received from by', in: 'receives from' },
  redrive: { out: 'has its dead letters in', in: 'takes the dead letters of' },
  snsPublish: { out: 'publishes to', in: 'receives from' },
  snsSubscribe: { out: 'sends on to', in: 'subscribes to' },
  insert: { out: 'inserts into', in: 'takes rows of' },
  poll: { out: 'is polled by', in: 'polls' },
  deadLetter: { out: 'sends its dead letters to', in: 'takes the dead letters of' },
};

function nameOf(design: Pick<Design, 'nodes'>, id: string): string {
  return design.nodes.find((node) => node.id === id)?.name ?? id;
}

/** Every node with what it is connected to, in document order; annotations come last. */
export function outlineOf(design: Pick<Design, 'nodes' | 'edges'>): readonly OutlineEntry[] {
  const annotations = new Set<NodeKind>(['note', 'frame']);
  const ordered = [
    ...design.nodes.filter(({ kind }) => !annotations.has(kind)),
    ...design.nodes.filter(({ kind }) => annotations.has(kind)),
  ];
  return ordered.map((node) => ({
    id: node.id,
    kind: nodeKinds[node.kind].label,
    name: node.kind === 'note' ? (node.text ?? '').slice(0, 80) || node.name : node.name,
    connections: design.edges.flatMap((edge) => connectionOf(design, node, edge)),
  }));
}

function connectionOf(
  design: Pick<Design, 'nodes'>,
  node: ScenarioNode,
  edge: ScenarioEdge,
): readonly OutlineConnection[] {
  if (edge.from === node.id) return [{ edgeId: edge.id, text: `${verbs[edge.kind].out} ${nameOf(design, edge.to)}` }];
  if (edge.to === node.id) return [{ edgeId: edge.id, text: `${verbs[edge.kind].in} ${nameOf(design, edge.from)}` }];
  return [];
}

const HEALTH_WORDS: Readonly<Record<number, string>> = {
  [HEALTH.up]: 'running',
  [HEALTH.crashed]: 'crashed',
  [HEALTH.paused]: 'paused',
  [HEALTH.slow]: 'slowed down',
};

type Read = (values: Float64Array, layout: Layout, id: string, at: number) => readonly string[];

const states: { readonly [K in NodeBlock['kind']]: Read } = {
  producer: (values, _layout, _id, at) => {
    const made = writeCount(values[at + PRODUCER.attempted]!);
    if (sentNowhere(values, at)) return [`${made} sent nowhere`];
    return [
      `${made} attempted`,
      `${writeCount(values[at + PRODUCER.acknowledged]!)} acknowledged`,
      ...some(values[at + PRODUCER.refused]!, 'refused'),
      ...some(values[at + PRODUCER.unknown]!, 'unknown'),
    ];
  },
  topic: (values, layout, id, at) => {
    const block = layout.nodes[id];
    return [
      ...(block?.kind === 'topic' ? [writeAmount(block.partitions, 'partition')] : []),
      `${writeCount(values[at + TOPIC.insyncReplicas]!)} in-sync replicas`,
    ];
  },
  cluster: (values, layout, id, at) => {
    const block = layout.nodes[id];
    return [
      ...(block?.kind === 'cluster'
        ? [`${values[at + CLUSTER.brokersUp]!} of ${writeAmount(block.brokers, 'broker')} up`]
        : []),
      ...some(values[at + CLUSTER.underReplicated]!, 'under-replicated'),
      ...some(values[at + CLUSTER.offline]!, 'without a leader'),
    ];
  },
  sqs: (values, _layout, _id, at) => [
    `${writeCount(values[at + SQS.visible]!)} visible`,
    `${writeCount(values[at + SQS.inFlight]!)} in flight`,
    ...some(values[at + SQS.delayed]!, 'delayed'),
    ...some(values[at + SQS.emptyReceives]!, 'empty receives'),
  ],
  sns: (values, _layout, _id, at) => [`${writeCount(values[at + SNS.published]!)} published`],
  exchange: (values, _layout, _id, at) => [
    `${writeCount(values[at + EXCHANGE.published]!)} published`,
    ...some(values[at + EXCHANGE.unroutable]!, 'unroutable'),
  ],
  queue: (values, _layout, _id, at) => [
    `${writeCount(values[at + QUEUE.ready]!)} ready`,
    `${writeCount(values[at + QUEUE.unacknowledged]!)} unacknowledged`,
    ...some(values[at + QUEUE.redelivered]!, 'redelivered'),
    ...some(values[at + QUEUE.deadLettered]!, 'dead-lettered'),
    ...some(values[at + QUEUE.dropped]!, 'dropped'),
    ...some(values[at + QUEUE.refused]!, 'refused'),
  ],
  rabbitmq: (values, _layout, _id, at) => [
    writeAmount(values[at + RABBITMQ.queues]!, 'queue'),
    ...(values[at + RABBITMQ.alarm] === 1 ? ['publishers are blocked'] : []),
  ],
  store: (values, _layout, _id, at) => [
    `${writeCount(values[at + STORE.ready]!)} ready`,
    ...some(values[at + STORE.locked]!, 'locked'),
    ...some(values[at + STORE.claimed]!, 'claimed'),
    ...some(values[at + STORE.kept]!, 'done and kept'),
    ...some(values[at + STORE.failed]!, 'failed'),
    ...some(values[at + STORE.passed]!, 'passed over'),
    `${Math.round(100 * values[at + STORE.utilisation]!)} % busy`,
  ],
  consumer: (values, layout, id, at) => {
    const block = layout.nodes[id];
    if (block?.kind === 'consumer' && block.requestsAt >= 0) return requestState(values, block.requestsAt);
    const subscriptions = layout.subscriptions.filter(({ consumers }) => consumers.includes(id));
    const sum = (figure: number) => subscriptions.reduce((total, sub) => total + values[sub.at + figure]!, 0);
    return [
      `${writeAmount(values[at + CONSUMER.instancesUp]!, 'instance')} up`,
      `${writeCount(sum(SUBSCRIPTION.applied))} applied`,
      `lag ${writeCount(sum(SUBSCRIPTION.lag))}`,
      ...some(sum(SUBSCRIPTION.lost), 'lost'),
      ...some(sum(SUBSCRIPTION.duplicateEffects), 'duplicate'),
      ...some(sum(SUBSCRIPTION.outOfOrderPerKey), 'out of order'),
    ];
  },
};

function requestState(values: Float64Array, at: number): readonly string[] {
  return [
    `${writeCount(values[at + REQUESTS.asked]!)} asked`,
    `${writeCount(values[at + REQUESTS.answered]!)} answered`,
    ...some(values[at + REQUESTS.givenUp]!, 'given up'),
    ...some(values[at + REQUESTS.late]!, 'answered late'),
    ...some(values[at + REQUESTS.duplicates]!, 'answered twice'),
  ];
}

function some(count: number, what: string): readonly string[] {
  return count > 0 ? [`${writeCount(count)} ${what}`] : [];
}

/** How a node is doing, in one line; empty for what simulates nothing and before the first frame. */
export function nodeState(values: Float64Array, layout: Layout, id: string): string {
  const block = layout.nodes[id];
  if (block === undefined) return '';
  const health = HEALTH_WORDS[values[block.at]!] ?? 'running';
  return [health, ...states[block.kind](values, layout, id, block.at)].join(', ');
}

const CONDITION_WORDS: Readonly<Record<number, string>> = {
  [CONDITION.ok]: '',
  [CONDITION.cut]: 'cut',
  [CONDITION.dropAcks]: 'acknowledgements dropped',
  [CONDITION.slow]: 'slowed down',
};

/** How a connection is doing, in one line; empty before the first frame. */
export function edgeState(values: Float64Array, layout: Layout, id: string): string {
  const block = layout.edges[id];
  if (block === undefined) return '';
  const passed = values[block.at + (block.kind === 'publish' ? PUBLISH.appended : SUBSCRIBE.fetched)]!;
  return [CONDITION_WORDS[values[block.at]!] ?? '', writeAmount(passed, 'record')].filter(Boolean).join(', ');
}
