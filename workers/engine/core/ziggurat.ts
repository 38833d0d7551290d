/**
 * Exponential and normal variables by Marsaglia and Tsang's ziggurat (The Ziggurat Method for Generating Random
 * Variables, J. Stat. Software 5(8), 2000): the area under the density is cut into 256 layers of equal area, and a point
 * of a layer is nearly always known to lie under the curve by one comparison. One draw and one multiplication then
 * make a variable; a logarithm would cost a quarter of a whole run.
 *
 * The tables are computed when the module loads, with `exact-math`, so they have the same bits everywhere.
 */
import { assert } from './assert.ts';
import { exp, ln } from './exact-math.ts';
import { nextOpenUnit, nextUint32, nextUnit, type RandomStreams } from './random.ts';

const LAYERS = 256;

/**
 * Layer `i` is as wide as its `edge` and lies between the heights `height[i]` and `height[i + 1]` of the density; layer 0
 * is the base, with the tail beyond the edge of layer 1 folded into its width.
 */
interface Ziggurat {
  readonly height: Float64Array;
  /** Edge divided by the number of points a layer is wide. */
  readonly step: Float64Array;
  /** How many of those points surely lie under the curve: they are left of the next edge. */
  readonly sure: Int32Array;
}

/** Where the tail begins, and the area of a layer: the solution of "the 256th layer ends at the top", to the last bit. */
const EXPONENTIAL_TAIL = 7.69711747013105;
const EXPONENTIAL_AREA = 0.003949659822581557;
const NORMAL_TAIL = 3.654152885361009;
const NORMAL_AREA = 0.004928673233974655;

const exponential = build({
  tail: EXPONENTIAL_TAIL,
  area: EXPONENTIAL_AREA,
  points: 2 ** 24,
  density: (x) => exp(-x),
  inverse: (y) => -ln(y),
});
const normal = build({
  tail: NORMAL_TAIL,
  area: NORMAL_AREA,
  points: 2 ** 23,
  density: (x) => exp((-x * x) / 2),
  inverse: (y) => Math.sqrt(-2 * ln(y)),
});

const { step: exponentialStep, sure: exponentialSure } = exponential;
const { step: normalStep, sure: normalSure } = normal;

/** Exponential with mean 1, above 0. One draw in 98.9 % of all cases. */
export function nextExponential(streams: RandomStreams, i: number): number {
  const bits = nextUint32(streams, i);
  const layer = bits & 255;
  const point = bits >>> 8;
  if (point >= exponentialSure[layer]!) return exponentialSlowly(streams, i, layer, point);
  return (point + 0.5) * exponentialStep[layer]!;
}

/** Normal with mean 0 and variance 1. One draw in 99.3 % of all cases. */
export function nextNormal(streams: RandomStreams, i: number): number {
  const bits = nextUint32(streams, i);
  const layer = bits & 255;
  const point = bits >>> 9;
  // 1 or -1 by bit 8, without a branch that is guessed wrong every other time.
  const sign = 1 - ((bits >>> 7) & 2);
  if (point >= normalSure[layer]!) return sign * normalSlowly(streams, i, layer, point);
  return sign * (point + 0.5) * normalStep[layer]!;
}

/** The point is not surely under the curve: look, and draw anew until one is. */
function exponentialSlowly(streams: RandomStreams, i: number, layerFirst: number, pointFirst: number): number {
  const height = exponential.height;
  let beyond = 0;
  let layer = layerFirst;
  let point = pointFirst;
  for (;;) {
    const x = (point + 0.5) * exponentialStep[layer]!;
    if (point < exponentialSure[layer]!) return beyond + x;
    if (layer === 0) {
      // The tail of an exponential is an exponential again.
      beyond += EXPONENTIAL_TAIL;
    } else {
      const y = height[layer]! + nextUnit(streams, i) * (height[layer + 1]! - height[layer]!);
      if (y < exp(-x)) return beyond + x;
    }
    const bits = nextUint32(streams, i);
    layer = bits & 255;
    point = bits >>> 8;
  }
}

/** As above, for the distance from the middle; the sign stays the one drawn first. */
function normalSlowly(streams: RandomStreams, i: number, layerFirst: number, pointFirst: number): number {
  const height = normal.height;
  let layer = layerFirst;
  let point = pointFirst;
  for (;;) {
    const x = (point + 0.5) * normalStep[layer]!;
    if (point < normalSure[layer]!) return x;
    if (layer === 0) return normalTail(streams, i);
    const y = height[layer]! + nextUnit(streams, i) * (height[layer + 1]! - height[layer]!);
    if (y < exp((-x * x) / 2)) return x;
    const bits = nextUint32(streams, i);
    layer = bits & 255;
    point = bits >>> 9;
  }
}

/** Marsaglia's own method for the tail. Each round succeeds with probability above 0.9. */
function normalTail(streams: RandomStreams, i: number): number {
  for (;;) {
    const x = -ln(nextOpenUnit(streams, i)) / NORMAL_TAIL;
    const y = -ln(nextOpenUnit(streams, i));
    if (y + y > x * x) return NORMAL_TAIL + x;
  }
}

function build(shape: {
  readonly tail: number;
  readonly area: number;
  readonly points: number;
  readonly density: (x: number) => number;
  readonly inverse: (y: number) => number;
}): Ziggurat {
  const { tail, area, points, density, inverse } = shape;
  const edge = new Float64Array(LAYERS + 1);
  const height = new Float64Array(LAYERS + 1);
  edge[0] = area / density(tail);
  edge[1] = tail;
  height[1] = density(tail);
  for (let layer = 2; layer < LAYERS; layer++) {
    height[layer] = height[layer - 1]! + area / edge[layer - 1]!;
    edge[layer] = inverse(height[layer]!);
  }
  edge[LAYERS] = 0;
  height[LAYERS] = 1;
  const top = height[LAYERS - 1]! + area / edge[LAYERS - 1]!;
  assert(top > 1 - 1e-12 && top < 1 + 1e-12, () => `The last layer of a ziggurat ends at ${top}, not at the top`);
  const sure = Int32Array.from({ length: LAYERS }, (_, layer) =>
    Math.floor((edge[layer + 1]! / edge[layer]!) * points),
  );
  return { height, step: edge.map((x) => x / points), sure };
}
