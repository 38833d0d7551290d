/**
 * Geometry of a partition drawn as a strip of cells: which offset is where.
 *
 * The newest record is at the right end and older ones lie to the left, so the strip moves left as the log grows. The
 * right end shown (`head`) follows the log's end smoothly and is therefore a fraction while records arrive.
 *
 *     P0  ▕░░▒▒▓▓▒▒░░▓▓▒▒│▓▓▏124      cells, high watermark │, log end at the right
 *               ▲A      ▲B            how far each group has committed
 */
import { CELLS } from '../../../../workers/protocol/frame.ts';

/** Cells that fit; fewer than a frame carries, so that the strip can lag a little behind the log without a gap. */
export const CELLS_SHOWN = 26;
export const CELL_WIDTH = 10;
export const LABEL_WIDTH = 30;
export const END_WIDTH = 44;
export const STRIP_WIDTH = CELLS_SHOWN * CELL_WIDTH;

/** Partitions whose rows are seen without scrolling. */
export const ROWS_SHOWN = 12;
/** Topics with more partitions than this have lower rows, without a scale of offsets. */
const TALL_ROWS = 4;

export interface RowShape {
  readonly height: number;
  /** Baseline of the scale of offsets, or null where there is none. */
  readonly scaleY: number | null;
  readonly cellY: number;
  readonly cellHeight: number;
  /** Top of the lane of the groups' markers. */
  readonly markerY: number;
}

const TALL: RowShape = { height: 44, scaleY: 9, cellY: 12, cellHeight: 15, markerY: 30 };
const LOW: RowShape = { height: 30, scaleY: null, cellY: 3, cellHeight: 12, markerY: 17 };

/** How the rows of a topic with this many partitions are drawn. */
export function rowShape(partitions: number): RowShape {
  return partitions <= TALL_ROWS ? TALL : LOW;
}

/** X of the boundary in front of `offset`, from the strip's left edge. May lie outside the strip. */
export function boundaryX(offset: number, head: number): number {
  return STRIP_WIDTH - (head - offset) * CELL_WIDTH;
}

/** The offset whose cell is at `x`, or null where the strip has none. `start` included, `end` excluded. */
export function offsetAt(x: number, head: number, start: number, end: number): number | null {
  if (x < 0 || x > STRIP_WIDTH) return null;
  const offset = Math.floor(head - (STRIP_WIDTH - x) / CELL_WIDTH);
  return offset >= start && offset < end ? offset : null;
}

/**
 * The right end to show next: half of the way to the log's end every `halfLifeMs`, never so far behind that the frame's
 * cells would not cover the strip, and at once when the log got shorter (another instant is shown).
 */
export function nextHead(head: number, end: number, elapsedMs: number, halfLifeMs = 60): number {
  const furthestBehind = CELLS - CELLS_SHOWN - 1;
  if (!(head <= end) || end - head > 4 * CELLS) return end;
  const rest = (end - head) * 0.5 ** (elapsedMs / halfLifeMs);
  return rest < 0.02 ? end : Math.max(end - rest, end - furthestBehind);
}

export interface Marker {
  /** Where the marker is drawn: within the strip and clear of its neighbours. */
  readonly x: number;
  /** Where it points to. */
  readonly pointsTo: number;
  /** The offset lies further left than the strip reaches. */
  readonly before: boolean;
}

/**
 * Places markers that must not hide each other: each as near as possible to its offset, at least `gap` apart, all within
 * the strip as long as they fit. `offsets` may be in any order; the result is in the same order.
 */
export function placeMarkers(offsets: readonly number[], head: number, gap: number): readonly Marker[] {
  const half = gap / 2;
  const order = offsets
    .map((offset, index) => ({
      index,
      pointsTo: Math.max(0, boundaryX(offset, head)),
      before: boundaryX(offset, head) < 0,
    }))
    .toSorted((a, b) => a.pointsTo - b.pointsTo || a.index - b.index);
  const xs = order.map(({ pointsTo }) => Math.min(STRIP_WIDTH - half, Math.max(half, pointsTo)));
  for (let place = 1; place < xs.length; place += 1) xs[place] = Math.max(xs[place]!, xs[place - 1]! + gap);
  let limit = STRIP_WIDTH - half;
  for (let place = xs.length - 1; place >= 0; place -= 1) {
    xs[place] = Math.min(xs[place]!, limit);
    limit = xs[place]! - gap;
  }
  const markers: Marker[] = Array.from({ length: offsets.length });
  order.forEach(({ index, pointsTo, before }, place) => {
    markers[index] = { x: xs[place]!, pointsTo: Math.min(STRIP_WIDTH, pointsTo), before };
  });
  return markers;
}
