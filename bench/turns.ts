/** Measuring in turns: a round runs every contestant once, so whatever else the machine does strikes all of them alike. */
import type { Extent } from './bench.ts';

export interface Contestant {
  readonly name: string;
  /** What a round needs and does not count. */
  readonly prepare?: () => void;
  /** Does the work once and gives how many units it did. */
  readonly run: () => number;
}

export interface Measured {
  readonly name: string;
  /** Nanoseconds a unit, by round. */
  readonly rounds: readonly number[];
  /** Median of the rounds, nanoseconds a unit. */
  readonly nsPerUnit: number;
  /** Units a second at the median. */
  readonly perSecond: number;
}

const ROUNDS = 5;
const WARM_UPS = 2;

/**
 * Measures contestants in turns: two unmeasured rounds, until the compiler has settled, then five. One round when the
 * extent is `smoke`. Memory is cleared before each turn where Node was started with `--expose-gc`, so that nobody pays
 * for another's garbage.
 */
export function inTurns<Names extends Readonly<Record<string, Contestant>>>(
  extent: Extent,
  contestants: Names,
): { readonly [Name in keyof Names]: Measured } {
  const entries = Object.entries(contestants);
  const rounds = new Map<string, number[]>(entries.map(([key]) => [key, []]));
  const [warmUps, count] = extent === 'smoke' ? [0, 1] : [WARM_UPS, ROUNDS];
  for (let round = -warmUps; round < count; round += 1) {
    for (const [key, contestant] of entries) {
      const ns = turn(contestant);
      if (round >= 0) rounds.get(key)!.push(ns);
    }
  }
  const measured = entries.map(([key, { name }]) => [key, summed(name, rounds.get(key)!)]);
  return Object.fromEntries(measured) as { readonly [Name in keyof Names]: Measured };
}

function turn({ prepare, run }: Contestant): number {
  prepare?.();
  globalThis.gc?.();
  const startMs = performance.now();
  const units = run();
  return ((performance.now() - startMs) * 1e6) / units;
}

function summed(name: string, rounds: readonly number[]): Measured {
  const nsPerUnit = median(rounds);
  const measured = { name, rounds, nsPerUnit, perSecond: 1e9 / nsPerUnit };
  const perSecond = rounds.map((ns) => short(1e9 / ns)).join(' ');
  console.error(`  ${name}: ${short(measured.perSecond)} a second (rounds: ${perSecond})`);
  return measured;
}

/** How many times as fast `ours` is: the median over rounds, each against the same round of `reference`. */
export function timesAsFast(ours: Measured, reference: Measured): number {
  return median(ours.rounds.map((ns, round) => reference.rounds[round]! / ns));
}

/** The middle value; of an even number the upper one of the two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** Three digits and a letter: `1.25 M`, `830 k`. */
export function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`;
  return value.toPrecision(3);
}
