/** One picture of everything that moves, over the flow as it stands. */
import { tokenColor } from '../../../ui/colors.ts';
import { writeCount, writeShort } from '../../../ui/numbers.ts';
import { canvasStore } from '../canvas-store.ts';
import { curveOf } from '../edges/edge-geometry.ts';
import { facePaintOf } from '../faces/face-paints.ts';
import type { FlowNode } from '../flow/elements.ts';
import { setFont } from '../live/canvas-font.ts';
import { drawPop } from './anomaly-pops.ts';
import { drawDensity, drawEdgePill, drawFlights, type Box } from './draw-flights.ts';
import { rateOn, type FlightScene } from './flight-scene.ts';
import type { Clock } from './flights.ts';
import type { Frame } from '../../../simulation/frames.ts';

/** The part of React Flow's store that is read here. */
export interface FlowState {
  readonly transform: readonly [number, number, number];
  readonly width: number;
  readonly height: number;
  readonly nodeLookup: ReadonlyMap<string, FlowNodeState>;
}

interface FlowNodeState {
  readonly type?: string;
  readonly data: Pick<FlowNode['data'], 'node'>;
  readonly measured: { readonly width?: number; readonly height?: number };
  readonly internals: { readonly positionAbsolute: { readonly x: number; readonly y: number } };
}

interface Picture {
  readonly scene: FlightScene;
  /** Null before the first frame. */
  readonly clock: Clock | null;
  readonly frame: Frame | null;
  readonly flow: FlowState;
  /** Reduced motion: rates as numbers instead of flights. */
  readonly still: boolean;
  /** Since the last picture. */
  readonly elapsedMs: number;
}

/** Returns whether some face is still on the move. */
export function drawScene(context: OffscreenCanvasRenderingContext2D, picture: Picture): boolean {
  const { scene, clock, frame, flow, still, elapsedMs } = picture;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const [x, y, zoom] = flow.transform;
  const ratio = context.canvas.width / Math.max(1, flow.width);
  context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio);
  drawGuides(context, zoom);
  if (clock === null || frame === null || scene.layout === null) return false;
  const view = viewOf(flow);
  const curves = scene.layout.edgeIds.map(curveOf);
  curves.forEach((curve, edge) => {
    if (curve === undefined || scene.density.dense[edge] !== 1 || still) return;
    drawDensity(context, curve, { perSecond: scene.density.perSecond[edge]!, nowMs: clock.nowMs, still: clock.exact });
  });
  if (!still) drawFlights(context, { flights: scene.flights, curves, clock, view, zoom });
  const moving = drawNodes(context, { frame, flow, still, view, elapsedMs });
  curves.forEach((curve, edge) => {
    if (curve === undefined || (!still && scene.density.dense[edge] !== 1)) return;
    const rate = rateOn(scene, frame.values, scene.layout!.edgeIds[edge]!);
    if (rate > 0) drawEdgePill(context, curve, rateText(rate), zoom);
  });
  drawPops(context, { scene, flow, still, nowMs: clock.nowMs, zoom });
  return moving;
}

/** What a dragged node stands in line with. */
function drawGuides(context: OffscreenCanvasRenderingContext2D, zoom: number): void {
  const { guides } = canvasStore.getState();
  context.fillStyle = tokenColor('--accent');
  const width = 1 / zoom;
  for (const { axis, at, from, to } of guides) {
    if (axis === 'x') context.fillRect(at - width / 2, from, width, to - from);
    else context.fillRect(from, at - width / 2, to - from, width);
  }
}

/** Two digits: it is a measurement of a stream, and says so. */
function rateText(rate: number): string {
  const rounded = Number(rate.toPrecision(2));
  return `~${rounded < 100_000 && rounded >= 10 ? writeCount(rounded) : writeShort(rounded)} msg/s`;
}

/** The part of the flow in view, a little larger. */
function viewOf({ transform: [x, y, zoom], width, height }: FlowState): Box {
  const margin = 20;
  return {
    left: -x / zoom - margin,
    top: -y / zoom - margin,
    right: (width - x) / zoom + margin,
    bottom: (height - y) / zoom + margin,
  };
}

/**
 * The pictures in the faces. Each node first wipes its place: messages pass behind nodes, and so does what is painted in
 * a node that another one covers.
 */
function drawNodes(
  context: OffscreenCanvasRenderingContext2D,
  {
    frame,
    flow,
    still,
    elapsedMs,
    view,
  }: Pick<Picture, 'flow' | 'still' | 'elapsedMs'> & { readonly frame: Frame; readonly view: Box },
): boolean {
  let moving = false;
  const zoom = flow.transform[2];
  for (const [id, node] of flow.nodeLookup) {
    if (node.type === 'frame') continue;
    const { x, y } = node.internals.positionAbsolute;
    const { width = 0, height = 0 } = node.measured;
    if (x > view.right || y > view.bottom || x + width < view.left || y + height < view.top) continue;
    context.clearRect(x, y, width, height);
    const paint = facePaintOf(id);
    if (paint === undefined) continue;
    context.save();
    context.translate(x, y);
    context.globalAlpha = isDimmed(id) ? DIMMED : 1;
    moving = paint({ context, frame, zoom, elapsedMs, still }) || moving;
    context.restore();
  }
  return moving;
}

/** As the faces' own style says of what cannot take part in connecting or dropping. */
const DIMMED = 0.36;

function isDimmed(nodeId: string): boolean {
  const { connecting, drop } = canvasStore.getState();
  if (connecting !== null && connecting.nodeId !== nodeId && connecting.targets.get(nodeId)?.ok !== true) return true;
  return drop !== null && !drop.accepting.has(nodeId);
}

function drawPops(
  context: OffscreenCanvasRenderingContext2D,
  {
    scene,
    flow,
    still,
    nowMs,
    zoom,
  }: Pick<Picture, 'scene' | 'flow' | 'still'> & { readonly nowMs: number; readonly zoom: number },
): void {
  const scale = Math.max(0.9, Math.min(2, 0.9 / zoom));
  for (const pop of scene.pops) {
    const node = flow.nodeLookup.get(pop.node);
    if (node === undefined) continue;
    const { x, y } = node.internals.positionAbsolute;
    drawPop(context, pop, { right: x + (node.measured.width ?? 0), top: y, nowMs, still, scale });
  }
  if (scene.pops.length > 0) clearFrameLabels(context, flow);
}

/** Names of frames are read while marks rise above the nodes under them: the marks pass behind. Sizes as in the frame's own style. */
function clearFrameLabels(context: OffscreenCanvasRenderingContext2D, { nodeLookup }: FlowState): void {
  setFont(context, 600, 15);
  for (const { type, data, measured, internals } of nodeLookup.values()) {
    if (type !== 'frame') continue;
    const { x, y } = internals.positionAbsolute;
    const width = Math.min((measured.width ?? 0) - 24, context.measureText(data.node.name).width + 16);
    context.clearRect(x + 12, y + 8, width, 24);
  }
}
