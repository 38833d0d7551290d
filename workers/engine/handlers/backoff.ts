/** How long to rest before trying again: exponential backoff, and jitter in it. */

export interface Backoff {
  readonly delayMs: number;
  readonly multiplier: number;
  readonly maxDelayMs: number;
  readonly jitter: 'none' | 'full' | 'equal' | 'decorrelated';
}

/** [HD8] Milliseconds before retry number `retry`, from 1, without chance: min(max, delay × multiplier^(retry - 1)). */
export function backoffMs({ delayMs, multiplier, maxDelayMs }: Backoff, retry: number): number {
  if (multiplier === 1) return Math.min(maxDelayMs, delayMs);
  let ms = delayMs;
  // By multiplication: a power may differ between machines in the last bit.
  for (let i = 1; i < retry && ms < maxDelayMs; i += 1) ms *= multiplier;
  return Math.min(maxDelayMs, ms);
}

/**
 * The same with chance in it.
 *
 * @param unit uniform in `[0, 1)`; not looked at without jitter
 * @param beforeMs what was rested the last time; nothing yet counts as the first delay
 */
export function jitteredMs(backoff: Backoff, retry: number, unit: number, beforeMs: number): number {
  const { delayMs, maxDelayMs, jitter } = backoff;
  const ms = backoffMs(backoff, retry);
  switch (jitter) {
    case 'none':
      return ms;
    case 'full':
      return unit * ms;
    case 'equal':
      return ms / 2 + (unit * ms) / 2;
    default:
      return Math.min(maxDelayMs, delayMs + unit * (Math.max(delayMs, beforeMs) * 3 - delayMs));
  }
}
