/** Whether measured figures agree with a table's rows: the acceptance rule of `queueing-theory/1`. */
import { estimateOf } from '../../../experiments/estimate.ts';
import type { Row } from './table.ts';

/** Confidence of the tables' half-widths. */
const CONFIDENCE = 0.99;
/** z = 2.576 × 1.5 = 3.9: one false alarm in 10,000 rows. */
const TOLERANCE = 1.5;
/** Rows that are looser say nothing. */
const HALFWIDTH_MAX = 0.1;
/** Half a bucket of the latency histograms, relative. */
const BUCKET_ERROR = 1 / 128;
/** Deterministic rows. */
const EXACT = 1e-9;
/** Replications that an interval of their own needs at least: with fewer, one that is too narrow by luck is common. */
export const REPLICATIONS_MIN = 10;
/** Messages beyond a percentile in each of them. With fewer it is drawn from a tail that few busy periods reach. */
const BEYOND_MIN = 100;
/** ln 100: what was seen in none of n may be the lot of so many of them, at 99 %. */
const UNSEEN = 4.6;
/** z of a 99 % interval, for the standard error of an `estimate`. */
const Z_99 = 2.576;

export interface Measured {
  /** Over all replications together. */
  readonly value: number;
  /** By replication; none where replications are too short to be independent witnesses. */
  readonly parts: readonly number[];
  /** Units measured, all replications together. */
  readonly units: number;
  /** What the figure counts, where that is less than the units. */
  readonly observations?: number;
  readonly deterministic: boolean;
}

export type Judgement =
  /** By how much it might have been off, relative. */
  | { readonly verdict: 'agrees'; readonly allowed: number }
  /** The half-width, relative; Infinity where none is known. */
  | { readonly verdict: 'says nothing'; readonly halfWidth: number }
  | { readonly verdict: 'differs'; readonly sentence: string };

/** Half-width of a 99 % interval relative to what is expected, as the row states it over that many units. */
export function statedHalfWidth(row: Row, units: number): number | undefined {
  const { run_length: length } = row;
  const atMillion = length?.rel_halfwidth_99_at_1e6 ?? row.rel_halfwidth_99_at_1e6;
  if (atMillion !== undefined) return atMillion * Math.sqrt(1e6 / units);
  const forOnePercent = length?.replications_for_1pct_99 ?? length?.messages_for_1pct_99;
  return forOnePercent === undefined ? undefined : 0.01 * Math.sqrt(forOnePercent / units);
}

/** The row's own half-width, or that of the replications where the table states none. */
export function halfWidthOf(row: Row, expected: number, { parts, units, observations = units }: Measured): number {
  const stated = statedHalfWidth(row, units);
  if (stated !== undefined) return stated;
  if (parts.length < REPLICATIONS_MIN || shareBeyond(row.metric) * (units / parts.length) < BEYOND_MIN) return Infinity;
  const { halfWidth } = estimateOf(parts, CONFIDENCE);
  // Around zero there is no relative error: the absolute one stands for it.
  const relative = halfWidth! / (isZero(expected) ? 1 : Math.abs(expected));
  // Where replications hardly differ, something rare may have happened in none.
  return Math.max(relative, UNSEEN / observations);
}

/** The share of messages beyond a percentile such as `sojourn_p99_9`; 1 for other metrics. */
function shareBeyond(metric: string): number {
  const match = /(?:^|_)p(\d{1,2})(?:_(\d+))?$/.exec(metric);
  return match === null ? 1 : 1 - Number(`${match[1]}.${match[2] ?? 0}`) / 100;
}

/** @param expected the row's, or one component of it */
export function judge(row: Row, expected: number, measured: Measured): Judgement {
  const { value } = measured;
  const off = isZero(expected) ? value : (value - expected) / Math.abs(expected);
  if (row.match === 'exact' || measured.deterministic) {
    return Math.abs(off) <= EXACT ? { verdict: 'agrees', allowed: EXACT } : differs(row, expected, value, EXACT);
  }
  const halfWidth = halfWidthOf(row, expected, measured);
  if (!(halfWidth <= HALFWIDTH_MAX)) return { verdict: 'says nothing', halfWidth };
  const bucket = shareBeyond(row.metric) < 1 ? BUCKET_ERROR : 0;
  const ofTable = row.kind === 'estimate' && row.se !== undefined ? (Z_99 * row.se) / Math.abs(expected) : 0;
  const allowed = TOLERANCE * Math.sqrt(halfWidth * halfWidth + ofTable * ofTable) + bucket + EXACT;
  const beyond = row.kind === 'bound_upper' ? off > allowed : !(Math.abs(off) <= allowed);
  return beyond ? differs(row, expected, value, allowed) : { verdict: 'agrees', allowed };
}

function isZero(expected: number): boolean {
  return Math.abs(expected) < 1e-12;
}

function differs({ metric, kind }: Row, expected: number, value: number, allowed: number): Judgement {
  const off = isZero(expected) ? `by ${short(value)}` : `by ${((value / expected - 1) * 100).toPrecision(3)} %`;
  const bound = kind === 'bound_upper' ? 'at most ' : '';
  const sentence = `${metric}: expected ${bound}${short(expected)}, got ${short(value)}, off ${off} where ${(allowed * 100).toPrecision(3)} % is allowed`;
  return { verdict: 'differs', sentence };
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
