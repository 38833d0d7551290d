/** The memory of frames: each is used again for a later one, as sixty new arrays a second would be. */

/** Frames come in multiples of so many values, so that the memory of one serves the next. */
const ROOM = 4096;

/** `length` values at least, all 0, in the memory of `spent` when that has the right size. */
export function roomFor(length: number, spent: ArrayBuffer | null): Float64Array<ArrayBuffer> {
  const room = Math.ceil(length / ROOM) * ROOM;
  if (spent === null || spent.byteLength !== room * 8) return new Float64Array(room);
  return new Float64Array(spent).fill(0);
}
