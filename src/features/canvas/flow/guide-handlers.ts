import type { OnNodeDrag } from '@xyflow/react';
import { documentStore } from '../../../document/store.ts';
import { canvasStore } from '../canvas-store.ts';
import { nodeSize } from '../faces/node-size.ts';
import { absolutePosition, rectangleOf } from '../placing/frames.ts';
import type { FlowNode } from './elements.ts';
import { guidesFor } from './guides.ts';

/** While a single node is dragged. Several keep their places among themselves, and need no line. */
const onNodeDrag: OnNodeDrag<FlowNode> = (_event, node, dragged) => {
  const { design } = documentStore.getState();
  const moving = node.data.node;
  if (dragged.length !== 1 || moving.kind === 'frame') return;
  const others = design.nodes.filter(({ id, kind }) => id !== node.id && kind !== 'frame');
  const at = absolutePosition(design, { ...moving, position: node.position });
  const guides = guidesFor(
    { ...at, ...nodeSize(moving) },
    others.map((other) => rectangleOf(design, other)),
  );
  canvasStore.setState({ guides });
};

function onNodeDragStop(): void {
  if (canvasStore.getState().guides.length > 0) canvasStore.setState({ guides: [] });
}

export const guideHandlers = { onNodeDrag, onNodeDragStop };
