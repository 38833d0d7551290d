/**
 * `erlang:phash2/1` of the terms that exchanges hash: binaries, lists of binaries, and the atom `undefined`.
 *
 * Source: erlang/otp, erts/emulator/beam (make_hash2, block_hash: Bob Jenkins' hash of 1996). Results are in `[0, 2^27)`.
 */
import { utf8 } from '../utf8.ts';

const GOLDEN = 0x9e3779b9;
const RANGE_MASK = 0x7ffffff;
/** HCONST_13, of binaries. */
const BINARY = Math.imul(GOLDEN, 13);
/** HCONST_2, of the end of a list, and what stands for the end (NIL_DEF). */
const LIST_END = Math.imul(GOLDEN, 2);
const NIL = 2;
const EMPTY_LIST = 113_427_502;
const UNDEFINED = 45_914_356;

/** `phash2(<<"…">>)` of a text's UTF-8 bytes. */
export function phash2OfText(text: string): number {
  return hashBytes(utf8(text), BINARY) & RANGE_MASK;
}

/** `phash2([<<"…">>, …])` */
export function phash2OfTexts(texts: readonly string[]): number {
  if (texts.length === 0) return EMPTY_LIST;
  let hash = 0;
  for (const text of texts) hash = hashBytes(utf8(text), (BINARY + hash) | 0);
  return mix((LIST_END + NIL) | 0, LIST_END, hash) & RANGE_MASK;
}

/** `phash2(undefined)`: what a message that lacks the hashed header or property counts as. */
export function phash2OfNothing(): number {
  return UNDEFINED;
}

/** An empty binary hashes to what was given. */
function hashBytes(bytes: Uint8Array, given: number): number {
  const { length } = bytes;
  if (length === 0) return given;
  let [a, b, c] = [GOLDEN | 0, GOLDEN | 0, given];
  let at = 0;
  for (; length - at >= 12; at += 12) {
    a = (a + word(bytes, at, 4)) | 0;
    b = (b + word(bytes, at + 4, 4)) | 0;
    c = (c + word(bytes, at + 8, 4)) | 0;
    [a, b, c] = mixed(a, b, c);
  }
  // The lowest byte of the last word is the length's.
  a = (a + word(bytes, at, 4)) | 0;
  b = (b + word(bytes, at + 4, 4)) | 0;
  c = (c + length + (word(bytes, at + 8, 3) << 8)) | 0;
  return mix(a, b, c);
}

/** Little-endian, of so many bytes; those beyond the end are 0. */
function word(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value |= (bytes[at + i] ?? 0) << (8 * i);
  return value;
}

function mix(a: number, b: number, c: number): number {
  return mixed(a, b, c)[2];
}

function mixed(first: number, second: number, third: number): [number, number, number] {
  let [a, b, c] = [first, second, third];
  a = (a - b - c) ^ (c >>> 13);
  b = (b - c - a) ^ (a << 8);
  c = (c - a - b) ^ (b >>> 13);
  a = (a - b - c) ^ (c >>> 12);
  b = (b - c - a) ^ (a << 16);
  c = (c - a - b) ^ (b >>> 5);
  a = (a - b - c) ^ (c >>> 3);
  b = (b - c - a) ^ (a << 10);
  c = (c - a - b) ^ (b >>> 15);
  return [a, b, c];
}
