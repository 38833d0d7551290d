/**
 * Packed plain data: a state put by in such a way that the next one shares with it what has not changed.
 *
 * Columns are cut into pages of 16 KB. A page that equals the page at the same place of the state packed before is not
 * stored again, and one of zeros (capacity nobody has used yet) not at all. Most of a long run is a log that is only ever
 * appended to, so a further checkpoint costs little more than what happened since the last one. Pages count who shares
 * them, so that the memory held is known exactly. Records and arrays are copied each time.
 */
import { assert } from './assert.ts';
import { blankRecord } from './record-shape.ts';
import { DEPTH_MAX, isTypedArray, plainBytes, requirePlain, setMember, type TypedArray } from './plain.ts';

/** Of a page, in words of 4 bytes. */
const PAGE_WORDS = 4096;

interface Page {
  readonly words: Int32Array;
  /** Columns of packed states that hold it. */
  sharers: number;
}

/** A typed array cut into pages; null stands for a page of zeros. */
class Column {
  readonly kind: new (length: number) => TypedArray;
  readonly length: number;
  readonly pages: readonly (Page | null)[];

  constructor(kind: new (length: number) => TypedArray, length: number, pages: readonly (Page | null)[]) {
    this.kind = kind;
    this.length = length;
    this.pages = pages;
  }
}

/** A record: its names in order, and beside them its members, packed. */
class Fields {
  readonly names: readonly string[];
  readonly members: readonly unknown[];

  constructor(names: readonly string[], members: readonly unknown[]) {
    this.names = names;
    this.members = members;
  }
}

export interface Packed {
  readonly tree: unknown;
  /** What a copy that shares nothing would take. */
  readonly stateBytes: number;
  /** Memory that packing this one took: pages that were new, records and arrays. */
  readonly addedBytes: number;
  /** The part of it that no other packed state can share. */
  readonly ownBytes: number;
}

/** Where a packing stands. */
interface Progress {
  /** Names that lead to the part being packed. */
  readonly path: string[];
  stateBytes: number;
  pageBytes: number;
  ownBytes: number;
}

/**
 * Packs a state. What it equals of `before` is shared with it, so `before` must not have been released.
 *
 * @param before an earlier packed state of the same run, or null
 * @throws AssertionFailure as `copyPlain` does
 */
export function packPlain(state: unknown, before: Packed | null): Packed {
  const progress: Progress = { path: [], stateBytes: 0, pageBytes: 0, ownBytes: 0 };
  const tree = packValue(state, before?.tree, progress);
  const { stateBytes, pageBytes, ownBytes } = progress;
  return { tree, stateBytes: stateBytes + ownBytes, addedBytes: pageBytes + ownBytes, ownBytes };
}

/**
 * The state as it was packed, sharing nothing with it.
 *
 * @param spent a state that nobody needs any more, or null: its columns are written over and become those of the result,
 *   which spares asking for memory
 */
export function unpackPlain<T>(packed: Packed, spent: T | null): T {
  return unpackValue(packed.tree, spent) as T;
}

/** Gives up a packed state. Returns the bytes that this frees: its own, and the pages that no other one shares. */
export function releasePacked(packed: Packed): number {
  return packed.ownBytes + releaseValue(packed.tree);
}

function packValue(value: unknown, before: unknown, progress: Progress): unknown {
  if (typeof value !== 'object' || value === null) {
    requirePlain(value, progress.path);
    progress.ownBytes += plainBytes(value);
    return value;
  }
  progress.ownBytes += 24;
  if (isTypedArray(value)) return packColumn(value, before instanceof Column ? before : null, progress);
  assert(progress.path.length < DEPTH_MAX, () => `State is deeper than ${DEPTH_MAX}: a cycle?`);
  if (Array.isArray(value)) return packArray(value, Array.isArray(before) ? before : NO_ITEMS, progress);
  requirePlain(value, progress.path);
  return packRecord(value as Record<string, unknown>, before, progress);
}

const NO_ITEMS: readonly unknown[] = [];

function packArray(value: readonly unknown[], before: readonly unknown[], progress: Progress): unknown[] {
  const packed = value.slice();
  for (let i = 0; i < value.length; i++) {
    const item = value[i];
    if (typeof item === 'number') {
      progress.ownBytes += 8;
      continue;
    }
    progress.path.push(`[${i}]`);
    packed[i] = packValue(item, before[i], progress);
    progress.path.pop();
  }
  return packed;
}

function packRecord(record: Record<string, unknown>, before: unknown, progress: Progress): Fields {
  const names = Object.keys(record);
  const old = before instanceof Fields && sameNames(before.names, names) ? before : null;
  const members = names.map((name, i) => {
    const member = record[name];
    progress.ownBytes += 16;
    if (typeof member === 'number') return member;
    progress.path.push(`.${name}`);
    const packed = packValue(member, old?.members[i], progress);
    progress.path.pop();
    return packed;
  });
  return new Fields(old?.names ?? names, members);
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function packColumn(value: TypedArray, before: Column | null, progress: Progress): Column {
  const words = wordsOf(value);
  const pages: (Page | null)[] = [];
  for (let start = 0; start < words.length; start += PAGE_WORDS) {
    const end = Math.min(start + PAGE_WORDS, words.length);
    pages.push(packPage(words, start, end, before?.pages[pages.length] ?? null, progress));
  }
  progress.stateBytes += value.byteLength;
  progress.ownBytes += 72 + 8 * pages.length;
  return new Column(value.constructor as new (length: number) => TypedArray, value.length, pages);
}

function packPage(words: Int32Array, start: number, end: number, before: Page | null, progress: Progress): Page | null {
  if (before !== null && samePage(words, start, end, before.words)) {
    before.sharers += 1;
    return before;
  }
  if (allZero(words, start, end)) return null;
  progress.pageBytes += sizeOfPage(end - start);
  return { words: words.slice(start, end), sharers: 1 };
}

function sizeOfPage(words: number): number {
  return 160 + 4 * words;
}

function samePage(words: Int32Array, start: number, end: number, page: Int32Array): boolean {
  if (page.length !== end - start) return false;
  for (let i = start, j = 0; i < end; i++, j++) if (words[i] !== page[j]) return false;
  return true;
}

function allZero(words: Int32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (words[i] !== 0) return false;
  return true;
}

/** The bytes of a column as words, where they are; those of a length or place that is no multiple of 4 as a copy. */
function wordsOf(column: TypedArray): Int32Array {
  const { buffer, byteOffset, byteLength } = column;
  if (byteOffset % 4 === 0 && byteLength % 4 === 0) return new Int32Array(buffer, byteOffset, byteLength / 4);
  const padded = new Uint8Array(Math.ceil(byteLength / 4) * 4);
  padded.set(new Uint8Array(buffer, byteOffset, byteLength));
  return new Int32Array(padded.buffer);
}

function unpackValue(value: unknown, spent: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Column) return unpackColumn(value, spent);
  return value instanceof Fields
    ? unpackFields(value, spent)
    : unpackArray(value as readonly unknown[], Array.isArray(spent) ? spent : NO_ITEMS);
}

function unpackArray(packed: readonly unknown[], spent: readonly unknown[]): unknown[] {
  const items = packed.slice();
  for (let i = 0; i < items.length; i++) items[i] = unpackValue(items[i], spent[i]);
  return items;
}

/**
 * Always a new record: what a run came from (its scenario, its design) may still be in use where its state refers to it,
 * so only columns, which nobody else has, are written over.
 */
function unpackFields({ names, members }: Fields, spent: unknown): Record<string, unknown> {
  const old = (typeof spent === 'object' && spent !== null ? spent : {}) as Record<string, unknown>;
  const record = blankRecord(names);
  for (const [i, name] of names.entries()) setMember(record, name, unpackValue(members[i], old[name]));
  return record;
}

function unpackColumn({ kind, length, pages }: Column, spent: unknown): TypedArray {
  const reused = spent instanceof kind && spent.length === length && spent.byteOffset % 4 === 0;
  const column = reused ? spent : new kind(length);
  const words = wordsOf(column);
  for (const [i, page] of pages.entries()) {
    if (page !== null) words.set(page.words, i * PAGE_WORDS);
    else if (reused) words.fill(0, i * PAGE_WORDS, (i + 1) * PAGE_WORDS);
  }
  if (words.buffer !== column.buffer)
    new Uint8Array(column.buffer, column.byteOffset, column.byteLength).set(
      new Uint8Array(words.buffer, 0, column.byteLength),
    );
  return column;
}

function releaseValue(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let freed = 0;
  if (value instanceof Column) {
    for (const page of value.pages) {
      if (page === null) continue;
      page.sharers -= 1;
      assert(page.sharers >= 0, 'A packed state was released twice');
      if (page.sharers === 0) freed += sizeOfPage(page.words.length);
    }
    return freed;
  }
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') freed += releaseValue(item);
    return freed;
  }
  if (value instanceof Fields) for (const member of value.members) freed += releaseValue(member);
  return freed;
}
