/**
 * Seed of the i-th replication: that of the scenario for the first one, so that it is the run a person sees; then the
 * scenario's with murmur3's finalizer of i laid over it. The finalizer is a bijection of 32-bit words that leaves 0 alone,
 * so no two replications share a seed.
 *
 * @param seed whole, in `[0, 2^32)`
 * @param index of the replication, from 0, below 2^32
 */
export function replicationSeed(seed: number, index: number): number {
  let h = Math.imul(index ^ (index >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (seed ^ h ^ (h >>> 16)) >>> 0;
}
