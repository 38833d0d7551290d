/**
 * A binary heap of small whole numbers (rows, groups), each with a key that may change: the least key in front, and among
 * equal keys what was put in first. Every operation takes O(log n).
 */
import { growFloat64, growInt32 } from './columns.ts';

/** Plain data: a checkpoint copies it. */
export interface IndexedHeap {
  size: number;
  /** By place in the heap: the item. */
  item: Int32Array;
  /** By item: its place in the heap plus 1; 0 outside of it. */
  place: Int32Array;
  /** By item. */
  key: Float64Array;
  /** By item: counts what was put in, which breaks ties. */
  order: Float64Array;
  nextOrder: number;
}

export function createIndexedHeap(): IndexedHeap {
  return {
    size: 0,
    item: new Int32Array(16),
    place: new Int32Array(16),
    key: new Float64Array(16),
    order: new Float64Array(16),
    nextOrder: 0,
  };
}

/** Whether the item is in it. */
export function heapHas(heap: IndexedHeap, item: number): boolean {
  return item < heap.place.length && heap.place[item] !== 0;
}

/** The item in front; -1 without any. */
export function heapTop(heap: IndexedHeap): number {
  return heap.size === 0 ? -1 : heap.item[0]!;
}

/** The least key; Infinity without items. */
export function heapTopKey(heap: IndexedHeap): number {
  return heap.size === 0 ? Infinity : heap.key[heap.item[0]!]!;
}

/** Puts an item in, or gives one that is in it another key; it then counts as put in now. */
export function heapSet(heap: IndexedHeap, item: number, key: number): void {
  if (item >= heap.place.length) growItems(heap, item + 1);
  let at = heap.place[item]! - 1;
  const before = at < 0 ? Infinity : heap.key[item]!;
  heap.key[item] = key;
  heap.order[item] = heap.nextOrder++;
  if (at < 0) {
    heap.item = growInt32(heap.item, heap.size + 1);
    at = heap.size++;
    siftUp(heap, at, item);
  } else if (key < before) siftUp(heap, at, item);
  else siftDown(heap, at, item);
}

/** Takes an item out; nothing happens if it is not in it. */
export function heapDelete(heap: IndexedHeap, item: number): void {
  if (!heapHas(heap, item)) return;
  const at = heap.place[item]! - 1;
  heap.place[item] = 0;
  heap.size -= 1;
  if (at === heap.size) return;
  const last = heap.item[heap.size]!;
  if (at > 0 && goesBefore(heap, last, heap.item[(at - 1) >> 1]!)) siftUp(heap, at, last);
  else siftDown(heap, at, last);
}

/** Empties it. */
export function heapClear(heap: IndexedHeap): void {
  for (let at = 0; at < heap.size; at += 1) heap.place[heap.item[at]!] = 0;
  heap.size = 0;
}

function goesBefore({ key, order }: IndexedHeap, a: number, b: number): boolean {
  return key[a]! < key[b]! || (key[a] === key[b] && order[a]! < order[b]!);
}

function siftUp(heap: IndexedHeap, from: number, item: number): void {
  let at = from;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap.item[parent]!;
    if (!goesBefore(heap, item, above)) break;
    heap.item[at] = above;
    heap.place[above] = at + 1;
    at = parent;
  }
  heap.item[at] = item;
  heap.place[item] = at + 1;
}

function siftDown(heap: IndexedHeap, from: number, item: number): void {
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.size) break;
    if (child + 1 < heap.size && goesBefore(heap, heap.item[child + 1]!, heap.item[child]!)) child += 1;
    const below = heap.item[child]!;
    if (!goesBefore(heap, below, item)) break;
    heap.item[at] = below;
    heap.place[below] = at + 1;
    at = child;
  }
  heap.item[at] = item;
  heap.place[item] = at + 1;
}

function growItems(heap: IndexedHeap, needed: number): void {
  heap.place = growInt32(heap.place, needed);
  heap.key = growFloat64(heap.key, needed);
  heap.order = growFloat64(heap.order, needed);
}
