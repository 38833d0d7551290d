/**
 * A table from pairs of whole numbers to a whole number: open addressing with linear probing, in typed-array columns. What is
 * taken out leaves no mark, because what follows it moves up.
 */
import { grownLength } from '../../core/columns.ts';

/** Plain data: a checkpoint copies it. */
export interface PairTable {
  size: number;
  /** Length of the columns minus 1, one less than a power of two. */
  mask: number;
  taken: Uint8Array;
  first: Float64Array;
  second: Float64Array;
  value: Int32Array;
}

const FIRST_CAPACITY = 16;

export function createPairTable(): PairTable {
  return {
    size: 0,
    mask: FIRST_CAPACITY - 1,
    taken: new Uint8Array(FIRST_CAPACITY),
    first: new Float64Array(FIRST_CAPACITY),
    second: new Float64Array(FIRST_CAPACITY),
    value: new Int32Array(FIRST_CAPACITY),
  };
}

/** The value of a pair; undefined where it has none. */
export function pairGet(table: PairTable, first: number, second: number): number | undefined {
  const at = placeOf(table, first, second);
  return table.taken[at] === 0 ? undefined : table.value[at];
}

/** Sets the value of a pair. */
export function pairSet(table: PairTable, first: number, second: number, value: number): void {
  if (2 * (table.size + 1) > table.mask + 1) enlarge(table);
  const at = placeOf(table, first, second);
  table.size += 1 - table.taken[at]!;
  table.taken[at] = 1;
  table.first[at] = first;
  table.second[at] = second;
  table.value[at] = value;
}

/** Takes a pair out; nothing happens if it is not in it. */
export function pairDelete(table: PairTable, first: number, second: number): void {
  let hole = placeOf(table, first, second);
  if (table.taken[hole] === 0) return;
  table.size -= 1;
  table.taken[hole] = 0;
  for (let at = (hole + 1) & table.mask; table.taken[at] !== 0; at = (at + 1) & table.mask) {
    const home = hashOf(table, table.first[at]!, table.second[at]!);
    // It stays where the way from its home does not lead over the hole.
    if (((at - home) & table.mask) < ((at - hole) & table.mask)) continue;
    table.first[hole] = table.first[at]!;
    table.second[hole] = table.second[at]!;
    table.value[hole] = table.value[at]!;
    table.taken[hole] = 1;
    table.taken[at] = 0;
    hole = at;
  }
}

/** Empties it. */
export function pairClear(table: PairTable): void {
  table.size = 0;
  table.taken.fill(0);
}

/** Where the pair is, or would be put. */
function placeOf(table: PairTable, first: number, second: number): number {
  let at = hashOf(table, first, second);
  while (table.taken[at] !== 0 && (table.first[at] !== first || table.second[at] !== second))
    at = (at + 1) & table.mask;
  return at;
}

function hashOf({ mask }: PairTable, first: number, second: number): number {
  let hash = Math.imul(first ^ Math.floor(first / 2 ** 32), 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) & mask;
}

function enlarge(table: PairTable): void {
  const before = { ...table };
  const capacity = grownLength(before.mask + 1, before.mask + 2);
  table.size = 0;
  table.mask = capacity - 1;
  table.taken = new Uint8Array(capacity);
  table.first = new Float64Array(capacity);
  table.second = new Float64Array(capacity);
  table.value = new Int32Array(capacity);
  for (let at = 0; at <= before.mask; at += 1) {
    if (before.taken[at] !== 0) pairSet(table, before.first[at]!, before.second[at]!, before.value[at]!);
  }
}
