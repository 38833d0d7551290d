/** The timeline: how much simulated time it spans, and where its marks stand. */
import type { TimelineMark } from '../../../workers/protocol/commands.ts';
import type { BranchRow } from '../../../workers/scenario/branches.ts';

/** What happened in the run, and where its branches part. */
export type MarkKind = TimelineMark['kind'] | 'fork';

export interface Mark {
  readonly atMs: number;
  readonly kind: MarkKind;
  readonly label: string;
}

/** Where the branch shown left another one, and where others left it. In order of time. */
export function forkMarks(rows: readonly BranchRow[]): readonly Mark[] {
  const shown = rows.find((row) => row.shown);
  const marks = rows.flatMap((row): Mark[] => {
    if (row.forkMs === undefined) return [];
    const from = rows.find(({ id }) => id === row.parent)?.name ?? '';
    if (row.shown) return [{ atMs: row.forkMs, kind: 'fork', label: `left “${from}” here` }];
    return row.parent === shown?.id ? [{ atMs: row.forkMs, kind: 'fork', label: `“${row.name}” begins here` }] : [];
  });
  return marks.sort((a, b) => a.atMs - b.atMs);
}

/** Where a clock divides well; the timeline spans the first of these that the run fits in. */
const SPANS_MS = [
  10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000, 120_000, 180_000, 300_000, 450_000, 600_000, 900_000,
  1_200_000, 1_800_000, 2_700_000, 3_600_000, 5_400_000, 7_200_000, 10_800_000, 14_400_000, 21_600_000, 43_200_000,
  86_400_000,
];

/**
 * What the timeline spans, from 0: a round length a little beyond the furthest instant, so that there is a future to
 * point at, and so that it changes seldom.
 */
export function timelineSpan(horizonMs: number): number {
  const least = horizonMs * 1.02;
  return SPANS_MS.find((span) => span >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000;
}

/**
 * Marks are drawn in two lanes, so that cause and effect do not cover each other: what was done to the run on the track
 * itself, what happened in it above.
 */
export const LANES: Readonly<Record<MarkKind, 'done' | 'happened'>> = {
  fault: 'done',
  edit: 'done',
  anomaly: 'happened',
  rebalance: 'happened',
  fork: 'done',
};

/** Of marks that share a place the first of these is shown. */
const WEIGHT: readonly MarkKind[] = ['anomaly', 'rebalance', 'fork', 'fault', 'edit'];

/** Marks of one lane so close to each other that they are drawn as one. */
export interface MarkCluster {
  /** The weightiest kind among them. */
  readonly kind: MarkKind;
  /** That of the first of this kind. */
  readonly atMs: number;
  readonly count: number;
  /** Those of the first few. */
  readonly labels: readonly string[];
}

const MOST_LABELS = 4;

/** Joins marks of one lane that fall into the same of `slots` equal slots of the span; in order of time. */
export function clusterMarks(marks: readonly Mark[], spanMs: number, slots: number): readonly MarkCluster[] {
  const clusters = new Map<string, { kind: MarkKind; atMs: number; count: number; labels: string[] }>();
  for (const { kind, atMs, label } of marks) {
    if (atMs > spanMs) continue;
    const slot = `${LANES[kind]} ${Math.floor((atMs / spanMs) * slots)}`;
    const cluster = clusters.get(slot);
    if (cluster === undefined) {
      clusters.set(slot, { kind, atMs, count: 1, labels: [label] });
    } else {
      cluster.count += 1;
      const weightier = WEIGHT.indexOf(kind) - WEIGHT.indexOf(cluster.kind);
      if (weightier < 0) Object.assign(cluster, { kind, atMs });
      else if (weightier === 0) cluster.atMs = Math.min(cluster.atMs, atMs);
      if (cluster.labels.length < MOST_LABELS && !cluster.labels.includes(label)) cluster.labels.push(label);
    }
  }
  return [...clusters.values()].sort((a, b) => a.atMs - b.atMs || a.kind.localeCompare(b.kind));
}

/** Two instants closer than this are one when jumping: an instant is not exact after a round trip through the clock. */
const SAME_MS = 0.001;

/** The next mark of a kind after (or before) an instant, or null. */
export function neighbouringMark(
  marks: readonly TimelineMark[],
  kind: MarkKind,
  instantMs: number,
  direction: 1 | -1,
): TimelineMark | null {
  const ofKind = marks.filter((mark) => mark.kind === kind);
  if (direction === 1) return ofKind.find((mark) => mark.atMs > instantMs + SAME_MS) ?? null;
  return ofKind.findLast((mark) => mark.atMs < instantMs - SAME_MS) ?? null;
}

/** The mark nearest to an instant in a lane, no further away than `withinMs`; null without one. */
export function markNear(
  clusters: readonly MarkCluster[],
  lane: 'done' | 'happened',
  atMs: number,
  withinMs: number,
): MarkCluster | null {
  let nearest: MarkCluster | null = null;
  for (const cluster of clusters) {
    const away = Math.abs(cluster.atMs - atMs);
    if (LANES[cluster.kind] !== lane || away > withinMs) continue;
    if (nearest === null || away < Math.abs(nearest.atMs - atMs)) nearest = cluster;
  }
  return nearest;
}

const STEPS_MS = [1, 10, 100, 1000, 5000, 10_000, 60_000, 600_000, 3_600_000];

/** How far the arrow keys move on a timeline of this span: about a hundredth, round. */
export function keyStep(spanMs: number): number {
  return STEPS_MS.findLast((step) => step <= Math.max(spanMs / 100, 1)) ?? 1;
}

/**
 * The instant a key on the timeline leads to, or null for a key that does nothing there. Arrows by a hundredth, with
 * Shift or Page keys ten times that, Home to the start, End to the furthest instant.
 */
export function instantByKey(
  event: { readonly key: string; readonly shiftKey: boolean },
  { instantMs, horizonMs, spanMs }: { readonly instantMs: number; readonly horizonMs: number; readonly spanMs: number },
): number | null {
  const step = keyStep(spanMs);
  const moves: Readonly<Record<string, number>> = {
    ArrowRight: event.shiftKey ? step * 10 : step,
    ArrowUp: event.shiftKey ? step * 10 : step,
    ArrowLeft: event.shiftKey ? -step * 10 : -step,
    ArrowDown: event.shiftKey ? -step * 10 : -step,
    PageUp: step * 10,
    PageDown: -step * 10,
  };
  if (event.key === 'Home') return 0;
  if (event.key === 'End') return horizonMs;
  const move = moves[event.key];
  if (move === undefined) return null;
  // To the next multiple of the step, so that repeated presses land on round instants.
  const landed = move > 0 ? Math.floor(instantMs / step + 1e-6) * step : Math.ceil(instantMs / step - 1e-6) * step;
  return Math.max(0, landed + move);
}

const TICK_STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000,
];

/** Instants for labels under a timeline of this span: at most `most`, the first at 0. */
export function timelineTicks(spanMs: number, most: number): readonly number[] {
  const step = TICK_STEPS_MS.find((size) => spanMs / size <= most) ?? 86_400_000;
  return Array.from({ length: Math.floor(spanMs / step + 1e-9) + 1 }, (_, index) => index * step);
}

/** "5 s", "1:30", "2:00:00": as short as the span allows. */
export function writeTick(ms: number, spanMs: number): string {
  if (spanMs <= 120_000) return `${ms / 1000} s`;
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const tail = String(seconds % 60).padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${String(minutes).padStart(2, '0')}:${tail}`;
}
