/** One picture of everything that moves, over the flow as it stands. */
import { writeCount, writeShort } from '../../../ui/numbers.ts';
import { curveOf } from '../edges/edge-geometry.ts';
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
}

export function drawScene(context: CanvasRenderingContext2D, { scene, clock, frame, flow, still }: Picture): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  if (clock === null || frame === null || scene.layout === null) return;
  const [x, y, zoom] = flow.transform;
  const ratio = context.canvas.width / Math.max(1, flow.width);
  context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio);
  const view = viewOf(flow);
  const curves = scene.layout.edgeIds.map(curveOf);
  curves.forEach((curve, edge) => {
    if (curve === undefined || scene.density.dense[edge] !== 1 || still) return;
    drawDensity(context, curve, { perSecond: scene.density.perSecond[edge]!, nowMs: clock.nowMs, still: clock.exact });
  });
  if (!still) drawFlights(context, { flights: scene.flights, curves, clock, view, zoom });
  cutOutNodes(context, flow, view);
  curves.forEach((curve, edge) => {
    if (curve === undefined || (!still && scene.density.dense[edge] !== 1)) return;
    const rate = rateOn(scene, frame.values, scene.layout!.edgeIds[edge]!);
    if (rate > 0) drawEdgePill(context, curve, rateText(rate), zoom);
  });
  drawPops(context, { scene, flow, still, nowMs: clock.nowMs, zoom });
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

/** Messages pass behind nodes, not over their figures. */
function cutOutNodes(context: CanvasRenderingContext2D, { nodeLookup }: FlowState, view: Box): void {
  for (const node of nodeLookup.values()) {
    if (node.type === 'frame') continue;
    const { x, y } = node.internals.positionAbsolute;
    const { width = 0, height = 0 } = node.measured;
    if (x > view.right || y > view.bottom || x + width < view.left || y + height < view.top) continue;
    context.clearRect(x, y, width, height);
  }
}

function drawPops(
  context: CanvasRenderingContext2D,
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
}
