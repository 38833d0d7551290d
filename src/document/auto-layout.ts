/**
 * Layered layout from left to right, by dagre. Its own module, so that the library is only loaded when it is used.
 *
 * A frame is laid out with what stands in it, whether it holds it as its parent or is only drawn around it; notes in a
 * frame end up beside its nodes. Everything is reckoned in places on the canvas, and turned back into places within a
 * parent at the end.
 */
import { Graph, layout } from '@dagrejs/dagre';
import type { Design, ScenarioNode } from '../../workers/scenario/document.ts';
import type { Point, Size } from './arrange.ts';
import { isAnnotation } from './cosmetics.ts';

const GAP = { across: 110, down: 48, note: 40 };
/** Between a frame's border and what it holds; more at the top for its title. */
const FRAME_PADDING = { side: 28, top: 48 };

interface Box extends Point, Size {}
type Boxes = Map<string, Box>;
type SizeOf = (id: string) => Size;

/** The design with its nodes placed anew. The upper left corner of the diagram stays where it was. */
export function layOut(design: Design, sizeOf: SizeOf): Design {
  const before = boxesOf(design, sizeOf);
  const placed = design.nodes.filter((node) => !isAnnotation(node));
  if (placed.length === 0) return design;
  const frameOf = membership(design, before);
  const after = layered(design, placed, before, frameOf);
  placeNotes(design, before, after, frameOf);
  fitFrames(design, after, frameOf);
  const shift = shiftBack(before, after);
  const parents = new Map(design.nodes.map((node) => [node.id, node.parent]));
  const place = (id: string): Point | undefined => {
    const box = after.get(id) ?? before.get(id);
    if (box === undefined) return undefined;
    return after.has(id) ? { x: box.x + shift.x, y: box.y + shift.y } : box;
  };
  return { ...design, nodes: design.nodes.map((node) => moved(node, after, place, parents)) };
}

function boxesOf(design: Design, sizeOf: SizeOf): Boxes {
  const byId = new Map(design.nodes.map((node) => [node.id, node]));
  return new Map(
    design.nodes.map((node) => {
      let { x, y } = node.position;
      for (let at = node.parent; at !== undefined; at = byId.get(at)?.parent) {
        x += byId.get(at)?.position.x ?? 0;
        y += byId.get(at)?.position.y ?? 0;
      }
      return [node.id, { x, y, ...sizeOf(node.id) }];
    }),
  );
}

/** The innermost frame around each node that is no frame, by parent or by where it stands. */
function membership(design: Design, boxes: Boxes): ReadonlyMap<string, string> {
  const frames = design.nodes.filter(({ kind }) => kind === 'frame');
  const area = (id: string) => (boxes.get(id)?.width ?? 0) * (boxes.get(id)?.height ?? 0);
  const members = new Map<string, string>();
  for (const { id, kind, parent } of design.nodes) {
    if (kind === 'frame') continue;
    const around = frames.filter((frame) => holds(boxes.get(frame.id), boxes.get(id)));
    const inner = around.toSorted((a, b) => area(a.id) - area(b.id) || (a.id < b.id ? -1 : 1))[0]?.id;
    const frame = parent ?? inner;
    if (frame !== undefined) members.set(id, frame);
  }
  return members;
}

/** Whether the middle of `inside` lies in `frame`. */
function holds(frame: Box | undefined, inside: Box | undefined): boolean {
  if (frame === undefined || inside === undefined) return false;
  const x = inside.x + inside.width / 2 - frame.x;
  const y = inside.y + inside.height / 2 - frame.y;
  return x >= 0 && x <= frame.width && y >= 0 && y <= frame.height;
}

function layered(
  design: Design,
  placed: readonly ScenarioNode[],
  before: Boxes,
  frameOf: ReadonlyMap<string, string>,
): Boxes {
  const graph = new Graph({ compound: true });
  graph.setGraph({ rankdir: 'LR', ranksep: GAP.across, nodesep: GAP.down });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of placed) {
    const { width, height } = before.get(id) ?? { width: 0, height: 0 };
    graph.setNode(id, { width, height });
    const frame = frameOf.get(id);
    if (frame === undefined) continue;
    if (!graph.hasNode(frame)) graph.setNode(frame, {});
    graph.setParent(id, frame);
  }
  for (const { from, to } of design.edges) if (graph.hasNode(from) && graph.hasNode(to)) graph.setEdge(from, to);
  layout(graph);
  return new Map(
    placed.map(({ id }) => {
      // Dagre gives the middle.
      const { x, y, width, height } = graph.node(id) as Box;
      return [id, { x: x - width / 2, y: y - height / 2, width, height }];
    }),
  );
}

function bounds(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

function membersOf(frame: string, after: Boxes, frameOf: ReadonlyMap<string, string>): readonly Box[] {
  return [...after].filter(([id]) => frameOf.get(id) === frame).map(([, box]) => box);
}

/** Notes in a frame stand to the right of its nodes, one below the other. Notes elsewhere stay. */
function placeNotes(design: Design, before: Boxes, after: Boxes, frameOf: ReadonlyMap<string, string>): void {
  const lowest = new Map<string, Point>();
  for (const { id, kind } of design.nodes) {
    const frame = frameOf.get(id);
    const box = before.get(id);
    if (kind !== 'note' || frame === undefined || box === undefined) continue;
    const nodes = membersOf(frame, after, frameOf);
    if (nodes.length === 0) continue;
    const around = bounds(nodes);
    const at = lowest.get(frame) ?? { x: around.x + around.width + GAP.note, y: around.y };
    after.set(id, { ...box, ...at });
    lowest.set(frame, { x: at.x, y: at.y + box.height + GAP.note / 2 });
  }
}

function fitFrames(design: Design, after: Boxes, frameOf: ReadonlyMap<string, string>): void {
  for (const { id, kind } of design.nodes) {
    const inside = kind === 'frame' ? membersOf(id, after, frameOf) : [];
    if (inside.length === 0) continue;
    const { x, y, width, height } = bounds(inside);
    const { side, top } = FRAME_PADDING;
    after.set(id, { x: x - side, y: y - top, width: width + 2 * side, height: height + top + side });
  }
}

function shiftBack(before: Boxes, after: Boxes): Point {
  const was = bounds([...after.keys()].flatMap((id) => before.get(id) ?? []));
  const is = bounds([...after.values()]);
  return { x: was.x - is.x, y: was.y - is.y };
}

function moved(
  node: ScenarioNode,
  after: Boxes,
  place: (id: string) => Point | undefined,
  parents: ReadonlyMap<string, string | undefined>,
): ScenarioNode {
  const to = place(node.id);
  if (to === undefined) return node;
  const parent = parents.get(node.id);
  const within = parent === undefined ? undefined : place(parent);
  const position = { x: Math.round(to.x - (within?.x ?? 0)), y: Math.round(to.y - (within?.y ?? 0)) };
  const box = after.get(node.id);
  if (node.kind !== 'frame' || box === undefined) return { ...node, position };
  return { ...node, position, width: Math.round(box.width), height: Math.round(box.height) };
}
