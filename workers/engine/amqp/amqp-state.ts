/**
 * RabbitMQ in a run: its broker, which knows nothing of a run, and what surrounds it. Publishers, deliveries and
 * acknowledgements on their way, connections of instances, and which of the broker's numbers is which part of the drawing.
 */
import { resolveNode, type EdgeOf, type NodeOf } from '../../scenario/resolve.ts';
import { createBroker, FEATURES_4_3, type Broker } from '../brokers/amqp/state.ts';
import type { SourceState } from '../clients/client-state.ts';
import type { WaitingRoom } from '../clients/waiting-room.ts';
import { fromMs } from '../core/time.ts';
import { createPool } from '../pool.ts';
import type { Pool } from '../state.ts';
import type { StreamReader, StreamRecords } from './stream-state.ts';

interface AmqpExchange {
  id: string;
  gone: boolean;
  settings: NodeOf<'exchange'>;
  /** Messages that were published to it, and those of them that no queue got. */
  published: number;
  unroutable: number;
  returned: number;
}

export interface AmqpQueue {
  id: string;
  gone: boolean;
  settings: NodeOf<'queue'>;
  /** The broker's number of it; -1 while it has deleted itself. */
  core: number;
  /** Of whoever competes for its messages; a stream is owed nothing itself, and holds by it what it keeps. */
  subscription: number;
  /** Null unless it is a stream. */
  stream: StreamRecords | null;
  /** Copies that came in, also from dead letters. */
  enqueued: number;
  delivered: number;
  redelivered: number;
  acknowledged: number;
  requeued: number;
  deadLettered: number;
  /** Dead letters that no queue got. */
  deadLettersLost: number;
  dropped: number;
  refused: number;
}

/** A `bind` edge. */
export interface AmqpBinding {
  edge: number;
  gone: boolean;
  settings: EdgeOf<'bind'>;
  /** Ids of its bindings at the broker, and messages that earlier ones matched. */
  ids: number[];
  matchedBefore: number;
}

interface AmqpDeadLetter {
  edge: number;
  gone: boolean;
  settings: EdgeOf<'deadLetter'>;
}

/** One `amqpPublish` edge. */
export interface AmqpSource extends SourceState {
  family: 'amqp';
  settings: EdgeOf<'amqpPublish'>;
  /** Name of the exchange, empty for the default one; and its place, -1 for that. */
  exchange: string;
  exchangePlace: number;
  /** Whether routing key or headers depend on the message's key. */
  keyed: boolean;
}

/** A connection with a channel that publishes. */
export interface AmqpPublisher extends WaitingRoom {
  gone: boolean;
  owner: { kind: 'producer' | 'instance'; index: number };
  connection: number;
  channel: number;
  /** Sent, and neither confirmed nor given up. */
  unconfirmed: number;
  /** When the last message arrives at the broker, and the last confirm here. */
  lastForwardNs: number;
  lastBackwardNs: number;
  /** By key, shifted: envelope + 1; 0 where there is none yet. */
  envelopes: Int32Array;
  /** How many queues the last message went to: as many obligations the next one gets at once. */
  fanOut: number;
  /** Version of the routing table as of which its exchange takes what it publishes. */
  allowedVersion: number;
  /** It is letting in those who wait. */
  admitting: boolean;
}

/** One `amqpConsume` edge. */
export interface AmqpFeed {
  edge: number;
  gone: boolean;
  settings: EdgeOf<'amqpConsume'>;
  queue: number;
  consumer: number;
  /** Of its own where it reads a stream, else the queue's. */
  subscription: number;
  /** Of a stream: it is owed what is there from this offset on. Infinity before it began to read. */
  floor: number;
  /** Of a stream, by the position of the instance. */
  readers: StreamReader[];
  delivered: number;
  acknowledged: number;
  /** Consumers that the broker did not accept. */
  refusals: number;
  /** By the position of the instance: the broker's number of its consumer, -1 while it has none. */
  consumers: number[];
}

/** The connection of an instance, with one channel. */
export interface AmqpSession {
  /** The broker's numbers; -1 while it is not connected. */
  connection: number;
  channel: number;
  /** Attempts to connect, and watches of its silence, under an earlier ticket are void. */
  ticket: number;
  lastForwardNs: number;
  lastBackwardNs: number;
  /** Answers that a cut edge holds up: serial of the delivery and outcome, one after another. */
  parked: number[];
}

/** A delivery on its way to an instance. */
export interface AmqpDelivery {
  row: number;
  feed: number;
  instance: number;
  /** To which it is owed. */
  subscription: number;
  incarnation: number;
  /** See `deliveries.ts`. */
  handle: number;
  redelivered: boolean;
  /** A cut edge holds it up. */
  held: boolean;
}

export interface AmqpRun {
  broker: Broker;
  /** Of the broker's node; null where none is drawn. */
  settings: NodeOf<'rabbitmq'> | null;
  /** How long until a persistent message is on disk, and until most members of a quorum queue have it. */
  confirmNs: number;
  quorumNs: number;
  down: boolean;
  /** Times that it went down. */
  crashes: number;
  exchanges: AmqpExchange[];
  queues: AmqpQueue[];
  bindings: AmqpBinding[];
  deadLetters: AmqpDeadLetter[];
  publishers: AmqpPublisher[];
  feeds: AmqpFeed[];
  /** By instance of the run. */
  sessions: (AmqpSession | null)[];
  /** By the broker's number of a queue: its place in `queues`. */
  queueOf: number[];
  /** By the broker's number of a consumer. */
  feedOf: number[];
  instanceOf: number[];
  deliveries: Pool<AmqpDelivery>;
  /** Records that streams have dropped, and why: queue and `REASON`, one after another. Empty between events. */
  retired: number[];
  /** For when the broker is to look by itself; Infinity for never. */
  alarmNs: number;
}

/** Of the node, or of one with its defaults where none is drawn. */
export function delaysOf(drawn: NodeOf<'rabbitmq'> | null): { confirmNs: number; quorumNs: number } {
  const { confirmMs, quorumMs } = drawn ?? DEFAULTS;
  return { confirmNs: fromMs(confirmMs), quorumNs: fromMs(quorumMs) };
}

const DEFAULTS = resolveNode({
  id: 'rabbitmq',
  kind: 'rabbitmq',
  name: '',
  position: { x: 0, y: 0 },
}) as NodeOf<'rabbitmq'>;

export function createAmqpRun(seed: number): AmqpRun {
  return {
    broker: createBroker(FEATURES_4_3, seed),
    settings: null,
    ...delaysOf(null),
    down: false,
    crashes: 0,
    exchanges: [],
    queues: [],
    bindings: [],
    deadLetters: [],
    publishers: [],
    feeds: [],
    sessions: [],
    queueOf: [],
    feedOf: [],
    instanceOf: [],
    deliveries: createPool(),
    retired: [],
    alarmNs: Infinity,
  };
}
