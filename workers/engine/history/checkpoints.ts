/**
 * Checkpoints: copies of a run at points of its history, in order, under a cap of number and bytes.
 *
 * A point of history is a pair (events processed, journal entries applied): both only grow along a run, so they order
 * the points totally, also the many points of one instant. Seconds would not.
 *
 * When there are too many, the one goes whose absence costs least: the gap it would leave, in events to run again,
 * weighed by its age. So they lie close together near the newest, where a person steps back, and wider apart before it,
 * up to nine times: the first ones still serve a scrub to the beginning.
 */
import { assert } from '../core/assert.ts';

const CHECKPOINTS_MAX = 64;
const CHECKPOINT_BYTES_MAX = 128 * 2 ** 20;

/** Between two checkpoints of an ordinary stretch lie at least this many events: some 20 ms of computing. */
const CHECKPOINT_EVENTS_MIN = 20_000;
/** And so many bytes an event that copying stays a few per cent of the computing. */
const BYTES_PER_EVENT = 64;

export interface Checkpoint<Run> {
  readonly run: Run;
  readonly timeNs: number;
  readonly events: number;
  /** Journal entries applied. */
  readonly applied: number;
  /** Instant of the last sample taken, -1 for none. */
  readonly sampledNs: number;
  readonly bytes: number;
}

/** A point of history, to compare checkpoints with. */
export interface Point {
  readonly events: number;
  readonly applied: number;
}

export interface CheckpointLimits {
  /** Sum over all checkpoints. 0 keeps none, for runs that only ever go forward. */
  readonly bytesMax: number;
  /** At least 1. */
  readonly rowsMax: number;
  /** Events from one ordinary checkpoint to the next, at least 1. */
  readonly eventsMin: number;
}

/** Plain data. `rows` are in order of their points, no point twice. */
export interface Checkpoints<Run> {
  readonly rows: Checkpoint<Run>[];
  readonly limits: CheckpointLimits;
  bytes: number;
}

export function createCheckpoints<Run>(limits: Partial<CheckpointLimits> = {}): Checkpoints<Run> {
  const { bytesMax = CHECKPOINT_BYTES_MAX, rowsMax = CHECKPOINTS_MAX, eventsMin = CHECKPOINT_EVENTS_MIN } = limits;
  assert(rowsMax >= 1 && eventsMin >= 1, 'There must be room for one checkpoint');
  return { rows: [], bytes: 0, limits: { bytesMax, rowsMax, eventsMin } };
}

/** Negative when `a` comes first in history, 0 for the same point. */
export function comparePoints(a: Point, b: Point): number {
  return a.events - b.events || a.applied - b.applied;
}

/** Events between ordinary checkpoints, for a run whose copy takes `bytes`. */
export function eventsBetween(limits: CheckpointLimits, bytes: number): number {
  return Math.max(limits.eventsMin, Math.floor(bytes / BYTES_PER_EVENT));
}

/** The last checkpoint at or before the point for which `allowed` holds; undefined for none. */
export function lastBefore<Run>(
  checkpoints: Checkpoints<Run>,
  allowed: (checkpoint: Checkpoint<Run>) => boolean,
): Checkpoint<Run> | undefined {
  return checkpoints.rows.findLast(allowed);
}

/** Adds one in its place, and drops others while a cap is passed. A point that has one already keeps the old one. */
export function addCheckpoint<Run>(checkpoints: Checkpoints<Run>, added: Checkpoint<Run>): void {
  const { rows, limits } = checkpoints;
  if (added.bytes > limits.bytesMax) return;
  const at = rows.findLastIndex((row) => comparePoints(row, added) <= 0);
  const before = rows[at];
  if (before !== undefined && comparePoints(before, added) === 0) return;
  rows.splice(at + 1, 0, added);
  checkpoints.bytes += added.bytes;
  while (rows.length > limits.rowsMax || checkpoints.bytes > limits.bytesMax) removeCheapest(checkpoints);
}

/** Drops every checkpoint after the point. */
export function dropAfter<Run>(checkpoints: Checkpoints<Run>, point: Point): void {
  const { rows } = checkpoints;
  while (rows.length > 0 && comparePoints(rows.at(-1)!, point) > 0) checkpoints.bytes -= rows.pop()!.bytes;
}

/** The newest stays while there is another to drop. */
function removeCheapest<Run>(checkpoints: Checkpoints<Run>): void {
  const { rows } = checkpoints;
  assert(rows.length > 0, 'No checkpoint is left to drop');
  const newest = rows.at(-1)!.events;
  let cheapest = 0;
  let least = Infinity;
  for (let i = 0; i < rows.length - 1; i++) {
    const gap = rows[i + 1]!.events - (i > 0 ? rows[i - 1]!.events : 0);
    const cost = gap / (newest - rows[i]!.events + newest / 8 + 1);
    if (cost < least) {
      least = cost;
      cheapest = i;
    }
  }
  checkpoints.bytes -= rows[cheapest]!.bytes;
  rows.splice(cheapest, 1);
}
