/** Where on the canvas there is room for something new. */
import type { Point } from '../edges/edge-curve.ts';
import { GRID, type Size } from '../faces/node-size.ts';

export interface Rectangle extends Point, Size {}

/** Space kept between neighbours: beside each other there is an edge with its label. */
const GAP = { across: 120, down: 40 };
/** Steps of the grid from cell to cell. */
const STEP = GRID * 2;
/** Cells searched around the wanted place; beyond, hundreds of nodes stand there already and an overlap is no worse. */
const REACH = { across: 60, down: 40 };

/** Diagrams flow from left to right, so beside is nearer than above or below; in a column of equals it is the other way round. */
export type Growth = 'across' | 'down';

/** To the right is nearer than to the left. */
function distance({ x, y }: Point, growth: Growth): number {
  return Math.hypot(x * (x < 0 ? 1.4 : 1), y * (growth === 'across' ? 2.5 : 0.5));
}

const cells = new Map<Growth, readonly Point[]>();

/** Every cell within reach, nearest first. */
function cellsByDistance(growth: Growth): readonly Point[] {
  const known = cells.get(growth);
  if (known !== undefined) return known;
  const all: Point[] = [];
  for (let x = -REACH.across; x <= REACH.across; x += 1) {
    for (let y = -REACH.down; y <= REACH.down; y += 1) all.push({ x, y });
  }
  const sorted = all.toSorted((a, b) => distance(a, growth) - distance(b, growth) || b.x - a.x || b.y - a.y);
  cells.set(growth, sorted);
  return sorted;
}

function overlaps(a: Rectangle, b: Rectangle): boolean {
  return (
    a.x < b.x + b.width + GAP.across &&
    b.x < a.x + a.width + GAP.across &&
    a.y < b.y + b.height + GAP.down &&
    b.y < a.y + a.height + GAP.down
  );
}

export function onGrid({ x, y }: Point): Point {
  return { x: Math.round(x / GRID) * GRID, y: Math.round(y / GRID) * GRID };
}

/**
 * The place nearest to having its middle at `centre` where a rectangle of `size` is clear of all `taken` ones; its upper
 * left corner, on the grid. Near is meant as a diagram grows: to the right first, or down.
 */
export function freeCell(centre: Point, size: Size, taken: readonly Rectangle[], growth: Growth = 'across'): Point {
  const start = onGrid({ x: centre.x - size.width / 2, y: centre.y - size.height / 2 });
  const free = cellsByDistance(growth).find(({ x, y }) => {
    const place = { x: start.x + x * STEP, y: start.y + y * STEP, ...size };
    return !taken.some((other) => overlaps(place, other));
  });
  return free === undefined ? start : { x: start.x + free.x * STEP, y: start.y + free.y * STEP };
}
