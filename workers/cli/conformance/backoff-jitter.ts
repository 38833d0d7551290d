/** Runs vectors of exponential backoff with jitter against the delays of handlers that try again. */
import * as v from 'valibot';
import { jitteredMs, type Backoff } from '../../engine/handlers/backoff.ts';
import { checking } from './cases.ts';

const positive = v.pipe(v.number(), v.minValue(0));

const vectorSchema = v.object({
  base: positive,
  cap: positive,
  /** From 0. */
  attempt: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)),
  u: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  previousSleep: v.optional(positive, 0),
  exponential: v.optional(positive),
  full: v.optional(positive),
  equal: v.optional(positive),
  decorrelated: v.optional(positive),
});

const KINDS = { exponential: 'none', full: 'full', equal: 'equal', decorrelated: 'decorrelated' } as const;
const RELATIVE = 1e-9;

export const backoffVectors = checking(vectorSchema, (vector) => {
  const wrong: string[] = [];
  let stated = 0;
  for (const name of ['exponential', 'full', 'equal', 'decorrelated'] as const) {
    const expected = vector[name];
    if (expected === undefined) continue;
    stated += 1;
    const backoff: Backoff = { delayMs: vector.base, multiplier: 2, maxDelayMs: vector.cap, jitter: KINDS[name] };
    const got = jitteredMs(backoff, vector.attempt + 1, vector.u, vector.previousSleep);
    if (!(Math.abs(got - expected) <= RELATIVE * Math.abs(expected)))
      wrong.push(`${name}: expected ${expected}, got ${got}`);
  }
  if (stated === 0) return 'It states no delay.';
  return wrong.length === 0 ? null : wrong.join('; ');
});
