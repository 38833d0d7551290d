/** Putting things onto the canvas, by a place on the page or without one. */
import type { ReactFlowInstance } from '@xyflow/react';
import { nodeKinds, type NodeKind } from '../../../../workers/scenario/kinds/table.ts';
import { addInstance, addNode, addPartition } from '../../../document/actions.ts';
import { documentStore } from '../../../document/store.ts';
import { announce, canvasStore } from '../canvas-store.ts';
import { titleOf } from '../connecting/targets.ts';
import type { Point } from '../edges/edge-curve.ts';
import { nodeSize } from '../faces/node-size.ts';
import type { FlowEdge, FlowNode } from '../flow/elements.ts';
import { focusNode } from './focus-node.ts';
import { placeIn, rectangleOf } from './frames.ts';
import { freeCell, onGrid, type Growth } from './free-cell.ts';
import { partOwners, type Placeable } from './placeable.ts';

export type Flow = ReactFlowInstance<FlowNode, FlowEdge>;

interface NewNode {
  readonly kind: NodeKind;
  /** Upper left corner on the canvas. */
  readonly at: Point;
  readonly connectFrom?: string;
  readonly connectTo?: string;
}

/** The size that a fresh node of this kind will have. */
export function freshSize(kind: NodeKind): { readonly width: number; readonly height: number } {
  const fresh = { id: 'new', kind, name: '', position: { x: 0, y: 0 }, ...nodeKinds[kind].startingValues };
  return nodeSize(fresh);
}

/** Adds a node into the frame it falls into, if any, and moves the focus to it. Returns its id. */
export function addAt({ kind, at, ...connection }: NewNode): string {
  const { design } = documentStore.getState();
  const { position, parent } = placeIn(design, { kind, size: freshSize(kind) }, at);
  const id = addNode(kind, position, { ...(parent === null ? {} : { parent }), ...connection });
  if (id === '') return id;
  announce(`Added ${titleOf(id)}.`);
  focusNode(id);
  return id;
}

/** Adds a node with its middle at a place of the canvas. */
export function addCentred(kind: NodeKind, centre: Point): string {
  const { width, height } = freshSize(kind);
  return addAt({ kind, at: onGrid({ x: centre.x - width / 2, y: centre.y - height / 2 }) });
}

/** Narrower views, in flow units, have no room for a column of sources, one of brokers and one of handlers. */
const COLUMNS_FROM_WIDTH = 900;

/** Where in the view a node is looked for, as a share of its width: what sends is on the left, what handles on the right. */
function columnOf(kind: NodeKind): { readonly share: number; readonly growth: Growth } {
  const { family } = nodeKinds[kind];
  if (family === 'sources') return { share: 0.16, growth: 'down' };
  return family === 'handlers' ? { share: 0.84, growth: 'down' } : { share: 0.46, growth: 'across' };
}

/** Adds a node where there is room, as near as possible to the middle of its column in the view, and shows it. */
export function addInView(kind: NodeKind, flow: Flow): string {
  const view = viewRectangle(flow);
  const { design } = documentStore.getState();
  const { share, growth } =
    view.width < COLUMNS_FROM_WIDTH ? { share: 0.5, growth: 'across' as const } : columnOf(kind);
  const centre = { x: view.x + view.width * share, y: view.y + view.height / 2 };
  const size = freshSize(kind);
  const taken =
    kind === 'frame'
      ? []
      : design.nodes.filter((node) => node.kind !== 'frame').map((node) => rectangleOf(design, node));
  const at = freeCell(centre, size, taken, growth);
  const id = addAt({ kind, at });
  const seen =
    at.x >= view.x &&
    at.y >= view.y &&
    at.x + size.width <= view.x + view.width &&
    at.y + size.height <= view.y + view.height;
  if (!seen) void flow.setCenter(at.x + size.width / 2, at.y + size.height / 2, { zoom: flow.getZoom() });
  return id;
}

/** The part of the canvas in view. */
export function viewRectangle(flow: Flow) {
  const box = document.querySelector('.react-flow')?.getBoundingClientRect() ?? {
    left: 0,
    top: 0,
    right: 800,
    bottom: 600,
  };
  const topLeft = flow.screenToFlowPosition({ x: box.left, y: box.top }, { snapToGrid: false });
  const bottomRight = flow.screenToFlowPosition({ x: box.right, y: box.bottom }, { snapToGrid: false });
  return { ...topLeft, width: bottomRight.x - topLeft.x, height: bottomRight.y - topLeft.y };
}

/** Adds a part to a node. The document tells a refusal. */
export function addPart(part: keyof typeof partOwners, nodeId: string): void {
  const done = part === 'partition' ? addPartition(nodeId) : addInstance(nodeId, 1);
  if (done.ok) announce(`Added one ${part} to ${titleOf(nodeId)}.`);
}

/** Adds a part without pointing at a node: to the selected one, or to the only one there is. */
export function addPartToSelected(part: keyof typeof partOwners): void {
  const { design, selection } = documentStore.getState();
  const owner = partOwners[part];
  const owners = design.nodes.filter(({ kind }) => kind === owner);
  const chosen = owners.filter(({ id }) => selection.nodes.includes(id));
  const target = chosen.length === 1 ? chosen[0] : owners.length === 1 ? owners[0] : undefined;
  if (target !== undefined) addPart(part, target.id);
  else if (owners.length === 0)
    announce(`A${part === 'instance' ? 'n' : ''} ${part} belongs into a ${owner}; add one first.`, { refusal: true });
  else announce(`Select the ${owner} that the ${part} should go to.`, { refusal: true });
}

function ownerAt({ x, y }: Point): string | null {
  const element = document.elementFromPoint(x, y)?.closest<HTMLElement>('.react-flow__node');
  return element?.dataset['id'] ?? null;
}

/** Shows where what is dragged could be dropped. `at` is a place on the page, null when the drag is over. */
export function hover(item: Placeable, at: Point | null): void {
  if (at === null || item.type === 'node') {
    if (canvasStore.getState().drop !== null) canvasStore.setState({ drop: null });
    return;
  }
  const before = canvasStore.getState().drop;
  const found = ownerAt(at);
  const accepting = before?.accepting ?? accepts(item.type);
  const over = found !== null && accepting.has(found) ? found : null;
  if (before?.over !== over || before === null) canvasStore.setState({ drop: { accepting, over } });
}

function accepts(part: keyof typeof partOwners): ReadonlySet<string> {
  const { nodes } = documentStore.getState().design;
  return new Set(nodes.filter(({ kind }) => kind === partOwners[part]).map(({ id }) => id));
}

/** Drops at a place on the page. Says so when a part fell beside every node that could take it. */
export function drop(item: Placeable, at: Point, flow: Flow): void {
  canvasStore.setState({ drop: null });
  if (item.type === 'node') {
    addCentred(item.kind, flow.screenToFlowPosition(at, { snapToGrid: false }));
    return;
  }
  const owner = ownerAt(at);
  if (owner !== null && accepts(item.type).has(owner)) addPart(item.type, owner);
  else announce(`Drop the ${item.type} on a ${partOwners[item.type]}.`, { refusal: true });
}
