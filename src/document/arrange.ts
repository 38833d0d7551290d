/** Moving, aligning and laying out nodes. Only for the eye: the run does not notice. */
import type { Design, ScenarioNode } from '../../workers/scenario/document.ts';
import { changeDesign, endStep } from './edit.ts';
import { documentStore } from './store.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Placed {
  readonly id: string;
  /** Relative to the frame it is in, if any. */
  readonly position: Point;
  /** The frame to put it in; null takes it out of the one it is in; absent leaves it where it belongs. */
  readonly parent?: string | null;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the canvas has not measured a node, it counts as this large. */
const NOMINAL: Size = { width: 220, height: 120 };

let measure: (id: string) => Size | null = () => null;

/** The canvas says how large nodes are drawn; null where it does not know. */
export function setNodeSizes(sizes: ((id: string) => Size | null) | null): void {
  measure = sizes ?? (() => null);
}

function sizeOf(id: string): Size {
  return measure(id) ?? NOMINAL;
}

function place(design: Design, places: ReadonlyMap<string, Point>): Design {
  let moved = false;
  const nodes = design.nodes.map((node) => {
    const to = places.get(node.id);
    if (to === undefined || (to.x === node.position.x && to.y === node.position.y)) return node;
    moved = true;
    return { ...node, position: { x: to.x, y: to.y } };
  });
  return moved ? { ...design, nodes } : design;
}

/** With each node in its frame, or in none. */
function inFrames(design: Design, parents: ReadonlyMap<string, string | null>): Design {
  let moved = false;
  const nodes = design.nodes.map((node) => {
    const parent = parents.get(node.id);
    if (parent === undefined || (node.parent ?? null) === parent) return node;
    moved = true;
    const { parent: _, ...rest } = node;
    return parent === null ? rest : { ...rest, parent };
  });
  return moved ? { ...design, nodes } : design;
}

/**
 * Puts nodes somewhere. Until `commit` is true, calls in a row count as one gesture and one step of undo.
 */
export function moveNodes(places: readonly Placed[], { commit }: { readonly commit: boolean }): void {
  const to = new Map(places.map(({ id, position }) => [id, rounded(position)]));
  const parents = new Map(places.flatMap(({ id, parent }) => (parent === undefined ? [] : [[id, parent] as const])));
  const names = documentStore.getState().design.nodes.filter(({ id }) => to.has(id));
  const label = names.length === 1 ? `Move ${names[0]?.name ?? ''}` : `Move ${names.length} nodes`;
  changeDesign(label, (before) => inFrames(place(before, to), parents), { merge: `move.${[...to.keys()].join()}` });
  if (commit) endStep();
}

/** Changes a frame's size, and its place when its upper or left edge was dragged. */
export function resizeFrame(id: string, size: Size, position?: Point): void {
  changeDesign(
    'Resize a frame',
    (before) => ({
      ...before,
      nodes: before.nodes.map((node) =>
        node.id === id && node.kind === 'frame'
          ? {
              ...node,
              width: Math.round(size.width),
              height: Math.round(size.height),
              position:
                position === undefined ? node.position : { x: Math.round(position.x), y: Math.round(position.y) },
            }
          : node,
      ),
    }),
    { merge: `resize.${id}` },
  );
}

export type Alignment = 'left' | 'center' | 'right' | 'top' | 'middle' | 'bottom' | 'spread across' | 'spread down';

interface Box extends Placed, Size {}

function boxOf(node: ScenarioNode): Box {
  return { id: node.id, position: node.position, ...sizeOf(node.id) };
}

/** Lines nodes up, or spaces them evenly. Of a single node nothing changes. */
export function align(how: Alignment, ids: readonly string[]): void {
  const { design } = documentStore.getState();
  const boxes = design.nodes.filter(({ id }) => ids.includes(id)).map(boxOf);
  if (boxes.length < 2) return;
  const places = aligned(how, boxes);
  changeDesign(how.startsWith('spread') ? 'Space evenly' : 'Align', (before) => place(before, places));
}

/** Where `boxes` go. Positions are upper left corners, rounded to whole pixels. */
function aligned(how: Alignment, boxes: readonly Box[]): ReadonlyMap<string, Point> {
  if (how === 'spread across' || how === 'spread down') return spread(boxes, how === 'spread across');
  const left = Math.min(...boxes.map(({ position }) => position.x));
  const right = Math.max(...boxes.map(({ position, width }) => position.x + width));
  const top = Math.min(...boxes.map(({ position }) => position.y));
  const bottom = Math.max(...boxes.map(({ position, height }) => position.y + height));
  const put = ({ position, width, height }: Box): Point => {
    switch (how) {
      case 'left':
        return { x: left, y: position.y };
      case 'center':
        return { x: (left + right - width) / 2, y: position.y };
      case 'right':
        return { x: right - width, y: position.y };
      case 'top':
        return { x: position.x, y: top };
      case 'middle':
        return { x: position.x, y: (top + bottom - height) / 2 };
      case 'bottom':
        return { x: position.x, y: bottom - height };
      default:
        return how satisfies never;
    }
  };
  return new Map(boxes.map((box) => [box.id, rounded(put(box))]));
}

function rounded({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) };
}

/** Equal gaps between neighbours; the outermost two stay. */
function spread(boxes: readonly Box[], across: boolean): ReadonlyMap<string, Point> {
  const start = ({ position }: Box) => (across ? position.x : position.y);
  const length = ({ width, height }: Box) => (across ? width : height);
  const sorted = boxes.toSorted((a, b) => start(a) - start(b) || (a.id < b.id ? -1 : 1));
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const room = start(last) + length(last) - start(first);
  const gap = (room - sorted.reduce((sum, box) => sum + length(box), 0)) / (sorted.length - 1);
  let at = start(first);
  return new Map(
    sorted.map((box) => {
      const { x, y } = box.position;
      const to: Point = across ? { x: at, y } : { x, y: at };
      at += length(box) + gap;
      return [box.id, rounded(to)];
    }),
  );
}

/**
 * Lays the whole diagram out from left to right along its connections. Notes stay; a frame that holds nodes is fitted
 * around them. The library for it is loaded at the first use.
 */
export async function autoLayout(): Promise<void> {
  const { layOut } = await import('./auto-layout.ts');
  const { design } = documentStore.getState();
  const arranged = layOut(design, sizeOf);
  changeDesign('Lay out', () => arranged);
}
