/** Draws what moves along the edges. In flow coordinates; the caller has set the transform. */
import { FLIGHT_KIND } from '../../../../workers/protocol/frame.ts';
import { KEY_COLORS, stateColor, tokenColor } from '../../../ui/colors.ts';
import { setFont } from '../live/canvas-font.ts';
import { quickKeyColor } from '../live/key-colors.ts';
import { placeOn, SAMPLES, type EdgeCurve } from '../edges/edge-curve.ts';
import { densityWidth } from './density.ts';
import { goesBack, isLost, progressOf, type Clock, type Flights } from './flights.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Above this many, messages are squares: a path of circles costs several times as much. */
const CIRCLES_UP_TO = 1500;
/** Above this many, batches do not say how large they are. */
const LABELS_UP_TO = 250;
/** Part of the way over which a lost message fades. */
const FADE = 0.16;

/** Where each flight drawn is, by colour: filled anew with every frame and never allocated again. */
interface Scratch {
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  readonly index: Uint16Array;
  readonly ends: Int32Array;
}

const BUCKETS = KEY_COLORS + 1;
const scratch: Scratch[] = Array.from({ length: BUCKETS }, () => ({
  xs: new Float32Array(0),
  ys: new Float32Array(0),
  index: new Uint16Array(0),
  ends: new Int32Array(1),
}));
const place = { x: 0, y: 0 };

function bucketOf(color: number): number {
  return color < 0 ? KEY_COLORS : color % KEY_COLORS;
}

function push(bucket: number, index: number): void {
  let rows = scratch[bucket]!;
  const at = rows.ends[0]!;
  if (at === rows.xs.length) {
    const length = Math.max(256, at * 2);
    const grown = {
      xs: new Float32Array(length),
      ys: new Float32Array(length),
      index: new Uint16Array(length),
      ends: rows.ends,
    };
    grown.xs.set(rows.xs);
    grown.ys.set(rows.ys);
    grown.index.set(rows.index);
    scratch[bucket] = grown;
    rows = grown;
  }
  rows.xs[at] = place.x;
  rows.ys[at] = place.y;
  rows.index[at] = index;
  rows.ends[0] = at + 1;
}

interface FlightsDrawing {
  readonly flights: Flights;
  /** By index of the frame layout's edges; undefined where an edge is outside the view. */
  readonly curves: readonly (EdgeCurve | undefined)[];
  readonly clock: Clock;
  readonly view: Box;
  readonly zoom: number;
}

/** Draws every flight that is under way and in view. */
export function drawFlights(context: OffscreenCanvasRenderingContext2D, drawing: FlightsDrawing): void {
  const { flights, curves, clock, view } = drawing;
  for (const { ends } of scratch) ends[0] = 0;
  for (let index = 0; index < flights.count; index += 1) {
    const curve = curves[flights.edge[index]!];
    if (curve === undefined) continue;
    const progress = progressOf(flights, index, clock);
    if (progress < 0 || progress > 1) continue;
    const kind = flights.kind[index]!;
    const lost = isLost(kind);
    const along = lost ? Math.min(progress, 0.5) : progress;
    placeOn(curve.points, goesBack(kind) ? 1 - along : along, place);
    if (place.x < view.left || place.x > view.right || place.y < view.top || place.y > view.bottom) continue;
    if (kind === FLIGHT_KIND.data || kind === FLIGHT_KIND.retry) push(bucketOf(flights.color[index]!), index);
    else drawSmall(context, kind, progress, drawing);
  }
  drawMessages(context, drawing);
}

/** Answers and losses: few, and each with a shape of its own. */
function drawSmall(
  context: OffscreenCanvasRenderingContext2D,
  kind: number,
  progress: number,
  { zoom }: FlightsDrawing,
): void {
  const size = sizeAt(zoom);
  const { x, y } = place;
  context.lineWidth = size * 0.4;
  if (isLost(kind) || kind === FLIGHT_KIND.refusal) {
    const gone = isLost(kind) ? Math.max(0, (progress - 0.5 + FADE) / (0.5 + FADE)) : 0;
    const arm = size * (0.85 + gone * 0.6);
    context.globalAlpha = 1 - gone;
    context.strokeStyle = stateColor(isLost(kind) ? 'lost' : 'refused');
    context.lineWidth = size * 0.55;
    context.beginPath();
    context.moveTo(x - arm, y - arm);
    context.lineTo(x + arm, y + arm);
    context.moveTo(x + arm, y - arm);
    context.lineTo(x - arm, y + arm);
    context.stroke();
    context.globalAlpha = 1;
    return;
  }
  context.strokeStyle = tokenColor('--text-2');
  context.fillStyle = tokenColor('--surface-2');
  context.beginPath();
  if (kind === FLIGHT_KIND.commit) {
    const arm = size * 0.75;
    context.moveTo(x - arm, y);
    context.lineTo(x + arm * 0.7, y - arm);
    context.lineTo(x + arm * 0.7, y + arm);
    context.closePath();
  } else context.arc(x, y, size * 0.6, 0, 7);
  context.fill();
  context.stroke();
}

/** Radius of a single message, in flow units: it grows more slowly on the screen than the canvas does. */
function sizeAt(zoom: number): number {
  return 3.6 * Math.max(0.75, 1 / Math.sqrt(Math.max(zoom, 0.2)));
}

function radiusOf(size: number, messages: number): number {
  return messages <= 1 ? size : Math.min(size * 2, size * (1.12 + 0.17 * Math.log2(messages)));
}

function drawMessages(context: OffscreenCanvasRenderingContext2D, { flights, zoom }: FlightsDrawing): void {
  const size = sizeAt(zoom);
  const drawn = scratch.reduce((sum, { ends }) => sum + ends[0]!, 0);
  for (const [bucket, { xs, ys, index, ends }] of scratch.entries()) {
    const count = ends[0]!;
    if (count === 0) continue;
    context.fillStyle = quickKeyColor(bucket === KEY_COLORS ? -1 : bucket);
    if (drawn > CIRCLES_UP_TO) {
      for (let at = 0; at < count; at += 1)
        context.fillRect(xs[at]! - size * 0.8, ys[at]! - size * 0.8, size * 1.6, size * 1.6);
      continue;
    }
    context.beginPath();
    for (let at = 0; at < count; at += 1) {
      const radius = radiusOf(size, flights.messages[index[at]!]!);
      context.moveTo(xs[at]! + radius, ys[at]!);
      context.arc(xs[at]!, ys[at]!, radius, 0, 7);
    }
    context.fill();
    drawRings(context, bucket, flights, size);
    if (drawn <= LABELS_UP_TO) drawCounts(context, bucket, flights, size);
  }
}

/** A ring around what is sent again. */
function drawRings(context: OffscreenCanvasRenderingContext2D, bucket: number, flights: Flights, size: number): void {
  const { xs, ys, index, ends } = scratch[bucket]!;
  context.lineWidth = size * 0.32;
  context.strokeStyle = stateColor('duplicate');
  for (let at = 0; at < ends[0]!; at += 1) {
    const flight = index[at]!;
    if (flights.kind[flight] !== FLIGHT_KIND.retry) continue;
    context.beginPath();
    context.arc(xs[at]!, ys[at]!, radiusOf(size, flights.messages[flight]!) + size * 0.65, 0, 7);
    context.stroke();
  }
}

/** How many messages a batch carries. */
function drawCounts(context: OffscreenCanvasRenderingContext2D, bucket: number, flights: Flights, size: number): void {
  const { xs, ys, index, ends } = scratch[bucket]!;
  setFont(context, 600, size * 2.4);
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  for (let at = 0; at < ends[0]!; at += 1) {
    const messages = flights.messages[index[at]!]!;
    if (messages < 2) continue;
    const radius = radiusOf(size, messages);
    context.fillStyle = tokenColor('--text-2');
    context.fillText(`×${messages}`, xs[at]!, ys[at]! - radius - size * 0.7);
    context.fillStyle = quickKeyColor(bucket === KEY_COLORS ? -1 : bucket);
  }
}

/** An edge on which single messages cannot be told apart: dashes on the move, thicker the more there are. */
export function drawDensity(
  context: OffscreenCanvasRenderingContext2D,
  curve: EdgeCurve,
  { perSecond, nowMs, still }: { readonly perSecond: number; readonly nowMs: number; readonly still: boolean },
): void {
  const { points } = curve;
  context.beginPath();
  context.moveTo(points[0]!, points[1]!);
  for (let sample = 1; sample < SAMPLES; sample += 1) context.lineTo(points[sample * 2]!, points[sample * 2 + 1]!);
  const width = densityWidth(perSecond);
  context.lineCap = 'butt';
  context.strokeStyle = tokenColor('--accent');
  context.globalAlpha = 0.22;
  context.lineWidth = width + 3;
  context.stroke();
  context.globalAlpha = 0.9;
  context.lineWidth = width;
  context.setLineDash([7, 6]);
  context.lineDashOffset = still ? 0 : -(nowMs * 0.16) % 13;
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** A small label in the middle of an edge. */
export function drawEdgePill(
  context: OffscreenCanvasRenderingContext2D,
  curve: EdgeCurve,
  text: string,
  zoom: number,
): void {
  const scale = Math.max(1, 0.8 / zoom);
  placeOn(curve.points, 0.5, place);
  setFont(context, 600, 10.5 * scale);
  const width = context.measureText(text).width + 12 * scale;
  const height = 17 * scale;
  context.fillStyle = tokenColor('--surface-2');
  context.strokeStyle = tokenColor('--line-strong');
  context.lineWidth = scale;
  context.beginPath();
  context.roundRect(place.x - width / 2, place.y - height / 2, width, height, height / 2);
  context.fill();
  context.stroke();
  context.fillStyle = tokenColor('--text');
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, place.x, place.y + 0.5 * scale);
}
