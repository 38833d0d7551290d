/** Random scenarios of RabbitMQ alone, small and busy: every setting of its kinds, faults and edits at random instants. For tests. */
import fc from 'fast-check';
import type { Scenario } from '../../scenario/document.ts';
import { validateScenario } from '../../scenario/validate.ts';

type Item = Readonly<Record<string, unknown>>;

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const latency = fc.constantFrom(
  { type: 'constant', mean: 0 },
  { type: 'constant', mean: 3 },
  { type: 'exponential', mean: 10 },
);
const network = fc.record({
  latencyMs: latency,
  loss: fc.constantFrom(0, 0, 0.2),
  duplicate: fc.constantFrom(0, 0, 0.2),
});

const queueSettings = fc.record(
  {
    type: fc.constantFrom('classic', 'classic', 'quorum', 'stream'),
    durable: fc.boolean(),
    maxLength: fc.nat(6),
    maxLengthBytes: fc.integer({ min: 50, max: 800 }),
    overflow: fc.constantFrom('drop-head', 'reject-publish', 'reject-publish-dlx'),
    messageTtlMs: fc.nat(400),
    expiresMs: fc.integer({ min: 1, max: 900 }),
    autoDelete: fc.boolean(),
    maxPriority: fc.nat(3),
    deliveryLimit: fc.integer({ min: -1, max: 3 }),
    singleActiveConsumer: fc.boolean(),
    deadLetterStrategy: fc.constantFrom('at-most-once', 'at-least-once'),
    delayedRetryType: fc.constantFrom('disabled', 'all', 'failed', 'returned'),
    delayedRetryMinMs: fc.integer({ min: -1, max: 60 }),
    delayedRetryMaxMs: fc.integer({ min: -1, max: 150 }),
    maxAgeMs: fc.integer({ min: 1, max: 2000 }),
    segmentBytes: fc.integer({ min: 1, max: 500 }),
  },
  { requiredKeys: [] },
);

const publishSettings = fc.record(
  {
    routingKey: fc.constantFrom('{key}', 'k0', 'k1.x'),
    headers: fc.constantFrom('', 'a = 1', 'a = {key}'),
    mandatory: fc.boolean(),
    confirms: fc.boolean(),
    maxInFlight: fc.integer({ min: 1, max: 5 }),
    onFull: fc.constantFrom('block', 'drop', 'sample', 'aggregate'),
    persistent: fc.boolean(),
    priority: fc.integer({ min: -1, max: 4 }),
    expirationMs: fc.nat(300),
    cc: fc.constantFrom('', 'k1'),
  },
  { requiredKeys: [] },
);

const consumeSettings = fc.record(
  {
    ack: fc.constantFrom('after', 'after', 'before', 'auto'),
    prefetch: fc.nat(4),
    prefetchShared: fc.boolean(),
    onFailure: fc.constantFrom('requeue', 'reject'),
    priority: fc.integer({ min: -1, max: 1 }),
    exclusive: fc.boolean(),
    heartbeatMs: fc.integer({ min: 100, max: 800 }),
    streamOffset: fc.constantFrom('first', 'last', 'next', '3', '1s'),
    offsetTracking: fc.constantFrom('none', 'broker'),
    storeEvery: fc.integer({ min: 1, max: 6 }),
    storeMs: fc.integer({ min: 1, max: 300 }),
  },
  { requiredKeys: [] },
);

const consumerSettings = fc.record({
  instances: fc.integer({ min: 1, max: 3 }),
  concurrency: fc.integer({ min: 1, max: 2 }),
  workMs: fc.constantFrom({ type: 'constant', mean: 0 }, { type: 'exponential', mean: 30 }),
  failureRate: fc.constantFrom(0, 0.3),
  cores: fc.constantFrom(0, 1),
  workBytes: fc.constantFrom(0, 500),
  retry: fc.constantFrom({}, { maxAttempts: 3, delayMs: 20, multiplier: 2, jitter: 'full' as const }),
  crash: fc.constantFrom({}, { mtbfMs: 800, restartMs: 100 }),
});

const brokerSettings = fc.record({
  release: fc.constantFrom('4.3', '4.0'),
  consumerTimeoutMs: fc.constantFrom(1000, 1_800_000),
  memoryHighWatermark: fc.constantFrom(-1, 1500),
  confirmMs: fc.constantFrom(0, 5),
  quorumMs: fc.constantFrom(0, 20),
});

const exchangeSettings = fc.record({ type: fc.constantFrom('direct', 'fanout', 'topic', 'headers', 'x-random') });
const bindSettings = fc.record({
  bindingKeys: fc.constantFrom('', 'k0', 'k0\nk1', '#', 'k1.*'),
  alternate: fc.constantFrom(false, false, true),
});

/** One change of a run: which item, and what becomes of it. */
const step = fc.record({
  atMs: fc.nat(4500),
  what: fc.constantFrom('fault', 'fault', 'queue', 'publish', 'consume', 'exchange', 'consumer', 'remove'),
  place: fc.nat(20),
  fault: fc.constantFrom('crash', 'restart', 'pause', 'resume', 'cut', 'heal', 'dropAcks', 'slow', 'purge'),
  forMs: maybe(fc.nat(900)),
  queue: queueSettings,
  publish: publishSettings,
  consume: consumeSettings,
  exchange: exchangeSettings,
  consumer: consumerSettings,
});

const NODES: readonly Item[] = [
  { id: 'p', kind: 'producer', arrivals: { type: 'poisson', ratePerSecond: 40 }, key: { type: 'uniform', keys: 3 } },
  { id: 'x', kind: 'exchange' },
  { id: 'y', kind: 'exchange' },
  { id: 'q', kind: 'queue' },
  { id: 'w', kind: 'queue' },
  { id: 'd', kind: 'queue' },
  { id: 'c', kind: 'consumer' },
  { id: 'e', kind: 'consumer' },
  { id: 'r', kind: 'rabbitmq' },
];
const EDGES: readonly Item[] = [
  { id: 'px', kind: 'amqpPublish', from: 'p', to: 'x' },
  { id: 'pq', kind: 'amqpPublish', from: 'p', to: 'q' },
  { id: 'xq', kind: 'bind', from: 'x', to: 'q' },
  { id: 'xw', kind: 'bind', from: 'x', to: 'w' },
  { id: 'xy', kind: 'bind', from: 'x', to: 'y' },
  { id: 'yw', kind: 'bind', from: 'y', to: 'w' },
  { id: 'qd', kind: 'deadLetter', from: 'q', to: 'd' },
  { id: 'dq', kind: 'deadLetter', from: 'd', to: 'q' },
  { id: 'qc', kind: 'amqpConsume', from: 'q', to: 'c' },
  { id: 'wc', kind: 'amqpConsume', from: 'w', to: 'c' },
  { id: 'qe', kind: 'amqpConsume', from: 'q', to: 'e' },
  // What is handled is published again: to a queue that lets it expire, so that it ends.
  { id: 'ew', kind: 'amqpPublish', from: 'e', to: 'w' },
];

const settingsOf: Readonly<Record<string, fc.Arbitrary<Item>>> = {
  queue: queueSettings,
  exchange: exchangeSettings,
  consumer: consumerSettings,
  rabbitmq: brokerSettings,
  amqpPublish: fc.tuple(publishSettings, network).map(([settings, net]) => ({ ...settings, network: net })),
  amqpConsume: fc.tuple(consumeSettings, network).map(([settings, net]) => ({ ...settings, network: net })),
  bind: bindSettings,
};

function itemsOf(list: readonly Item[], always: number): fc.Arbitrary<readonly Item[]> {
  const items = list.map((item) => {
    const settings = settingsOf[item['kind'] as string] ?? fc.constant({});
    return fc.tuple(fc.nat(9), settings).map(([luck, given]) => (luck < always ? [{ ...item, ...given }] : []));
  });
  return fc.tuple(...items).map((parts) => parts.flat());
}

/** Only valid ones. */
export const amqpScenarios: fc.Arbitrary<Scenario> = fc
  .record({
    seed: fc.nat(1_000_000),
    nodes: itemsOf(NODES, 10),
    edges: itemsOf(EDGES, 7),
    steps: fc.array(step, { maxLength: 8 }),
  })
  .map(({ seed, nodes, edges, steps }) => {
    const alternate = edges.filter((edge) => edge['alternate'] !== true || edge['to'] === 'y');
    const document = { format: 'sluice/1', seed, nodes, edges: alternate };
    return validateScenario({ ...document, journal: journalOf(nodes, alternate, steps) }).scenario;
  })
  .filter((scenario): scenario is Scenario => scenario !== null);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function journalOf(nodes: readonly Item[], edges: readonly Item[], steps: readonly Step[]): readonly Item[] {
  const gone = new Set<unknown>();
  const journal: Item[] = [];
  for (const each of [...steps].sort((a, b) => a.atMs - b.atMs)) {
    const entry = entryOf(
      nodes,
      edges.filter(({ id }) => !gone.has(id)),
      each,
      gone,
    );
    if (entry !== null) journal.push({ atMs: each.atMs, ...entry });
  }
  return journal;
}

function entryOf(nodes: readonly Item[], edges: readonly Item[], one: Step, gone: Set<unknown>): Item | null {
  const change = (where: string, id: unknown, set: Item): Item => ({ edit: [{ op: 'change', in: where, id, set }] });
  if (one.what === 'remove') {
    const edge = edges[one.place % Math.max(1, edges.length)];
    if (edge === undefined) return null;
    gone.add(edge['id']);
    return { edit: [{ op: 'remove', in: 'edges', id: edge['id'] }] };
  }
  if (one.what === 'fault') return faultOf(nodes, edges, one);
  if (one.what === 'queue' || one.what === 'exchange' || one.what === 'consumer') {
    const kinds = nodes.filter(({ kind }) => kind === one.what);
    return change('nodes', kinds[one.place % kinds.length]!['id'], one[one.what]);
  }
  const kind = one.what === 'publish' ? 'amqpPublish' : 'amqpConsume';
  const kinds = edges.filter((edge) => edge['kind'] === kind);
  return kinds.length === 0 ? null : change('edges', kinds[one.place % kinds.length]!['id'], one[one.what]);
}

const FALLIBLE: ReadonlySet<unknown> = new Set(['producer', 'consumer', 'rabbitmq']);

function faultOf(nodes: readonly Item[], edges: readonly Item[], { fault, place, forMs }: Step): Item | null {
  const ofEdge = ['cut', 'heal', 'dropAcks'].includes(fault);
  const targets = ofEdge
    ? edges.filter(({ kind }) => kind === 'amqpPublish' || kind === 'amqpConsume')
    : nodes.filter(({ kind }) => (fault === 'purge' ? kind === 'queue' : FALLIBLE.has(kind)));
  const target = targets[place % Math.max(1, targets.length)];
  if (target === undefined) return null;
  const lasts = forMs !== undefined && !['restart', 'resume', 'heal', 'purge'].includes(fault) ? { forMs } : {};
  return { fault: { do: fault, target: target['id'], ...lasts, ...(fault === 'slow' && { factor: 3 }) } };
}
