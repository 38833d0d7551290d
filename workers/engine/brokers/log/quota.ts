/**
 * Quotas as rates: how much a client sent within the last eleven seconds, and for how long it has to be silent for that.
 * [KQ1] [KQ2]
 *
 * Worked example, 1,000 bytes a second, requests of 5,000 bytes at 1, 101 and 201 ms. There is one window so far, and ten are
 * taken for granted: at 201 the rate is 15,000 bytes over 10.2 s, 1,470 a second. It will be 1,000 when nothing was sent for
 * X with 15,000 / (10.2 s + X) = 1,000: the throttle time is 4.8 s.
 *
 * Source: apache/kafka `QuotaUtils.throttleTime`, clients `Rate.windowSize`, `SampledStat`.
 */
import { NS_PER_MS } from '../../core/time.ts';

/** quota.window.num and quota.window.size.seconds. */
const WINDOWS = 11;
const WINDOW_MS = 1000;

/** What a quota gives for sure: its limit times this. */
export const WINDOW_SECONDS = ((WINDOWS - 1) * WINDOW_MS) / 1000;

interface Sample {
  startMs: number;
  lastMs: number;
  bytes: number;
}

/** Samples in a ring, one more than windows, for the one that overlaps the first. */
export interface QuotaState {
  samples: Sample[];
  current: number;
}

export function createQuota(): QuotaState {
  return { samples: [], current: 0 };
}

/**
 * Counts what was sent.
 *
 * @param limit bytes a second, above 0
 * @returns the throttle time in nanoseconds, whole milliseconds; 0 while the rate keeps to the limit
 */
export function throttleNs(quota: QuotaState, bytes: number, limit: number, nowNs: number): number {
  const nowMs = Math.floor(nowNs / NS_PER_MS);
  const sample = sampleAt(quota, nowMs);
  sample.bytes += bytes;
  sample.lastMs = nowMs;
  let oldestMs = nowMs;
  let total = 0;
  for (const each of quota.samples) {
    if (nowMs - each.lastMs >= WINDOWS * WINDOW_MS) Object.assign(each, { startMs: nowMs, lastMs: nowMs, bytes: 0 });
    oldestMs = Math.min(oldestMs, each.startMs);
    total += each.bytes;
  }
  const missing = Math.max(0, WINDOWS - 1 - Math.floor((nowMs - oldestMs) / WINDOW_MS));
  const spanMs = nowMs - oldestMs + missing * WINDOW_MS;
  const rate = total / (spanMs / 1000);
  return rate <= limit ? 0 : Math.round(((rate - limit) / limit) * spanMs) * NS_PER_MS;
}

/** What was counted last was not sent after all. */
export function takeBack(quota: QuotaState, bytes: number): void {
  quota.samples[quota.current]!.bytes -= bytes;
}

/** The sample that counts now: the current one, or the next when that is a window old. */
function sampleAt(quota: QuotaState, nowMs: number): Sample {
  const current = quota.samples[quota.current];
  if (current !== undefined && nowMs - current.startMs < WINDOW_MS) return current;
  if (current !== undefined) quota.current = (quota.current + 1) % (WINDOWS + 1);
  const fresh = { startMs: nowMs, lastMs: nowMs, bytes: 0 };
  quota.samples[quota.current] = fresh;
  return fresh;
}
