import { useMemo, type FocusEvent, type KeyboardEvent } from 'react';
import { documentStore } from '../../../document/store.ts';
import { announce, canvasStore } from '../canvas-store.ts';
import { walkOrder } from '../flow/elements.ts';
import { focusNode } from '../placing/focus-node.ts';
import { portsOf } from './ports.ts';
import { connectNodes, startConnecting, stopConnecting, titleOf } from './targets.ts';

function nodeOf(target: EventTarget): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>('.react-flow__node')?.dataset['id'] ?? null) : null;
}

/** Starts a connection from a node, to be ended on another with Enter. Says why when nothing leaves the node. */
export function connectByKeyboard(nodeId: string): void {
  const node = documentStore.getState().design.nodes.find(({ id }) => id === nodeId);
  if (node === undefined) return;
  if (!portsOf(node.kind).out) {
    announce(`No connection leaves ${titleOf(nodeId)}.`, { refusal: true });
    return;
  }
  const { targets } = startConnecting({ nodeId, leaves: true, by: 'keyboard' });
  const possible = Array.from(targets.values()).filter(({ ok }) => ok).length;
  announce(
    possible === 0
      ? `Nothing here can be connected from ${titleOf(nodeId)}. Escape cancels.`
      : `Connecting from ${titleOf(nodeId)}. Tab to a target (${possible} possible), Enter connects, Escape cancels.`,
  );
}

function endOn(nodeId: string): void {
  const { connecting } = canvasStore.getState();
  if (connecting === null) return;
  if (nodeId === connecting.nodeId) {
    announce('A node cannot be connected to itself; Tab to another.', { refusal: true });
    return;
  }
  if (!connectNodes(connecting.nodeId, nodeId)) return;
  stopConnecting();
  focusNode(nodeId);
}

/** Moves the focus among the nodes where the connection may end, round and round. Returns false when there is none. */
function focusNextTarget(from: string | null, step: 1 | -1): boolean {
  const { connecting } = canvasStore.getState();
  if (connecting === null) return false;
  const possible = walkOrder(documentStore.getState().design).filter((id) => connecting.targets.get(id)?.ok === true);
  if (possible.length === 0) return false;
  const at = from === null ? -1 : possible.indexOf(from);
  const next = at < 0 ? (step === 1 ? 0 : possible.length - 1) : (at + step + possible.length) % possible.length;
  focusNode(possible[next]!);
  return true;
}

/**
 * Connecting without a pointer, which React Flow lacks: C on a node starts, Tab moves among the nodes where it may end,
 * Enter connects, Escape cancels.
 */
export function useKeyboardConnect() {
  return useMemo(
    () => ({
      onKeyDownCapture: (event: KeyboardEvent) => {
        if (!(event.target instanceof Element) || event.target.closest('input, textarea, select, [contenteditable]'))
          return;
        const { connecting } = canvasStore.getState();
        const id = nodeOf(event.target);
        const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
        if (connecting?.by !== 'keyboard') {
          if (id === null || !plain || event.key.toLowerCase() !== 'c') return;
          connectByKeyboard(id);
        } else if (event.key === 'Escape') {
          stopConnecting();
          announce('Connection cancelled.');
        } else if (event.key === 'Enter' && id !== null) endOn(id);
        else if (event.key !== 'Tab' || !focusNextTarget(id, event.shiftKey ? -1 : 1)) return;
        event.preventDefault();
        event.stopPropagation();
      },
      onFocusCapture: (event: FocusEvent) => {
        const { connecting } = canvasStore.getState();
        const id = nodeOf(event.target);
        if (connecting?.by !== 'keyboard' || id === null || id === connecting.nodeId) return;
        const target = connecting.targets.get(id);
        if (target === undefined) return;
        if (target.ok) announce(`${titleOf(id)}: Enter connects.`);
        else announce(target.reason, { refusal: true });
      },
    }),
    [],
  );
}
