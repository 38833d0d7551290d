import * as v from 'valibot';
import { number, milliseconds } from '../fields.ts';

const mean = milliseconds({ label: 'Mean', help: 'The average duration.', default: 10, min: 0, max: 3_600_000 });
const cv = number({
  label: 'Coefficient of variation',
  help: 'Standard deviation divided by the mean: 1 is as variable as an exponential.',
  unit: 'factor',
  default: 1,
  min: 0,
  max: 20,
});

/**
 * A non-negative random duration in milliseconds. Every shape states its mean where one exists.
 * Draws below zero (normal) are truncated to 0; `hyperexponential` needs `cv >= 1` and uses balanced means.
 */
export const distributionSchema = v.variant('type', [
  v.strictObject({ type: v.literal('constant'), mean }),
  v.strictObject({ type: v.literal('exponential'), mean }),
  v.strictObject({
    type: v.literal('uniform'),
    min: milliseconds({ label: 'From', help: 'Shortest duration, included.', default: 5, min: 0, max: 3_600_000 }),
    max: milliseconds({ label: 'To', help: 'Longest duration, excluded.', default: 15, min: 0, max: 3_600_000 }),
  }),
  v.strictObject({
    type: v.literal('normal'),
    mean,
    sd: milliseconds({
      label: 'Standard deviation',
      help: 'Draws below zero count as zero.',
      default: 3,
      min: 0,
      max: 3_600_000,
    }),
  }),
  v.strictObject({ type: v.literal('lognormal'), mean, cv }),
  v.strictObject({
    type: v.literal('erlang'),
    mean,
    k: number({
      label: 'Stages',
      help: 'How many exponential stages in a row: more is steadier.',
      unit: 'count',
      integer: true,
      default: 4,
      min: 1,
      max: 1000,
    }),
  }),
  v.strictObject({
    type: v.literal('hyperexponential'),
    mean,
    cv: number({
      label: 'Coefficient of variation',
      help: 'At least 1: mostly short, sometimes very long.',
      unit: 'factor',
      default: 2,
      min: 1,
      max: 20,
    }),
  }),
  v.strictObject({
    type: v.literal('pareto'),
    mean,
    alpha: number({
      label: 'Tail index',
      help: 'Above 1; the nearer to 1 the heavier the tail (variance is infinite up to 2).',
      unit: 'factor',
      default: 2.5,
      min: 1.01,
      max: 100,
    }),
  }),
  v.strictObject({
    type: v.literal('empirical'),
    values: v.optional(
      v.pipe(
        v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000))),
        v.minLength(1),
        v.maxLength(10_000),
        v.metadata({
          field: {
            label: 'Values',
            help: 'Measured durations; each draw takes one of them, all equally likely.',
            unit: 'ms',
          },
        }),
      ),
      [10],
    ),
  }),
]);

/** A complete distribution, defaults filled in. Times in milliseconds. */
export type Distribution = v.InferOutput<typeof distributionSchema>;
