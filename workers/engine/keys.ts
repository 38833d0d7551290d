/** Keys are numbers in the engine: -1 none, k0…k99999 by index, then fixed texts, then unique ones. */
import { utf8 } from '../scenario/utf8.ts';
import { murmur2, toPositive } from './brokers/log/partitioner/murmur2.ts';
import { growFloat64 } from './core/columns.ts';
import { FIXED_KEYS_AT, NO_KEY, UNIQUE_KEYS_AT } from './ledger/messages.ts';
import type { Run } from './state.ts';

const NOT_COMPUTED = 2 ** 31;

/** The text of a key, or null for none. */
export function keyText(run: Pick<Run, 'fixedKeys'>, key: number): string | null {
  if (key === NO_KEY) return null;
  if (key >= UNIQUE_KEYS_AT) return `u${key - UNIQUE_KEYS_AT}`;
  if (key >= FIXED_KEYS_AT) return run.fixedKeys[key - FIXED_KEYS_AT] ?? null;
  return `k${key}`;
}

/** The key index of a fixed text, the same for the same text everywhere. `k17` is the same key as index 17. */
export function internKey(run: Run, text: string): number {
  const counted = /^k(0|[1-9]\d{0,4})$/.exec(text);
  if (counted !== null) return Number(counted[1]);
  const known = run.fixedKeys.indexOf(text);
  if (known >= 0) return FIXED_KEYS_AT + known;
  run.fixedKeys.push(text);
  return FIXED_KEYS_AT + run.fixedKeys.length - 1;
}

/** toPositive(murmur2(key)), cached for all but unique keys. */
export function positiveHash(run: Run, key: number): number {
  if (key >= UNIQUE_KEYS_AT) return toPositive(murmur2(utf8(keyText(run, key) ?? '')));
  if (key >= run.keyHash.length) {
    const before = run.keyHash.length;
    run.keyHash = growFloat64(run.keyHash, key + 1);
    run.keyHash.fill(NOT_COMPUTED, before);
  }
  const cached = run.keyHash[key]!;
  if (cached !== NOT_COMPUTED) return cached;
  const hash = toPositive(murmur2(utf8(keyText(run, key) ?? '')));
  run.keyHash[key] = hash;
  return hash;
}
