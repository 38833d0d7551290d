/**
 * Independent random streams, one an actor and purpose, by seed and name. Drawing one more number from one stream moves
 * nothing in the others, so an edit of one node leaves the luck of all other nodes as it was.
 *
 * The generator is xoshiro128++ 1.0 by David Blackman and Sebastiano Vigna (https://prng.di.unimi.it/xoshiro128plusplus.c,
 * public domain). Its four words live in one Int32Array: in closure variables a draw costs ten times as much in Chromium.
 */
import { assert, fail } from './assert.ts';
import { growInt32 } from './columns.ts';

/** Plain data: a checkpoint copies it. Stream `i` has the words `4i .. 4i+3` and the name `names[i]`. */
export interface RandomStreams {
  words: Int32Array;
  count: number;
  names: string[];
}

export function createRandomStreams(): RandomStreams {
  return { words: new Int32Array(64), count: 0, names: [] };
}

/**
 * The stream of that name, opened at its beginning if it is new. Asking again returns the same index and moves nothing
 * (the seed is not looked at then: a run has one).
 *
 * @param seed whole, in `[0, 2^32)`
 * @param name any text; different names are different streams
 * @returns the stream's index, for the functions below
 */
export function openStream(streams: RandomStreams, seed: number, name: string): number {
  assert(seed >= 0 && seed < 2 ** 32 && Math.floor(seed) === seed, () => `A seed is a uint32, not ${seed}`);
  const places = placesOf(streams);
  const known = places.get(name);
  if (known !== undefined) return known;
  const i = streams.count++;
  streams.names.push(name);
  places.set(name, i);
  streams.words = growInt32(streams.words, streams.count * 4);
  let any = 0;
  for (let lane = 0; lane < 4; lane++) {
    const word = murmur3(name, avalanche((seed + Math.imul(lane + 1, 0x9e3779b9)) | 0));
    streams.words[4 * i + lane] = word;
    any |= word;
  }
  // The one state the generator never leaves.
  if (any === 0) streams.words[4 * i] = 1;
  return i;
}

/** A number in `[0, 1)` that belongs to a name: always the same for the same seed. */
export function hashUnit(seed: number, name: string): number {
  return (murmur3(name, avalanche(seed | 0)) >>> 0) / 2 ** 32;
}

/** Where each name is, for thousands of streams. Not state: it follows from the names, and is made anew for a copy. */
const placesByStreams = new WeakMap<RandomStreams, Map<string, number>>();

function placesOf(streams: RandomStreams): Map<string, number> {
  const before = placesByStreams.get(streams);
  if (before?.size === streams.names.length) return before;
  const places = new Map(streams.names.map((name, i) => [name, i]));
  placesByStreams.set(streams, places);
  return places;
}

/** A whole number in `[0, 2^32)`. */
export function nextUint32(streams: RandomStreams, i: number): number {
  const w = streams.words;
  const at = i * 4;
  const s0 = w[at]!;
  const s1 = w[at + 1]!;
  const s3 = w[at + 3]!;
  const sum = (s0 + s3) | 0;
  const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0;
  const t2 = w[at + 2]! ^ s0;
  const t3 = s3 ^ s1;
  w[at] = s0 ^ t3;
  w[at + 1] = s1 ^ t2;
  w[at + 2] = t2 ^ (s1 << 9);
  w[at + 3] = (t3 << 11) | (t3 >>> 21);
  return result;
}

/** A multiple of 2^-53 in `[0, 1)`. Two draws. */
export function nextUnit(streams: RandomStreams, i: number): number {
  const high = nextUint32(streams, i) >>> 5;
  const low = nextUint32(streams, i) >>> 6;
  return (high * 0x4000000 + low) * 2 ** -53;
}

/** In `(0, 1)`, both ends excluded and symmetric about 1/2: the middle of one of 2^52 equal cells. Two draws. */
export function nextOpenUnit(streams: RandomStreams, i: number): number {
  const high = nextUint32(streams, i) >>> 6;
  const low = nextUint32(streams, i) >>> 6;
  return (high * 0x4000000 + low + 0.5) * 2 ** -52;
}

/**
 * A whole number in `[0, n)`, every one exactly as likely (Lemire's multiplication with rejection while the product is
 * exact in a float64, a remainder with rejection above that). Usually one draw.
 *
 * @param n whole, in `[1, 2^32)`
 */
export function nextBelow(streams: RandomStreams, i: number, n: number): number {
  if (!(n >= 1 && n < 2 ** 32)) refuseBound(n);
  if (n > 0x200000) return nextBelowByRemainder(streams, i, n);
  let product = nextUint32(streams, i) * n;
  // Below 2^21, so this is the floor, and an int to those who go on with it.
  let whole = (product * 2 ** -32) | 0;
  if (product - whole * 2 ** 32 < n) {
    const uneven = 2 ** 32 % n;
    while (product - whole * 2 ** 32 < uneven) {
      product = nextUint32(streams, i) * n;
      whole = (product * 2 ** -32) | 0;
    }
  }
  return whole;
}

function refuseBound(n: number): never {
  return fail(`Cannot draw a whole number below ${n}`);
}

function nextBelowByRemainder(streams: RandomStreams, i: number, n: number): number {
  const uneven = 2 ** 32 % n;
  let x = nextUint32(streams, i);
  while (x < uneven) x = nextUint32(streams, i);
  return x % n;
}

/** MurmurHash3_x86_32 (Austin Appleby, public domain) over the text's UTF-16 units, little endian. Int32. */
export function murmur3(text: string, seed: number): number {
  let h = seed;
  const pairs = text.length >> 1;
  for (let pair = 0; pair < pairs; pair++) {
    h ^= scramble(text.charCodeAt(2 * pair) | (text.charCodeAt(2 * pair + 1) << 16));
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  if (text.length % 2 === 1) h ^= scramble(text.charCodeAt(text.length - 1));
  return avalanche(h ^ (text.length * 2));
}

function scramble(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

/** Murmur3's finalizer: every bit in moves every bit out half of the time. A bijection on int32. */
function avalanche(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
