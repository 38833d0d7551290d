/** Compression: what a record takes in a batch, in the buffer, on the wire and in the log. [PR13] */
import type { EdgeOf } from '../../scenario/resolve.ts';

/** Bytes of a compressed record for each byte of its own; 1 without compression. */
export function compressionOf({ compressionType, compressionRatio }: EdgeOf<'publish'>): number {
  return compressionType === 'none' ? 1 : compressionRatio;
}

/** Whole bytes, at least one. */
export function packedBytes(bytes: number, compression: number): number {
  return compression === 1 ? bytes : Math.max(1, Math.round(bytes * compression));
}
