/**
 * The state of a run: plain data only (numbers, text, typed arrays, records), so that a checkpoint is a copy.
 *
 * Things refer to each other by index into the run's arrays, never by reference. An index, once given, is never reused
 * within a run: what is removed stays behind as a record with `gone: true`.
 */
import type { Design, FaultAction } from '../scenario/document.ts';
import type { ResolvedEdge, ResolvedNode } from '../scenario/resolve.ts';
import type { AmqpRun } from './amqp/amqp-state.ts';
import type { BrokerState, ClusterState, FetcherState } from './brokers/log/cluster/cluster-state.ts';
import type { CursorState, GroupState, MemberState, TopicState } from './brokers/log/log-state.ts';
import type {
  TransactionManager,
  TransactionRequest,
  TransactionState,
} from './brokers/log/transactions/transaction-state.ts';
import type { CheckState } from './checks.ts';
import type { Batch, ClientState, ProducerState, Request, SourceState } from './clients/client-state.ts';
import type { Sampler } from './core/distributions.ts';
import type { EventQueue } from './core/event-queue.ts';
import type { RandomStreams } from './core/random.ts';
import type {
  AcknowledgementPayload,
  CommitPayload,
  ConsumerState,
  InstanceState,
  LinkState,
  ReaderState,
} from './handlers/handler-state.ts';
import type { HopRing } from './ledger/hops.ts';
import type { MessageTable } from './ledger/messages.ts';
import type { SubscriptionState } from './ledger/subscription.ts';
import type { SqsRun } from './sqs/sqs-state.ts';
import type { AnomalyRing } from './observe/anomalies.ts';
import type { FlightRing } from './observe/flights.ts';
import type { InserterState, InsertRequest, PollerState, PollState, StoreState } from './table/state.ts';

type NodeKind = ResolvedNode['kind'];
type EdgeKind = ResolvedEdge['kind'];
/** Nodes that simulate nothing. */
type Annotation = 'note' | 'frame';

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
  /** Its latency, if that is always the same, nanoseconds: to be told by a look at this record alone; -1 if it is drawn. */
  constantNs: number;
  loss: number;
  duplicate: number;
  stream: number;
}

/** A drawn edge: its condition, and both directions of its connection. */
export interface EdgeState {
  id: string;
  kind: EdgeKind;
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
  /** Whether all that sets out arrives at once, as `judgeEdge` last found it: nothing is drawn then, and nothing kept. */
  direct: boolean;
  /** publish: index into `sources`; subscribe: index into `links`; host: index into `topics`. */
  detail: number;
}

/** Records that are used again under the same number: whoever takes a freed one sets every field anew. */
export interface Pool<Row> {
  /** By number; null while it is free. That is how a use of a freed one is told, at the price of the look-up alone. */
  rows: (Row | null)[];
  /** By number: those that are free; null for one in use. */
  spare: (Row | null)[];
  /** Their numbers. */
  free: number[];
}

export interface Run {
  seed: number;
  title: string;
  /** Sparse design as it stands, edits included. */
  design: Design;
  nowNs: number;
  events: number;
  /** Events at the present instant so far. */
  eventsAtInstant: number;
  digest: Int32Array;
  queue: EventQueue;
  streams: RandomStreams;
  /** Kind and index of every node and edge by document id. */
  places: Record<string, { kind: Exclude<NodeKind, Annotation> | 'edge' | 'annotation'; index: number }>;
  edges: EdgeState[];
  producers: ProducerState[];
  sources: SourceState[];
  clients: ClientState[];
  topics: TopicState[];
  clusters: ClusterState[];
  /** Brokers of all clusters. */
  brokers: BrokerState[];
  fetchers: FetcherState[];
  subscriptions: SubscriptionState[];
  cursors: CursorState[];
  /** Cursors whose reader is asked to go on elsewhere. */
  seeksPending: number;
  links: LinkState[];
  consumers: ConsumerState[];
  instances: InstanceState[];
  readers: ReaderState[];
  groups: GroupState[];
  members: MemberState[];
  stores: StoreState[];
  polls: PollState[];
  pollers: PollerState[];
  inserters: InserterState[];
  insertRequests: Pool<InsertRequest>;
  batches: Pool<Batch>;
  requests: Pool<Request>;
  commits: Pool<CommitPayload>;
  acknowledgements: Pool<AcknowledgementPayload>;
  transactionRequests: Pool<TransactionRequest>;
  /** What the coordinator knows, one a transactional.id. */
  transactions: TransactionState[];
  /** Transactional producers, one a process. */
  managers: TransactionManager[];
  /** Producer ids given so far; the first is 0. */
  lastProducerId: number;
  /** Texts of fixed keys; key index 100,000 + i. */
  fixedKeys: string[];
  /** murmur2 of a key's text by key index, 2^31 where not yet computed. */
  keyHash: Float64Array;
  /** RabbitMQ. */
  amqp: AmqpRun;
  /** Queues of SQS and topics of SNS. */
  sqs: SqsRun;
  messages: MessageTable;
  hops: HopRing;
  anomalies: AnomalyRing;
  checks: CheckState[];
  /** Scripted faults, by number; null where one was taken out of the script. */
  script: (FaultAction | null)[];
  /** Faults that end by themselves, by number. */
  endings: FaultAction[];
  /** Instances that have been handed something and look at it when the event at work is done. Empty between events. */
  woken: Int32Array;
  wokenCount: number;
  /** Until when a kind of fault holds its target, nanoseconds; Infinity until ended by hand. */
  holds: Record<string, number>;
  /** Counts every change of what a layout describes. */
  layoutVersion: number;
  /** Where observers watch movement; null when nobody does. Never read back, never copied. */
  flights: FlightRing | null;
}
