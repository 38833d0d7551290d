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

/** Steps of the even-parameter walk that measures a Bézier before it is cut into even lengths. */
const STEPS = 96;

/** How far a curve that has to turn back goes beyond its ends, and how tightly it turns. */
const TURN = 30;
const RADIUS = 22;
/** Ends further apart than this have room for the way back between them; else it runs below both. */
const BETWEEN_FROM = 150;
const BELOW = 110;

/** The curve that leaves `source` to the right and enters `target` from the left. Flow coordinates. */
export function curveBetween(source: Point, target: Point): EdgeCurve {
  return target.x < source.x ? curveBack(source, target) : curveAhead(source, target);
}

function curveAhead(source: Point, target: Point): EdgeCurve {
  const bend = Math.max((target.x - source.x) * 0.5, 24);
  const first = { x: source.x + bend, y: source.y };
  const second = { x: target.x - bend, y: target.y };
  const walk: Point[] = [];
  for (let step = 0; step <= STEPS; step += 1) {
    const t = step / STEPS;
    const u = 1 - t;
    const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    walk.push({
      x: a * source.x + b * first.x + c * second.x + d * target.x,
      y: a * source.y + b * first.y + c * second.y + d * target.y,
    });
  }
  const path = `M${source.x},${source.y} C${first.x},${first.y} ${second.x},${second.y} ${target.x},${target.y}`;
  return { path, ...cutEvenly(walk) };
}

/** Round the corner, back in a lane between the two or below them, and round again: it crosses neither of its nodes. */
function curveBack(source: Point, target: Point): EdgeCurve {
  const apart = Math.abs(target.y - source.y) >= BETWEEN_FROM;
  const lane = apart ? (source.y + target.y) / 2 : Math.max(source.y, target.y) + BELOW;
  const right = source.x + TURN;
  const left = target.x - TURN;
  const corners = [
    { x: right, y: source.y },
    { x: right, y: lane },
    { x: left, y: lane },
    { x: left, y: target.y },
  ];
  const walk: Point[] = [source];
  let path = `M${source.x},${source.y}`;
  corners.forEach((corner, i) => {
    const before = towards(corner, corners[i - 1] ?? source);
    const after = towards(corner, corners[i + 1] ?? target);
    path += ` L${before.x},${before.y} Q${corner.x},${corner.y} ${after.x},${after.y}`;
    for (let step = 0; step <= ARC_STEPS; step += 1) walk.push(onArc(before, corner, after, step / ARC_STEPS));
  });
  walk.push(target);
  return { path: `${path} L${target.x},${target.y}`, ...cutEvenly(walk) };
}

const ARC_STEPS = 8;

/** From a corner a radius towards the next one, or half of the way to it if that is less. */
function towards(corner: Point, other: Point): Point {
  const distance = Math.hypot(other.x - corner.x, other.y - corner.y);
  const share = distance > 0 ? Math.min(RADIUS, distance / 2) / distance : 0;
  return { x: corner.x + (other.x - corner.x) * share, y: corner.y + (other.y - corner.y) * share };
}

function onArc(from: Point, corner: Point, to: Point, t: number): Point {
  const u = 1 - t;
  return {
    x: u * u * from.x + 2 * u * t * corner.x + t * t * to.x,
    y: u * u * from.y + 2 * u * t * corner.y + t * t * to.y,
  };
}

function cutEvenly(walk: readonly Point[]): Pick<EdgeCurve, 'points' | 'length'> {
  const distances = [0];
  for (let step = 1; step < walk.length; step += 1) {
    const [from, to] = [walk[step - 1]!, walk[step]!];
    distances.push(distances[step - 1]! + Math.hypot(to.x - from.x, to.y - from.y));
  }
  const last = walk.length - 1;
  const length = distances[last]!;
  const points = new Float32Array(SAMPLES * 2);
  let step = 1;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const wanted = (sample / (SAMPLES - 1)) * length;
    while (step < last && distances[step]! < wanted) step += 1;
    const [from, to] = [walk[step - 1]!, walk[step]!];
    const span = distances[step]! - distances[step - 1]!;
    const share = span > 0 ? Math.min(1, (wanted - distances[step - 1]!) / span) : 0;
    points[sample * 2] = from.x + (to.x - from.x) * share;
    points[sample * 2 + 1] = from.y + (to.y - from.y) * share;
  }
  return { points, length };
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
