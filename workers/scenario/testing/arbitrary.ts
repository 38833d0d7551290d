/**
 * Random scenarios for property tests, here and in the engine: valid, with every parameter, fault, check and edit that the
 * schemas know. Parameters come from the schemas themselves, so a new one is covered as soon as it exists; the table of
 * modest ranges below keeps runs short. Everything shrinks: towards fewer items, fewer parameters, smaller numbers.
 */
import fc from 'fast-check';
import type * as v from 'valibot';
import { applyChanges } from '../change.ts';
import {
  checkSchema,
  edgeSchemas,
  faultSchema,
  FORMAT,
  nodeSchemas,
  type Check,
  type Design,
  type DesignChange,
  type Fault,
  type JournalEntry,
  type Scenario,
  type ScenarioEdge,
  type ScenarioNode,
} from '../document.ts';
import { resolveEdge, resolveNode, type EdgeOf } from '../resolve.ts';
import { protocols, type EdgeKind } from '../edges/table.ts';
import { autoscale } from '../kinds/autoscale.ts';
import type { NodeKind } from '../kinds/table.ts';
import { CLAIM_SUBJECTS, connectionBetween, FAULT_TARGETS, protocolBetween } from '../rules.ts';
import { entriesOf, inner } from '../schema-walk.ts';

type BrokerFamily = 'log' | 'amqp' | 'sqs' | 'table';

/** What a family has: kinds that hold messages, kinds around them, and the edges of both, by protocol. */
const FAMILIES = {
  log: {
    holds: ['topic', 'topic', 'topic'],
    around: ['cluster'],
    edges: ['publishToTopic', 'subscribeToTopic', 'hostTopic'],
  },
  amqp: {
    holds: ['queue', 'queue', 'queue'],
    around: ['exchange', 'exchange', 'rabbitmq'],
    edges: ['amqpPublish', 'bind', 'amqpConsume', 'deadLetter'],
  },
  sqs: {
    holds: ['sqs', 'sqs', 'sqs'],
    around: ['sns'],
    edges: ['sqsSend', 'sqsReceive', 'redrive', 'snsPublish', 'snsSubscribe'],
  },
  table: { holds: ['store'], around: [], edges: ['insert', 'poll'] },
} as const satisfies Readonly<
  Record<
    BrokerFamily,
    { holds: readonly NodeKind[]; around: readonly NodeKind[]; edges: readonly (keyof typeof edgeSchemas)[] }
  >
>;

const ALL_FAMILIES = Object.keys(FAMILIES) as BrokerFamily[];

export interface ScenarioArbitraryOptions {
  /** Most nodes of each simulated kind, and of what holds messages in all. Default 3. */
  readonly nodesMax?: number;
  /** Most scripted faults. Default 4. */
  readonly faultsMax?: number;
  /** Most journal entries. Default 6. */
  readonly journalMax?: number;
  /** Instants of faults and entries lie in `[0, horizonMs]`. Default 10,000. */
  readonly horizonMs?: number;
  /** Every producer publishes to a topic and every consumer reads one, so that something happens. Default false. */
  readonly connected?: boolean;
  /** Brokers of these families, all on one canvas. Default: all. */
  readonly families?: readonly BrokerFamily[];
  /** Parameters over their whole range, instead of the modest ones a run can bear. Default false. */
  readonly wild?: boolean;
}

/** Modest ranges by the name of a parameter, both ends included; names that are missing keep the schema's range. */
const MODEST: Readonly<Record<string, readonly [number, number]>> = {
  partitions: [1, 6],
  partition: [-1, 4],
  instances: [0, 4],
  concurrency: [1, 3],
  keys: [1, 12],
  ratePerSecond: [0, 40],
  fromPerSecond: [0, 40],
  toPerSecond: [0, 40],
  meanPerSecond: [0, 40],
  size: [1, 20],
  everyMs: [200, 3000],
  spreadMs: [0, 300],
  overMs: [100, 10_000],
  periodMs: [500, 10_000],
  repeatEveryMs: [500, 5000],
  limit: [0, 500],
  offsetResetMs: [0, 10_000],
  startMs: [0, 2000],
  stopMs: [0, 10_000],
  mean: [0, 150],
  min: [0, 100],
  max: [0, 100],
  sd: [0, 40],
  cv: [1, 4],
  k: [1, 8],
  sizeBytes: [1, 2000],
  replicationFactor: [1, 4],
  minInsyncReplicas: [1, 4],
  replicationMs: [0, 100],
  electionMs: [0, 2000],
  appendMs: [0, 20],
  brokers: [1, 4],
  racks: [1, 3],
  replicaLagTimeMaxMs: [50, 3000],
  brokerSessionTimeoutMs: [100, 3000],
  brokerHeartbeatIntervalMs: [20, 1000],
  leaderImbalanceCheckIntervalMs: [100, 5000],
  brokerLatencyMs: [0, 30],
  controllerFailoverMs: [0, 2000],
  metadataMaxAgeMs: [50, 20_000],
  retentionMs: [1, 20_000],
  retentionBytes: [100, 100_000],
  segmentBytes: [2000, 50_000],
  segmentMs: [1, 5000],
  retentionCheckIntervalMs: [10, 2000],
  deleteRetentionMs: [0, 3000],
  minCompactionLagMs: [0, 1000],
  maxCompactionLagMs: [0, 3000],
  cleanerBackoffMs: [10, 2000],
  mtbfMs: [500, 20_000],
  restartMs: [0, 2000],
  loss: [0, 0.3],
  duplicate: [0, 0.3],
  retries: [0, 10],
  lingerMs: [0, 200],
  batchSize: [0, 5000],
  compressionRatio: [0.1, 1],
  producerByteRate: [500, 50_000],
  consumerByteRate: [500, 50_000],
  maxRequestSize: [500, 20_000],
  maxMessageBytes: [1000, 20_000],
  maxInFlight: [1, 8],
  requestTimeoutMs: [50, 2000],
  deliveryTimeoutMs: [300, 8000],
  retryBackoffMs: [0, 300],
  retryBackoffMaxMs: [0, 1000],
  bufferMemory: [100, 50_000],
  maxBlockMs: [0, 3000],
  transactionTimeoutMs: [100, 20_000],
  transactionIntervalMs: [0, 1500],
  transactionMessages: [0, 12],
  autoCommitIntervalMs: [50, 3000],
  maxPollRecords: [1, 50],
  maxPollIntervalMs: [200, 20_000],
  sessionTimeoutMs: [300, 8000],
  heartbeatIntervalMs: [50, 3000],
  groupSessionTimeoutMs: [300, 8000],
  fetchMinBytes: [1, 4000],
  fetchMaxWaitMs: [20, 600],
  fetchMaxBytes: [100, 60_000],
  maxPartitionFetchBytes: [100, 20_000],
  groupHeartbeatIntervalMs: [50, 3000],
  initialRebalanceDelayMs: [0, 1000],
  lockDurationMs: [50, 3000],
  deliveryCountLimit: [2, 4],
  maxRecordLocks: [1, 40],
  visibilityTimeoutMs: [1, 3000],
  delayMs: [0, 500],
  receiveWaitTimeMs: [0, 2000],
  waitTimeMs: [-1, 2000],
  extendEveryMs: [0, 300],
  callsPerSecond: [5, 300],
  maxConnections: [1, 4],
  bufferSize: [1, 50],
  maxAttempts: [1, 4],
  backoffMs: [0, 500],
  backoffMaxMs: [0, 1000],
  maxReceiveCount: [1, 4],
  duplicateRate: [0, 0.5],
  lagThreshold: [1, 20],
  activationLagThreshold: [0, 5],
  startupMs: [0, 1500],
  pollIntervalMs: [100, 3000],
  syncPeriodMs: [100, 3000],
  cooldownMs: [0, 3000],
  stabilizationMs: [0, 4000],
  scaleUpPercent: [0, 200],
  scaleUpPods: [0, 3],
  sampleEvery: [2, 6],
  callers: [0, 4],
  timeoutMs: [20, 3000],
  aggregateMax: [0, 5],
  readMs: [0, 20],
  writeMs: [0, 10],
  commitMs: [0, 30],
  cores: [1, 3],
  connections: [1, 6],
  deadRowsMs: [0, 5],
  pinnedRowsMs: [0, 20],
  keptRowsMs: [0, 20],
  autovacuumNaptimeMs: [0, 3000],
  poolSize: [1, 4],
  leaseMs: [0, 1000],
  reapEveryMs: [50, 1000],
  cleanupEveryMs: [0, 2000],
  retryDelayMs: [0, 500],
  failureRate: [0, 0.4],
  poisonRate: [0, 0.2],
  maxLength: [-1, 8],
  maxLengthBytes: [-1, 3000],
  messageTtlMs: [-1, 600],
  expiresMs: [-1, 2000],
  maxPriority: [0, 3],
  deliveryLimit: [-1, 3],
  delayedRetryMinMs: [-1, 200],
  delayedRetryMaxMs: [-1, 600],
  maxAgeMs: [-1, 3000],
  priority: [-1, 4],
  expirationMs: [-1, 500],
  prefetch: [0, 4],
  heartbeatMs: [100, 1500],
  memoryHighWatermark: [-1, 5000],
  confirmMs: [0, 10],
  quorumMs: [0, 30],
  consumerTimeoutMs: [1000, 4000],
  workBytes: [0, 2000],
  multiplier: [1, 3],
  maxDelayMs: [0, 500],
};

/** Texts of a form of their own, by the name of a parameter. */
const TEXTS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  replicaAssignment: fc.constantFrom('', '0', '1:0', '0:1,1:0', '2:1:0,0,9:8'),
  filterPolicy: fc.constantFrom('', '{"key": ["k1", {"prefix": "k2"}]}', '{"bytes": [{"numeric": [">", 500]}]}'),
  keys: fc.array(fc.constantFrom('', 'a', 'k3', 'é'), { minLength: 1, maxLength: 5 }).map((keys) => keys.join('\n')),
  routingKey: fc.constantFrom('{key}', '{key}', 'k0', 'k1.x', ''),
  headers: fc.constantFrom('', 'a = 1', 'a = {key}'),
  bindingKeys: fc.constantFrom('', 'k0', 'k0\nk1', '#', 'k1.*', '2'),
  cc: fc.constantFrom('', 'k1'),
  bcc: fc.constantFrom('', 'k0'),
  streamOffset: fc.constantFrom('next', 'first', 'last', '3', '1s'),
  deadLetterRoutingKey: fc.constantFrom('', 'k0'),
  hashHeader: fc.constantFrom('', 'a'),
};

/** A random valid scenario, and within it a random run: faults and a journal. */
export function scenarioArbitrary(options: ScenarioArbitraryOptions = {}): fc.Arbitrary<Scenario> {
  const { journalMax = 6, horizonMs = 10_000 } = options;
  return designArbitrary(options).chain((design) =>
    fc
      .record({
        title: fc.string({ maxLength: 30 }),
        notes: fc.string({ maxLength: 60 }),
        seed: fc.nat(4_294_967_295),
        journal: stepsArbitrary(options, journalMax),
        view: viewArbitrary(horizonMs),
      })
      .map(({ journal, ...rest }): Scenario => ({
        format: FORMAT,
        ...rest,
        ...design,
        journal: journalOf(design, journal),
      })),
  );
}

/** A random valid design. */
export function designArbitrary(options: ScenarioArbitraryOptions = {}): fc.Arbitrary<Design> {
  const { nodesMax = 3, faultsMax = 4, connected = false } = options;
  const nodes = (kinds: readonly NodeKind[], least: number, most: number): fc.Arbitrary<ScenarioNode[]> =>
    fc.array(fc.oneof(...kinds.map((kind) => nodeArbitrary(kind, options))), { minLength: least, maxLength: most });
  const around = kindsOf(options, 'around');
  return fc
    .record({
      nodes: fc
        .tuple(
          nodes(['producer'], 1, nodesMax),
          nodes(kindsOf(options, 'holds'), 1, nodesMax),
          around.length === 0 ? fc.constant([]) : nodes(around, 0, nodesMax),
          nodes(['consumer'], 1, nodesMax),
          nodes(['client'], 0, 1),
          nodes(['note', 'frame'], 0, 2),
        )
        .map((parts) => parts.flat()),
      links: linksArbitrary(options, 3 * nodesMax),
      faults: fc.array(faultArbitrary(options), { maxLength: faultsMax }),
      checks: fc.array(checkArbitrary(options), { maxLength: 4 }),
    })
    .map(({ nodes: unnamed, links, faults, checks }) => {
      const named = unnamed.map((node, index) => ({ ...node, id: `n${index}` }));
      let design: Design = { nodes: named, edges: [], faults: [], checks: [] };
      if (connected) design = withAnswers(withEveryoneConnected(design, links), links);
      for (const [place, link] of links.entries()) design = withEdge(design, link, `e${place}`);
      return withFaultsAndChecks(design, faults, checks);
    });
}

/** Kinds of the families drawn from; those that are listed more often come more often. */
function kindsOf({ families = ALL_FAMILIES }: ScenarioArbitraryOptions, part: 'holds' | 'around'): readonly NodeKind[] {
  return families.flatMap((family): readonly NodeKind[] => FAMILIES[family][part]);
}

/** One step of a run: an edit or a fault, not yet tied to the design it will meet. */
interface Step {
  readonly afterMs: number;
  readonly what: 'add node' | 'add edge' | 'change node' | 'change edge' | 'remove edge' | 'remove node' | 'fault';
  readonly node: ScenarioNode;
  readonly link: Link;
  readonly fault: Fault;
  readonly pick: number;
}

interface Link {
  readonly from: number;
  readonly to: number;
  /** An edge of each kind that may be drawn. */
  readonly edges: Readonly<Partial<Record<EdgeKind, ScenarioEdge>>>;
}

function nodeArbitrary(kind: keyof typeof nodeSchemas, options: ScenarioArbitraryOptions): fc.Arbitrary<ScenarioNode> {
  const overrides = {
    id: fc.constant('n'),
    name: fc.string({ maxLength: 12 }),
    parent: undefined,
    // So few that consumers share them.
    group: fc.constantFrom('', 'g', 'h'),
    autoscale: autoscaleArbitrary(options),
  };
  return valueArbitrary(nodeSchemas[kind], options, overrides).map((node) => consistentNode(node as ScenarioNode));
}

/** A few instances that come and go within seconds. */
function autoscaleArbitrary(options: ScenarioArbitraryOptions): fc.Arbitrary<unknown> {
  const bounds = { min: fc.nat(2), max: fc.integer({ min: 2, max: 5 }), limitToPartitionsWithLag: undefined };
  return valueArbitrary(autoscale, options, bounds, 'autoscale');
}

/** Few, so that they meet. */
const transactionalId = fc.constantFrom('', '', 'tx', 'ty');

/** Settings for an edge of each kind. They are shared by several edges: to draw those of fifteen kinds for each would take long. */
function edgesArbitrary(options: ScenarioArbitraryOptions): fc.Arbitrary<readonly Link['edges'][]> {
  const overrides = { id: fc.constant('e'), from: fc.constant('x'), to: fc.constant('x'), transactionalId };
  const edges = (options.families ?? ALL_FAMILIES)
    .flatMap((family): readonly (keyof typeof edgeSchemas)[] => FAMILIES[family].edges)
    .map((protocol): [EdgeKind, fc.Arbitrary<ScenarioEdge>] => [
      protocols[protocol].edge,
      valueArbitrary(edgeSchemas[protocol], options, overrides).map((edge) => consistentEdge(edge as ScenarioEdge)),
    ]);
  return fc.array(fc.record(Object.fromEntries(edges)), { minLength: 1, maxLength: 3 });
}

const endsDrawn = { from: fc.nat(20), to: fc.nat(20), settings: fc.nat(20) };

function linksArbitrary(options: ScenarioArbitraryOptions, most: number): fc.Arbitrary<readonly Link[]> {
  return fc
    .tuple(edgesArbitrary(options), fc.array(fc.record(endsDrawn), { minLength: 1, maxLength: most }))
    .map(([edges, drawn]) =>
      drawn.map(({ settings, ...link }) => ({ ...link, edges: edges[settings % edges.length]! })),
    );
}

function faultArbitrary(options: ScenarioArbitraryOptions): fc.Arbitrary<Fault> {
  const { horizonMs = 10_000 } = options;
  const overrides = {
    id: fc.constant('f'),
    target: fc.nat(20).map(String),
    atMs: fc.nat(horizonMs),
    forMs: fc.nat(3000),
    instance: fc.nat(4),
    topic: undefined,
    partition: fc.nat(3),
    to: fc.oneof(
      fc.constantFrom({ type: 'beginning' }, { type: 'end' }),
      fc.record({ type: fc.constant('offset'), offset: fc.nat(60) }),
      fc.record({ type: fc.constant('timestamp'), timestampMs: fc.nat(horizonMs) }),
      fc.record({ type: fc.constant('duration'), durationMs: fc.nat(horizonMs) }),
    ),
  };
  return valueArbitrary(faultSchema, options, overrides) as fc.Arbitrary<Fault>;
}

function checkArbitrary(options: ScenarioArbitraryOptions): fc.Arbitrary<Check> {
  return valueArbitrary(checkSchema, options, {
    id: fc.constant('c'),
    of: fc.nat(20).map(String),
  }) as fc.Arbitrary<Check>;
}

function stepsArbitrary(options: ScenarioArbitraryOptions, most: number): fc.Arbitrary<readonly Step[]> {
  return fc
    .tuple(edgesArbitrary(options), fc.array(stepArbitrary(options), { maxLength: most }))
    .map(([edges, steps]) =>
      steps.map(({ link: { settings, ...link }, ...step }) => ({
        ...step,
        link: { ...link, edges: edges[settings % edges.length]! },
      })),
    );
}

type Ends = Omit<Link, 'edges'> & { readonly settings: number };

function stepArbitrary(options: ScenarioArbitraryOptions): fc.Arbitrary<Omit<Step, 'link'> & { link: Ends }> {
  const { horizonMs = 10_000, journalMax = 6 } = options;
  return fc.record({
    afterMs: fc.nat(Math.ceil((2 * horizonMs) / Math.max(1, journalMax))),
    what: fc.constantFrom<Step['what'][]>(
      'add node',
      'add edge',
      'change node',
      'change edge',
      'remove edge',
      'remove node',
      'fault',
    ),
    node: fc.oneof(
      ...(['producer', 'consumer', 'client', ...kindsOf(options, 'holds'), ...kindsOf(options, 'around')] as const).map(
        (kind) => nodeArbitrary(kind, options),
      ),
    ),
    link: fc.record(endsDrawn),
    fault: faultArbitrary(options),
    pick: fc.nat(50),
  });
}

function viewArbitrary(horizonMs: number): fc.Arbitrary<Scenario['view']> {
  const members = {
    panels: fc.array(fc.constantFrom('guarantees', 'flow', 'lag'), { maxLength: 3 }),
    instantMs: fc.nat(horizonMs),
    speed: fc.constantFrom(0, 0.1, 1, 10),
    playing: fc.boolean(),
    viewport: fc.record({
      x: fc.integer({ min: -500, max: 500 }),
      y: fc.integer({ min: -500, max: 500 }),
      zoom: fc.constantFrom(0.5, 1, 2),
    }),
  };
  return fc.record(members, { requiredKeys: [] });
}

type Overrides = Readonly<Record<string, fc.Arbitrary<unknown> | undefined>>;

/** A value that a schema accepts: sparse, with every optional member sometimes there. Overrides go by a member's name. */
function valueArbitrary(
  schema: v.GenericSchema,
  options: ScenarioArbitraryOptions,
  overrides: Overrides = {},
  name = '',
): fc.Arbitrary<unknown> {
  const bare = inner(schema) as v.GenericSchema & Record<string, unknown>;
  switch (bare.type) {
    case 'strict_object':
      return membersArbitrary(entriesOf(bare) ?? {}, options, overrides);
    case 'variant':
      return fc.oneof(
        ...(bare['options'] as v.GenericSchema[]).map((option) => valueArbitrary(option, options, overrides)),
      );
    case 'picklist':
      return fc.constantFrom(...(bare['options'] as unknown[]));
    case 'literal':
      return fc.constant(bare['literal']);
    case 'boolean':
      return fc.boolean();
    case 'string':
      return TEXTS[name] ?? fc.string({ maxLength: 12 });
    case 'array':
      return fc.array(fc.nat(3000), { minLength: 1, maxLength: 8 });
    case 'number':
      return numberArbitrary(bare, name, options);
    default:
      throw new Error(`No arbitrary for a schema of type ${bare.type}.`);
  }
}

function membersArbitrary(
  entries: v.ObjectEntries,
  options: ScenarioArbitraryOptions,
  overrides: Overrides,
): fc.Arbitrary<unknown> {
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  const required: string[] = [];
  for (const [name, member] of Object.entries(entries)) {
    if (Object.hasOwn(overrides, name) && overrides[name] === undefined) continue;
    members[name] = overrides[name] ?? valueArbitrary(member, options, {}, name);
    if ((member as v.GenericSchema).type !== 'optional') required.push(name);
  }
  return fc.record(members, { requiredKeys: required });
}

interface Action {
  readonly type: string;
  readonly requirement?: unknown;
}

function numberArbitrary(
  schema: Record<string, unknown>,
  name: string,
  { wild = false }: ScenarioArbitraryOptions,
): fc.Arbitrary<number> {
  const actions = (schema['pipe'] ?? []) as readonly Action[];
  const bound = (type: string) => actions.find((action) => action.type === type)?.requirement as number | undefined;
  const modest = wild ? undefined : MODEST[name];
  const [min, max] = [
    Math.max(bound('min_value') ?? -1000, modest?.[0] ?? -Infinity),
    Math.min(bound('max_value') ?? 1000, modest?.[1] ?? Infinity),
  ];
  const takes = (value: number) =>
    actions.every((action) => action.type !== 'check' || (action.requirement as (value: number) => boolean)(value)) &&
    (!actions.some((action) => action.type === 'integer') || Number.isInteger(value));
  if (max - min < 2)
    return fc
      .double({ min, max, noNaN: true, noDefaultInfinity: true })
      .map((value) => (takes(value) ? noNegativeZero(value) : Math.ceil(min)));
  return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
}

function noNegativeZero(value: number): number {
  return value === 0 ? 0 : value;
}

/** Settings that contradict each other, brought into agreement. */
function consistentNode(node: ScenarioNode): ScenarioNode {
  const ordered = orderedUniforms(node) as ScenarioNode;
  if (ordered.kind === 'cluster') {
    const complete = resolveNode(ordered);
    if (complete.kind !== 'cluster' || complete.brokerHeartbeatIntervalMs < complete.brokerSessionTimeoutMs)
      return ordered;
    return { ...ordered, brokerHeartbeatIntervalMs: Math.max(1, Math.floor(complete.brokerSessionTimeoutMs / 3)) };
  }
  if (ordered.kind === 'exchange' && ordered.hashProperty !== undefined && ordered.hashProperty !== 'none') {
    const { hashHeader: _, ...hashed } = ordered;
    return hashed;
  }
  if (ordered.kind !== 'producer' || !ordered.stopMs || ordered.stopMs > (ordered.startMs ?? 0)) return ordered;
  return { ...ordered, stopMs: Math.min(86_400_000, (ordered.startMs ?? 0) + ordered.stopMs) };
}

/** Transactions rest on idempotence: what rules that out is left out. */
function withIdempotence(edge: ScenarioEdge): ScenarioEdge {
  if (edge.kind !== 'publish' || (edge.transactionalId ?? '') === '') return edge;
  const { acks: _acks, maxInFlight: _inFlight, retries: _retries, enableIdempotence: _idempotence, ...rest } = edge;
  return rest;
}

function shorterHeartbeats<Edge extends ScenarioEdge>(edge: Edge, complete: EdgeOf<'subscribe'>): Edge {
  const classic = complete.heartbeatIntervalMs >= complete.sessionTimeoutMs;
  const newer = complete.groupHeartbeatIntervalMs >= complete.groupSessionTimeoutMs;
  const third = (sessionMs: number): number => Math.max(1, Math.floor(sessionMs / 3));
  return {
    ...edge,
    ...(classic && {
      sessionTimeoutMs: Math.max(2, complete.sessionTimeoutMs),
      heartbeatIntervalMs: third(complete.sessionTimeoutMs),
    }),
    ...(newer && {
      groupSessionTimeoutMs: Math.max(2, complete.groupSessionTimeoutMs),
      groupHeartbeatIntervalMs: third(complete.groupSessionTimeoutMs),
    }),
  };
}

function consistentEdge(given: ScenarioEdge): ScenarioEdge {
  const edge = withIdempotence(orderedUniforms(given) as ScenarioEdge);
  const complete = resolveEdge(edge);
  if (edge.kind === 'publish' && complete.kind === 'publish') {
    const least = complete.lingerMs + complete.requestTimeoutMs;
    const idempotence = edge.enableIdempotence === true ? { enableIdempotence: complete.enableIdempotence } : {};
    const delivery =
      edge.deliveryTimeoutMs === undefined ? {} : { deliveryTimeoutMs: Math.max(edge.deliveryTimeoutMs, least) };
    return { ...edge, ...idempotence, ...delivery };
  }
  if (edge.kind !== 'subscribe' || complete.kind !== 'subscribe') return edge;
  const share = edge.share === undefined ? {} : { share: { ...edge.share, ...consistentBeats(complete.share) } };
  return { ...shorterHeartbeats(edge, complete), ...share };
}

interface Beats {
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
}

/** Heartbeats that come more often than sessions end; nothing where they do. */
function consistentBeats({ sessionTimeoutMs, heartbeatIntervalMs }: Beats): Partial<Beats> {
  if (heartbeatIntervalMs < sessionTimeoutMs) return {};
  return {
    sessionTimeoutMs: Math.max(2, sessionTimeoutMs),
    heartbeatIntervalMs: Math.max(1, Math.floor(sessionTimeoutMs / 3)),
  };
}

function orderedUniforms(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => [name, orderedUniforms(member)]);
  const members = Object.fromEntries(entries);
  if (members['type'] !== 'uniform' || !('min' in members || 'max' in members)) return members;
  const [min, max] = [Number(members['min'] ?? 5), Number(members['max'] ?? 15)];
  return { ...members, min: Math.min(min, max), max: Math.max(min, max) };
}

/** The design with an edge from a node to one that it may lead to; half of the links find none. */
function withEdge(design: Design, link: Link, id: string): Design {
  const from = link.from % design.nodes.length;
  const others = leadsTo(design, design.nodes[from]!.kind);
  const to = others[link.to % (2 * others.length || 1)];
  return to === undefined ? design : withEdgeBetween(design, { ...link, from, to }, id);
}

function withEdgeBetween(design: Design, link: Link, id: string): Design {
  const change = edgeChange(design, link, id);
  return change === undefined ? design : applyChanges(design, [change]);
}

/** Places of the nodes that an edge from that kind may lead to, or come from. */
function leadsTo(design: Design, kind: NodeKind): readonly number[] {
  return design.nodes.flatMap((node, place) => (protocolBetween(kind, node.kind) === undefined ? [] : [place]));
}

function comesFrom(design: Design, kind: NodeKind): readonly number[] {
  return design.nodes.flatMap((node, place) => (protocolBetween(node.kind, kind) === undefined ? [] : [place]));
}

/** Who publishes, or is around a broker, leads somewhere, and who reads does; the links in turn say how and where. */
function withEveryoneConnected(design: Design, links: readonly Link[]): Design {
  return design.nodes.reduce((joined, node, place) => {
    const link = links[place % links.length]!;
    let found = joined;
    if (LEADS.has(node.kind)) {
      const others = leadsTo(design, node.kind).filter((other) => other !== place);
      const to = others[link.to % others.length];
      if (to !== undefined) found = withEdgeBetween(found, { ...link, from: place, to }, `j${place}`);
    }
    if (!READS.has(node.kind)) return found;
    const others = comesFrom(design, node.kind);
    const from = others[link.from % others.length];
    return from === undefined ? found : withEdgeBetween(found, { ...link, from, to: place }, `r${place}`);
  }, design);
}

/** Some consumer publishes to what a client reads: what it publishes are replies, where they come of requests. */
function withAnswers(design: Design, links: readonly Link[]): Design {
  return design.nodes.reduce((joined, node, place) => {
    const reads = node.kind === 'client' ? joined.edges.find(({ to }) => to === node.id) : undefined;
    if (reads === undefined) return joined;
    const link = links[place % links.length]!;
    const consumers = design.nodes.flatMap(({ kind }, at) => (kind === 'consumer' ? [at] : []));
    const ends = {
      from: consumers[link.from % consumers.length]!,
      to: design.nodes.findIndex(({ id }) => id === reads.from),
    };
    return withEdgeBetween(joined, { ...link, ...ends }, `a${place}`);
  }, design);
}

const LEADS: ReadonlySet<NodeKind> = new Set(['producer', 'client', 'cluster', 'sns', 'exchange']);
const READS: ReadonlySet<NodeKind> = new Set(['consumer', 'client']);

function edgeChange(design: Design, link: Link, id: string): DesignChange | undefined {
  const from = design.nodes[link.from % design.nodes.length]?.id ?? '';
  const to = design.nodes[link.to % design.nodes.length]?.id ?? '';
  const connection = connectionBetween(design, from, to);
  if (!connection.ok) return undefined;
  // SNS refuses it.
  if (connection.kind === 'snsSubscribe' && isFifo(design, to) && !isFifo(design, from)) return undefined;
  const edge = link.edges[connection.kind];
  return edge === undefined ? undefined : { op: 'add', in: 'edges', item: { ...edge, id, from, to } };
}

function isFifo({ nodes }: Design, id: string): boolean {
  return nodes.some((node) => node.id === id && (node.kind === 'sqs' || node.kind === 'sns') && node.fifo === true);
}

function withFaultsAndChecks(design: Design, faults: readonly Fault[], checks: readonly Check[]): Design {
  const timed = faults.flatMap((fault, place) => aimed(design, fault, `f${place}`)).sort((a, b) => a.atMs - b.atMs);
  const subjects = checks.flatMap((check, place): Check[] => {
    const fitting = design.nodes.filter((node) => node.kind === CLAIM_SUBJECTS[check.claim]);
    const node = fitting[Number(check.of) % Math.max(1, fitting.length)];
    return node === undefined ? [] : [{ ...check, id: `c${place}`, of: node.id }];
  });
  return { ...design, faults: timed, checks: subjects };
}

/** The fault aimed at something in the design that it can happen to; its target so far is a number to choose by. */
function aimed(design: Design, fault: Fault, id: string): Fault[] {
  const { nodes, edges } = FAULT_TARGETS[fault.do];
  const fitting = [
    ...design.nodes.filter((node) => nodes.includes(node.kind)),
    ...(edges ? design.edges.filter((edge) => edge.kind !== 'host') : []),
  ];
  const target = fitting[Number(fault.target) % Math.max(1, fitting.length)];
  if (target === undefined) return [];
  const instances =
    target.kind === 'consumer' ? (target.instances ?? 1) : target.kind === 'cluster' ? (target.brokers ?? 3) : 0;
  const { instance, ...rest } = { instance: undefined, ...fault };
  const which = instance === undefined || instances === 0 ? {} : { instance: instance % instances };
  return [{ ...rest, ...which, id, target: target.id }];
}

/** The steps made into entries that fit the design they meet; those that fit nothing are left out. */
function journalOf(base: Design, steps: readonly Step[]): readonly JournalEntry[] {
  let design = base;
  let atMs = 0;
  const journal: JournalEntry[] = [];
  for (const [place, step] of steps.entries()) {
    atMs += step.afterMs;
    const fault = step.what === 'fault' ? aimed(design, step.fault, 'f')[0] : undefined;
    if (fault !== undefined) {
      const { id: _id, atMs: _at, ...action } = fault;
      journal.push({ atMs, fault: action });
      continue;
    }
    const edit = editOf(design, step, `s${place}`);
    if (edit.length === 0) continue;
    design = applyChanges(design, edit);
    journal.push({ atMs, edit });
  }
  return journal;
}

function editOf(design: Design, step: Step, id: string): readonly DesignChange[] {
  const node = design.nodes[step.pick % design.nodes.length];
  const edge = design.edges[step.pick % Math.max(1, design.edges.length)];
  switch (step.what) {
    case 'add node':
      return [{ op: 'add', in: 'nodes', item: { ...step.node, id }, at: step.pick }];
    case 'add edge': {
      const change = edgeChange(design, step.link, id);
      return change === undefined ? [] : [change];
    }
    case 'remove edge':
      return edge === undefined ? [] : [{ op: 'remove', in: 'edges', id: edge.id }];
    case 'remove node':
      return node === undefined || design.nodes.length < 3 ? [] : removalOfNode(design, node.id);
    case 'change node':
      return node === undefined ? [] : changeTowards('nodes', node, step.node);
    case 'change edge':
      return edge === undefined ? [] : changeTowards('edges', edge, step.link.edges[edge.kind] ?? edge);
    case 'fault':
      return [];
    default:
      return step.what satisfies never;
  }
}

/** Everything that names the node goes with it. */
function removalOfNode(design: Design, id: string): readonly DesignChange[] {
  const edges = design.edges.filter((edge) => edge.from === id || edge.to === id);
  const gone = new Set([id, ...edges.map((edge) => edge.id)]);
  return [
    ...edges.map((edge): DesignChange => ({ op: 'remove', in: 'edges', id: edge.id })),
    ...design.faults
      .filter((fault) => gone.has(fault.target))
      .map((fault): DesignChange => ({ op: 'remove', in: 'faults', id: fault.id })),
    ...design.checks
      .filter((check) => gone.has(check.of))
      .map((check): DesignChange => ({ op: 'remove', in: 'checks', id: check.id })),
    { op: 'remove', in: 'nodes', id },
  ];
}

/** Takes over the parameters of another item of the same kind. */
function changeTowards(
  part: 'nodes' | 'edges',
  item: ScenarioNode | ScenarioEdge,
  other: ScenarioNode | ScenarioEdge,
): readonly DesignChange[] {
  if (item.kind !== other.kind) return [];
  const fixed = new Set(['id', 'kind', 'from', 'to', 'parent']);
  const set = Object.fromEntries(Object.entries(other).filter(([name]) => !fixed.has(name)));
  // A log cannot lose partitions while it runs.
  if (item.kind === 'topic') set['partitions'] = Math.max(item.partitions ?? 1, Number(set['partitions'] ?? 1));
  const unset = Object.keys(item).filter((name) => !fixed.has(name) && !Object.hasOwn(set, name));
  const change: DesignChange = { op: 'change', in: part, id: item.id, set, ...(unset.length > 0 ? { unset } : {}) };
  return [change];
}
