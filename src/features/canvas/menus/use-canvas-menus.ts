import { useReactFlow, type Edge, type Node } from '@xyflow/react';
import { useMemo, type KeyboardEvent, type MouseEvent } from 'react';
import { select } from '../../../document/actions.ts';
import { documentStore } from '../../../document/store.ts';
import { openMenu, startRenaming } from '../canvas-store.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';

type AnyMouseEvent = MouseEvent | globalThis.MouseEvent;

/** A menu opened with a key has no pointer: it appears at the element that has the focus. */
function placeOf(event: AnyMouseEvent): { readonly x: number; readonly y: number } {
  if (event.clientX !== 0 || event.clientY !== 0) return { x: event.clientX, y: event.clientY };
  const box = (event.target as Element).getBoundingClientRect();
  return { x: box.left + Math.min(24, box.width / 2), y: box.top + Math.min(32, box.height / 2) };
}

/** What opens a context menu, and F2 on a node. */
export function useCanvasMenus() {
  const { screenToFlowPosition } = useReactFlow();
  const { editable } = useCanvasCallbacks();
  return useMemo(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'F2' || !editable || !(event.target instanceof Element)) return;
      const focused = event.target.closest<HTMLElement>('.react-flow__node')?.dataset['id'];
      const { nodes } = documentStore.getState().selection;
      const id = focused ?? (nodes.length === 1 ? nodes[0] : undefined);
      if (id !== undefined) startRenaming(id);
    };
    if (!editable) return { onKeyDown };
    return {
      onKeyDown,
      onNodeContextMenu: (event: MouseEvent, node: Node) => {
        event.preventDefault();
        if (!documentStore.getState().selection.nodes.includes(node.id)) select({ nodes: [node.id] });
        openMenu({ type: 'node', id: node.id }, placeOf(event));
      },
      onSelectionContextMenu: (event: MouseEvent, nodes: Node[]) => {
        event.preventDefault();
        if (nodes[0] !== undefined) openMenu({ type: 'node', id: nodes[0].id }, placeOf(event));
      },
      onEdgeContextMenu: (event: MouseEvent, edge: Edge) => {
        event.preventDefault();
        select({ edges: [edge.id] });
        openMenu({ type: 'edge', id: edge.id }, placeOf(event));
      },
      onPaneContextMenu: (event: AnyMouseEvent) => {
        event.preventDefault();
        const at = placeOf(event);
        openMenu({ type: 'pane', at: screenToFlowPosition(at) }, at);
      },
    };
  }, [editable, screenToFlowPosition]);
}
