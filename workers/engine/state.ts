/**
 * The state of a run: plain data only (numbers, text, typed arrays, records), so that a checkpoint is a copy.
 *
 * Things refer to each other by index into the run's arrays, never by reference. An index, once given, is never reused
 * within a run: what is removed stays behind as a record with `gone: true`.
 */
import type { Design, FaultAction } from '../scenario/document.ts';
import type { EdgeOf, NodeOf } from '../scenario/resolve.ts';
import type { EventQueue } from './core/event-queue.ts';
import type { Histogram } from './core/histogram.ts';
import type { RandomStreams } from './core/random.ts';
import type { Sampler } from './core/distributions.ts';
import type { ZipfTable } from './core/zipf.ts';
import type { StickyState } from './brokers/log/partitioner/sticky.ts';
import type { MessageTable } from './ledger/messages.ts';
import type { SourceLedger, SubscriptionLedger } from './ledger/accounts.ts';
import type { HopRing } from './ledger/hops.ts';
import type { FlightRing } from './observe/flights.ts';
import type { AnomalyRing } from './observe/anomalies.ts';
import type { CheckState } from './checks.ts';

/** What a process does with events meant for it. A frozen one keeps them until it is resumed. */
export interface Process {
  crashed: boolean;
  frozen: boolean;
  /** Every crash starts a new life; events of an earlier life are void. */
  incarnation: number;
  /** Events that arrived while frozen, in order. */
  deferred: { operation: number; target: number; a: number; b: number }[];
  /** Multiplies durations; 1 is healthy. */
  slowFactor: number;
}

/** Latency, loss and duplication of one direction of an edge. */
export interface Network {
  latency: Sampler;
  /** Zero latency, no loss, no duplication: the common case in theory tests, worth a short cut. */
  perfect: boolean;
  loss: number;
  duplicate: number;
  stream: number;
}

/** A drawn edge: its condition, and both directions of its connection. */
export interface EdgeState {
  id: string;
  kind: 'publish' | 'subscribe';
  gone: boolean;
  from: string;
  to: string;
  cut: boolean;
  dropAcks: boolean;
  /** Start of the latest cut: what left before it and had not arrived is lost. -1 for never. */
  lastCutNs: number;
  slowFactor: number;
  forward: Network;
  backward: Network;
  /** publish: index into `sources`; subscribe: index into `links`. */
  detail: number;
}

export interface ProducerState {
  id: string;
  gone: boolean;
  settings: NodeOf<'producer'>;
  process: Process;
  /** Facts so far. */
  facts: number;
  /** Phase of the arrival pattern: what the next arrival depends on besides the time. */
  phase: number;
  /** When the present pattern began. */
  patternStartNs: number;
  /** Arrival events of an earlier generation are void: settings changed. */
  generation: number;
  zipf: ZipfTable | null;
  arrivalStream: number;
  keyStream: number;
  /** Indexes into `sources`, in edge order. */
  sources: number[];
}

/** One `publish` edge: what the ledger calls a source. */
export interface SourceState {
  edge: number;
  gone: boolean;
  topic: number;
  settings: EdgeOf<'publish'>;
  /** Idempotence as Kafka would really apply it, given the other settings. */
  idempotent: boolean;
  /** Next number in the order of facts at this source. */
  sequence: number;
  /** Indexes into `clients`: one for a producer, one an instance for a consumer. */
  clients: number[];
  ledger: SourceLedger;
}

/** Batches of one partition that wait in a producer client, oldest first. */
export interface PartitionBuffer {
  /** Batch rows not under way, head first. */
  queue: number[];
  /** Producer sequence for the next batch, and the epoch it belongs to. */
  nextSequence: number;
  epoch: number;
  inFlight: number;
}

/** A Kafka producer client: accumulator, connection, retries. Lives and dies with its process. */
export interface ClientState {
  source: number;
  gone: boolean;
  /** Producer index, or instance index, that it runs in. */
  owner: { kind: 'producer' | 'instance'; index: number };
  partitions: PartitionBuffer[];
  sticky: StickyState | null;
  roundRobin: number;
  bufferedBytes: number;
  queuedMessages: number;
  /** Messages blocked on a full buffer: head and tail of a list through the message table. */
  blockedHead: number;
  blockedTail: number;
  blocked: number;
  /** Request rows in flight, oldest first. */
  inFlight: number[];
  /** A connection is first in, first out in each direction: when the last one arrives. */
  lastForwardNs: number;
  lastBackwardNs: number;
  /** Instant of the earliest wake-up scheduled; Infinity for none. */
  wakeNs: number;
  stream: number;
  /** Requests that reached the broker and wait: it handles one of a connection at a time. */
  atBroker: number[];
  brokerBusy: boolean;
}

/** A batch of records in a client's hands. Rows are recycled when nobody holds them. */
export interface Batch {
  client: number;
  incarnation: number;
  partition: number;
  head: number;
  tail: number;
  count: number;
  bytes: number;
  createdNs: number;
  /** Producer sequence of its first record, -1 until first sent. */
  sequence: number;
  epoch: number;
  attempts: number;
  retryAtNs: number;
  /** The client has told the application. */
  resolved: boolean;
  /** It was sent and its fate is not known for sure: it may have been appended. */
  uncertain: boolean;
  /** References: the client and each request under way. */
  holders: number;
  appends: number;
}

export interface Request {
  client: number;
  incarnation: number;
  sentNs: number;
  /** When the broker answered; 0 before. */
  answeredNs: number;
  /** The client still waits for its response. */
  awaited: boolean;
  acks: '0' | '1' | 'all';
  batches: number[];
  /** Result of each batch, by position; see `RESULT`. */
  results: number[];
  pending: number;
  /** A copy made by the network: it answers to nobody. */
  copy: boolean;
  holders: number;
}

/** What a broker remembers of a producer on one partition, for idempotence. */
export interface ProducerMemory {
  client: number;
  incarnation: number;
  epoch: number;
  lastSequence: number;
  /** The last five batches: first and last sequence and the offset it got. */
  recent: { first: number; last: number; offset: number }[];
}

/** One partition's log. Record columns are rings: offset o is at `o & mask`. */
export interface PartitionState {
  start: number;
  highWatermark: number;
  end: number;
  mask: number;
  row: Int32Array;
  message: Float64Array;
  key: Int32Array;
  bytes: Int32Array;
  appendedNs: Float64Array;
  /** Bit 0: a further copy of a message already in the log. */
  flags: Uint8Array;
  totalBytes: number;
  busyUntilNs: number;
  producers: ProducerMemory[];
  /** Appends that wait for the high watermark (acks all): offset to reach, request, position in it. */
  waiting: { offset: number; request: number; position: number }[];
}

export interface TopicState {
  id: string;
  gone: boolean;
  settings: NodeOf<'topic'>;
  process: Process;
  /** False between a leader's crash and the next election or restart. */
  leader: boolean;
  leaderEpoch: number;
  /** Replicas in sync, the leader included. */
  insync: number;
  partitions: PartitionState[];
  /** Indexes into `subscriptions`, in the order of the messages' obligations. */
  subscriptions: number[];
  /** Partition of a key by key index, for the present number of partitions; -1 not yet computed. */
  keyPartition: Int32Array;
  /** Readers whose fetch waits for data. */
  parked: number[];
  retentionScheduled: boolean;
  repartitionedNs: number;
}

/** A group's reading of one topic: what the ledger calls a subscription. Survives its consumers, as offsets do. */
export interface SubscriptionState {
  topic: number;
  group: number;
  /** False while no consumer of the group reads the topic: nothing is owed then. */
  active: boolean;
  /** Position of this subscription in its topic's list, so also in a message's obligations. */
  slot: number;
  /** Index into `cursors` by partition. */
  cursors: number[];
  ledger: SubscriptionLedger;
  latency: Histogram;
  wait: Histogram;
  lagMax: number;
}

/** Position of a subscription in one partition. */
export interface CursorState {
  subscription: number;
  partition: number;
  /** Next offset to read as saved at the broker; -1 for none. */
  committed: number;
  /** Below this the log gives no further chance to apply. */
  floor: number;
  /** Member that owns it, as index into `members`; -1 for none. */
  owner: number;
  /** Instance-side state, valid while an instance holds it. */
  reader: number;
  /** Next offset to fetch; -1 until the position is known. */
  fetchOffset: number;
  /** Records fetched and not handed out. */
  buffered: number;
  /** Offset after the last record handed out by a poll. */
  handed: number;
  /** Lowest offset not yet finished, and finished ones above it. */
  done: number;
  doneAhead: number[];
  /** Highest offset ever handed to a handler plus one: below it a delivery is a redelivery. */
  seen: number;
}

/** One `subscribe` edge. */
export interface LinkState {
  edge: number;
  gone: boolean;
  consumer: number;
  subscription: number;
  settings: EdgeOf<'subscribe'>;
  fetched: number;
}

export interface ConsumerState {
  id: string;
  gone: boolean;
  settings: NodeOf<'consumer'>;
  work: Sampler;
  group: number;
  /** Indexes into `links`, in edge order. */
  links: number[];
  /** Indexes into `instances`. Those beyond `settings.instances` have been stopped. */
  instances: number[];
  /** Indexes into `sources` this handler publishes to, in edge order. */
  sources: number[];
  applied: number;
  slowFactor: number;
}

/** A record in an instance's memory. */
export interface FetchedRecord {
  row: number;
  cursor: number;
  offset: number;
}

/** A message being worked on. */
export interface Worker {
  busy: boolean;
  row: number;
  cursor: number;
  offset: number;
  /** Edge step the handler waits at: -1 while working, else position in the consumer's sources. */
  step: number;
  ticket: number;
  startedNs: number;
}

export type InstancePhase = 'down' | 'idle' | 'processing' | 'committing' | 'joining';

/** `hand-out`: work on what was polled; `poll`: poll again; `rejoin`: give everything up and join; `adopt`: give up what moves; `leave`: leave the group. */
export type AfterCommit = 'hand-out' | 'poll' | 'rejoin' | 'adopt' | 'leave';

export interface InstanceState {
  consumer: number;
  /** Position among its consumer's instances, from 0. */
  index: number;
  process: Process;
  /** Stopped for good by a smaller number of instances. */
  stopped: boolean;
  phase: InstancePhase;
  /** Index into `members`, -1 while not in a group. */
  member: number;
  /** Index into `readers`, one a link. */
  readers: number[];
  /** Records fetched, first to be handed out first; `fetchedHead` is the first live one. */
  fetched: FetchedRecord[];
  fetchedHead: number;
  /** Records handed out by a poll and not yet started. */
  handed: FetchedRecord[];
  handedHead: number;
  /** Handed out and not finished. */
  unfinished: number;
  workers: Worker[];
  idleWorkers: number;
  /** What to do when the commit waited for returns. */
  afterCommit: AfterCommit;
  /** A graceful stop has been asked for: leave at the next poll. */
  leaving: boolean;
  /** A join request is on its way or with the coordinator. */
  joinPending: boolean;
  /** The coordinator has been asked where to begin. */
  positionsPending: boolean;
  /** Records the poll in progress will hand out once its commit is through. */
  pollTake: number;
  commitTicket: number;
  nextAutoCommitNs: number;
  lastPollNs: number;
  pollTimer: boolean;
  /** The coordinator has started a rebalance and this member knows. */
  rebalanceNoticed: boolean;
  /** An assignment of a cooperative rebalance that takes effect at the next poll. */
  newAssignment: number[] | null;
  joinTicket: number;
  /** Random crashes drawn for an earlier life or setting are void. */
  crashTicket: number;
  workStream: number;
  crashStream: number;
  applied: number;
  crashes: number;
  ticket: number;
}

/** One instance's fetching over one edge. */
export interface ReaderState {
  instance: number;
  link: number;
  /** Cursors it owns. */
  cursors: number[];
  outstanding: boolean;
  ticket: number;
  rotate: number;
  parked: boolean;
  /** What the response under way carries: cursor, first and last offset (excluded). */
  inbound: { cursor: number; from: number; to: number }[];
}

export interface GroupState {
  name: string;
  state: 'empty' | 'preparing' | 'completing' | 'stable';
  sinceNs: number;
  generation: number;
  /** Live member indexes, in order of joining. */
  members: number[];
  /** Void timers of an earlier phase. */
  ticket: number;
  /** The round in progress is the first of an empty group. */
  initial: boolean;
  roundStartNs: number;
  deadlineNs: number;
  /** Rounds completed. */
  rebalances: number;
}

/** A member as the coordinator sees it: it outlives the process until its session ends. */
export interface MemberState {
  id: string;
  group: number;
  instance: number;
  gone: boolean;
  /** Has joined the round in progress. */
  joined: boolean;
  /** Its heartbeats are counted from here. */
  joinedNs: number;
  /** Cursors as reported in the last join. */
  owned: number[];
  assigned: number[];
  /** Session timers of an earlier silence are void. */
  sessionTicket: number;
}

export interface CommitPayload {
  instance: number;
  /** The member on whose behalf it was sent: an earlier life's is refused. */
  member: number;
  cursors: number[];
  offsets: number[];
}

/** The end of a fault that was given a duration. */
export interface Ending {
  action: FaultAction;
  done: boolean;
}

/** Rows of a table, with a list of free ones. */
export interface Pool<Row> {
  rows: (Row | null)[];
  free: number[];
}

export interface Run {
  seed: number;
  title: string;
  /** Sparse design as it stands, edits included. */
  design: Design;
  nowNs: number;
  events: number;
  digest: Int32Array;
  queue: EventQueue;
  streams: RandomStreams;
  /** Kind and index of every node and edge by document id. */
  places: Record<string, { kind: 'producer' | 'topic' | 'consumer' | 'edge' | 'annotation'; index: number }>;
  edges: EdgeState[];
  producers: ProducerState[];
  sources: SourceState[];
  clients: ClientState[];
  topics: TopicState[];
  subscriptions: SubscriptionState[];
  cursors: CursorState[];
  links: LinkState[];
  consumers: ConsumerState[];
  instances: InstanceState[];
  readers: ReaderState[];
  groups: GroupState[];
  members: MemberState[];
  batches: Pool<Batch>;
  requests: Pool<Request>;
  commits: Pool<CommitPayload>;
  /** Texts of fixed keys; key index 100,000 + i. */
  fixedKeys: string[];
  /** murmur2 of a key's text by key index, 2^31 where not yet computed. */
  keyHash: Float64Array;
  messages: MessageTable;
  hops: HopRing;
  anomalies: AnomalyRing;
  checks: CheckState[];
  /** Scripted faults, by number; null where one was taken out of the script. */
  script: (FaultAction | null)[];
  /** Faults that end by themselves, by number. */
  endings: Ending[];
  /** Counts every change of what a layout describes. */
  layoutVersion: number;
  /** Where observers watch movement; null when nobody does. Never read back, never copied. */
  flights: FlightRing | null;
}
