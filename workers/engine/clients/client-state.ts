/** State of producers and their clients: facts, sources, batches, requests. */
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import type { QuotaState } from '../brokers/log/quota.ts';
import type { StickyState } from '../brokers/log/partitioner/sticky.ts';
import type { ZipfTable } from '../core/zipf.ts';
import type { SourceLedger } from '../ledger/accounts.ts';
import type { Family } from '../ledger/subscription.ts';
import type { Shelf } from '../ledger/messages.ts';
import type { Process } from '../state.ts';
import type { WaitingRoom } from './waiting-room.ts';

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
  /** Keys given one by one, in order; empty for any other choice of keys. */
  listedKeys: number[];
  arrivalStream: number;
  keyStream: number;
  /** Index into `consumers` of the client whose requests these are, -1 for a producer by itself. */
  requester: number;
  /** -1 for a producer that never had a rate of tombstones. */
  tombstoneStream: number;
  /** Indexes into `sources`, in edge order. */
  sources: number[];
}

/** An edge over which facts are published: what the ledger calls a source. */
export interface SourceState {
  /** Where it publishes to. */
  family: Family;
  edge: number;
  gone: boolean;
  /** Next number in the order of facts at this source. */
  sequence: number;
  /** Indexes into the family's own array (`clients` of a log): one for a producer, one an instance for a consumer. */
  clients: number[];
  ledger: SourceLedger;
}

/** What the settings of a `publish` edge come to, so that it need not be found anew for each message. */
export interface PublishRules {
  /** Bytes in a batch for each byte of a record. */
  compression: number;
  /** Idempotence as Kafka would really apply it, given the other settings. */
  idempotent: boolean;
  /** See `goesByKey` in `partitioning.ts`. */
  goesByKey: boolean;
  /** Nanoseconds, as the settings have them in milliseconds. */
  lingerNs: number;
  requestTimeoutNs: number;
  deliveryTimeoutNs: number;
}

/** One `publish` edge. */
export interface LogSource extends SourceState, PublishRules {
  family: 'log';
  topic: number;
  settings: EdgeOf<'publish'>;
}

/** Batches of one partition that wait in a producer client, oldest first. */
export interface PartitionBuffer {
  /** Batch rows not under way, head first. */
  queue: number[];
  /** Producer sequence for the next batch, and the epoch it belongs to. */
  nextSequence: number;
  epoch: number;
  inFlight: number;
  /** Index into the client's `connections`: that with the broker which leads it, as far as the client knows; -1 for unknown. */
  connection: number;
  /** Where the rows of its messages lie. */
  shelf: Shelf;
}

/** A client's connection with a broker. What it carries is first in, first out in each direction. */
export interface Connection {
  /** Index into `brokers`; -1 for whichever broker leads a topic that has brokers to itself. */
  broker: number;
  /** Request rows that wait for their answer, oldest first. */
  inFlight: number[];
  /** When the last one arrives, in each direction. */
  lastForwardNs: number;
  lastBackwardNs: number;
  /** Requests that reached the broker and wait: it handles one of a connection at a time. */
  atBroker: number[];
  brokerBusy: boolean;
  /** What the broker counts against a quota; null while there was none. */
  quota: QuotaState | null;
  /** Until when the broker reads nothing more from it; 0 for not muted. */
  mutedUntilNs: number;
  /** Until when the client was told to send nothing more. */
  throttledUntilNs: number;
}

/** A Kafka producer client: accumulator, connection, retries. Lives and dies with its process. */
export interface ClientState extends WaitingRoom {
  gone: boolean;
  /** Producer index, or instance index, that it runs in. */
  owner: { kind: 'producer' | 'instance'; index: number };
  /** Whom brokers take it for: every life of a process has an id of its own. */
  producerId: number;
  partitions: PartitionBuffer[];
  sticky: StickyState | null;
  roundRobin: number;
  bufferedBytes: number;
  queuedMessages: number;
  /** Batches in the queues of its partitions. */
  queuedBatches: number;
  /** One while its topic has brokers to itself, else one for each broker that it has talked to. */
  connections: Connection[];
  /** Its topic is on a cluster, and it sends each batch to the broker that it takes for the leader. */
  routed: boolean;
  /** It has asked who leads what; what was scheduled under an earlier ticket is void. */
  metadataPending: boolean;
  metadataTicket: number;
  /** Instant of the earliest wake-up scheduled; Infinity for none. */
  wakeNs: number;
  /** The same for the far alarm, see `alarms.ts`. */
  patienceNs: number;
  stream: number;
  /** Index into `managers`, -1 for a producer without a transactional.id. */
  manager: number;
  /** Everything is sent at once: its transaction is to end. */
  flushing: boolean;
}

/** A batch of records in a client's hands. Rows are recycled when nobody holds them. */
export interface Batch {
  client: number;
  producerId: number;
  /** Part of a transaction. */
  transactional: boolean;
  partition: number;
  head: number;
  tail: number;
  count: number;
  bytes: number;
  createdNs: number;
  /** That of its source when it was begun. */
  compression: number;
  /** Timestamp of its latest record. */
  latestNs: number;
  /** Producer sequence of its first record, -1 until first sent. */
  sequence: number;
  epoch: number;
  attempts: number;
  retryAtNs: number;
  /** The client has told the application. */
  resolved: boolean;
  /** It was sent and its fate is not known for sure: it may have been appended. */
  uncertain: boolean;
  /** References: the client until it knows the fate, and each request that carries it. */
  holders: number;
  appends: number;
}

export interface Request {
  client: number;
  /** Index into its client's `connections`. */
  connection: number;
  sentNs: number;
  /** When the broker answered; 0 before. */
  answeredNs: number;
  /** What the answer says of a quota: send nothing for this long. */
  throttleNs: number;
  /** The client still waits for its response. */
  awaited: boolean;
  acks: '0' | '1' | 'all';
  batches: number[];
  /** Result of each batch, by position; see `RESULT`. */
  results: number[];
  pending: number;
  /** A copy made by the network: it answers to nobody. */
  copy: boolean;
  /** References: the client that waits for the response, and what is under way. */
  holders: number;
}
