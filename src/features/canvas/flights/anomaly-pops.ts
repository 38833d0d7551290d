/** Anomalies as they are found: a mark rises where it happened, and fades. */
import { ANOMALY, ANOMALY_KIND, HEADER, type Layout } from '../../../../workers/protocol/frame.ts';
import { anomalyMarks } from '../../../icons/anomaly-marks.ts';
import { setFont } from '../live/canvas-font.ts';
import { stateColor, tokenColor } from '../../../ui/colors.ts';
import { writeShort } from '../../../ui/numbers.ts';
import { statePaths, type StateKind } from '../../../ui/states.ts';

export interface Pop {
  readonly node: string;
  readonly kind: StateKind;
  readonly startMs: number;
  count: number;
  /** Place among the marks of the same node that are still seen, from its right corner outwards: names of frames begin on the left. */
  readonly lane: number;
}

const POP_MS = 1700;
/** Anomalies of one kind at one node within this time share a mark. */
const JOIN_MS = 350;
const POPS_MAX = 80;
const LANES = 4;

/** Adds the anomalies of a frame to `pops`, oldest first, and drops those that are over. */
export function collectPops(pops: Pop[], values: Float64Array, layout: Layout, nowMs: number): void {
  forgetPops(pops, nowMs);
  const anomalies = values[HEADER.anomalies]!;
  for (let index = 0; index < anomalies; index += 1) {
    const row = values[HEADER.anomaliesAt]! + index * ANOMALY.size;
    const node = layout.nodeIds[values[row + ANOMALY.node]!];
    const kind = ANOMALY_KIND[values[row + ANOMALY.kind]!];
    if (node !== undefined && kind !== undefined) addPop(pops, node, anomalyMarks[kind], nowMs);
  }
}

function addPop(pops: Pop[], node: string, kind: StateKind, nowMs: number): void {
  const same = pops.findLast((pop) => pop.node === node && pop.kind === kind);
  if (same !== undefined && nowMs - same.startMs < JOIN_MS) {
    same.count += 1;
    return;
  }
  const taken = new Set(pops.filter((pop) => pop.node === node).map(({ lane }) => lane));
  const free = Array.from({ length: LANES }, (_, lane) => lane).find((lane) => !taken.has(lane));
  pops.push({ node, kind, startMs: nowMs, count: 1, lane: free ?? pops.length % LANES });
  if (pops.length > POPS_MAX) pops.shift();
}

export function forgetPops(pops: Pop[], nowMs: number): void {
  const kept = pops.filter(({ startMs }) => nowMs - startMs < POP_MS);
  if (kept.length < pops.length) pops.splice(0, pops.length, ...kept);
}

const paths = new Map<StateKind, { readonly stroke: Path2D; readonly fill: Path2D }>();

function pathOf(kind: StateKind): { readonly stroke: Path2D; readonly fill: Path2D } {
  let path = paths.get(kind);
  if (path === undefined) {
    path = { stroke: new Path2D(statePaths[kind].stroke), fill: new Path2D(statePaths[kind].fill) };
    paths.set(kind, path);
  }
  return path;
}

/** Draws a mark above the upper right corner of its node. */
export function drawPop(
  context: OffscreenCanvasRenderingContext2D,
  pop: Pop,
  {
    right,
    top,
    nowMs,
    still,
    scale,
  }: {
    readonly right: number;
    readonly top: number;
    readonly nowMs: number;
    readonly still: boolean;
    /** Flow units per unit of the mark: marks stay legible from afar. */
    readonly scale: number;
  },
): void {
  const age = Math.min(1, (nowMs - pop.startMs) / POP_MS);
  const rise = still ? 0 : 26 * (1 - (1 - age) ** 3);
  const grow = still ? 1 : Math.min(1, age * 12) * (1 + 0.25 * Math.max(0, 1 - age * 6));
  context.save();
  context.globalAlpha = age < 0.55 ? 1 : (1 - age) / 0.45;
  context.translate(right + (pop.lane * 30 - 16) * scale, top - (4 + rise) * scale);
  context.scale(scale * grow, scale * grow);
  context.fillStyle = tokenColor('--surface-2');
  context.strokeStyle = stateColor(pop.kind);
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(0, 0, 12, 0, 7);
  context.fill();
  context.stroke();
  const { stroke, fill } = pathOf(pop.kind);
  context.save();
  context.translate(-8, -8);
  context.lineWidth = 1.8;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.stroke(stroke);
  context.fillStyle = stateColor(pop.kind);
  context.fill(fill);
  context.restore();
  if (pop.count > 1) {
    setFont(context, 700, 10);
    context.textAlign = 'center';
    context.fillStyle = stateColor(pop.kind);
    context.fillText(`×${writeShort(pop.count)}`, 0, -15);
  }
  context.restore();
}
