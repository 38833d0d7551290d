/**
 * What a queue of Amazon SQS holds: plain data, and what it is made of.
 *
 *     send ──> delayed ──> visible ──receive──> in flight ──delete──> gone
 *                             ^                     │
 *                             └── timeout, or 0 ────┘        the receive after maxReceiveCount moves it to the dead-letter queue
 *
 * Messages, groups, deduplication ids and receivers are whole numbers that mean something to whoever runs the queue, and
 * instants are nanoseconds. Rows of messages and of groups lie in typed-array columns and are used again.
 */
import { growFloat64, growInt32, growUint8 } from '../../core/columns.ts';
import { createRandomStreams, openStream, type RandomStreams } from '../../core/random.ts';
import { createIndexedHeap, type IndexedHeap } from '../../core/indexed-heap.ts';
import { createPairTable, type PairTable } from './pair-table.ts';

/** What a row of a message is. */
export const ROW = { free: 0, visible: 1, inFlight: 2, delayed: 3 } as const;

/** Where there is nothing. */
export const NONE = -1;

export interface SqsSettings {
  fifo: boolean;
  /** VisibilityTimeout. */
  visibilityTimeoutNs: number;
  /** DelaySeconds. */
  delayNs: number;
  /** MessageRetentionPeriod. */
  retentionNs: number;
  /** ReceiveMessageWaitTimeSeconds. */
  waitNs: number;
  /** MaximumMessageSize, bytes. */
  messageBytesMax: number;
  /** maxReceiveCount of the redrive policy; Infinity without one. */
  maxReceiveCount: number;
  contentBasedDeduplication: boolean;
  /** DeduplicationScope `messageGroup` instead of `queue`. */
  deduplicatesByGroup: boolean;
  inFlightMax: number;
  /** FIFO: groups are looked for among so many of the oldest messages. */
  lookahead: number;
  /** Calls of one action a second, in each partition; Infinity on a standard queue. */
  callsPerSecond: number;
  /** 1, or with FifoThroughputLimit `perMessageGroupId` the partitions that groups are spread over. */
  partitions: number;
  /** Of the servers that hold messages, the share that a short poll asks, in (0, 1]. Standard queues. */
  shortPollShare: number;
  /** Probability that a delete misses a copy. Standard queues. */
  duplicateRate: number;
  /** Probability that a message is taken before older ones. Standard queues. */
  disorderRate: number;
}

/** What AWS says of a new queue, and no accidents. */
export const SQS_DEFAULTS: SqsSettings = {
  fifo: false,
  visibilityTimeoutNs: 30e9,
  delayNs: 0,
  retentionNs: 345_600e9,
  waitNs: 0,
  messageBytesMax: 1_048_576,
  maxReceiveCount: Infinity,
  contentBasedDeduplication: false,
  deduplicatesByGroup: false,
  inFlightMax: 120_000,
  lookahead: 120_000,
  callsPerSecond: Infinity,
  partitions: 1,
  shortPollShare: 1,
  duplicateRate: 0,
  disorderRate: 0,
};

/** Columns by row of a message. */
export interface SqsRows {
  /** Rows that were ever used, and the first of those free again. */
  used: number;
  free: number;
  state: Uint8Array;
  message: Int32Array;
  /** Place in the columns of groups. */
  group: Int32Array;
  /** Counts what came into the queue. */
  sequence: Float64Array;
  sentNs: Float64Array;
  /** When it was received last. */
  receivedNs: Float64Array;
  /** Of a delayed message and of one in flight: when it can be received. */
  visibleAtNs: Float64Array;
  receives: Int32Array;
  /** Counts the receives of the row, whatever message was in it: the newest receipt handle has this number. */
  receipt: Int32Array;
  /** The number before the first handle of this message. */
  firstReceipt: Int32Array;
  /** The queue whose dead letter it is; NONE for others. */
  source: Int32Array;
  /** Neighbours in the list of its group. */
  next: Int32Array;
  previous: Int32Array;
  /** Neighbours in the order of age. A row that is in no such list is watched in `timers` alone (`outOfAge`). */
  newer: Int32Array;
  older: Int32Array;
  outOfAge: Uint8Array;
}

/** Columns by group. Place 0 is of messages without one. */
export interface SqsGroups {
  places: PairTable;
  used: number;
  free: number;
  id: Float64Array;
  /** Messages of the group in the queue. */
  stored: Int32Array;
  inFlight: Int32Array;
  /**
   * List of messages: of a standard queue the visible ones, those that came back before new ones (`lastReturned`); of a FIFO
   * queue all of them in their order.
   */
  head: Int32Array;
  tail: Int32Array;
  lastReturned: Int32Array;
  /** Groups that offer something, by the sequence of their first message; those of noisy neighbours apart. */
  ready: IndexedHeap;
  noisy: IndexedHeap;
}

/** Receives that wait for messages, in the order of their coming. */
export interface SqsWaiting {
  count: number;
  used: number;
  free: number;
  head: number;
  tail: number;
  receiver: Int32Array;
  max: Int32Array;
  visibilityNs: Float64Array;
  /** ReceiveRequestAttemptId; NONE without one. */
  attempt: Float64Array;
  next: Int32Array;
  previous: Int32Array;
  deadlines: IndexedHeap;
}

/** Deduplication ids that were seen: a table, and a ring of them in the order of time. */
export interface SqsDedup {
  seen: PairTable;
  first: number;
  count: number;
  id: Float64Array;
  scope: Float64Array;
  atNs: Float64Array;
}

/** [SF9] A receive that may be repeated under its id. */
interface SqsAttempt {
  receiver: number;
  id: number;
  atNs: number;
  handles: number[];
}

/** StartMessageMoveTask: dead letters on their way back. */
interface SqsMoveTask {
  running: boolean;
  perSecond: number;
  startedNs: number;
  moved: number;
}

export interface SqsQueue {
  /** What whoever runs the queue calls it. */
  self: number;
  settings: SqsSettings;
  rows: SqsRows;
  groups: SqsGroups;
  waiting: SqsWaiting;
  dedup: SqsDedup;
  /** FIFO: the last receive of each receiver that names its attempts. */
  attempts: SqsAttempt[];
  move: SqsMoveTask;
  nextSequence: number;
  visible: number;
  inFlight: number;
  delayed: number;
  oldest: number;
  newest: number;
  /** FIFO: the last of the messages among which groups are looked for; NONE while there are no more than those. */
  horizon: number;
  /** When a delay or a visibility timeout ends. */
  timers: IndexedHeap;
  purgedNs: number;
  /** Theoretical arrival times of the next call, by action and partition. */
  admitted: Float64Array;
  luck: RandomStreams;
}

/** Streams of a queue's luck. */
export const LUCK = { sampling: 0, duplicates: 1, disorder: 2 } as const;

const FIRST = 16;
const int32 = () => new Int32Array(FIRST);
const float64 = () => new Float64Array(FIRST);

/**
 * An empty queue.
 *
 * @param seed whole, in `[0, 2^32)`, and `name`: of its luck
 */
export function createSqsQueue(self: number, settings: SqsSettings, seed: number, name: string): SqsQueue {
  const luck = createRandomStreams();
  for (const purpose of Object.keys(LUCK)) openStream(luck, seed, `${name}/sqs/${purpose}`);
  return {
    self,
    settings: { ...settings },
    rows: createRows(),
    groups: createGroups(),
    waiting: createWaiting(),
    dedup: createDedup(),
    attempts: [],
    move: { running: false, perSecond: 0, startedNs: 0, moved: 0 },
    nextSequence: 0,
    visible: 0,
    inFlight: 0,
    delayed: 0,
    oldest: NONE,
    newest: NONE,
    horizon: NONE,
    timers: createIndexedHeap(),
    purgedNs: -Infinity,
    admitted: new Float64Array(FIRST),
    luck,
  };
}

export function createDedup(): SqsDedup {
  return { seen: createPairTable(), first: 0, count: 0, id: float64(), scope: float64(), atNs: float64() };
}

function createRows(): SqsRows {
  return {
    used: 0,
    free: NONE,
    state: new Uint8Array(FIRST),
    message: int32(),
    group: int32(),
    sequence: float64(),
    sentNs: float64(),
    receivedNs: float64(),
    visibleAtNs: float64(),
    receives: int32(),
    receipt: int32(),
    firstReceipt: int32(),
    source: int32(),
    next: int32(),
    previous: int32(),
    newer: int32(),
    older: int32(),
    outOfAge: new Uint8Array(FIRST),
  };
}

function createGroups(): SqsGroups {
  const groups: SqsGroups = {
    places: createPairTable(),
    used: 1,
    free: NONE,
    id: float64(),
    stored: int32(),
    inFlight: int32(),
    head: int32(),
    tail: int32(),
    lastReturned: int32(),
    ready: createIndexedHeap(),
    noisy: createIndexedHeap(),
  };
  groups.id[0] = NONE;
  groups.head[0] = NONE;
  groups.tail[0] = NONE;
  groups.lastReturned[0] = NONE;
  return groups;
}

function createWaiting(): SqsWaiting {
  return {
    count: 0,
    used: 0,
    free: NONE,
    head: NONE,
    tail: NONE,
    receiver: int32(),
    max: int32(),
    visibilityNs: float64(),
    attempt: float64(),
    next: int32(),
    previous: int32(),
    deadlines: createIndexedHeap(),
  };
}

/** Room for so many rows. */
export function growRows(rows: SqsRows, needed: number): void {
  rows.state = growUint8(rows.state, needed);
  rows.message = growInt32(rows.message, needed);
  rows.group = growInt32(rows.group, needed);
  rows.sequence = growFloat64(rows.sequence, needed);
  rows.sentNs = growFloat64(rows.sentNs, needed);
  rows.receivedNs = growFloat64(rows.receivedNs, needed);
  rows.visibleAtNs = growFloat64(rows.visibleAtNs, needed);
  rows.receives = growInt32(rows.receives, needed);
  rows.receipt = growInt32(rows.receipt, needed);
  rows.firstReceipt = growInt32(rows.firstReceipt, needed);
  rows.source = growInt32(rows.source, needed);
  rows.next = growInt32(rows.next, needed);
  rows.previous = growInt32(rows.previous, needed);
  rows.newer = growInt32(rows.newer, needed);
  rows.older = growInt32(rows.older, needed);
  rows.outOfAge = growUint8(rows.outOfAge, needed);
}

/** Room for so many groups. */
export function growGroups(groups: SqsGroups, needed: number): void {
  groups.id = growFloat64(groups.id, needed);
  groups.stored = growInt32(groups.stored, needed);
  groups.inFlight = growInt32(groups.inFlight, needed);
  groups.head = growInt32(groups.head, needed);
  groups.tail = growInt32(groups.tail, needed);
  groups.lastReturned = growInt32(groups.lastReturned, needed);
}
