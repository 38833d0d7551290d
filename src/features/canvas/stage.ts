/**
 * The canvas as others on the page see it: the palette that drops on it, commands that move the view. There is one
 * canvas on a page; without it mounted, everything here does nothing.
 */
import { documentStore } from '../../document/store.ts';
import { select } from '../../document/actions.ts';
import type { Point } from './edges/edge-curve.ts';
import { startRenaming } from './canvas-store.ts';
import { connectByKeyboard } from './connecting/use-keyboard-connect.ts';
import { openingView, stageOf, wholeView, withinView } from './flow/fit.ts';
import { focusNode } from './placing/focus-node.ts';
import { rectangleOf } from './placing/frames.ts';
import { addInView, addPartToSelected, drop, hover, viewRectangle, type Flow } from './placing/place.ts';
import type { Placeable } from './placing/placeable.ts';

let flow: Flow | null = null;

/** The mounted canvas takes part until the returned function is called. */
export function joinStage(mounted: Flow): () => void {
  flow = mounted;
  return () => {
    if (flow === mounted) flow = null;
  };
}

/** Whether a place on the page is on the canvas and not on something above it. */
function isOnCanvas({ x, y }: Point): boolean {
  return (document.elementFromPoint(x, y)?.closest('.react-flow') ?? null) !== null;
}

function onlySelectedNode(): string | undefined {
  const { nodes } = documentStore.getState().selection;
  return nodes.length === 1 ? nodes[0] : undefined;
}

const ANIMATED = { duration: 250 } as const;

export const canvasStage = {
  /** While something is dragged: shows where it could go. `at` on the page, null when the drag is over. Returns whether it is over the canvas. */
  hover(item: Placeable, at: Point | null): boolean {
    const over = at !== null && isOnCanvas(at);
    hover(item, over ? at : null);
    return over;
  },
  /** Drops at a place on the page. Returns whether that was on the canvas. */
  drop(item: Placeable, at: Point): boolean {
    if (flow === null || !isOnCanvas(at)) {
      hover(item, null);
      return false;
    }
    drop(item, at, flow);
    return true;
  },
  /** Adds without pointing anywhere: a node where there is room in the view, a part to the selected node. */
  place(item: Placeable): void {
    if (flow === null) return;
    if (item.type === 'node') addInView(item.kind, flow);
    else addPartToSelected(item.type);
  },
  fitView(): void {
    const stage = stageOf(document.querySelector('.react-flow'));
    const { design } = documentStore.getState();
    if (stage !== null && design.nodes.length > 0) void flow?.setViewport(wholeView(design, stage), ANIMATED);
  },
  /** After the canvas has changed its size: the same view of it as when the document was opened, unless the person has moved it; on a narrow one what is selected is seen in any case. */
  refit(): void {
    const stage = stageOf(document.querySelector('.react-flow'));
    const { design, scenario } = documentStore.getState();
    if (flow === null || stage === null || design.nodes.length === 0) return;
    const view = scenario.view.viewport === undefined ? openingView(design, stage) : flow.getViewport();
    const selected = design.nodes.find(({ id }) => id === onlySelectedNode());
    void flow.setViewport(selected === undefined ? view : withinView(design, selected, view, stage), ANIMATED);
  },
  zoomIn(): void {
    void flow?.zoomIn(ANIMATED);
  },
  zoomOut(): void {
    void flow?.zoomOut(ANIMATED);
  },
  /** Selects a node, brings it into view and moves the keyboard to it. */
  show(nodeId: string): void {
    const { design } = documentStore.getState();
    const node = design.nodes.find(({ id }) => id === nodeId);
    if (flow === null || node === undefined) return;
    select({ nodes: [nodeId] });
    const box = rectangleOf(design, node);
    const view = viewRectangle(flow);
    const seen =
      box.x >= view.x &&
      box.y >= view.y &&
      box.x + box.width <= view.x + view.width &&
      box.y + box.height <= view.y + view.height;
    if (!seen)
      void flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
        ...ANIMATED,
        zoom: Math.max(0.6, flow.getZoom()),
      });
    focusNode(nodeId);
  },
  /** Edits the name of the selected node in its place. */
  renameSelected(): void {
    const id = onlySelectedNode();
    if (id !== undefined) startRenaming(id);
  },
  /** Starts a connection from the selected node, to be ended with the keyboard. */
  connectSelected(): void {
    const id = onlySelectedNode();
    if (id === undefined) return;
    focusNode(id);
    connectByKeyboard(id);
  },
};

export type CanvasStage = typeof canvasStage;
