/**
 * Frames: what the page sees of the engine, sixty times a second.
 *
 * One frame is one transferred `Float64Array`. A `Layout`, sent once and again whenever the design changes, says where
 * each node's, edge's and subscription's block of gauges starts; the constants below name the places within a block.
 * Reading a gauge is `values[block.at + PRODUCER.attempted]`. Counts are totals since the start of the run.
 */
import type { ClusterBlock } from './frame-cluster.ts';
import type { ExchangeBlock, QueueBlock, RabbitmqBlock } from './frame-amqp.ts';
import type { SnsBlock, SqsBlock } from './frame-sqs.ts';
import type { StoreBlock } from './frame-store.ts';

/** The fixed head of every frame. `flightsAt` and `anomaliesAt` are indexes into the same array. */
export const HEADER = {
  /** Version of the layout this frame was packed with; a frame of another version is to be skipped. */
  layout: 0,
  timeNs: 1,
  /** Furthest simulated time reached on this timeline. */
  horizonNs: 2,
  status: 3,
  /** Simulated seconds per wall second actually reached lately. */
  speed: 4,
  events: 5,
  /** Logical messages attempted. */
  messages: 6,
  /** The run's digest at `timeNs`, as two unsigned 32-bit halves. */
  digestHigh: 7,
  digestLow: 8,
  flightsAt: 9,
  flights: 10,
  /** Flights of this frame's interval that were not packed because of `MAX_FLIGHTS`. */
  flightsLeftOut: 11,
  anomaliesAt: 12,
  anomalies: 13,
  /** Journal entries applied up to `timeNs`. */
  journalApplied: 14,
  size: 16,
} as const;

export const STATUS = { paused: 0, playing: 1, seeking: 2, failed: 3 } as const;

/** State of a node as the person sees it. */
export const HEALTH = { up: 0, crashed: 1, paused: 2, slow: 3 } as const;
/** State of an edge's connection. */
export const CONDITION = { ok: 0, cut: 1, dropAcks: 2, slow: 3 } as const;

export const PRODUCER = {
  health: 0,
  attempted: 1,
  acknowledged: 2,
  refused: 3,
  unknown: 4,
  waiting: 5,
  size: 6,
} as const;

/** A `publish` edge: the client's accumulator and connection, and the ledger of this source. */
export const PUBLISH = {
  condition: 0,
  attempted: 1,
  acknowledged: 2,
  refused: 3,
  unknown: 4,
  waiting: 5,
  /** Messages in the client's batches, not yet under way. */
  queued: 6,
  requestsInFlight: 7,
  bufferedBytes: 8,
  bufferMemory: 9,
  /** Messages blocked because the buffer is full. */
  blocked: 10,
  retries: 11,
  /** Records appended to the topic through this edge, copies included. */
  appended: 12,
  /** Facts merged into messages of others while there was no room. */
  merged: 13,
  /** Time for which somebody waited for room, summed over clients. */
  stalledNs: 14,
  size: 15,
} as const;

export const TOPIC = { health: 0, insyncReplicas: 1, bytes: 2, size: 3 } as const;
/** One block per partition, `PARTITION.size` apart, from `TopicBlock.partitionsAt`. */
export const PARTITION = {
  /** First retained offset. */
  start: 0,
  highWatermark: 1,
  /** Log end offset: that of the next record. */
  end: 2,
  /** 1 while the partition has a leader. */
  leader: 3,
  /** Number of cells that follow and the offset of the first. */
  cells: 4,
  firstCell: 5,
  /** Number of the broker that leads, on a cluster; -1 without a leader or without a cluster. */
  leaderBroker: 6,
  insyncReplicas: 7,
  /** Assigned ones. */
  replicas: 8,
  /** What is below it is neither in an open transaction nor in one whose outcome is not yet on all in-sync replicas. */
  lastStable: 9,
  /** `CELLS` pairs (colour, flag): colour is a key's index or -1 for no key; flag is a sum of `CELL`. */
  cellsAt: 10,
  /** `CELLS` logical ids, in the order of the cells; 0 where the ledger has forgotten the message. */
  messagesAt: 10 + 2 * 32,
  size: 10 + 3 * 32,
} as const;
/** The newest records of a partition that a frame shows. */
export const CELLS = 32;
/** Bits of a cell's flag. */
export const CELL = {
  /** A further copy of a message that the log already holds. */
  duplicate: 1,
  /** No record is left: it was compacted away. */
  hole: 2,
  /** Its value is null. */
  tombstone: 4,
  /** A segment begins with it. */
  border: 8,
  /** Part of a transaction that is open. */
  open: 16,
  /** Part of a transaction that was aborted. */
  aborted: 32,
  /** A transaction marker and no record: of a commit, of an abort. */
  commitMarker: 64,
  abortMarker: 128,
} as const;

export const SUBSCRIBE = { condition: 0, /** records fetched over this edge */ fetched: 1, size: 2 } as const;

export const CONSUMER = {
  health: 0,
  instancesUp: 1,
  busy: 2,
  applied: 3,
  crashes: 4,
  /** messages fetched, not yet worked on */ buffered: 5,
  /** instances that its autoscaler asks for; -1 without one */ wanted: 6,
  /** time that instances were there, summed up */ instanceSeconds: 7,
  size: 8,
} as const;
/** One block per instance, from `ConsumerBlock.instancesAt`. */
export const INSTANCE = {
  state: 0,
  busy: 1,
  buffered: 2,
  applied: 3,
  /** partitions owned */ partitions: 4,
  crashes: 5,
  size: 6,
} as const;
export const INSTANCE_STATE = {
  down: 0,
  joining: 1,
  stable: 2,
  /** waits for the group to settle */ rebalancing: 3,
  frozen: 4,
  /** gives partitions up (consumer protocol) */ revoking: 5,
  /** waits for others to give partitions up (consumer protocol) */ waiting: 6,
  /** its poll threw; down until restarted */ failed: 7,
  /** asked for by the autoscaler, not up yet */ starting: 8,
} as const;

export const GROUP = {
  state: 0,
  generation: 1,
  members: 2,
  rebalances: 3,
  /** since when in this state */ sinceNs: 4,
  /** 1 with the consumer protocol (KIP-848): its generation is an epoch */ newer: 5,
  size: 6,
} as const;
export const GROUP_STATE = { empty: 0, preparing: 1, completing: 2, stable: 3, reconciling: 4 } as const;

/** A subscription is a group's reading of one topic; this is its ledger. Latencies in nanoseconds, 0 while none. */
export const SUBSCRIPTION = {
  /** Messages this subscription is owed an account of: acknowledged or unknown ones. */
  owed: 0,
  delivered: 1,
  applied: 2,
  lost: 3,
  gone: 4,
  recovered: 5,
  unexpected: 6,
  duplicateDeliveries: 7,
  duplicateEffects: 8,
  outOfOrderPerKey: 9,
  outOfOrderGlobal: 10,
  skipped: 11,
  /** Acknowledged and not yet delivered. */
  unseen: 12,
  inFlight: 13,
  expired: 14,
  lag: 15,
  p50Ns: 16,
  p95Ns: 17,
  p99Ns: 18,
  p999Ns: 19,
  /** One of `GUARANTEE`. */
  verdict: 20,
  /** One of `ORDER`. */
  order: 21,
  /** Taken by a rule of the broker: archived by a share group, rejected, one too many. */
  dropped: 22,
  deadLettered: 23,
  size: 24,
} as const;
export const GUARANTEE = { none: 0, atMostOnce: 1, atLeastOnce: 2, exactlyOnce: 3 } as const;
export const ORDER = { none: 0, perKey: 1, global: 2 } as const;

/** One block per partition, from `SubscriptionBlock.positionsAt`. Offsets are -1 while unknown. */
export const POSITION = {
  committed: 0,
  position: 1,
  /** index into the group's `members`, -1 for nobody */ owner: 2,
  lag: 3,
  /** Of a share group: who reads it, bit by bit after the group's `members`, the first 52 of them. */
  readers: 4,
  size: 5,
} as const;

/** What a share group has in hand of a partition. One block per partition, from `SubscriptionBlock.sharesAt`. */
export const SHARE = {
  /** First offset that is not done with, and the one after the last that was ever acquired. -1 while unknown. */
  start: 0,
  end: 1,
  available: 2,
  acquired: 3,
  /** Acknowledged or archived, above `start`. */
  done: 4,
  /** `CELLS` blocks of `SHARE_CELL`, in the order of the partition's own cells. */
  cellsAt: 5,
  size: 5 + 4 * 32,
} as const;
export const SHARE_CELL = {
  /** One of `SHARE_STATE`. */
  state: 0,
  deliveries: 1,
  /** Who holds it, as index into the group's `members`; -1 for nobody. */
  holder: 2,
  lockEndsNs: 3,
  size: 4,
} as const;
export const SHARE_STATE = { outside: 0, available: 1, acquired: 2, acknowledged: 3, archived: 4 } as const;

/** Something that moves along an edge. Rows of `FLIGHT.size` from `HEADER.flightsAt`. */
export const FLIGHT = {
  /** Index into `Layout.edgeIds`. */
  edge: 0,
  departNs: 1,
  /** When it arrives; a lost one vanishes half-way. */
  arriveNs: 2,
  kind: 3,
  /** Messages carried. */
  count: 4,
  /** Key index of the first message, -1 for none. */
  color: 5,
  /** Partition at the topic's end, -1 where none. */
  partition: 6,
  /** Instance at the consumer's end, -1 where none. */
  instance: 7,
  size: 8,
} as const;
export const FLIGHT_KIND = {
  /** from the edge's source to its target */ data: 0,
  /** back */ ack: 1,
  refusal: 2,
  retry: 3,
  lostData: 4,
  lostAck: 5,
  commit: 6,
} as const;
export const MAX_FLIGHTS = 2000;

/** Anomalies found since the last frame, to mark where they happened. Rows of `ANOMALY.size`. */
export const ANOMALY = {
  timeNs: 0,
  kind: 1,
  /** index into `Layout.nodeIds` */ node: 2,
  message: 3,
  /** index into `Layout.subscriptions`, -1 for a source's */ subscription: 4,
  size: 5,
} as const;
export const ANOMALY_KIND = [
  'lost',
  'gone',
  'duplicateEffect',
  'outOfOrder',
  'unexpected',
  'refused',
  'expired',
  'skipped',
  'dropped',
  'deadLettered',
] as const;
export type AnomalyKind = (typeof ANOMALY_KIND)[number];

export interface ProducerBlock {
  readonly kind: 'producer';
  readonly at: number;
}
export interface TopicBlock {
  readonly kind: 'topic';
  readonly at: number;
  readonly partitionsAt: number;
  readonly partitions: number;
}
export interface ConsumerBlock {
  readonly kind: 'consumer';
  readonly at: number;
  readonly instancesAt: number;
  readonly instances: number;
  readonly group: string;
  /** Where a client's requests are, see `frame-requests.ts`; -1 for a consumer. */
  readonly requestsAt: number;
}
export type NodeBlock =
  | ProducerBlock
  | TopicBlock
  | ClusterBlock
  | ExchangeBlock
  | QueueBlock
  | RabbitmqBlock
  | SqsBlock
  | SnsBlock
  | StoreBlock
  | ConsumerBlock;
export interface EdgeBlock {
  readonly kind: 'publish' | 'subscribe';
  readonly at: number;
  /** subscribe only: index into `subscriptions` */ readonly subscription: number;
}
export interface SubscriptionBlock {
  readonly topic: string;
  readonly group: string;
  /** Consumer node ids, in document order. */
  readonly consumers: readonly string[];
  readonly at: number;
  readonly positionsAt: number;
  /** -1 in a consumer group. */
  readonly sharesAt: number;
  /** How long a record is locked for a member of a share group. */
  readonly lockNs: number;
  readonly partitions: number;
}
export interface GroupBlock {
  readonly name: string;
  readonly kind: 'consumer' | 'share';
  readonly at: number;
  readonly members: readonly { readonly node: string; readonly instance: number }[];
}

/** Where everything is in a frame. A new one whenever nodes, edges, partitions or instances change. */
export interface Layout {
  readonly version: number;
  /** Values before the flights. */
  readonly length: number;
  readonly nodeIds: readonly string[];
  readonly edgeIds: readonly string[];
  readonly nodes: Readonly<Record<string, NodeBlock>>;
  readonly edges: Readonly<Record<string, EdgeBlock>>;
  readonly subscriptions: readonly SubscriptionBlock[];
  readonly groups: readonly GroupBlock[];
}
