import { describe, expect, it } from 'vitest';
import type { Distribution } from '../../scenario/values/distribution.ts';
import { compileDistribution, LONGEST_NS, meanMs, sampleNs, scv } from './distributions.ts';
import { createRandomStreams, openStream } from './random.ts';

/** The kurtosis bounds the error of a measured variance. */
const shapes: readonly { readonly d: Distribution; readonly kurtosis: number }[] = [
  { d: { type: 'exponential', mean: 10 }, kurtosis: 9 },
  { d: { type: 'uniform', min: 5, max: 15 }, kurtosis: 1.8 },
  { d: { type: 'normal', mean: 10, sd: 3 }, kurtosis: 3 },
  { d: { type: 'normal', mean: 2, sd: 3 }, kurtosis: 4 },
  { d: { type: 'normal', mean: 0, sd: 1 }, kurtosis: 5 },
  { d: { type: 'lognormal', mean: 10, cv: 0.5 }, kurtosis: 9 },
  { d: { type: 'lognormal', mean: 10, cv: 1 }, kurtosis: 41 },
  { d: { type: 'erlang', mean: 10, k: 1 }, kurtosis: 9 },
  { d: { type: 'erlang', mean: 10, k: 4 }, kurtosis: 4.5 },
  { d: { type: 'erlang', mean: 10, k: 100 }, kurtosis: 3.06 },
  { d: { type: 'hyperexponential', mean: 10, cv: 1 }, kurtosis: 9 },
  { d: { type: 'hyperexponential', mean: 10, cv: 2 }, kurtosis: 30 },
  { d: { type: 'pareto', mean: 10, alpha: 12 }, kurtosis: 15 },
  { d: { type: 'empirical', values: [1, 2, 30] }, kurtosis: 1.5 },
];

function draw(d: Distribution, n: number, name = 'draws'): Float64Array {
  const streams = createRandomStreams();
  const stream = openStream(streams, 2024, name);
  const sampler = compileDistribution(d);
  return new Float64Array(n).map(() => sampleNs(sampler, streams, stream));
}

function momentsOf(drawn: Float64Array): { meanMs: number; scv: number } {
  const mean = drawn.reduce((sum, ns) => sum + ns, 0) / drawn.length;
  const variance = drawn.reduce((sum, ns) => sum + (ns - mean) ** 2, 0) / drawn.length;
  return { meanMs: mean / 1e6, scv: variance / (mean * mean) };
}

describe('moments', () => {
  it.each(shapes)('of $d are within 4 standard errors of the formulas', ({ d, kurtosis }) => {
    const n = 200_000;
    const measured = momentsOf(draw(d, n));
    const mean = meanMs(d);
    const c = scv(d);
    expect(Math.abs(measured.meanMs - mean)).toBeLessThan(4 * mean * Math.sqrt(c / n) + 1e-6);
    // The error of the mean moves the squared coefficient as well.
    expect(Math.abs(measured.scv / c - 1)).toBeLessThan(4 * Math.sqrt((kurtosis - 1) / n) + 8 * Math.sqrt(c / n));
  });

  it('of shapes that have fixed values are exact', () => {
    expect([...draw({ type: 'constant', mean: 2.5 }, 3)]).toEqual([2_500_000, 2_500_000, 2_500_000]);
    expect([...draw({ type: 'normal', mean: 2, sd: 0 }, 2)]).toEqual([2_000_000, 2_000_000]);
    expect([...draw({ type: 'lognormal', mean: 2, cv: 0 }, 2)]).toEqual([2_000_000, 2_000_000]);
    expect([...draw({ type: 'uniform', min: 3, max: 3 }, 2)]).toEqual([3_000_000, 3_000_000]);
    expect([...draw({ type: 'empirical', values: [7] }, 2)]).toEqual([7_000_000, 7_000_000]);
  });

  it('of a mean of zero are zero', () => {
    const zero: readonly Distribution[] = [
      { type: 'constant', mean: 0 },
      { type: 'exponential', mean: 0 },
      { type: 'uniform', min: 0, max: 0 },
      { type: 'normal', mean: 0, sd: 0 },
      { type: 'lognormal', mean: 0, cv: 3 },
      { type: 'erlang', mean: 0, k: 3 },
      { type: 'hyperexponential', mean: 0, cv: 3 },
      { type: 'pareto', mean: 0, alpha: 3 },
      { type: 'empirical', values: [0] },
    ];
    for (const d of zero) {
      expect([...draw(d, 3)], d.type).toEqual([0, 0, 0]);
      expect([meanMs(d), scv(d)], d.type).toEqual([0, 0]);
    }
  });

  it('by formula know where a variance is infinite and where zero is clamped', () => {
    expect(scv({ type: 'pareto', mean: 1, alpha: 2 })).toBe(Infinity);
    expect(scv({ type: 'pareto', mean: 1, alpha: 3 })).toBeCloseTo(1 / 3, 15);
    // max(0, N) has mean 1 / sqrt(2 pi) and second moment 1/2.
    expect(meanMs({ type: 'normal', mean: 0, sd: 1 })).toBeCloseTo(1 / Math.sqrt(2 * Math.PI), 14);
    expect(scv({ type: 'normal', mean: 0, sd: 1 })).toBeCloseTo(Math.PI - 1, 13);
    expect(meanMs({ type: 'normal', mean: 10, sd: 1 })).toBe(10);
    expect(scv({ type: 'uniform', min: 0, max: 2 })).toBeCloseTo(1 / 3, 15);
  });
});

describe('shapes', () => {
  /** Largest distance between the drawn and the true distribution function, times sqrt(n). */
  function kolmogorov(drawn: Float64Array, below: (ms: number) => number): number {
    const sorted = drawn.toSorted();
    let most = 0;
    sorted.forEach((ns, i) => {
      const p = below(ns / 1e6);
      most = Math.max(most, Math.abs(p - i / sorted.length), Math.abs(p - (i + 1) / sorted.length));
    });
    return most * Math.sqrt(sorted.length);
  }

  // 1.95 is exceeded by chance once in a thousand times.
  it('exponential, Erlang, Pareto and hyperexponential follow their distribution functions', () => {
    expect(kolmogorov(draw({ type: 'exponential', mean: 10 }, 200_000), (t) => 1 - Math.exp(-t / 10))).toBeLessThan(
      1.95,
    );
    expect(
      kolmogorov(draw({ type: 'erlang', mean: 10, k: 2 }, 200_000), (t) => 1 - Math.exp(-t / 5) * (1 + t / 5)),
    ).toBeLessThan(1.95);
    expect(
      kolmogorov(draw({ type: 'pareto', mean: 10, alpha: 2.5 }, 200_000), (t) => (t < 6 ? 0 : 1 - (6 / t) ** 2.5)),
    ).toBeLessThan(1.95);
    const p = (1 + Math.sqrt(3 / 5)) / 2;
    const hyper = (t: number) => 1 - p * Math.exp((-t * 2 * p) / 10) - (1 - p) * Math.exp((-t * 2 * (1 - p)) / 10);
    expect(kolmogorov(draw({ type: 'hyperexponential', mean: 10, cv: 2 }, 200_000), hyper)).toBeLessThan(1.95);
  });

  it('uniform keeps its bounds, the upper one excluded, whichever way round they are given', () => {
    const narrow = draw({ type: 'uniform', min: 0.000001, max: 0.000003 }, 1000);
    expect([...new Set(narrow)].toSorted((a, b) => a - b)).toEqual([1, 2]);
    const reversed = draw({ type: 'uniform', min: 15, max: 5 }, 1000);
    expect(Math.min(...reversed)).toBeGreaterThanOrEqual(5e6);
    expect(Math.max(...reversed)).toBeLessThan(15e6);
  });

  it('every draw is a whole number of nanoseconds within the longest duration', () => {
    const wild: readonly Distribution[] = [
      ...shapes.map(({ d }) => d),
      { type: 'pareto', mean: 3_600_000, alpha: 1.01 },
      { type: 'lognormal', mean: 3_600_000, cv: 20 },
      { type: 'exponential', mean: 0.000001 },
      { type: 'empirical', values: [0.0000004, 0.0000006] },
    ];
    for (const d of wild) {
      for (const ns of draw(d, 20_000)) {
        if (!(Number.isInteger(ns) && ns >= 0 && ns <= LONGEST_NS) || Object.is(ns, -0))
          throw new Error(`${d.type} drew ${ns}`);
      }
    }
  });
});

describe('golden draws', () => {
  // A change here is a change of every run: the engine's version must change with it.
  it('have not moved', () => {
    const golden = shapes.map(({ d }) => `${d.type}: ${draw(d, 4, 'golden').join(' ')}`);
    expect(golden).toMatchInlineSnapshot(`
      [
        "exponential: 7745223 11360690 23640858 14292279",
        "uniform: 12887456 12366542 8113203 14598847",
        "normal: 12646156 7748203 13859439 5869098",
        "normal: 4646156 0 5859439 0",
        "normal: 882052 0 1286480 0",
        "lognormal: 13567507 6274192 16423635 4667205",
        "lognormal: 14737099 3785192 20636802 2247034",
        "erlang: 7745223 11360690 23640858 14292279",
        "erlang: 14259762 5106778 10565520 2561374",
        "erlang: 9943562 8693125 9898573 9014427",
        "hyperexponential: 10882362 23640858 2939111 6699819",
        "hyperexponential: 6132302 13321820 13039341 3775404",
        "pareto: 9777827 10076905 11162733 10326114",
        "empirical: 30000000 30000000 30000000 2000000",
      ]
    `);
  });
});
