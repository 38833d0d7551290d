/**
 * The curve of an edge, and where a message on it is.
 *
 * The browser's own `getPointAtLength` costs more than a whole frame may; so an edge's Bézier is sampled once, whenever
 * an end moves, into points at equal distances along it, and a place on the edge is one interpolation.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface EdgeCurve {
  /** The SVG path, for the edge's own stroke. */
  readonly path: string;
  /** `SAMPLES` points as x, y pairs, equally far apart along the curve, both ends included. Flow coordinates. */
  readonly points: Float32Array;
  /** Length along the curve in flow coordinates, at least 0. */
  readonly length: number;
}

/** Points of a sampled curve. At 48, the error on a curve across a screen is below a third of a pixel. */
export const SAMPLES = 48;

/** Steps of the even-parameter walk that measures the curve before it is cut into even lengths. */
const STEPS = 96;

/** How far the control points reach: half the distance ahead, and a growing loop when the target lies behind. */
function reach(distance: number): number {
  return distance >= 0 ? Math.max(distance * 0.5, 24) : 24 + 6.5 * Math.sqrt(-distance);
}

/** The curve that leaves `source` to the right and enters `target` from the left. Flow coordinates. */
export function curveBetween(source: Point, target: Point): EdgeCurve {
  const bend = reach(target.x - source.x);
  const first = { x: source.x + bend, y: source.y };
  const second = { x: target.x - bend, y: target.y };
  const walk = new Float32Array((STEPS + 1) * 2);
  const distances = new Float32Array(STEPS + 1);
  for (let step = 0; step <= STEPS; step += 1) {
    const t = step / STEPS;
    const u = 1 - t;
    const a = u * u * u;
    const b = 3 * u * u * t;
    const c = 3 * u * t * t;
    const d = t * t * t;
    const x = a * source.x + b * first.x + c * second.x + d * target.x;
    const y = a * source.y + b * first.y + c * second.y + d * target.y;
    walk[step * 2] = x;
    walk[step * 2 + 1] = y;
    if (step > 0) {
      distances[step] = distances[step - 1]! + Math.hypot(x - walk[step * 2 - 2]!, y - walk[step * 2 - 1]!);
    }
  }
  return {
    path: `M${source.x},${source.y} C${first.x},${first.y} ${second.x},${second.y} ${target.x},${target.y}`,
    points: cutEvenly(walk, distances),
    length: distances[STEPS]!,
  };
}

function cutEvenly(walk: Float32Array, distances: Float32Array): Float32Array {
  const length = distances[STEPS]!;
  const points = new Float32Array(SAMPLES * 2);
  let step = 1;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const wanted = (sample / (SAMPLES - 1)) * length;
    while (step < STEPS && distances[step]! < wanted) step += 1;
    const before = distances[step - 1]!;
    const span = distances[step]! - before;
    const share = span > 0 ? Math.min(1, (wanted - before) / span) : 0;
    const at = step * 2;
    points[sample * 2] = walk[at - 2]! + (walk[at]! - walk[at - 2]!) * share;
    points[sample * 2 + 1] = walk[at - 1]! + (walk[at + 1]! - walk[at - 1]!) * share;
  }
  return points;
}

/**
 * Writes the place at `share` of the way (0 at the source, 1 at the target, clamped) into `out`, which is reused so that
 * ten thousand messages allocate nothing.
 */
export function placeOn(points: Float32Array, share: number, out: { x: number; y: number }): void {
  const along = Math.min(1, Math.max(0, share)) * (SAMPLES - 1);
  const index = Math.min(SAMPLES - 2, Math.floor(along));
  const rest = along - index;
  const at = index * 2;
  const x = points[at]!;
  const y = points[at + 1]!;
  out.x = x + (points[at + 2]! - x) * rest;
  out.y = y + (points[at + 3]! - y) * rest;
}
