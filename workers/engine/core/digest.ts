/**
 * A running 64-bit digest: two runs with the same digest did the same. Not cryptographic; it tells runs apart that
 * differ by accident. The block step is MurmurHash3's (Austin Appleby, public domain) in two lanes that feed each other.
 */

/** Plain data: two lanes and the count of words mixed in. */
export type Digest = Int32Array;

// Scratch to look at a float64's bits. Module state, but never read before it is written.
const float = new Float64Array(1);
const words = new Int32Array(float.buffer);
const LOW = new Uint8Array(new Int32Array([1]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

export function createDigest(): Digest {
  return new Int32Array(3);
}

/** Mixes in the value: -0 counts as 0 and every NaN as the same, because engines may differ in those bits. */
export function mixNumber(digest: Digest, x: number): void {
  // Adding 0 turns -0 into 0.
  float[0] = x === x ? x + 0 : 0;
  mixWords(digest, words[LOW]!, x === x ? words[HIGH]! : 0x7ff80000);
}

/** Mixes in an instant, in whole nanoseconds below 2^53, and what happened then, an int32: one step, as every event goes through it. */
export function mixEvent(digest: Digest, timeNs: number, what: number): void {
  mixWords(digest, timeNs | 0, what ^ Math.imul((timeNs * 2 ** -32) | 0, 0x9e3779b1) ^ 0x7ffb0000);
}

/** Mixes in an int32 (other numbers are taken modulo 2^32). Differs from `mixNumber` of the same value. */
export function mixInt(digest: Digest, i: number): void {
  mixWords(digest, i | 0, 0x7ff90000);
}

/** Mixes in a text with its length, so that texts in a row cannot run into one another. */
export function mixText(digest: Digest, text: string): void {
  mixWords(digest, text.length, 0x7ffa0000);
  for (let at = 0; at < text.length; at += 4) {
    mixWords(digest, units(text, at), units(text, at + 2));
  }
}

/** The digest so far in 16 hexadecimal digits. Does not change it. */
export function digestHex(digest: Digest): string {
  const count = digest[2]!;
  let a = digest[0]! ^ count;
  let b = digest[1]! ^ count;
  a = (a + b) | 0;
  b = (b + a) | 0;
  a = avalanche(a);
  b = avalanche(b);
  a = (a + b) | 0;
  b = (b + a) | 0;
  return hex(a) + hex(b);
}

function mixWords(digest: Digest, low: number, high: number): void {
  let k = Math.imul(low, 0x239b961b);
  k = Math.imul((k << 15) | (k >>> 17), 0xab0e9789 | 0);
  let l = Math.imul(high, 0xab0e9789 | 0);
  l = Math.imul((l << 16) | (l >>> 16), 0x38b34ae5);
  const b = digest[1]!;
  let a = digest[0]! ^ k;
  a = (((a << 19) | (a >>> 13)) + b) | 0;
  a = (Math.imul(a, 5) + 0x561ccd1b) | 0;
  let c = b ^ l;
  c = (((c << 17) | (c >>> 15)) + a) | 0;
  digest[0] = a;
  digest[1] = (Math.imul(c, 5) + 0x0bcaa747) | 0;
  digest[2] = digest[2]! + 1;
}

/** Two UTF-16 units as one word; 0 beyond the end. */
function units(text: string, at: number): number {
  if (at >= text.length) return 0;
  const first = text.charCodeAt(at);
  return at + 1 < text.length ? first | (text.charCodeAt(at + 1) << 16) : first;
}

function avalanche(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
