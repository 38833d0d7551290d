/** Which frame a place on the canvas belongs to. Nodes in a frame are placed relative to it. */
import type { Design, ScenarioNode } from '../../../../workers/scenario/document.ts';
import type { Point } from '../edges/edge-curve.ts';
import { nodeSize } from '../faces/node-size.ts';
import type { Rectangle } from './free-cell.ts';

/** Position on the canvas of a node that may be in a frame. */
export function absolutePosition(
  { nodes }: Pick<Design, 'nodes'>,
  node: Pick<ScenarioNode, 'position' | 'parent'>,
): Point {
  const frame = node.parent === undefined ? undefined : nodes.find(({ id }) => id === node.parent);
  if (frame === undefined) return node.position;
  return { x: node.position.x + frame.position.x, y: node.position.y + frame.position.y };
}

/** Position and size of a node on the canvas. */
export function rectangleOf(design: Pick<Design, 'nodes'>, node: ScenarioNode): Rectangle {
  return { ...absolutePosition(design, node), ...nodeSize(node) };
}

/** The frame that a place lies in; the last drawn of several. Undefined outside of all. */
export function frameAt(design: Pick<Design, 'nodes'>, { x, y }: Point): ScenarioNode | undefined {
  return design.nodes.findLast((node) => {
    if (node.kind !== 'frame') return false;
    const { width, height } = nodeSize(node);
    return (
      x >= node.position.x && y >= node.position.y && x <= node.position.x + width && y <= node.position.y + height
    );
  });
}

/** The position and frame for a node whose upper left corner stands at `at`: in the frame that its middle lies in. */
export function placeIn(
  design: Pick<Design, 'nodes'>,
  node: Pick<ScenarioNode, 'kind'> & { readonly size: { readonly width: number; readonly height: number } },
  at: Point,
): { readonly position: Point; readonly parent: string | null } {
  const middle = { x: at.x + node.size.width / 2, y: at.y + node.size.height / 2 };
  const frame = node.kind === 'frame' ? undefined : frameAt(design, middle);
  if (frame === undefined) return { position: at, parent: null };
  return { position: { x: at.x - frame.position.x, y: at.y - frame.position.y }, parent: frame.id };
}
