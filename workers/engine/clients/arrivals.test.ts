import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, scenario, type ProducerSettings } from '../testing/scenario-builder.ts';

/** Instants of the facts up to `untilMs`, milliseconds. */
function facts(settings: ProducerSettings, untilMs: number, seed = 1): number[] {
  const run = lab(scenario(seed).producer('p', settings).topic('t').publish('p', 't')).until(untilMs);
  return run.hops('produced').map((hop) => Number(hop.split('@')[1]));
}

describe('arrivals', () => {
  test('[PR12] constant: the k-th fact at k / rate, so that rounding never adds up', () => {
    // A third of a second is 333,333,333.33 ns.
    expect(facts({ arrivals: { type: 'constant', ratePerSecond: 3 } }, 1000)).toEqual([333.333333, 666.666667, 1000]);
  });

  test('[PR12] bursts: spread evenly from the start of each period, the first at once', () => {
    expect(facts({ arrivals: { type: 'bursts', size: 4, everyMs: 1000, spreadMs: 100 } }, 1050)).toEqual([
      0, 25, 50, 75, 1000, 1025, 1050,
    ]);
  });

  test('[PR12] trace: the instants given, in order, once or again and again', () => {
    expect(facts({ arrivals: at(30, 10, 20) }, 200)).toEqual([10, 20, 30]);
    const repeated = { ...at(10, 30), repeatEveryMs: 100 };
    expect(facts({ arrivals: repeated }, 220)).toEqual([10, 30, 110, 130, 210]);
  });

  test('[PR12] start, stop and limit: the pattern begins at the start, and no fact happens after the stop', () => {
    const constant = { type: 'constant', ratePerSecond: 100 } as const;
    expect(facts({ arrivals: constant, startMs: 100, stopMs: 120 }, 500)).toEqual([110, 120]);
    expect(facts({ arrivals: constant, limit: 2 }, 500)).toEqual([10, 20]);
  });

  test('[PR12] poisson: exponential gaps', () => {
    // 4000 gaps: mean 1 ms within 4 standard errors, 4 / sqrt(4000), and the squares of gaps of mean 1 have mean 2.
    const times = facts({ arrivals: { type: 'poisson', ratePerSecond: 1000 }, limit: 4000 }, 8000);
    const gaps = times.map((ms, i) => ms - (times[i - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const squares = gaps.reduce((sum, gap) => sum + gap * gap, 0) / gaps.length;
    expect(Math.abs(mean - 1)).toBeLessThan(4 / Math.sqrt(gaps.length));
    expect(Math.abs(squares / (mean * mean) - 2)).toBeLessThan(0.3);
  });

  test('[PR12] ramp and wave: as many facts as the integral of the rate', () => {
    // Ramp 0 to 100 a second over 20 s: 1000 in that time. Wave: 50 a second on average: 1000 in one period of 20 s.
    // Poisson, so within 4 sqrt(1000) = 126.
    const ramp = facts({ arrivals: { type: 'ramp', fromPerSecond: 0, toPerSecond: 100, overMs: 20_000 } }, 20_000);
    expect(Math.abs(ramp.length - 1000)).toBeLessThan(126);
    // A quarter of them in the first half.
    expect(Math.abs(ramp.filter((ms) => ms < 10_000).length - 250)).toBeLessThan(64);
    const wave = { type: 'wave', meanPerSecond: 50, amplitude: 1, periodMs: 20_000 } as const;
    const times = facts({ arrivals: wave }, 20_000);
    expect(Math.abs(times.length - 1000)).toBeLessThan(126);
    // First half: 50 (1 + 2/pi) 10 = 818; second half: 182.
    expect(Math.abs(times.filter((ms) => ms < 10_000).length - 818)).toBeLessThan(115);
  });

  test('[PR12] a slow producer lives in a slower time', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 } })
        .topic('t')
        .publish('p', 't')
        .fault({ do: 'slow', target: 'p', factor: 3, atMs: 25, forMs: 70 }),
    ).until(120);
    // 10, 20; slow from 25: 55, 85; the pattern starts anew at 95: 105, 115.
    expect(run.hops('produced')).toEqual(['#1@10', '#2@20', '#3@55', '#4@85', '#5@105', '#6@115']);
  });
});
