/** Moves the keyboard to a node. */

/** Frames to wait: React Flow keeps a new node hidden until it knows its size, and a hidden element takes no focus. */
const TRIES = 30;

function elementOf(nodeId: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(nodeId)}"]`);
}

/** Focuses a node as soon as it can take the focus. */
export function focusNode(nodeId: string, tries: number = TRIES): void {
  const element = elementOf(nodeId);
  element?.focus({ preventScroll: true });
  if (tries > 0 && (element === null || document.activeElement !== element)) {
    requestAnimationFrame(() => focusNode(nodeId, tries - 1));
  }
}
