/**
 * The state of a RabbitMQ broker: plain records and typed columns, so that a copy is a checkpoint. It knows messages as the
 * whole numbers that its caller gives them.
 *
 *     connection ─ channel ─ consumer ─── queue ─ ready: levels of rings and of what came back
 *                     └─ unacknowledged copies, in the order of their delivery tags
 *
 * Things are told by their index in the lists here. What is gone keeps its place, marked so.
 */
import type { HeaderTable } from '../../../scenario/amqp/headers.ts';
import { addPredeclared, createRoutingTable, type RoutingTable } from '../../../scenario/amqp/routing-table.ts';
import { createRandomStreams, openStream, type RandomStreams } from '../../core/random.ts';
import type { DeathReason } from './codes.ts';
import { createCopies, type Copies } from './copies.ts';
import { createIndexedHeap, type IndexedHeap } from '../../core/indexed-heap.ts';
import type { Level } from './ready.ts';

export type QueueType = 'classic' | 'quorum' | 'stream';

/** Where versions of the broker differ. */
export interface BrokerFeatures {
  /** Of a quorum queue that sets none; -1 for no limit. */
  deliveryLimit: number;
  /** Whether a nack or a recover that requeues counts towards the delivery limit of a quorum queue; a reject always does. */
  nackCounts: boolean;
  /** How many priorities quorum queues have: 1, 2 that take turns, or 32 that are strict. */
  quorumPriorities: 1 | 2 | 32;
  /** Whether the consumer timeout closes the channel, as it did for all queues; else a quorum queue cancels the consumer. */
  timeoutClosesChannel: boolean;
  /** Whether in a quorum queue a consumer of higher priority takes over from the single active one. */
  takeover: boolean;
  /** Whether a quorum queue can keep back what is returned. */
  delayedRetry: boolean;
}

/** RabbitMQ 3.10, which the recorded cases were seen on. */
export const FEATURES_3_10: BrokerFeatures = {
  deliveryLimit: -1,
  nackCounts: true,
  quorumPriorities: 1,
  timeoutClosesChannel: true,
  takeover: false,
  delayedRetry: false,
};
/** RabbitMQ 4.0 to 4.2: release notes 4.0.1; rabbit_fifo_q.erl. */
export const FEATURES_4_0: BrokerFeatures = {
  deliveryLimit: 20,
  nackCounts: true,
  quorumPriorities: 2,
  timeoutClosesChannel: true,
  takeover: true,
  delayedRetry: false,
};
/** RabbitMQ 4.3: rabbitmq.com/docs/quorum-queues. */
export const FEATURES_4_3: BrokerFeatures = {
  deliveryLimit: 20,
  nackCounts: false,
  quorumPriorities: 32,
  timeoutClosesChannel: false,
  takeover: true,
  delayedRetry: true,
};

/** What a queue is declared with. */
export interface QueueArguments {
  type: QueueType;
  durable: boolean;
  autoDelete: boolean;
  /** A number of messages, -1 for no limit. */
  maxLength: number;
  /** -1 for no limit. */
  maxLengthBytes: number;
  overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  /** -1 for none. */
  messageTtlNs: number;
  /** After so long unused the queue is deleted; -1 for never. */
  expiresNs: number;
  /** Highest priority of a classic queue; 0 for a queue without priorities. */
  maxPriority: number;
  singleActiveConsumer: boolean;
  /** -1 for no limit; null for the broker's default. */
  deliveryLimit: number | null;
  /** The name of the exchange, null for none. */
  deadLetterExchange: string | null;
  deadLetterRoutingKey: string | null;
  /** Whether a quorum queue that refuses publishers keeps a dead letter until it has arrived. */
  deadLetterStrategy: 'at-most-once' | 'at-least-once';
  /** Of a quorum queue: which returns it keeps back for a while, and for how long at least and at most; -1 for no such number. */
  delayedRetryType: 'disabled' | 'all' | 'failed' | 'returned';
  delayedRetryMinNs: number;
  delayedRetryMaxNs: number;
  /** Of a stream: age of a segment that retention deletes; -1 for never. */
  maxAgeNs: number;
  /** Of a stream. */
  segmentBytes: number;
}

export interface Rotation {
  readonly priority: number;
  /** Consumers in their turn, from `head` on for `count` places; a power of two long. */
  ring: Int32Array;
  head: number;
  count: number;
}

export interface Queue {
  readonly name: string;
  exists: boolean;
  readonly arguments: QueueArguments;
  /** Connection that owns an exclusive queue; -1 for none. */
  owner: number;
  readonly kind: 0 | 1 | 2;
  levels: Level[];
  /** No level above this one holds anything. */
  top: number;
  /** Of two levels that take turns: how many messages since the lower one had its turn; -1 where higher ones are always first. */
  turn: number;
  ready: number;
  readyBytes: number;
  unacknowledged: number;
  /** Of the next copy. */
  nextOrder: number;
  /** Of the next copy that comes back to a quorum queue. */
  nextReturn: number;
  /** Whether any copy that expires has ever been here. */
  expiring: boolean;
  /** Whether there is a limit on its length. */
  limited: boolean;
  /** Of a quorum queue: whether publishers are being refused. */
  rejecting: boolean;
  deliveryLimit: number;
  /** Of a quorum queue: dead letters that have not arrived, with the reasons; their bytes, and when they are tried again. */
  kept: number[];
  keptReasons: number[];
  keptBytes: number;
  retryNs: number;
  /** Of a quorum queue: copies that it keeps back before they are ready again, and their bytes. */
  delayed: number;
  delayedBytes: number;
  /** Consumers in the order in which they came. */
  consumers: number[];
  /** Highest priority first. */
  rotations: Rotation[];
  /** The single active consumer, -1 for none. */
  active: number;
  /** Whether a consumer has asked for it alone. */
  exclusive: boolean;
  hadConsumers: boolean;
  /** Since when nobody uses it, for a queue that expires. */
  unusedSinceNs: number;
  /** Of a stream: the offsets at which its segments begin, and their bytes. */
  segmentStarts: number[];
  segmentBytes: number[];
  segmentLastNs: number[];
}

export const KIND = { classic: 0, quorum: 1, stream: 2 } as const;

export interface Death {
  queue: string;
  reason: DeathReason;
  count: number;
  exchange: string;
  routingKeys: readonly string[];
  atNs: number;
  /** The message's own TTL that it lost, null if it had none. */
  originalExpirationNs: number | null;
}

/** What messages may have in common: where they were published to, and their headers. */
export interface Envelope {
  exchange: string;
  key: string;
  headers: HeaderTable;
  /** Further routing keys, of the headers `CC` and `BCC`. Only the first are seen by consumers. */
  cc: readonly string[];
  bcc: readonly string[];
  /** Newest first. */
  deaths: readonly Death[];
  firstDeath: { readonly queue: string; readonly reason: DeathReason; readonly exchange: string } | null;
  /** The queues that it is for, as of `version` of the routing table; -1 when that is not known or never the same. */
  route: number[];
  /** Ids of the bindings that lead there. */
  matched: number[];
  version: number;
  /** Who holds it: copies, and who made it. */
  uses: number;
}

interface Connection {
  open: boolean;
  /** Whether a memory or disk alarm holds its publishes back. */
  blocked: boolean;
}

export interface Channel {
  readonly connection: number;
  open: boolean;
  lastTag: number;
  /** First and last unacknowledged copy, -1 for none. */
  first: number;
  last: number;
  held: number;
  /** Of consumers to come; 0 for no limit. */
  prefetch: number;
  /** For all consumers together; 0 for no limit. */
  sharedPrefetch: number;
  /** Copies that its consumers hold. */
  heldByConsumers: number;
  consumers: number[];
  /** Consumers that it had; they may still hold something. */
  past: number[];
}

export interface Consumer {
  readonly tag: string;
  readonly queue: number;
  readonly channel: number;
  readonly autoAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  readonly prefetch: number;
  alive: boolean;
  /** Copies delivered and not settled. */
  held: number;
  /** Whether it is in its queue's rotation. */
  waiting: boolean;
  /** Of a stream: the next offset, and the first that it was to get. */
  offset: number;
  readonly began: number;
}

/** Deliveries not yet taken by the caller. */
export interface Deliveries {
  count: number;
  copy: Int32Array;
  consumer: Int32Array;
  /** How many were acknowledged automatically, whose copies go when the deliveries are taken. */
  automatic: number;
}

interface Notes {
  count: number;
  kind: Uint8Array;
  message: Int32Array;
  queue: Int32Array;
  detail: Int32Array;
}

export interface Broker {
  features: BrokerFeatures;
  connections: Connection[];
  channels: Channel[];
  consumers: Consumer[];
  /** Numbers of the three that may be given out again. */
  free: { connections: number[]; channels: number[]; consumers: number[] };
  /** Exchanges, bindings, and the names of queues that exist, by their index in `queues`. */
  routing: RoutingTable;
  /** Messages that a binding matched, by its id, and that an exchange handed to its alternate, by its `handsOn`. */
  matched: Float64Array;
  queues: Queue[];
  envelopes: Envelope[];
  freeEnvelopes: number[];
  copies: Copies;
  /** Bodies in streams, which are on disk and not in memory. */
  streamBytes: number;
  deliveries: Deliveries;
  notes: Notes;
  /** Copies that quorum queues keep back, by the instants until which they do. */
  delayed: IndexedHeap;
  /** Copies on their way to a dead-letter exchange, with the reasons. */
  dying: number[];
  dyingReasons: number[];
  /** Whether memory or disk are short. */
  alarm: boolean;
  /** How long a delivery may stay unacknowledged; -1 for as long as it likes. */
  consumerTimeoutNs: number;
  /** Nothing happens by itself before this instant; something may at it. */
  dueNs: number;
  /** Of what exchanges leave to chance: one stream. */
  random: RandomStreams;
}

const ROOM = 16;

/** A broker with the exchanges that every virtual host has. @param seed of what exchanges leave to chance */
export function createBroker(features: BrokerFeatures, seed: number): Broker {
  const routing = createRoutingTable();
  addPredeclared(routing);
  const random = createRandomStreams();
  openStream(random, seed, 'exchanges');
  return {
    features: { ...features },
    connections: [],
    channels: [],
    consumers: [],
    free: { connections: [], channels: [], consumers: [] },
    routing,
    matched: new Float64Array(ROOM),
    queues: [],
    envelopes: [],
    freeEnvelopes: [],
    copies: createCopies(),
    streamBytes: 0,
    deliveries: { count: 0, copy: new Int32Array(ROOM), consumer: new Int32Array(ROOM), automatic: 0 },
    notes: {
      count: 0,
      kind: new Uint8Array(ROOM),
      message: new Int32Array(ROOM),
      queue: new Int32Array(ROOM),
      detail: new Int32Array(ROOM),
    },
    delayed: createIndexedHeap(),
    dying: [],
    dyingReasons: [],
    alarm: false,
    consumerTimeoutNs: -1,
    dueNs: Infinity,
    random,
  };
}
