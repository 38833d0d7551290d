/** What a run knows of SQS and SNS: queues and topics, who sends to them, who receives from them, and what is under way. */
import type { FilterPolicy } from '../../scenario/sns/filter-policy.ts';
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import { ROW, type SqsDedup, type SqsQueue } from '../brokers/sqs/queue-state.ts';
import type { SourceState } from '../clients/client-state.ts';
import type { WaitingRoom } from '../clients/waiting-room.ts';
import { createPool } from '../pool.ts';
import type { Pool } from '../state.ts';

/** The state of a row whose message is received and not deleted. */
export const SQS_IN_FLIGHT = ROW.inFlight;

/** A node `sqs`: the queue, and its subscription, which is whoever receives from it. */
export interface SqsPlace {
  id: string;
  gone: boolean;
  settings: NodeOf<'sqs'>;
  queue: SqsQueue;
  subscription: number;
  /** The place of its dead letters; -1 without a redrive policy. */
  deadLetters: number;
  /** When the queue is looked at next; Infinity for never. */
  dueNs: number;
  /** Calls that reached it, which is what is paid for; and what large payloads cost beside. */
  sends: number;
  receives: number;
  deletes: number;
  changes: number;
  furtherRequests: number;
  emptyReceives: number;
  throttled: number;
  overLimit: number;
  duplicatesDropped: number;
  expiredHandles: number;
  missedDeletes: number;
  movedBack: number;
}

/** A node `sns`. */
export interface SnsTopic {
  id: string;
  gone: boolean;
  settings: NodeOf<'sns'>;
  /** Indexes into `routes`. */
  routes: number[];
  publishes: number;
  furtherRequests: number;
  published: number;
  duplicatesDropped: number;
  /** Of a FIFO topic. */
  dedup: SqsDedup;
}

/** An edge `snsSubscribe`. */
interface SnsRoute {
  edge: number;
  gone: boolean;
  topic: number;
  place: number;
  settings: EdgeOf<'snsSubscribe'>;
  /** Null lets everything pass. */
  policy: FilterPolicy | null;
  delivered: number;
  filtered: number;
  /** [SN6] Of a FIFO topic: groups of which something is under way, and the last delivery of each. */
  lines: { group: number; last: number }[];
}

/** A message on its way from a topic to a queue. */
export interface SnsDelivery {
  route: number;
  row: number;
  attempts: number;
  /** Of the message; NONE without one. */
  group: number;
  deduplicationId: number;
  /** The delivery of the same group that waits for this one; NONE for none. */
  next: number;
}

/** An edge `sqsSend` or `snsPublish`: a source of the ledger. */
export interface SqsSource extends SourceState {
  family: 'sqs';
  /** Index into `places` or `topics`, as its settings' kind says. */
  target: number;
  settings: EdgeOf<'sqsSend'> | EdgeOf<'snsPublish'>;
}

/** The client of a process for one such edge. Messages that wait for a call lie in a ring. */
export interface SqsSender extends WaitingRoom {
  gone: boolean;
  owner: { kind: 'producer' | 'instance'; index: number };
  head: number;
  tail: number;
  waiting: Int32Array;
  /** Rows of `calls` that it waits for, or is to try again. */
  open: number[];
  wakeNs: number;
  /** The same for when a call has waited too long: apart, because that is far off and nearly always for nothing. */
  patienceNs: number;
  /** For the backoff. */
  stream: number;
}

/** A call that sends messages. It lives until nobody waits for it and nothing of it is under way. */
export interface SqsCall {
  sender: number;
  rows: number[];
  /** By message: what the queue said when it came last. */
  told: number[];
  attempts: number;
  sentNs: number;
  /** When it counts as failed, or, failed, is tried again. */
  dueNs: number;
  failed: boolean;
  /** It may have reached the broker without the client's knowing. */
  uncertain: boolean;
  /** The client has not given it up and was not answered. */
  awaited: boolean;
  /** Requests and answers under way. */
  travelling: number;
}

/** An edge `sqsReceive`. */
export interface SqsFeed {
  edge: number;
  gone: boolean;
  consumer: number;
  place: number;
  settings: EdgeOf<'sqsReceive'>;
  received: number;
  /** By position of the instance: index into `receivers`. */
  receivers: number[];
}

/** The client of one instance. It has at most one receive under way. */
export interface SqsReceiver {
  feed: number;
  instance: number;
  outstanding: boolean;
  /** Of the receive under way, or to come. */
  ticket: number;
  askedNs: number;
  /** [SF9] What a receive that is repeated is called, and only that. */
  attempt: number;
  /** A look at whether the receive has failed is scheduled. */
  watched: boolean;
  /** It rests until then. */
  restsUntilNs: number;
  /** Messages of the answer under way: row and receipt handle, one after another. */
  inbound: number[];
  /** Handles of messages that are done, to be deleted. */
  done: number[];
  /** A heartbeat is scheduled. */
  extending: boolean;
}

/** A call about receipt handles: a delete, or a change of visibility. */
export interface SqsHandleCall {
  feed: number;
  /** Nanoseconds that the messages stay hidden; -1 to delete them. */
  visibilityNs: number;
  handles: number[];
  sentNs: number;
  attempts: number;
}

export interface SqsRun {
  places: SqsPlace[];
  topics: SnsTopic[];
  routes: SnsRoute[];
  /** Edges `redrive`: the queue and its dead letters. */
  redrives: { edge: number; gone: boolean; from: number; to: number; settings: EdgeOf<'redrive'> }[];
  senders: SqsSender[];
  feeds: SqsFeed[];
  receivers: SqsReceiver[];
  calls: Pool<SqsCall>;
  handleCalls: Pool<SqsHandleCall>;
  deliveries: Pool<SnsDelivery>;
}

export function createSqsRun(): SqsRun {
  return {
    places: [],
    topics: [],
    routes: [],
    redrives: [],
    senders: [],
    feeds: [],
    receivers: [],
    calls: createPool(),
    handleCalls: createPool(),
    deliveries: createPool(),
  };
}
