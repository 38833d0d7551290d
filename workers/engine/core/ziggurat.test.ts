import { describe, expect, it } from 'vitest';
import { createRandomStreams, openStream } from './random.ts';
import { nextExponential, nextNormal } from './ziggurat.ts';

const streams = createRandomStreams();
const stream = openStream(streams, 11, 'ziggurat');
const DRAWS = 1_000_000;

/** Checks the first four raw moments of a million draws, each within 4.5 of its standard errors. */
function expectMoments(draw: () => number, raw: readonly number[]): void {
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < DRAWS; i++) {
    const x = draw();
    let power = x;
    for (let k = 0; k < 4; k++) {
      sums[k]! += power;
      power *= x;
    }
  }
  for (let k = 1; k <= 4; k++) {
    const variance = raw[2 * k - 1]! - raw[k - 1]! ** 2;
    expect(Math.abs(sums[k - 1]! / DRAWS - raw[k - 1]!), `moment ${k}`).toBeLessThan(4.5 * Math.sqrt(variance / DRAWS));
  }
}

describe('ziggurat', () => {
  it('exponential has the moments 1, 2, 6, 24', () => {
    expectMoments(() => nextExponential(streams, stream), [1, 2, 6, 24, 120, 720, 5040, 40320]);
  });

  it('normal has the moments 0, 1, 0, 3', () => {
    expectMoments(() => nextNormal(streams, stream), [0, 1, 0, 3, 0, 15, 0, 105]);
  });

  it('has its tails: beyond the base layer as often as the density says', () => {
    let exponential = 0;
    let normal = 0;
    for (let i = 0; i < 4 * DRAWS; i++) {
      if (nextExponential(streams, stream) > 8) exponential++;
      if (Math.abs(nextNormal(streams, stream)) > 3.7) normal++;
    }
    const near = (count: number, p: number) => Math.abs(count - 4 * DRAWS * p) / Math.sqrt(4 * DRAWS * p);
    expect(near(exponential, Math.exp(-8))).toBeLessThan(4);
    // erfc(3.7 / sqrt 2)
    expect(near(normal, 2.155975e-4)).toBeLessThan(4);
  });
});
