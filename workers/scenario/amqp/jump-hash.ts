/**
 * The jump consistent hash of RabbitMQ's x-consistent-hash exchange: with n buckets a key is in bucket b; with n + 1 it stays or
 * moves to the new one. The uniform draws that Lamping and Veach's algorithm needs come from Erlang's `exs1024`, seeded by the hash.
 *
 * Source: rabbitmq-server, rabbit_exchange_type_consistent_hash.erl (jump_consistent_hash); erlang/otp, lib/stdlib/src/rand.erl.
 *
 * A number of 64 bits is two of 32 here, the high one first: big integers would take thirty times as long.
 */

const WORDS = 16;
const MASK_21 = 0x1fffff;

/** @param hash the seed, whole and not negative @param buckets at least 1 @returns in `[0, buckets)` */
export function jumpHash(hash: number, buckets: number): number {
  if (buckets === 1) return 0;
  const words = seeded(hash);
  let bucket = -1;
  let next = 0;
  for (let draw = 0; next < buckets; draw++) {
    bucket = next;
    next = Math.trunc((bucket + 1) / uniform(words, draw % WORDS));
  }
  return bucket;
}

/** `rand:seed_s(exs1024, {Hash, Hash, Hash})`: sixteen numbers of xorshift64*, the latest first. */
function seeded(hash: number): Uint32Array {
  const low21 = (hash % 2 ** 21) + 1;
  const first = (low21 * 2_097_131) % 2 ** 21;
  const second = (low21 * 2_097_133) % 2 ** 21;
  const third = (low21 * 2_097_143) % 2 ** 21;
  // first << 43 | second << 22 | third << 1 | 1
  let high = ((first << 11) | (second >>> 10)) >>> 0;
  let low = ((second << 22) | ((third & MASK_21) << 1) | 1) >>> 0;
  const words = new Uint32Array(2 * WORDS);
  for (let i = WORDS - 1; i >= 0; i--) {
    // x ^= x >>> 12; x ^= x << 25; x ^= x >>> 27
    [high, low] = [high ^ (high >>> 12), low ^ ((low >>> 12) | (high << 20))];
    [high, low] = [high ^ ((high << 25) | (low >>> 7)), low ^ (low << 25)];
    [high, low] = [high ^ (high >>> 27), low ^ ((low >>> 27) | (high << 5))];
    multiply(high, low, 0x2545f491, 0x4f6cdd1d, words, i);
  }
  return words;
}

const product = new Uint32Array(2);

/** The next draw of exs1024, in `[0, 1]`; its state goes round the sixteen words. */
function uniform(words: Uint32Array, at: number): number {
  const after = (at + 1) % WORDS;
  let [high0, low0] = [words[2 * at]!, words[2 * at + 1]!];
  let [high1, low1] = [words[2 * after]!, words[2 * after + 1]!];
  [high1, low1] = [high1 ^ ((high1 << 31) | (low1 >>> 1)), low1 ^ (low1 << 31)];
  [high1, low1] = [high1 ^ (high1 >>> 11), low1 ^ ((low1 >>> 11) | (high1 << 21))];
  [high0, low0] = [high0 ^ (high0 >>> 30), low0 ^ ((low0 >>> 30) | (high0 << 2))];
  words[2 * after] = high0 ^ high1;
  words[2 * after + 1] = low0 ^ low1;
  multiply(words[2 * after]!, words[2 * after + 1]!, 0x106689d4, 0x5497fdb5, product, 0);
  return (product[0]! * 2 ** 32 + product[1]!) / 2 ** 64;
}

/** The low 64 bits of a product, into place `at` of `out`. */
function multiply(high: number, low: number, byHigh: number, byLow: number, out: Uint32Array, at: number): void {
  const [low0, low1] = [low & 0xffff, low >>> 16];
  const [by0, by1] = [byLow & 0xffff, byLow >>> 16];
  const [cross, across] = [low1 * by0, low0 * by1];
  const middle = Math.floor((low0 * by0) / 2 ** 16) + (cross % 2 ** 16) + (across % 2 ** 16);
  const carried =
    low1 * by1 + Math.floor(cross / 2 ** 16) + Math.floor(across / 2 ** 16) + Math.floor(middle / 2 ** 16);
  out[2 * at] = carried + Math.imul(high, byLow) + Math.imul(low, byHigh);
  out[2 * at + 1] = Math.imul(low, byLow);
}
