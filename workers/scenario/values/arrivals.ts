import * as v from 'valibot';
import { integer, milliseconds, number } from '../fields.ts';

const rate = (label: string, fallback: number) =>
  number({
    label,
    help: 'Messages per simulated second.',
    unit: 'per second',
    default: fallback,
    min: 0,
    max: 10_000_000,
  });

/** When facts happen at a source. Rates per simulated second. */
export const arrivalsSchema = v.variant('type', [
  v.strictObject({ type: v.literal('constant'), ratePerSecond: rate('Rate', 10) }),
  v.strictObject({ type: v.literal('poisson'), ratePerSecond: rate('Mean rate', 10) }),
  v.strictObject({
    type: v.literal('bursts'),
    size: integer({
      label: 'Burst size',
      help: 'Messages in one burst.',
      unit: 'messages',
      default: 20,
      min: 1,
      max: 1_000_000,
    }),
    everyMs: milliseconds({
      label: 'Every',
      help: 'Time from the start of one burst to the next.',
      default: 2000,
      min: 0.001,
      max: 86_400_000,
    }),
    spreadMs: milliseconds({
      label: 'Spread over',
      help: 'The burst is spread evenly over this time; 0 sends it at one instant.',
      default: 100,
      min: 0,
      max: 86_400_000,
    }),
  }),
  v.strictObject({
    type: v.literal('ramp'),
    fromPerSecond: rate('From', 1),
    toPerSecond: rate('To', 50),
    overMs: milliseconds({
      label: 'Over',
      help: 'The rate rises or falls evenly over this time and then stays (Poisson at every instant).',
      default: 30_000,
      min: 1,
      max: 86_400_000,
    }),
  }),
  v.strictObject({
    type: v.literal('wave'),
    meanPerSecond: rate('Mean rate', 20),
    amplitude: number({
      label: 'Amplitude',
      help: 'Share of the mean by which the rate swings: 1 falls to zero and rises to double.',
      unit: 'factor',
      default: 0.8,
      min: 0,
      max: 1,
    }),
    periodMs: milliseconds({
      label: 'Period',
      help: 'One full swing (Poisson at every instant).',
      default: 20_000,
      min: 1,
      max: 86_400_000,
    }),
  }),
  v.strictObject({
    type: v.literal('trace'),
    atMs: v.optional(
      v.pipe(
        v.array(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400_000))),
        v.maxLength(100_000),
        v.metadata({
          field: { label: 'Instants', help: 'Recorded instants, in any order; they are sorted.', unit: 'ms' },
        }),
      ),
      [0, 100, 200],
    ),
    repeatEveryMs: milliseconds({
      label: 'Repeat every',
      help: '0 plays the trace once.',
      default: 0,
      min: 0,
      max: 86_400_000,
    }),
  }),
]);

/** Complete arrivals, defaults filled in. */
export type Arrivals = v.InferOutput<typeof arrivalsSchema>;
