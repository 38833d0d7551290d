import { expect, it } from 'vitest';
import * as v from 'valibot';
import { arrivalsSchema } from '../../../workers/scenario/values/arrivals.ts';
import { distributionSchema } from '../../../workers/scenario/values/distribution.ts';
import { arrivalsOutline, densityOutline, type Outline } from './density.ts';

function wellFormed({ until, heights, spikes }: Outline): void {
  expect(until).toBeGreaterThan(0);
  expect(heights.length + spikes.length).toBeGreaterThan(0);
  for (const height of heights) {
    expect(height).toBeGreaterThanOrEqual(0);
    expect(height).toBeLessThanOrEqual(1);
  }
  for (const place of spikes) expect(place).toBeLessThanOrEqual(until);
}

it('draws every distribution from its defaults, and from the extremes of its range', () => {
  for (const { entries } of distributionSchema.options) {
    wellFormed(densityOutline(v.parse(distributionSchema, { type: entries.type.literal })));
  }
  wellFormed(densityOutline({ type: 'exponential', mean: 0 }));
  wellFormed(densityOutline({ type: 'erlang', mean: 5, k: 1000 }));
  wellFormed(densityOutline({ type: 'lognormal', mean: 10, cv: 20 }));
  wellFormed(densityOutline({ type: 'normal', mean: 0, sd: 0 }));
  wellFormed(densityOutline({ type: 'pareto', mean: 3, alpha: 1.01 }));
});

it('draws every arrival pattern from its defaults', () => {
  for (const { entries } of arrivalsSchema.options) {
    wellFormed(arrivalsOutline(v.parse(arrivalsSchema, { type: entries.type.literal })));
  }
});

it('puts the peak where the distribution has it', () => {
  const { heights, until } = densityOutline({ type: 'normal', mean: 10, sd: 2 });
  const peak = (heights.indexOf(Math.max(...heights)) / (heights.length - 1)) * until;
  expect(Math.abs(peak - 10)).toBeLessThan(0.3);
});
