import type { KeyChoice } from '../values/key.ts';

/**
 * Share of the messages that carry the most frequent key, in `[0, 1]`; 0 where there is no key to speak of.
 *
 * For Zipf it is 1 / (1/1^s + 1/2^s + … + 1/n^s). Powers of a whole exponent are products; between two whole exponents the share is
 * interpolated, which is close enough for advice and the same on every machine.
 */
export function hottestShare(key: KeyChoice): number {
  switch (key.type) {
    case 'none':
    case 'unique':
      return 0;
    case 'fixed':
      return 1;
    case 'uniform':
      return 1 / key.keys;
    case 'zipf': {
      const below = Math.floor(key.exponent);
      const part = key.exponent - below;
      return (1 - part) * zipfShare(key.keys, below) + part * zipfShare(key.keys, below + 1);
    }
    case 'listed':
      return listedShare(key.keys.split('\n'));
    default:
      return key satisfies never;
  }
}

/** Lines without a key are messages too. */
function listedShare(keys: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const key of keys) if (key !== '') counts.set(key, (counts.get(key) ?? 0) + 1);
  return Math.max(0, ...counts.values()) / keys.length;
}

function zipfShare(keys: number, exponent: number): number {
  let sum = 0;
  for (let rank = 1; rank <= keys; rank += 1) {
    let power = 1;
    for (let factor = 0; factor < exponent; factor += 1) power *= rank;
    sum += 1 / power;
  }
  return 1 / sum;
}
