/** Lines that show while a node is dragged what it stands in line with. */
import type { Rectangle } from '../placing/free-cell.ts';

export interface Guide {
  /** A vertical line at x, or a horizontal one at y. */
  readonly axis: 'x' | 'y';
  readonly at: number;
  /** From where to where along the line: over both nodes. */
  readonly from: number;
  readonly to: number;
}

/** Positions fall on a grid, so that in line means exactly in line. */
const EXACTLY = 0.5;

/** Nodes in line by their middles before nodes in line by their edges; at most one guide for each axis. */
export function guidesFor(moving: Rectangle, others: readonly Rectangle[]): readonly Guide[] {
  return (['x', 'y'] as const).flatMap((axis) => {
    for (const share of [0.5, 0, 1]) {
      const at = along(moving, axis, share);
      const inLine = others.filter((other) => Math.abs(along(other, axis, share) - at) < EXACTLY);
      if (inLine.length === 0) continue;
      const across = axis === 'x' ? 'y' : 'x';
      const ends = [moving, ...inLine].flatMap((box) => [along(box, across, 0), along(box, across, 1)]);
      return [{ axis, at, from: Math.min(...ends), to: Math.max(...ends) }];
    }
    return [];
  });
}

/** The place at a share of a box's extent: 0 is its left or upper edge, 1 the other. */
function along(box: Rectangle, axis: 'x' | 'y', share: number): number {
  return axis === 'x' ? box.x + box.width * share : box.y + box.height * share;
}
