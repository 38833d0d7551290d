/** What a node and an edge are, in a few words: under a name, on an edge, and for a screen reader. Structure only. */
import type { Design, ScenarioEdge, ScenarioNode } from '../../../../workers/scenario/document.ts';
import type { EdgeKind } from '../../../../workers/scenario/edges/table.ts';
import { nodeKinds, type NodeKind } from '../../../../workers/scenario/kinds/table.ts';
import { resolveEdge, resolveNode, type EdgeOf, type NodeOf } from '../../../../workers/scenario/resolve.ts';
import type { Arrivals } from '../../../../workers/scenario/values/arrivals.ts';
import type { Distribution } from '../../../../workers/scenario/values/distribution.ts';
import { writeAmount, writeDuration, writeRate, writeShare, writeShort } from '../../../ui/numbers.ts';

const arrivals: { readonly [T in Arrivals['type']]: (value: Extract<Arrivals, { type: T }>) => string } = {
  constant: ({ ratePerSecond }) => `Steady ${writeRate(ratePerSecond)}`,
  poisson: ({ ratePerSecond }) => `Poisson ${writeRate(ratePerSecond)}`,
  bursts: ({ size, everyMs }) => `${writeShort(size)} every ${writeDuration(everyMs)}`,
  ramp: ({ fromPerSecond, toPerSecond }) => `Ramp ${writeShort(fromPerSecond)} to ${writeRate(toPerSecond)}`,
  wave: ({ meanPerSecond }) => `Wave around ${writeRate(meanPerSecond)}`,
  trace: ({ atMs }) => `Trace of ${writeShort(atMs.length)}`,
};

function describeArrivals(value: Arrivals): string {
  return (arrivals[value.type] as (value: Arrivals) => string)(value);
}

/** A duration's shape and mean, e.g. `20 ms exponential`; a constant is its value alone. */
function describeDuration(value: Distribution): string {
  switch (value.type) {
    case 'constant':
      return writeDuration(value.mean);
    case 'uniform':
      return `${writeShort(value.min)} to ${writeDuration(value.max)}`;
    case 'empirical':
      return writeAmount(value.values.length, 'measured value');
    default:
      return `${writeDuration(value.mean)} ${value.type}`;
  }
}

function describeKey(key: NodeOf<'producer'>['key']): string {
  switch (key.type) {
    case 'none':
      return 'no key';
    case 'uniform':
    case 'zipf':
      return writeAmount(key.keys, 'key');
    case 'listed':
      return 'keys from a list';
    default:
      return `${key.type} key`;
  }
}

const nodes: { readonly [K in NodeKind]: (node: NodeOf<K>) => readonly string[] } = {
  producer: (node) => [describeArrivals(node.arrivals), describeKey(node.key)],
  client: (node) => [
    ...(node.callers > 0
      ? [writeAmount(node.callers, 'caller'), `think ${describeDuration(node.thinkMs)}`]
      : [describeArrivals(node.arrivals)]),
    `patience ${writeDuration(node.timeoutMs)}`,
  ],
  topic: (node) => [
    writeAmount(node.partitions, 'partition'),
    ...(node.replicationFactor > 1
      ? [`${node.replicationFactor} replicas, min ${node.minInsyncReplicas} in sync`]
      : []),
  ],
  exchange: (node) => [node.type, ...(node.internal ? ['internal'] : [])],
  queue: (node) => [
    node.type,
    ...(node.maxLength >= 0 ? [`at most ${writeShort(node.maxLength)}`] : []),
    ...(node.messageTtlMs >= 0 ? [`TTL ${writeDuration(node.messageTtlMs)}`] : []),
    ...(node.singleActiveConsumer ? ['single active'] : []),
  ],
  rabbitmq: (node) => (node.memoryHighWatermark < 0 ? [] : [`memory ${writeShort(node.memoryHighWatermark)}B`]),
  cluster: (node) => [
    writeAmount(node.brokers, 'broker'),
    ...(node.racks > 1 ? [writeAmount(node.racks, 'rack')] : []),
    ...(node.uncleanLeaderElectionEnable ? ['unclean election'] : []),
  ],
  sqs: (node) => [
    node.fifo ? 'FIFO' : 'standard',
    `hidden ${writeDuration(node.visibilityTimeoutMs)}`,
    ...(node.delayMs > 0 ? [`delay ${writeDuration(node.delayMs)}`] : []),
  ],
  sns: () => ['standard topic'],
  store: (node) => [writeAmount(node.cores, 'core'), writeAmount(node.connections, 'connection')],
  consumer: (node) => [
    node.autoscale.enabled
      ? `${node.autoscale.min} to ${node.autoscale.max} instances`
      : writeAmount(node.instances, 'instance'),
    ...(node.concurrency > 1 ? [`× ${node.concurrency}`] : []),
    describeDuration(node.workMs),
    ...(node.cores > 0 ? [`on ${writeAmount(node.cores, 'core')}`] : []),
    ...(node.retry.maxAttempts > 1 ? [`${node.retry.maxAttempts} attempts`] : []),
    ...(node.crash.mtbfMs > 0 ? ['crashes'] : []),
    ...(node.failureRate > 0 ? [`${writeShare(node.failureRate)} fail`] : []),
    ...(node.poisonRate > 0 ? [`${writeShare(node.poisonRate)} poison`] : []),
  ],
  note: () => [],
  frame: () => [],
};

const edges: { readonly [K in EdgeKind]: (edge: EdgeOf<K>) => readonly string[] } = {
  publish: (edge) => [
    `acks ${edge.acks}`,
    ...(edge.enableIdempotence && edge.acks === 'all'
      ? [edge.transactionalId === '' ? 'idempotent' : 'transactional']
      : []),
    ...(edge.partition >= 0
      ? [`partition ${edge.partition}`]
      : { default: [], consistentRandom: ['keys as librdkafka'], roundRobin: ['round robin'] }[edge.partitioner]),
    ...{ block: [], drop: ['refuses when full'], sample: ['samples when full'], aggregate: ['merges when full'] }[
      edge.onFull
    ],
  ],
  subscribe: (edge) => (edge.groupProtocol === 'share' ? describeShare(edge) : describeGroup(edge)),
  host: () => [],
  amqpPublish: (edge) => [
    ...(edge.mandatory ? ['mandatory'] : []),
    edge.confirms ? 'confirms' : 'no confirms',
    ...(edge.persistent ? [] : ['transient']),
  ],
  bind: (edge) => bindingWords(edge),
  amqpConsume: (edge) => [
    { after: 'ack after', before: 'ack before', auto: 'auto ack' }[edge.ack],
    ...(edge.ack === 'auto' ? [] : [edge.prefetch === 0 ? 'no prefetch limit' : `prefetch ${edge.prefetch}`]),
    ...(edge.exclusive ? ['exclusive'] : []),
  ],
  sqsSend: (edge) => (edge.batchSize > 1 ? [`batches of ${edge.batchSize}`] : []),
  sqsReceive: (edge) => [
    `up to ${edge.maxNumberOfMessages}`,
    ...(edge.waitTimeMs < 0
      ? []
      : [edge.waitTimeMs === 0 ? 'short polling' : `waits ${writeDuration(edge.waitTimeMs)}`]),
    ...(edge.extendEveryMs > 0 ? ['extends'] : []),
    ...(edge.deleteWhen === 'before' ? ['deletes before'] : []),
  ],
  redrive: (edge) => [`after ${writeAmount(edge.maxReceiveCount, 'receive')}`],
  snsPublish: (edge) => (edge.batchSize > 1 ? [`batches of ${edge.batchSize}`] : []),
  snsSubscribe: (edge) => [
    ...(edge.filterPolicy.trim() === '' ? [] : ['filtered']),
    ...(edge.rawMessageDelivery ? ['raw'] : []),
  ],
  insert: (edge) => [
    edge.poolSize === 1 ? 'one at a time' : `${edge.poolSize} at a time`,
    ...(edge.retries > 0 ? ['retries'] : []),
    ...(edge.uniqueKey ? ['unique'] : []),
    ...(edge.transactionMs.type === 'constant' && edge.transactionMs.mean === 0
      ? []
      : [`commits after ${describeDuration(edge.transactionMs)}`]),
  ],
  poll: (edge) => [
    `every ${describeDuration(edge.intervalMs)}`,
    ...(edge.read === 'afterLastId' ? ['after the last id'] : []),
    ...(edge.batchSize > 1 ? [`batch ${edge.batchSize}`] : []),
    { none: 'no locks', rowLock: 'row locks', skipLocked: 'skip locked' }[edge.locking],
    ...{ transaction: [], status: ['claims'], delete: ['deletes at once'] }[edge.claim],
  ],
  deadLetter: (edge) => ['dead letters', ...(edge.deadLetterRoutingKey === '' ? [] : [edge.deadLetterRoutingKey])],
};

/** Keys or headers that a binding asks for; nothing where it asks for nothing. */
function bindingWords(edge: EdgeOf<'bind'>): readonly string[] {
  if (edge.alternate) return ['alternate'];
  const headers = edge.headers.split('\n').filter((line) => line.trim() !== '');
  const mode = edge.xMatch === 'all' ? '' : `${edge.xMatch}: `;
  const asked = headers.length === 0 ? [] : [mode + headers.map(shortHeader).join(', ')];
  return [...shortList(edge.bindingKeys.split('\n').filter(Boolean)), ...asked];
}

/** `name=value`; the name alone where any value will do. */
function shortHeader(line: string): string {
  return line
    .trim()
    .replace(/\s*=\s*null$/, '')
    .replace(/\s*=\s*/, '=');
}

/** At most three, and how many more there are. */
function shortList(words: readonly string[]): readonly string[] {
  return words.length <= 3 ? words : [...words.slice(0, 2), `${words.length - 2} more`];
}

function describeGroup(edge: EdgeOf<'subscribe'>): readonly string[] {
  const { commit, assignor, isolationLevel } = edge;
  const sharing = assignor === 'cooperative-sticky' ? 'cooperative' : assignor;
  return [
    {
      after: 'commit after',
      before: 'commit before',
      auto: 'auto commit',
      manual: 'never commits',
      transaction: 'commit in transaction',
    }[commit],
    ...(isolationLevel === 'read_committed' ? ['read committed'] : []),
    edge.groupProtocol === 'consumer' ? 'KIP-848' : sharing,
    ...(edge.staticMembership === 'none' ? [] : ['static']),
  ];
}

function describeShare({ share }: EdgeOf<'subscribe'>): readonly string[] {
  return ['share group', share.acknowledgementMode];
}

const described = new WeakMap<object, readonly string[]>();

/** Remembers by identity: documents are never changed in place. */
function once(of: object, describe: () => readonly string[]): readonly string[] {
  const known = described.get(of);
  if (known !== undefined) return known;
  const words = describe();
  described.set(of, words);
  return words;
}

/** The essential parameters of a node. Empty for annotations. */
export function describeNode(node: ScenarioNode): readonly string[] {
  return once(node, () => {
    const resolved = resolveNode(node);
    return (nodes[resolved.kind] as (node: typeof resolved) => readonly string[])(resolved);
  });
}

/** The essential settings of an edge, and what its network does to messages. */
export function describeEdge(edge: ScenarioEdge): readonly string[] {
  return once(edge, () => {
    const resolved = resolveEdge(edge);
    const settings = (edges[resolved.kind] as (edge: typeof resolved) => readonly string[])(resolved);
    if (!('network' in resolved)) return settings;
    const { loss, duplicate } = resolved.network;
    return [
      ...settings,
      ...(loss > 0 ? [`${writeShare(loss)} lost`] : []),
      ...(duplicate > 0 ? [`${writeShare(duplicate)} doubled`] : []),
    ];
  });
}

/** Whether the edge's network loses messages. */
export function isLossy(edge: ScenarioEdge): boolean {
  return 'network' in edge && (edge.network?.loss ?? 0) > 0;
}

/** The name for reading aloud: a node without a name is called by its kind. */
export function nodeTitle(node: Pick<ScenarioNode, 'name' | 'kind'>): string {
  return node.name.trim() === '' ? nodeKinds[node.kind].label : node.name;
}

/** One sentence for a screen reader: kind, name, essentials, neighbours. */
export function nodeLabel(node: ScenarioNode, design: Pick<Design, 'nodes' | 'edges'>): string {
  const name = `${nodeKinds[node.kind].label} ${node.name}`.trim();
  const names = (ids: readonly string[]) =>
    ids
      .map((id) => design.nodes.find((other) => other.id === id))
      .flatMap((other) => (other ? [nodeTitle(other)] : []));
  const from = names(design.edges.filter(({ to }) => to === node.id).map((edge) => edge.from));
  const to = names(design.edges.filter((edge) => edge.from === node.id).map((edge) => edge.to));
  return [
    [name, ...describeNode(node)].join(', '),
    ...(from.length > 0 ? [`connected from ${from.join(', ')}`] : []),
    ...(to.length > 0 ? [`connected to ${to.join(', ')}`] : []),
  ].join('; ');
}

const edgeNouns = {
  publish: 'Publish',
  subscribe: 'Subscription',
  host: 'Placement',
  amqpPublish: 'Publish',
  bind: 'Binding',
  amqpConsume: 'Consumption',
  deadLetter: 'Dead letters',
  sqsSend: 'Sending',
  sqsReceive: 'Receiving',
  redrive: 'Dead letters',
  snsPublish: 'Publish',
  snsSubscribe: 'Subscription',
  insert: 'Insert',
  poll: 'Poll',
} as const satisfies Record<EdgeKind, string>;

/** One sentence for a screen reader. */
export function edgeLabel(edge: ScenarioEdge, design: Pick<Design, 'nodes'>): string {
  const title = (id: string) => {
    const node = design.nodes.find((other) => other.id === id);
    return node === undefined ? id : nodeTitle(node);
  };
  const verb = edgeNouns[edge.kind];
  return [`${verb} from ${title(edge.from)} to ${title(edge.to)}`, ...describeEdge(edge)].join(', ');
}
