/** Layered layout from left to right, by dagre. Its own module, so that the library is only loaded when it is used. */
import { Graph, layout } from '@dagrejs/dagre';
import type { Design, ScenarioNode } from '../../workers/scenario/document.ts';
import type { Size } from './arrange.ts';

const GAP = { across: 110, down: 48 };
/** Between a frame's border and what it holds; more at the top for its title. */
const FRAME_PADDING = { side: 24, top: 44 };

interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** The design with its nodes placed anew. The upper left corner of the diagram stays where it was. */
export function layOut(design: Design, sizeOf: (id: string) => Size): Design {
  const placed = design.nodes.filter((node) => node.kind !== 'note' && node.kind !== 'frame');
  if (placed.length === 0) return design;
  const graph = new Graph({ compound: true });
  graph.setGraph({ rankdir: 'LR', ranksep: GAP.across, nodesep: GAP.down });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, parent } of placed) {
    graph.setNode(id, { ...sizeOf(id) });
    if (parent === undefined) continue;
    if (!graph.hasNode(parent)) graph.setNode(parent, {});
    graph.setParent(id, parent);
  }
  for (const { from, to } of design.edges) if (graph.hasNode(from) && graph.hasNode(to)) graph.setEdge(from, to);
  layout(graph);

  const boxes = new Map(placed.map(({ id }) => [id, boxIn(graph, id, sizeOf(id))]));
  const shift = shiftToStay(design, placed, boxes);
  const frames = framesAround(placed, boxes);
  return { ...design, nodes: design.nodes.map((node) => moved(node, boxes, frames, shift)) };
}

/** Dagre gives centres. */
function boxIn(graph: Graph, id: string, size: Size): Rectangle {
  const { x = 0, y = 0 } = graph.node(id) as { readonly x?: number; readonly y?: number };
  return { x: x - size.width / 2, y: y - size.height / 2, ...size };
}

function shiftToStay(design: Design, placed: readonly ScenarioNode[], boxes: ReadonlyMap<string, Rectangle>) {
  const frames = new Map(
    design.nodes.filter(({ kind }) => kind === 'frame').map((frame) => [frame.id, frame.position]),
  );
  const absolute = placed.map(({ position, parent }) => {
    const frame = parent === undefined ? undefined : frames.get(parent);
    return { x: position.x + (frame?.x ?? 0), y: position.y + (frame?.y ?? 0) };
  });
  const laid = [...boxes.values()];
  return {
    x: Math.min(...absolute.map(({ x }) => x)) - Math.min(...laid.map(({ x }) => x)),
    y: Math.min(...absolute.map(({ y }) => y)) - Math.min(...laid.map(({ y }) => y)),
  };
}

function framesAround(placed: readonly ScenarioNode[], boxes: ReadonlyMap<string, Rectangle>): Map<string, Rectangle> {
  const frames = new Map<string, Rectangle>();
  for (const parent of new Set(placed.flatMap((node) => node.parent ?? []))) {
    const inside = placed.filter((node) => node.parent === parent).flatMap(({ id }) => boxes.get(id) ?? []);
    const left = Math.min(...inside.map(({ x }) => x)) - FRAME_PADDING.side;
    const top = Math.min(...inside.map(({ y }) => y)) - FRAME_PADDING.top;
    const right = Math.max(...inside.map(({ x, width }) => x + width)) + FRAME_PADDING.side;
    const bottom = Math.max(...inside.map(({ y, height }) => y + height)) + FRAME_PADDING.side;
    frames.set(parent, { x: left, y: top, width: right - left, height: bottom - top });
  }
  return frames;
}

function moved(
  node: ScenarioNode,
  boxes: ReadonlyMap<string, Rectangle>,
  frames: ReadonlyMap<string, Rectangle>,
  shift: { readonly x: number; readonly y: number },
): ScenarioNode {
  const frame = node.kind === 'frame' ? frames.get(node.id) : undefined;
  if (node.kind === 'frame' && frame !== undefined) {
    const position = { x: Math.round(frame.x + shift.x), y: Math.round(frame.y + shift.y) };
    return { ...node, position, width: Math.round(frame.width), height: Math.round(frame.height) };
  }
  const box = boxes.get(node.id);
  if (box === undefined) return node;
  const within = node.parent === undefined ? undefined : frames.get(node.parent);
  const position = { x: box.x - (within?.x ?? -shift.x), y: box.y - (within?.y ?? -shift.y) };
  return { ...node, position: { x: Math.round(position.x), y: Math.round(position.y) } };
}
