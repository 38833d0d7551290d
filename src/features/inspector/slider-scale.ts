/**
 * Between a slider's travel, `[0, 1]`, and a value: evenly for probabilities and factors, by decades for what spans
 * several of them (rates, durations, sizes), with zero as the left end where it is allowed.
 */
import type { Unit } from '../../../workers/scenario/fields.ts';

export interface SliderScale {
  /** From travel in `[0, 1]` to a value rounded to two significant digits, within `[min, max]`. */
  toValue(travel: number): number;
  /** From a value, clamped to the scale, to travel in `[0, 1]`. */
  toTravel(value: number): number;
}

/** What a slider covers of a range too wide to slide over; the box beside it takes the rest. */
const COMFORTABLE: Readonly<Partial<Record<Unit, readonly [number, number]>>> = {
  'per second': [0.1, 10_000],
  ms: [0.1, 60_000],
  count: [1, 100],
};

/** The share of the travel at the left that stands for zero on a logarithmic scale. */
const ZERO_TRAVEL = 0.04;

/** The slider of a number field, or null where sliding helps nobody (sizes, limits, offsets). */
export function sliderScale(
  unit: Unit | undefined,
  { min, max, integer }: { readonly min: number; readonly max: number; readonly integer: boolean },
): SliderScale | null {
  if (unit === 'probability' || unit === 'factor') return linear(min, Math.min(max, unit === 'factor' ? 10 : 1));
  const comfortable = unit === undefined ? undefined : COMFORTABLE[unit];
  if (comfortable === undefined) return null;
  const low = Math.max(comfortable[0], min > 0 ? min : comfortable[0]);
  const high = Math.min(comfortable[1], max);
  return high <= low ? null : logarithmic(low, high, min <= 0, integer);
}

function linear(min: number, max: number): SliderScale {
  return {
    toValue: (travel) => round(min + clamp(travel, 0, 1) * (max - min), 2, min, max),
    toTravel: (value) => clamp((value - min) / (max - min), 0, 1),
  };
}

function logarithmic(low: number, high: number, withZero: boolean, integer: boolean): SliderScale {
  const start = withZero ? ZERO_TRAVEL : 0;
  const decades = Math.log(high / low);
  return {
    toValue: (travel) => {
      if (withZero && travel < start / 2) return 0;
      const along = clamp((travel - start) / (1 - start), 0, 1);
      const value = round(low * Math.exp(along * decades), 2, low, high);
      return integer ? Math.max(Math.ceil(low), Math.round(value)) : value;
    },
    toTravel: (value) => {
      if (withZero && value <= 0) return 0;
      return start + (1 - start) * clamp(Math.log(Math.max(value, low) / low) / decades, 0, 1);
    },
  };
}

function round(value: number, digits: number, min: number, max: number): number {
  return clamp(value === 0 ? 0 : Number(value.toPrecision(digits)), min, max);
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
