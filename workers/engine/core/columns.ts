/**
 * Growable typed-array columns. Each function returns the column itself while it has `needed` rows, and otherwise a
 * longer copy (doubled until it fits, new rows zero). Assign the result back: `s.time = growFloat64(s.time, rows)`.
 */
import { assert } from './assert.ts';

/** No column may have more rows than this: what a typed array of 8 bytes a row can address in every browser. */
export const ROWS_MAX = 2 ** 28;

/** The next capacity: `length` doubled until it holds `needed` rows, at least 16. */
export function grownLength(length: number, needed: number): number {
  assert(needed <= ROWS_MAX, () => `A column of ${needed} rows was asked for; at most ${ROWS_MAX} are possible`);
  let next = length < 16 ? 16 : length;
  while (next < needed) next *= 2;
  return next;
}

export function growFloat64(column: Float64Array, needed: number): Float64Array {
  if (column.length >= needed) return column;
  const grown = new Float64Array(grownLength(column.length, needed));
  grown.set(column);
  return grown;
}

export function growInt32(column: Int32Array, needed: number): Int32Array {
  if (column.length >= needed) return column;
  const grown = new Int32Array(grownLength(column.length, needed));
  grown.set(column);
  return grown;
}

export function growUint32(column: Uint32Array, needed: number): Uint32Array {
  if (column.length >= needed) return column;
  const grown = new Uint32Array(grownLength(column.length, needed));
  grown.set(column);
  return grown;
}

export function growInt16(column: Int16Array, needed: number): Int16Array {
  if (column.length >= needed) return column;
  const grown = new Int16Array(grownLength(column.length, needed));
  grown.set(column);
  return grown;
}

export function growUint16(column: Uint16Array, needed: number): Uint16Array {
  if (column.length >= needed) return column;
  const grown = new Uint16Array(grownLength(column.length, needed));
  grown.set(column);
  return grown;
}

export function growUint8(column: Uint8Array, needed: number): Uint8Array {
  if (column.length >= needed) return column;
  const grown = new Uint8Array(grownLength(column.length, needed));
  grown.set(column);
  return grown;
}

/** Takes the item at `index` out of a list, in place: unlike `splice` it makes no list of what it took. */
export function removeFrom(list: unknown[], index: number): void {
  const last = list.length - 1;
  for (let i = index; i < last; i += 1) list[i] = list[i + 1];
  list.pop();
}

/** Makes a list that is longer as short as `length`, and keeps its room, as `empty` does. */
export function cut(list: unknown[], length: number): void {
  while (list.length > length) list.pop();
}

/** Empties a list and keeps its room: setting its length to 0 would give that back, only to be asked for it again. */
export function empty(list: unknown[]): void {
  while (list.length > 0) list.pop();
}
