/** What the canvas knows for a moment and nobody saves: connecting, renaming, dragging something out, a message. */
import { createStore, useStore } from 'zustand';
import type { Point } from './edges/edge-curve.ts';
import type { Guide } from './flow/guides.ts';

/** Why each node can or cannot be the other end of the connection being drawn. */
export type ConnectionTargets = ReadonlyMap<
  string,
  { readonly ok: true } | { readonly ok: false; readonly reason: string }
>;

export interface Connecting {
  readonly nodeId: string;
  /** Whether the connection leaves this node or enters it. */
  readonly leaves: boolean;
  readonly by: 'pointer' | 'keyboard';
  readonly targets: ConnectionTargets;
}

/** What is being dragged over the canvas to be dropped on a node, and which nodes would take it. */
interface DropHint {
  readonly accepting: ReadonlySet<string>;
  /** The node under the pointer. */
  readonly over: string | null;
}

/** Shown while a part (a partition, an instance) is dragged out of its node. */
interface Bin {
  readonly over: boolean;
}

export type MenuTarget =
  | { readonly type: 'node'; readonly id: string }
  | { readonly type: 'edge'; readonly id: string }
  | { readonly type: 'instance'; readonly id: string; readonly instance: number }
  | { readonly type: 'broker'; readonly id: string; readonly broker: number }
  | { readonly type: 'pane'; readonly at: Point }
  /** A connection dropped on nothing: offers what may stand there. */
  | { readonly type: 'connect'; readonly nodeId: string; readonly leaves: boolean; readonly at: Point };

interface OpenMenu {
  readonly target: MenuTarget;
  /** Place on the page, in CSS pixels. */
  readonly x: number;
  readonly y: number;
}

interface Status {
  readonly text: string;
  /** Refusals stand out and stay a little longer. */
  readonly refusal: boolean;
  /** Grows with every message, so that the same text twice is announced twice. */
  readonly sequence: number;
}

interface CanvasState {
  readonly connecting: Connecting | null;
  readonly renaming: string | null;
  readonly drop: DropHint | null;
  readonly bin: Bin | null;
  readonly menu: OpenMenu | null;
  readonly status: Status;
  readonly hoveredEdge: string | null;
  readonly guides: readonly Guide[];
}

export const canvasStore = createStore<CanvasState>(() => ({
  connecting: null,
  renaming: null,
  drop: null,
  bin: null,
  menu: null,
  status: { text: '', refusal: false, sequence: 0 },
  hoveredEdge: null,
  guides: [],
}));

export function useCanvas<T>(select: (state: CanvasState) => T): T {
  return useStore(canvasStore, select);
}

/** Shows a sentence on the canvas for a few seconds, and has a screen reader say it when it is done with the last. */
export function announce(text: string, { refusal = false }: { readonly refusal?: boolean } = {}): void {
  canvasStore.setState(({ status }) => ({ status: { text, refusal, sequence: status.sequence + 1 } }));
}

export function startRenaming(nodeId: string): void {
  canvasStore.setState({ renaming: nodeId, menu: null });
}

export function stopRenaming(): void {
  canvasStore.setState({ renaming: null });
}

export function openMenu(target: MenuTarget, at: { readonly x: number; readonly y: number }): void {
  canvasStore.setState({ menu: { target, x: at.x, y: at.y } });
}

export function closeMenu(): void {
  canvasStore.setState({ menu: null });
}
