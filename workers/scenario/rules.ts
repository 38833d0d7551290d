/**
 * Which connections there are: derived from the table of protocols, plus the sentences for what there is not.
 */
import type { Check, Design, FaultKind, ScenarioEdge, ScenarioNode } from './document.ts';
import { protocols, type EdgeKind, type Protocol } from './edges/table.ts';
import { nodeKinds, type NodeKind } from './kinds/table.ts';

export type Connection =
  | {
      readonly ok: true;
      readonly kind: EdgeKind;
      readonly protocol: Protocol;
      /** To be written into the new edge: values where the broker's defaults would make a first minute dull. */
      readonly startingValues: Readonly<Record<string, unknown>>;
    }
  | { readonly ok: false; /** One sentence that also says what to do instead. */ readonly reason: string };

/** Kinds that only explain. */
const ANNOTATIONS: ReadonlySet<NodeKind> = new Set(['note', 'frame']);

/** Why there is no connection, by the kinds of both ends. Pairs that are missing here get a general sentence. */
const REASONS: Partial<Record<NodeKind, Partial<Record<NodeKind, string>>>> = {
  producer: {
    producer: 'A producer does not receive anything; connect both producers to a topic.',
    consumer: 'A producer does not send to a consumer directly; put a topic or a queue between the two.',
    client: 'A client reads replies from a topic or a queue; let whoever answers publish to it.',
  },
  client: {
    consumer: 'A client does not ask a consumer directly; put a topic or a queue for the requests between the two.',
    producer: 'A producer does not receive anything; connect the client to a topic or a queue of requests.',
    client: 'Clients do not answer; let a consumer read the requests and publish the replies.',
  },
  exchange: {
    producer: 'An exchange does not publish; draw the edge from the producer to the exchange.',
    consumer: 'An exchange holds nothing to read; bind a queue to it, and let the consumer read that.',
    topic: 'An exchange and a topic belong to different brokers; put a consumer of a queue between the two.',
  },
  queue: {
    producer: 'A queue does not publish; draw the edge from the producer to the queue.',
    topic: 'A queue does not forward by itself; put a consumer between queue and topic.',
  },
  sqs: {
    producer: 'A queue does not send; draw the edge from the producer to the queue.',
    sns: 'A queue does not publish; draw the edge from the topic to the queue.',
  },
  sns: {
    producer: 'A topic does not publish by itself; draw the edge from the producer to the topic.',
    consumer: 'A topic keeps nothing; let it send on to a queue that the consumer reads.',
    sns: 'Topics do not subscribe to each other; connect both to the same producer.',
  },
  cluster: {
    producer: 'A producer talks to a topic; connect the cluster to that topic, and the producer to the topic.',
    consumer: 'A consumer reads a topic; connect the cluster to that topic, and the topic to the consumer.',
    cluster: 'Clusters do not know each other; put a topic on one of them.',
  },
  topic: {
    cluster: 'The edge leads the other way: draw it from the cluster to the topic that is to be on it.',
    producer: 'A topic does not publish; draw the edge from the producer to the topic.',
    topic: 'A topic does not forward by itself; put a consumer between the two topics.',
    exchange: 'A topic does not forward by itself; put a consumer between topic and exchange.',
    queue: 'A topic does not forward by itself; put a consumer between topic and queue.',
  },
  consumer: {
    producer: 'A producer does not receive anything; let the consumer publish to a topic instead.',
    client: 'A consumer answers through a topic: let it publish to one that the client reads.',
    consumer: 'Consumers do not talk to each other; let the first publish to a topic that the second reads.',
  },
};

/** The protocol between two kinds of node, in that direction; undefined when there is none. */
export function protocolBetween(from: NodeKind, to: NodeKind): Protocol | undefined {
  return (Object.keys(protocols) as Protocol[]).find((name) => {
    const protocol: { readonly from: readonly NodeKind[]; readonly to: readonly NodeKind[] } = protocols[name];
    return protocol.from.includes(from) && protocol.to.includes(to);
  });
}

/** The protocol that an edge of a design speaks; undefined when an end is missing or its kind has no such edge. */
export function protocolOf(design: Pick<Design, 'nodes'>, edge: ScenarioEdge): Protocol | undefined {
  const [from, to] = [nodeById(design, edge.from), nodeById(design, edge.to)];
  const protocol = from && to ? protocolBetween(from.kind, to.kind) : undefined;
  return protocol !== undefined && protocols[protocol].edge === edge.kind ? protocol : undefined;
}

/** Whether an edge may be drawn from one node to another: its kind and starting values, or why not. */
export function connectionBetween(design: Pick<Design, 'nodes' | 'edges'>, fromId: string, toId: string): Connection {
  const from = nodeById(design, fromId);
  const to = nodeById(design, toId);
  if (from === undefined || to === undefined) return refuse('One of the two ends is no longer there.');
  const annotation = [from, to].find((node) => ANNOTATIONS.has(node.kind));
  if (annotation !== undefined) return refuse(`A ${annotation.kind} only explains; nothing flows to or from it.`);
  if (fromId === toId) return refuse('An edge leads to another node; this one ends where it starts.');

  const protocol = protocolBetween(from.kind, to.kind);
  if (protocol === undefined) return refuse(REASONS[from.kind]?.[to.kind] ?? generalReason(from.kind, to.kind));
  const { edge: kind } = protocols[protocol];
  if (design.edges.some((edge) => edge.kind === kind && edge.from === fromId && edge.to === toId)) {
    return refuse(`${from.name} ${ALREADY[kind]} ${to.name}; select that edge to change it.`);
  }
  if (kind === 'redrive' && design.edges.some((edge) => edge.kind === 'redrive' && edge.from === fromId)) {
    return refuse(`${from.name} has a dead-letter queue already; delete that edge to choose another one.`);
  }
  const host = kind === 'host' ? design.edges.find((edge) => edge.kind === 'host' && edge.to === toId) : undefined;
  if (host !== undefined) {
    const name = nodeById(design, host.from)?.name ?? 'another cluster';
    return refuse(`${to.name} is on ${name} already; delete that edge to place it elsewhere.`);
  }
  const other = readsElsewhere(design.edges, kind, toId);
  if (other !== undefined) {
    const name = nodeById(design, other.from)?.name ?? 'something else';
    return refuse(`${to.name} reads from ${name}, which is of another family; put a second consumer beside it.`);
  }
  return {
    ok: true,
    kind,
    protocol,
    startingValues: { ...protocols[protocol].startingValues, ...startingKeys(from, to), ...ofStream(from, kind) },
  };
}

/** What `basicQos` is set to in RabbitMQ's documentation of streams, whose readers need a prefetch. */
export const STREAM_PREFETCH = 100;

function ofStream(from: ScenarioNode, kind: EdgeKind): Readonly<Record<string, unknown>> {
  return kind === 'amqpConsume' && from.kind === 'queue' && from.type === 'stream' ? { prefetch: STREAM_PREFETCH } : {};
}

/**
 * A binding without a key lets nothing pass at a topic exchange but messages without one: a drawing in which nothing arrives.
 * So a new one takes everything, and a new one at a consistent hash has the weight 1.
 */
function startingKeys(from: ScenarioNode, to: ScenarioNode): Readonly<Record<string, unknown>> {
  if (from.kind !== 'exchange' || (to.kind !== 'queue' && to.kind !== 'exchange')) return {};
  if (from.type === 'topic') return { bindingKeys: '#' };
  return from.type === 'x-consistent-hash' ? { bindingKeys: '1' } : {};
}

const ALREADY: Readonly<Record<EdgeKind, string>> = {
  publish: 'already publishes to',
  subscribe: 'is already read by',
  host: 'already holds',
  amqpPublish: 'already publishes to',
  bind: 'is already bound to',
  amqpConsume: 'is already read by',
  deadLetter: 'already sends its dead letters to',
  sqsSend: 'already sends to',
  sqsReceive: 'is already received from by',
  redrive: 'already has its dead letters in',
  snsPublish: 'already publishes to',
  snsSubscribe: 'already sends on to',
  insert: 'already inserts into',
  poll: 'is already polled by',
};

/** Edges over which a consumer reads, and the family of brokers that they read from. */
const READS: Readonly<Partial<Record<EdgeKind, string>>> = {
  subscribe: 'log',
  amqpConsume: 'queue',
  sqsReceive: 'managed queue',
  poll: 'table',
};

/** An edge over which the consumer reads from another family of brokers than over this kind of edge: it may not do both. */
export function readsElsewhere(
  edges: Iterable<ScenarioEdge>,
  kind: EdgeKind,
  consumerId: string,
): ScenarioEdge | undefined {
  const family = READS[kind];
  if (family === undefined) return undefined;
  for (const edge of edges) {
    const other = READS[edge.kind];
    if (edge.to === consumerId && other !== undefined && other !== family) return edge;
  }
  return undefined;
}

function refuse(reason: string): Connection {
  return { ok: false, reason };
}

function generalReason(from: NodeKind, to: NodeKind): string {
  const backwards = protocolBetween(to, from) === undefined ? '' : `; draw it from the ${to} to the ${from}`;
  return `No connection leads from a ${from} to a ${to}${backwards}.`;
}

/** Kinds that a connection from `kind` may lead to, in the order of the table of kinds. */
export function kindsThatMayFollow(kind: NodeKind): readonly NodeKind[] {
  return allKinds().filter((other) => protocolBetween(kind, other) !== undefined);
}

/** Kinds from which a connection may lead to `kind`, in the order of the table of kinds. */
export function kindsThatMayPrecede(kind: NodeKind): readonly NodeKind[] {
  return allKinds().filter((other) => protocolBetween(other, kind) !== undefined);
}

function allKinds(): readonly NodeKind[] {
  return Object.keys(nodeKinds) as NodeKind[];
}

function nodeById(design: Pick<Design, 'nodes'>, id: string): ScenarioNode | undefined {
  return design.nodes.find((node) => node.id === id);
}

/** What a fault may happen to. */
interface FaultTargets {
  readonly nodes: readonly NodeKind[];
  readonly edges: boolean;
}

const ANY_NODE: readonly NodeKind[] = ['producer', 'client', 'topic', 'cluster', 'store', 'consumer'];
const A_NODE: FaultTargets = { nodes: ANY_NODE, edges: false };
/** What can be stopped and started; a broker that is paused or slow is not modelled. */
const A_PROCESS: FaultTargets = { nodes: [...ANY_NODE, 'rabbitmq'], edges: false };
const A_CLUSTER: FaultTargets = { nodes: ['cluster'], edges: false };
const A_CONSUMER: FaultTargets = { nodes: ['consumer'], edges: false };
const A_MANAGED_QUEUE: FaultTargets = { nodes: ['sqs'], edges: false };
const A_QUEUE: FaultTargets = { nodes: ['queue', 'sqs'], edges: false };
const AN_EDGE: FaultTargets = { nodes: [], edges: true };

/** What each kind of fault may happen to. A complete table. */
export const FAULT_TARGETS: Readonly<Record<FaultKind, FaultTargets>> = {
  crash: A_PROCESS,
  restart: A_PROCESS,
  pause: A_NODE,
  resume: A_NODE,
  slow: { nodes: ANY_NODE, edges: true },
  isolate: A_CLUSTER,
  cut: AN_EDGE,
  heal: { nodes: ['cluster'], edges: true },
  dropAcks: AN_EDGE,
  seek: A_CONSUMER,
  pausePartitions: A_CONSUMER,
  resumePartitions: A_CONSUMER,
  purge: A_QUEUE,
  redrive: A_MANAGED_QUEUE,
};

/** The kinds of fault that may happen to a node of this kind, or to an edge. */
export function faultsOf(target: NodeKind | 'edge'): readonly FaultKind[] {
  return (Object.keys(FAULT_TARGETS) as FaultKind[]).filter((kind) => {
    const { nodes, edges } = FAULT_TARGETS[kind];
    return target === 'edge' ? edges : nodes.includes(target);
  });
}

/** The kind of node each claim is about. A complete table. */
export const CLAIM_SUBJECTS: Readonly<Record<Check['claim'], NodeKind>> = {
  noLoss: 'consumer',
  noDuplicateEffects: 'consumer',
  orderPerKey: 'consumer',
  latencyBelow: 'consumer',
  lagBelow: 'consumer',
  availabilityAbove: 'producer',
};
