/**
 * Which partition a record with a key goes to. [KP1]–[KP4]
 *
 * Worked example, `partitionForKey('order-100', 6)`:
 *   utf8('order-100')        = 6f 72 64 65 72 2d 31 30 30
 *   murmur2(…)               = -955961047
 *   toPositive(-955961047)   = 1191522601    the sign bit cleared; not the absolute value, 955961047
 *   1191522601 mod 6         = 1
 */

import { utf8 } from '../../../../scenario/utf8.ts';

const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;

/**
 * 32-bit MurmurHash2 with Kafka's seed, as a signed 32-bit integer. Any length, also none. [KP1]
 *
 * Source: apache/kafka `clients/…/common/utils/Utils.java`, `murmur2`.
 */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  const wholeBlocks = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < wholeBlocks; at += 4) {
    let block = byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16);
    block = Math.imul(block | (byteAt(bytes, at + 3) << 24), MULTIPLIER);
    block = Math.imul(block ^ (block >>> SHIFT), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ block;
  }
  if (length > wholeBlocks) {
    // The bytes left over are mixed in together, lowest first; those past the end count as 0.
    const rest = byteAt(bytes, wholeBlocks) | (byteAt(bytes, wholeBlocks + 1) << 8);
    hash = Math.imul(hash ^ rest ^ (byteAt(bytes, wholeBlocks + 2) << 16), MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}

/** Clears the sign bit: 0 up to 2147483647, both included. Not the absolute value. [KP2] */
export function toPositive(signed: number): number {
  return signed & 0x7fffffff;
}

/**
 * The partition of a record with this key; the empty key is a key too. [KP3]
 *
 * @param partitions number of partitions of the topic, available or not; a whole number, at least 1
 * @returns 0 up to `partitions`, excluded
 */
export function partitionForKey(key: string, partitions: number): number {
  return partitionForBytes(utf8(key), partitions);
}

/** The same for a key of any bytes. */
export function partitionForBytes(key: Uint8Array, partitions: number): number {
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new Error(`A topic has at least one partition, not ${partitions}.`);
  }
  return toPositive(murmur2(key)) % partitions;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
