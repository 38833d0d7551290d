/**
 * The message table: one row a logical message, and one obligation a message and subscription.
 *
 * A row lives as long as anything can still happen to its message. Two reference counts say so:
 * - `inHand`: copies with its source (blocked, in a batch, in a request under way);
 * - an obligation's `chances`: live copies that the subscription may still apply, i.e. records in the log at or above
 *   the committed position plus copies in the memory of an instance.
 * When `inHand` is 0 and an obligation's `chances` are 0, that obligation is final: what has not been applied by
 * then never will be. When all of a message's obligations are final its row is recycled.
 *
 * Rows are given out by the shelf: each partition of a producer client fills one of its own, so that messages that
 * travel in one batch lie side by side in every column and whoever goes through a batch goes through memory in order.
 * At a hundred thousand live messages this is worth a factor of two.
 */
import { assert } from '../core/assert.ts';
import { createKinTable, fitKin, leaveKin, type KinTable } from './kin.ts';

export const STATUS_WAITING = 0;
export const STATUS_ACKNOWLEDGED = 1;
export const STATUS_REFUSED = 2;
export const STATUS_UNKNOWN = 3;
export type MessageStatus = 0 | 1 | 2 | 3;

/** Classes of an obligation. `none`: nothing is owed (the subscription was not there, or was told to start later). */
export const CLASS = {
  none: 0,
  inFlight: 1,
  applied: 2,
  lost: 3,
  gone: 4,
  expired: 5,
  refused: 6,
  dropped: 7,
  superseded: 8,
  deadLettered: 9,
} as const;

/** In `taken`, beside one of `TAKEN`: a handler's work was done on it in a transaction. */
export const WORKED_ON = 128;

/** What took an obligation's chances away, where it was a rule of the broker. */
export const TAKEN = {
  byNothing: 0,
  byRetention: 1,
  byDeliveryLimit: 2,
  byRejection: 3,
  byCompaction: 4,
  /** Too many or too large for its queue. */
  byOverflow: 5,
  /** It went on to where dead letters of its queue go. */
  byDeadLetter: 6,
} as const;

/** Bits of a message's flags: what may explain disorder later, and whether its value is null. */
export const MESSAGE_FLAG = {
  retried: 1,
  redelivered: 2,
  repartitioned: 4,
  copied: 8,
  traced: 16,
  tombstone: 32,
} as const;

/** Key index of a message without key. */
export const NO_KEY = -1;
/** Fixed keys are numbered from here. */
export const FIXED_KEYS_AT = 100_000;
/** Unique keys are numbered from here, modulo 2^29. */
export const UNIQUE_KEYS_AT = 2 ** 30;

export interface MessageTable {
  capacity: number;
  /** Rows in use. */
  live: number;
  /** Ids given so far; the first is 1. */
  lastId: number;
  /** Rows of shelves handed out at least once. */
  used: number;
  /** Numbers of shelves all of whose rows have come back. */
  freeShelves: number[];
  /** Rows of a shelf that have come back, by shelf. */
  returned: Uint8Array;
  /** For messages that are in no batch. */
  shelf: Shelf;
  id: Float64Array;
  source: Int32Array;
  client: Int32Array;
  sequence: Float64Array;
  key: Int32Array;
  bytes: Int32Array;
  producedNs: Float64Array;
  status: Uint8Array;
  flags: Uint8Array;
  inHand: Int32Array;
  /** First obligation and their number. */
  owedAt: Int32Array;
  owedCount: Int32Array;
  parent: Float64Array;
  root: Float64Array;
  /** Next message of the same batch or blocked list, -1 for none. */
  next: Int32Array;
  /** Instance and worker whose handler waits for this message's fate, as instance * 1024 + worker; -1 for nobody. */
  waiter: Int32Array;
  obligations: ObligationTable;
  kin: KinTable;
}

/** Rows side by side that have not been given out yet: `next` to `end`, excluded. */
export interface Shelf {
  next: number;
  end: number;
}

const SHELF_BITS = 5;
const SHELF_ROWS = 1 << SHELF_BITS;

export interface ObligationTable {
  capacity: number;
  used: number;
  /** Free blocks by block size: numbers of their first obligation. */
  free: Record<number, number[]>;
  /** To whom it is owed, as index into `run.subscriptions`; -1 for nobody yet. */
  subscription: Int32Array;
  chances: Int32Array;
  delivered: Int32Array;
  applied: Int32Array;
  class: Uint8Array;
  /** One of `TAKEN`: by what a copy was taken away; and `WORKED_ON`. */
  taken: Uint8Array;
}

const FIRST_CAPACITY = 1024;

export function createMessageTable(): MessageTable {
  const n = FIRST_CAPACITY;
  return {
    capacity: n,
    live: 0,
    lastId: 0,
    used: 0,
    freeShelves: [],
    returned: new Uint8Array(n / SHELF_ROWS),
    shelf: createShelf(),
    id: new Float64Array(n),
    source: new Int32Array(n),
    client: new Int32Array(n),
    sequence: new Float64Array(n),
    key: new Int32Array(n),
    bytes: new Int32Array(n),
    producedNs: new Float64Array(n),
    status: new Uint8Array(n),
    flags: new Uint8Array(n),
    inHand: new Int32Array(n),
    owedAt: new Int32Array(n),
    owedCount: new Int32Array(n),
    parent: new Float64Array(n),
    root: new Float64Array(n),
    next: new Int32Array(n),
    waiter: new Int32Array(n),
    obligations: {
      capacity: n,
      used: 0,
      free: {},
      subscription: new Int32Array(n),
      chances: new Int32Array(n),
      delivered: new Int32Array(n),
      applied: new Int32Array(n),
      class: new Uint8Array(n),
      taken: new Uint8Array(n),
    },
    kin: createKinTable(),
  };
}

export function createShelf(): Shelf {
  return { next: 0, end: 0 };
}

type Column = Float64Array | Int32Array | Uint8Array;

function grown<T extends Column>(column: T, capacity: number): T {
  const larger = new (column.constructor as new (n: number) => T)(capacity);
  larger.set(column);
  return larger;
}

function growTable(table: MessageTable): void {
  const n = table.capacity * 2;
  table.capacity = n;
  table.returned = grown(table.returned, n / SHELF_ROWS);
  table.id = grown(table.id, n);
  table.source = grown(table.source, n);
  table.client = grown(table.client, n);
  table.sequence = grown(table.sequence, n);
  table.key = grown(table.key, n);
  table.bytes = grown(table.bytes, n);
  table.producedNs = grown(table.producedNs, n);
  table.status = grown(table.status, n);
  table.flags = grown(table.flags, n);
  table.inHand = grown(table.inHand, n);
  table.owedAt = grown(table.owedAt, n);
  table.owedCount = grown(table.owedCount, n);
  table.parent = grown(table.parent, n);
  table.root = grown(table.root, n);
  table.next = grown(table.next, n);
  table.waiter = grown(table.waiter, n);
  if (table.kin.of.length > 0) fitKin(table.kin, n);
}

function growObligations(owed: ObligationTable, needed: number): void {
  let n = owed.capacity;
  while (n < needed) n *= 2;
  owed.capacity = n;
  owed.subscription = grown(owed.subscription, n);
  owed.chances = grown(owed.chances, n);
  owed.delivered = grown(owed.delivered, n);
  owed.applied = grown(owed.applied, n);
  owed.class = grown(owed.class, n);
  owed.taken = grown(owed.taken, n);
}

/** A fresh block of `size` obligations to nobody, of class `none`, all counts 0. Size 0 gives 0. */
export function allocateObligations(owed: ObligationTable, size: number): number {
  if (size === 0) return 0;
  const reused = owed.free[size]?.pop();
  let first: number;
  if (reused !== undefined) {
    first = reused;
  } else {
    first = owed.used;
    owed.used += size;
    if (owed.used > owed.capacity) growObligations(owed, owed.used);
  }
  wipeObligations(owed, first, size);
  return first;
}

/** To nobody, all counts 0, of class `none`. */
function wipeObligations(owed: ObligationTable, first: number, size: number): void {
  for (let i = first; i < first + size; i += 1) {
    owed.subscription[i] = -1;
    owed.chances[i] = 0;
    owed.delivered[i] = 0;
    owed.applied[i] = 0;
    owed.class[i] = CLASS.none;
    owed.taken[i] = TAKEN.byNothing;
  }
}

export function freeObligations(owed: ObligationTable, first: number, size: number): void {
  if (size > 0) (owed.free[size] ??= []).push(first);
}

/** Says to whom a message's obligations are, in their order. */
export function nameObligations({ owedAt, obligations }: MessageTable, row: number, to: readonly number[]): void {
  const first = owedAt[row]!;
  for (let slot = 0; slot < to.length; slot += 1) obligations.subscription[first + slot] = to[slot]!;
}

/** Gives a message a larger block of obligations; those that it has keep their places. */
export function widenObligations(table: MessageTable, row: number, size: number): void {
  const { obligations } = table;
  const before = table.owedAt[row]!;
  const count = table.owedCount[row]!;
  const after = allocateObligations(obligations, size);
  obligations.subscription.copyWithin(after, before, before + count);
  obligations.chances.copyWithin(after, before, before + count);
  obligations.delivered.copyWithin(after, before, before + count);
  obligations.applied.copyWithin(after, before, before + count);
  obligations.class.copyWithin(after, before, before + count);
  obligations.taken.copyWithin(after, before, before + count);
  freeObligations(obligations, before, count);
  table.owedAt[row] = after;
  table.owedCount[row] = size;
}

/** A row for a new message, waiting, in its source's hand, with `obligations` obligations of class `none`. */
export function allocateMessage(table: MessageTable, obligations: number, shelf: Shelf): number {
  table.lastId += 1;
  const row = allocateRow(table, table.lastId, obligations, shelf);
  table.inHand[row] = 1;
  return row;
}

/** A row for a message that had settled and matters again; in nobody's hand. */
export function resurrectMessage(table: MessageTable, id: number, obligations: number): number {
  return allocateRow(table, id, obligations, table.shelf);
}

/** Puts an empty shelf in place of one that has been given out. */
function refill(table: MessageTable, shelf: Shelf): void {
  const free = table.freeShelves.pop();
  if (free === undefined) {
    if (table.used === table.capacity) growTable(table);
    shelf.next = table.used;
    table.used += SHELF_ROWS;
  } else {
    shelf.next = free * SHELF_ROWS;
  }
  shelf.end = shelf.next + SHELF_ROWS;
}

/** Nobody will ask for the rest of this shelf. */
export function abandonShelf(table: MessageTable, shelf: Shelf): void {
  while (shelf.next < shelf.end) giveBack(table, shelf.next++);
}

function giveBack(table: MessageTable, row: number): void {
  const shelf = row >> SHELF_BITS;
  const returned = table.returned[shelf]! + 1;
  table.returned[shelf] = returned % SHELF_ROWS;
  if (returned === SHELF_ROWS) table.freeShelves.push(shelf);
}

function allocateRow(table: MessageTable, id: number, obligations: number, shelf: Shelf): number {
  if (shelf.next === shelf.end) refill(table, shelf);
  const row = shelf.next;
  shelf.next = row + 1;
  table.live += 1;
  table.id[row] = id;
  table.status[row] = STATUS_WAITING;
  table.flags[row] = 0;
  table.inHand[row] = 0;
  table.parent[row] = 0;
  table.root[row] = id;
  table.next[row] = -1;
  table.waiter[row] = -1;
  // A row keeps its block of obligations while it is free: nearly always the next message needs one of that size.
  if (table.owedCount[row] === obligations) wipeObligations(table.obligations, table.owedAt[row]!, obligations);
  else {
    freeObligations(table.obligations, table.owedAt[row]!, table.owedCount[row]!);
    table.owedAt[row] = allocateObligations(table.obligations, obligations);
    table.owedCount[row] = obligations;
  }
  return row;
}

/** Recycles a row whose message has settled. */
export function freeMessage(table: MessageTable, row: number): void {
  assert(table.inHand[row] === 0, 'a message in hand was recycled');
  table.id[row] = 0;
  if (table.kin.of.length > 0) leaveKin(table.kin, row);
  giveBack(table, row);
  table.live -= 1;
}

/** The row of a live message by id, or -1. Linear: for a person's question, not for the hot path. */
export function findMessage(table: MessageTable, id: number): number {
  for (let row = 0; row < table.used; row += 1) if (table.id[row] === id) return row;
  return -1;
}
