/** Where on the canvas there is room for something new. */
import type { Point } from '../edges/edge-curve.ts';
import { GRID, type Size } from '../faces/node-size.ts';

export interface Rectangle extends Point, Size {}

/** Space kept between neighbours. */
const GAP = 40;
/** Rings searched around the wanted place; beyond, a thousand nodes stand there already and an overlap is no worse. */
const RINGS = 40;

function overlaps(a: Rectangle, b: Rectangle, gap: number): boolean {
  return (
    a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap
  );
}

export function onGrid({ x, y }: Point): Point {
  return { x: Math.round(x / GRID) * GRID, y: Math.round(y / GRID) * GRID };
}

/**
 * The place nearest to having its middle at `centre` where a rectangle of `size` is clear of all `taken` ones; its upper
 * left corner, on the grid. Searched in rings: to the right of the middle first, then around it.
 */
export function freeCell(centre: Point, size: Size, taken: readonly Rectangle[]): Point {
  const start = onGrid({ x: centre.x - size.width / 2, y: centre.y - size.height / 2 });
  const step = GRID * 2;
  for (let ring = 0; ring <= RINGS; ring += 1) {
    for (const { x, y } of ringOf(ring)) {
      const at = { x: start.x + x * step, y: start.y + y * step };
      if (!taken.some((other) => overlaps({ ...at, ...size }, other, GAP))) return at;
    }
  }
  return start;
}

/** The cells of the square ring with this radius, nearest to its centre first. */
function ringOf(radius: number): readonly Point[] {
  if (radius === 0) return [{ x: 0, y: 0 }];
  const cells: Point[] = [];
  for (let x = -radius; x <= radius; x += 1) {
    for (let y = -radius; y <= radius; y += 1) {
      if (Math.max(Math.abs(x), Math.abs(y)) === radius) cells.push({ x, y });
    }
  }
  return cells.toSorted((a, b) => Math.hypot(a.x, a.y) - Math.hypot(b.x, b.y) || b.x - a.x || a.y - b.y);
}
