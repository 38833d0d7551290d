/** Axes: where they end and where their ticks stand. */

const NICE = [1, 2, 2.5, 5, 10];
/** Distances between ticks, about. */
const TICKS = 4;

/**
 * Ticks from 0 on at round distances, the last one at or above `most`; `most` of 0 or less counts as 1. `least` is the
 * smallest distance: 1 for what comes in whole numbers.
 */
export function evenTicks(most: number, least = 0): readonly number[] {
  const top = most > 0 && Number.isFinite(most) ? most : 1;
  const rough = Math.max(top / TICKS, least);
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = (NICE.find((nice) => nice * decade >= rough * (1 - 1e-9)) ?? 10) * decade;
  const count = Math.ceil(top / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => tidy(index * step));
}

/** Powers of ten around `[least, most]`, both positive, at least one decade. */
export function decadeTicks(least: number, most: number): readonly number[] {
  const from = Math.floor(Math.log10(Math.max(least, 1e-6)) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(most, 1e-6)) - 1e-9));
  return Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)).map(tidy);
}

const TIME_STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000,
];

/** Instants within `[fromMs, toMs]` at distances a clock has, at most `most` of them. */
export function timeTicks(fromMs: number, toMs: number, most = 7): readonly number[] {
  const span = Math.max(toMs - fromMs, 1e-9);
  const step = TIME_STEPS_MS.find((size) => span / size <= most) ?? Math.ceil(span / most / 86_400_000) * 86_400_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(fromMs / step) * step; at <= toMs + 1e-9; at += step) ticks.push(tidy(at));
  return ticks;
}

/** A tick's instant in as few characters as tell it from its neighbours: "5 s", "1:30", "200 ms", "2:00:00". */
export function writeTick(ms: number, spanMs: number): string {
  if (spanMs < 2000) return `${tidy(ms)} ms`;
  if (spanMs <= 120_000 && ms < 120_000) return `${tidy(ms / 1000)} s`;
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}

function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
