import type { Connection, Edge, OnConnectEnd, OnConnectStart } from '@xyflow/react';
import { useReactFlow } from '@xyflow/react';
import { useMemo } from 'react';
import { canvasStore, openMenu } from '../canvas-store.ts';
import { connectNodes, startConnecting, stopConnecting } from './targets.ts';

/** The node under a place on the page; frames and notes do not count. */
export function nodeAt(x: number, y: number): string | null {
  const element = document.elementFromPoint(x, y)?.closest<HTMLElement>('.react-flow__node');
  if (!element || element.matches('.react-flow__node-frame, .react-flow__node-note')) return null;
  return element.dataset['id'] ?? null;
}

function placeOf(event: MouseEvent | TouchEvent): { readonly x: number; readonly y: number } {
  const point = 'changedTouches' in event ? event.changedTouches[0] : event;
  return { x: point?.clientX ?? 0, y: point?.clientY ?? 0 };
}

/**
 * Connecting by drag, or by tapping one port and then another. Dropped anywhere on a node it connects to that node;
 * dropped on nothing it offers what may stand there.
 */
export function usePointerConnect() {
  const { screenToFlowPosition } = useReactFlow();
  return useMemo(() => {
    const onConnectStart: OnConnectStart = (_event, { nodeId, handleType }) => {
      if (nodeId !== null) startConnecting({ nodeId, leaves: handleType === 'source', by: 'pointer' });
    };
    const onConnectEnd: OnConnectEnd = (event, state) => {
      const { connecting } = canvasStore.getState();
      stopConnecting();
      // React Flow has drawn a valid one by now.
      if (connecting === null || connecting.by !== 'pointer' || state.isValid === true) return;
      const at = placeOf(event);
      const over = nodeAt(at.x, at.y);
      const { nodeId, leaves } = connecting;
      if (over === nodeId) return;
      if (over !== null) {
        connectNodes(leaves ? nodeId : over, leaves ? over : nodeId);
        return;
      }
      if ((document.elementFromPoint(at.x, at.y)?.closest('.react-flow') ?? null) === null) return;
      openMenu({ type: 'connect', nodeId, leaves, at: screenToFlowPosition(at) }, at);
    };
    return {
      onConnectStart,
      onConnectEnd,
      onClickConnectStart: onConnectStart,
      onClickConnectEnd: () => stopConnecting(),
      onConnect: ({ source, target }: Connection) => void connectNodes(source, target),
      isValidConnection: ({ source, target }: Connection | Edge): boolean => {
        const { connecting } = canvasStore.getState();
        const other = connecting?.leaves === false ? source : target;
        return connecting === null || connecting.targets.get(other)?.ok === true;
      },
    };
  }, [screenToFlowPosition]);
}
