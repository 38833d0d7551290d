/**
 * The rows of a table in columns, and two lists of them in the order of their ids: those that a poll may find and those that
 * somebody has claimed. A row keeps its slot for life; slots are used again, ids never are, so whoever remembers a row
 * remembers both.
 */
import { assert } from '../../core/assert.ts';
import { grownLength, growFloat64, growInt32, growUint8 } from '../../core/columns.ts';

export const ROW = {
  free: 0,
  /** Inserted by a transaction that is still open: nobody else sees it. */
  uncommitted: 1,
  ready: 2,
  claimed: 3,
} as const;

/** Rows linked by `next` and `previous`. */
export interface RowList {
  first: number;
  last: number;
  length: number;
}

export interface RowTable {
  /** Slots ever used. */
  used: number;
  freed: number[];
  /** Rows inserted by transactions that are open. */
  uncommitted: number;
  lastId: number;
  id: Float64Array;
  /** What the row stands for: the caller's own number. */
  message: Int32Array;
  /** One of `ROW`. */
  state: Uint8Array;
  /** Session whose transaction has the row locked, -1 for none. */
  holder: Int32Array;
  /** A statement that began before this does not find the row. */
  visibleNs: Float64Array;
  /** When a claim ends by its lease; Infinity for never. */
  leaseEndsNs: Float64Array;
  /** Attempts that were counted. */
  attempts: Int32Array;
  next: Int32Array;
  previous: Int32Array;
  ready: RowList;
  claimed: RowList;
}

const FIRST_CAPACITY = 16;

export function createRowTable(): RowTable {
  return {
    used: 0,
    freed: [],
    uncommitted: 0,
    lastId: 0,
    id: new Float64Array(FIRST_CAPACITY),
    message: new Int32Array(FIRST_CAPACITY),
    state: new Uint8Array(FIRST_CAPACITY),
    holder: new Int32Array(FIRST_CAPACITY),
    visibleNs: new Float64Array(FIRST_CAPACITY),
    leaseEndsNs: new Float64Array(FIRST_CAPACITY),
    attempts: new Int32Array(FIRST_CAPACITY),
    next: new Int32Array(FIRST_CAPACITY),
    previous: new Int32Array(FIRST_CAPACITY),
    ready: { first: -1, last: -1, length: 0 },
    claimed: { first: -1, last: -1, length: 0 },
  };
}

/** Rows that wait, are claimed or not yet committed. */
export function openRows({ ready, claimed, uncommitted }: RowTable): number {
  return ready.length + claimed.length + uncommitted;
}

/** A new row, uncommitted, locked by the session that inserts it. Its id is the next of the sequence. [TB2] */
export function addRow(rows: RowTable, message: number, holder: number): number {
  const slot = rows.freed.pop() ?? newSlot(rows);
  rows.lastId += 1;
  rows.id[slot] = rows.lastId;
  rows.message[slot] = message;
  rows.state[slot] = ROW.uncommitted;
  rows.holder[slot] = holder;
  rows.leaseEndsNs[slot] = Infinity;
  rows.attempts[slot] = 0;
  rows.uncommitted += 1;
  return slot;
}

function newSlot(rows: RowTable): number {
  const slot = rows.used;
  rows.used += 1;
  if (slot >= rows.id.length) grow(rows, grownLength(rows.id.length, rows.used));
  return slot;
}

function grow(rows: RowTable, capacity: number): void {
  rows.id = growFloat64(rows.id, capacity);
  rows.message = growInt32(rows.message, capacity);
  rows.state = growUint8(rows.state, capacity);
  rows.holder = growInt32(rows.holder, capacity);
  rows.visibleNs = growFloat64(rows.visibleNs, capacity);
  rows.leaseEndsNs = growFloat64(rows.leaseEndsNs, capacity);
  rows.attempts = growInt32(rows.attempts, capacity);
  rows.next = growInt32(rows.next, capacity);
  rows.previous = growInt32(rows.previous, capacity);
}

/** Polls find the row from `visibleNs` on. It goes to its place by id, also when it had been claimed. */
export function makeReady(rows: RowTable, slot: number, visibleNs: number): void {
  unlink(rows, slot);
  rows.state[slot] = ROW.ready;
  rows.visibleNs[slot] = visibleNs;
  rows.leaseEndsNs[slot] = Infinity;
  link(rows, rows.ready, slot);
}

/** The row is claimed until `leaseEndsNs`. */
export function makeClaimed(rows: RowTable, slot: number, leaseEndsNs: number): void {
  unlink(rows, slot);
  rows.state[slot] = ROW.claimed;
  rows.leaseEndsNs[slot] = leaseEndsNs;
  link(rows, rows.claimed, slot);
}

/** The row is no more. */
export function removeRow(rows: RowTable, slot: number): void {
  unlink(rows, slot);
  rows.state[slot] = ROW.free;
  rows.holder[slot] = -1;
  rows.id[slot] = 0;
  rows.freed.push(slot);
}

function unlink(rows: RowTable, slot: number): void {
  const state = rows.state[slot];
  assert(state !== ROW.free, 'a row that is no more was touched');
  if (state === ROW.uncommitted) {
    rows.uncommitted -= 1;
    return;
  }
  const list = state === ROW.ready ? rows.ready : rows.claimed;
  const next = rows.next[slot]!;
  const previous = rows.previous[slot]!;
  if (previous < 0) list.first = next;
  else rows.next[previous] = next;
  if (next < 0) list.last = previous;
  else rows.previous[next] = previous;
  list.length -= 1;
}

/** Nearly always at an end: new rows at the last one, what comes back near the first one. */
function link(rows: RowTable, list: RowList, slot: number): void {
  const id = rows.id[slot]!;
  let after = list.last;
  if (after >= 0 && rows.id[after]! > id) after = placeBefore(rows, list, id);
  const next = after < 0 ? list.first : rows.next[after]!;
  rows.previous[slot] = after;
  rows.next[slot] = next;
  if (after < 0) list.first = slot;
  else rows.next[after] = slot;
  if (next < 0) list.last = slot;
  else rows.previous[next] = slot;
  list.length += 1;
}

/** The last row with a smaller id, -1 for none, looked for from both ends in turns. */
function placeBefore(rows: RowTable, list: RowList, id: number): number {
  let low = list.first;
  let high = list.last;
  for (;;) {
    if (rows.id[low]! > id) return rows.previous[low]!;
    low = rows.next[low]!;
    if (rows.id[high]! < id) return high;
    high = rows.previous[high]!;
  }
}

/** Whether there is a row of the message. Linear: asked only when an insert is repeated. */
export function hasRowOf(rows: RowTable, message: number): boolean {
  for (let slot = 0; slot < rows.used; slot += 1)
    if (rows.state[slot] !== ROW.free && rows.message[slot] === message) return true;
  return false;
}

/**
 * The committed rows with larger ids, in the order of ids: what `WHERE id > … ORDER BY id` finds. A row whose transaction
 * commits later than one of a larger id is not found by who remembers only the largest id that it saw. [TB2]
 */
export function rowsAfter(rows: RowTable, afterId: number): number[] {
  const found: number[] = [];
  let ready = rows.ready.first;
  let claimed = rows.claimed.first;
  while (ready >= 0 || claimed >= 0) {
    const readyNext = claimed < 0 || (ready >= 0 && rows.id[ready]! < rows.id[claimed]!);
    const slot = readyNext ? ready : claimed;
    if (readyNext) ready = rows.next[ready]!;
    else claimed = rows.next[claimed]!;
    if (rows.id[slot]! > afterId) found.push(slot);
  }
  return found;
}
