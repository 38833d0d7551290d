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
 * travel in one batch lie side by side and whoever goes through a batch goes through memory in order. At a hundred
 * thousand live messages this is worth a factor of two. How a shelf lies in memory says `layout.ts`.
 */
import { assert } from '../core/assert.ts';
import { growFloat64, growInt32 } from '../core/columns.ts';
import { createKinTable, fitKin, leaveKin, type KinTable } from './kin.ts';
import { COLUMNS, M, O, OBLIGATION, rowAt, SHELF_ROWS, SHELF_SPAN, shelfOf } from './layout.ts';

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
  /** Taken for one that came before. */
  byDeduplication: 7,
  /** Somebody emptied its queue. */
  byPurge: 8,
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
  /** Columns, see `layout.ts`: a row's number of a kind is at `row + M.…`. */
  int: Int32Array;
  num: Float64Array;
  obligations: ObligationTable;
  kin: KinTable;
}

/** Rows side by side that have not been given out yet: `next` to `end`, excluded. */
export interface Shelf {
  next: number;
  end: number;
}

interface ObligationTable {
  capacity: number;
  used: number;
  /** Free blocks by block size: places of their first obligation. */
  free: Record<number, number[]>;
  /** One obligation after another, see `layout.ts`: its number of a kind is at `place + O.…`. */
  rows: Int32Array;
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
    int: new Int32Array(n * COLUMNS),
    num: new Float64Array(n * COLUMNS),
    obligations: {
      capacity: n,
      used: 0,
      free: {},
      rows: new Int32Array(n * OBLIGATION),
    },
    kin: createKinTable(),
  };
}

export function createShelf(): Shelf {
  return { next: 0, end: 0 };
}

function growTable(table: MessageTable): void {
  const n = table.capacity * 2;
  table.capacity = n;
  const { returned } = table;
  table.returned = new Uint8Array(n / SHELF_ROWS);
  table.returned.set(returned);
  table.int = growInt32(table.int, n * COLUMNS);
  table.num = growFloat64(table.num, n * COLUMNS);
  if (table.kin.of.length > 0) fitKin(table.kin, n);
}

function growObligations(owed: ObligationTable, needed: number): void {
  let n = owed.capacity;
  while (n < needed) n *= 2;
  owed.capacity = n;
  owed.rows = growInt32(owed.rows, n * OBLIGATION);
}

/** A block of `size` obligations that are still those of others; the place of the first. Size 0 gives 0. */
function allocateObligations(owed: ObligationTable, size: number): number {
  if (size === 0) return 0;
  const reused = owed.free[size]?.pop();
  if (reused !== undefined) return reused;
  const first = owed.used * OBLIGATION;
  owed.used += size;
  if (owed.used > owed.capacity) growObligations(owed, owed.used);
  return first;
}

/** Makes a message's obligations from that slot on such as are owed to nobody. */
export function wipeObligations(table: MessageTable, row: number, from: number): void {
  const { rows } = table.obligations;
  const size = table.num[row + M.owedCount]!;
  let i = obligationAt(table, row, from);
  for (let slot = from; slot < size; slot += 1) {
    openObligation(rows, i, -1, CLASS.none);
    i += OBLIGATION;
  }
}

/** The obligation at that place is a new one: all counts 0. */
export function openObligation(rows: Int32Array, i: number, subscription: number, kind: number): void {
  rows[i + O.subscription] = subscription;
  rows[i + O.chances] = 0;
  rows[i + O.delivered] = 0;
  rows[i + O.applied] = 0;
  rows[i + O.class] = kind;
  rows[i + O.taken] = TAKEN.byNothing;
}

function freeObligations(owed: ObligationTable, first: number, size: number): void {
  if (size > 0) (owed.free[size] ??= []).push(first);
}

/** The place of a message's obligation in `slot`. */
export function obligationAt(table: MessageTable, row: number, slot: number): number {
  return (table.int[row + M.owedAt]! + Math.imul(slot, OBLIGATION)) | 0;
}

/** Says to whom a message's obligations are, in their order. */
export function nameObligations(table: MessageTable, row: number, to: readonly number[]): void {
  for (let slot = 0; slot < to.length; slot += 1)
    table.obligations.rows[obligationAt(table, row, slot) + O.subscription] = to[slot]!;
}

/** Gives a message a larger block of obligations; those that it has keep their slots. */
export function widenObligations(table: MessageTable, row: number, size: number): void {
  const { obligations } = table;
  const before = table.int[row + M.owedAt]!;
  const count = table.num[row + M.owedCount]!;
  const after = allocateObligations(obligations, size);
  obligations.rows.copyWithin(after, before, before + count * OBLIGATION);
  freeObligations(obligations, before, count);
  table.int[row + M.owedAt] = after;
  table.num[row + M.owedCount] = size;
  wipeObligations(table, row, count);
}

/** A row for a new message, waiting, in its source's hand, with room for so many obligations, which are to be opened. */
export function allocateMessage(table: MessageTable, obligations: number, shelf: Shelf): number {
  table.lastId += 1;
  return allocateRow(table, table.lastId, 1, obligations, shelf);
}

/** A row for a message that had settled and matters again; in nobody's hand, and owed to nobody. */
export function resurrectMessage(table: MessageTable, id: number, obligations: number): number {
  const row = allocateRow(table, id, 0, obligations, table.shelf);
  wipeObligations(table, row, 0);
  return row;
}

/** Puts an empty shelf in place of one that has been given out. */
function refill(table: MessageTable, shelf: Shelf): void {
  const free = table.freeShelves.pop();
  if (free === undefined) {
    if (table.used === table.capacity) growTable(table);
    shelf.next = rowAt(table.used);
    table.used += SHELF_ROWS;
  } else {
    shelf.next = free * SHELF_SPAN;
  }
  shelf.end = shelf.next + SHELF_ROWS;
}

/** Nobody will ask for the rest of this shelf. */
export function abandonShelf(table: MessageTable, shelf: Shelf): void {
  while (shelf.next < shelf.end) giveBack(table, shelf.next++);
}

function giveBack(table: MessageTable, row: number): void {
  const shelf = shelfOf(row);
  const returned = table.returned[shelf]! + 1;
  table.returned[shelf] = returned % SHELF_ROWS;
  if (returned === SHELF_ROWS) table.freeShelves.push(shelf);
}

function allocateRow(table: MessageTable, id: number, inHand: number, obligations: number, shelf: Shelf): number {
  if (shelf.next === shelf.end) refill(table, shelf);
  const row = shelf.next;
  const { int, num } = table;
  shelf.next = row + 1;
  table.live += 1;
  num[row + M.id] = id;
  int[row + M.status] = STATUS_WAITING;
  int[row + M.flags] = 0;
  int[row + M.inHand] = inHand;
  num[row + M.parent] = 0;
  num[row + M.root] = id;
  int[row + M.next] = -1;
  num[row + M.waiter] = -1;
  // A row keeps its block of obligations while it is free: nearly always the next message needs one of that size.
  if (num[row + M.owedCount] !== obligations) changeBlock(table, row, obligations);
  return row;
}

function changeBlock({ obligations, int, num }: MessageTable, row: number, size: number): void {
  freeObligations(obligations, int[row + M.owedAt]!, num[row + M.owedCount]!);
  int[row + M.owedAt] = allocateObligations(obligations, size);
  num[row + M.owedCount] = size;
}

/** Recycles a row whose message has settled. */
export function freeMessage(table: MessageTable, row: number): void {
  assert(table.int[row + M.inHand] === 0, 'a message in hand was recycled');
  table.num[row + M.id] = 0;
  if (table.kin.of.length > 0) leaveKin(table.kin, row);
  giveBack(table, row);
  table.live -= 1;
}

/** Rows in use, in order. Linear in all rows there are: not for the hot path. */
export function rowsInUse({ num, used }: MessageTable): number[] {
  const rows: number[] = [];
  const { id } = M;
  for (let shelf = 0; shelf < rowAt(used); shelf += SHELF_SPAN)
    for (let row = shelf; row < shelf + SHELF_ROWS; row += 1) if (num[row + id] !== 0) rows.push(row);
  return rows;
}

/** The row of a live message by id, or -1. Linear: for a person's question, not for the hot path. */
export function findMessage(table: MessageTable, id: number): number {
  for (let count = 0; count < table.used; count += 1) if (table.num[rowAt(count) + M.id] === id) return rowAt(count);
  return -1;
}
