/**
 * How the message table lies in memory. A shelf of 32 rows has all of its columns side by side, 32 numbers each: what is done
 * to a batch goes through memory in order, and what is done to a single message stays within a page or two. One array for
 * whole numbers and one for large ones, laid out alike, so that `row + M.…` is a place in either:
 *
 *     row      0 … 31   32 … 63   64 … 95   …   256 … 287   288 … 319
 *     int      source   key       bytes         source      key
 *     num      id       sequence  produced      id          sequence
 *              └──────── shelf 0 ─────────┘     └──────── shelf 1 ──
 *
 * So rows are numbered 0 … 31, 256 … 287, and so on.
 */
export const SHELF_ROWS = 32;
export const COLUMNS = 8;
export const SHELF_SPAN = SHELF_ROWS * COLUMNS;

/** Columns of the message table: the first eight in `int`, the others in `num`. */
export const M = {
  source: 0,
  key: 32,
  bytes: 64,
  status: 96,
  /** Bits of `MESSAGE_FLAG`. */
  flags: 128,
  inHand: 160,
  /** Place of its first obligation. */
  owedAt: 192,
  /** Next message of the same batch or blocked list, -1 for none. */
  next: 224,

  id: 0,
  sequence: 32,
  producedNs: 64,
  parent: 96,
  root: 128,
  /** Instance and worker whose handler waits for this message's fate, as instance * 1024 + worker; -1 for nobody. */
  waiter: 160,
  client: 192,
  /** Number of its obligations. */
  owedCount: 224,
} as const;

/** Number of the shelf that a row lies on. */
export function shelfOf(row: number): number {
  return row >> 8;
}

/** The `count`-th row of all, from 0. */
export function rowAt(count: number): number {
  return ((count >> 5) << 8) | (count & 31);
}

/** Which row it is of all, from 0: for tables beside this one. */
export function countOf(row: number): number {
  return ((row >> 8) << 5) | (row & 31);
}

/** Numbers of an obligation, side by side: one line of memory has what delivery, effect and settling ask for. */
export const O = {
  /** To whom it is owed, as index into `run.subscriptions`; -1 for nobody yet. */
  subscription: 0,
  chances: 1,
  delivered: 2,
  applied: 3,
  class: 4,
  /** One of `TAKEN`: by what a copy was taken away; and `WORKED_ON`. */
  taken: 5,
} as const;

/** Numbers that an obligation takes: that of the next slot is so much further on. */
export const OBLIGATION = 6;
