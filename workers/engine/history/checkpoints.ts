/**
 * Checkpoints: copies of a run at points of its history, in order, under a cap of number and bytes.
 *
 * A point of history is a pair (events processed, journal entries applied): both only grow along a run, so they order
 * the points totally, also the many points of one instant. Seconds would not.
 *
 * They are spaced by work, not by time: going to any instant means taking up the checkpoint before it and processing
 * the events between. The copies are packed (`packed.ts`): what did not change between two of them is held once.
 *
 * When there are too many, the one goes whose absence costs least: the gap it would leave, in events to run again,
 * weighed by its age. So they lie close together near the newest, where a person steps back, and wider apart before it,
 * up to nine times: the first ones still serve a scrub to the beginning. No gap becomes wider than six times what an
 * even spread of as many checkpoints would have.
 */
import { assert } from '../core/assert.ts';
import { releasePacked, type Packed } from '../core/packed.ts';

const CHECKPOINTS_MAX = 256;
const CHECKPOINT_BYTES_MAX = 256 * 2 ** 20;

/** Between two checkpoints of an ordinary stretch lie at least this many events: some 20 ms of computing. */
const CHECKPOINT_EVENTS_MIN = 20_000;
/**
 * And an event for so many bytes of the run, so that comparing it with the last checkpoint stays a tenth of the computing.
 * A run of 40 MB, a minute at 10,000 messages a second, has one every 600,000 events.
 */
const BYTES_PER_EVENT = 64;

export interface Checkpoint {
  readonly packed: Packed;
  readonly timeNs: number;
  readonly events: number;
  /** Journal entries applied. */
  readonly applied: number;
  /** Instant of the last sample taken, -1 for none. */
  readonly sampledNs: number;
}

/** A point of history, to compare checkpoints with. */
export interface Point {
  readonly events: number;
  readonly applied: number;
}

export interface CheckpointLimits {
  /** Memory of all checkpoints together, what they share counted once. 0 keeps none, for runs that only ever go forward. */
  readonly bytesMax: number;
  /** At least 1. */
  readonly rowsMax: number;
  /** Events from one ordinary checkpoint to the next, at least 1. */
  readonly eventsMin: number;
}

/** `rows` are in order of their points, no point twice. */
export interface Checkpoints {
  readonly rows: Checkpoint[];
  readonly limits: CheckpointLimits;
  /** Memory held. */
  bytes: number;
}

export function createCheckpoints(limits: Partial<CheckpointLimits> = {}): Checkpoints {
  const { bytesMax = CHECKPOINT_BYTES_MAX, rowsMax = CHECKPOINTS_MAX, eventsMin = CHECKPOINT_EVENTS_MIN } = limits;
  assert(rowsMax >= 1 && eventsMin >= 1, 'There must be room for one checkpoint');
  return { rows: [], bytes: 0, limits: { bytesMax, rowsMax, eventsMin } };
}

/** Negative when `a` comes first in history, 0 for the same point. */
export function comparePoints(a: Point, b: Point): number {
  return a.events - b.events || a.applied - b.applied;
}

/** Events between ordinary checkpoints, for a run of so many bytes. */
export function eventsBetween(limits: CheckpointLimits, bytes: number): number {
  return Math.max(limits.eventsMin, Math.floor(bytes / BYTES_PER_EVENT));
}

/** The last checkpoint at or before the point for which `allowed` holds; undefined for none. */
export function lastBefore(
  checkpoints: Checkpoints,
  allowed: (checkpoint: Checkpoint) => boolean,
): Checkpoint | undefined {
  return checkpoints.rows.findLast(allowed);
}

/**
 * Adds one in its place, and drops others while a cap is passed. It becomes the checkpoints' own: if it alone passes the
 * cap, or its point has one already, it is released at once.
 */
export function addCheckpoint(checkpoints: Checkpoints, added: Checkpoint): void {
  const { rows, limits } = checkpoints;
  checkpoints.bytes += added.packed.addedBytes;
  const at = rows.findLastIndex((row) => comparePoints(row, added) <= 0);
  const before = rows[at];
  const known = before !== undefined && comparePoints(before, added) === 0;
  if (known || added.packed.stateBytes > limits.bytesMax) {
    checkpoints.bytes -= releasePacked(added.packed);
    return;
  }
  rows.splice(at + 1, 0, added);
  while (rows.length > 1 && (rows.length > limits.rowsMax || checkpoints.bytes > limits.bytesMax))
    removeCheapest(checkpoints, added);
}

/** Drops every checkpoint after the point. */
export function dropAfter(checkpoints: Checkpoints, point: Point): void {
  dropFrom(checkpoints, (row) => comparePoints(row, point) > 0);
}

/** Drops the checkpoints from the end back to the last one that is not `over`. */
export function dropFrom(checkpoints: Checkpoints, over: (checkpoint: Checkpoint) => boolean): void {
  const { rows } = checkpoints;
  while (rows.length > 0 && over(rows.at(-1)!)) checkpoints.bytes -= releasePacked(rows.pop()!.packed);
}

/** The newest stays, and so does the one just added: somebody is about to need it. At least two are there. */
function removeCheapest(checkpoints: Checkpoints, added: Checkpoint): void {
  const { rows } = checkpoints;
  const newest = rows.at(-1)!;
  let cheapest = rows.length - 1;
  let least = Infinity;
  for (let i = 0; i < rows.length - 1; i++) {
    const row = rows[i]!;
    const gap = rows[i + 1]!.events - (i > 0 ? rows[i - 1]!.events : 0);
    const cost = gap / (newest.events - row.events + newest.events / 8 + 1);
    if (cost < least && row !== added) {
      least = cost;
      cheapest = i;
    }
  }
  checkpoints.bytes -= releasePacked(rows[cheapest]!.packed);
  rows.splice(cheapest, 1);
}
