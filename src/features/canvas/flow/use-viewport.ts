import { useReactFlow, type Viewport } from '@xyflow/react';
import { useCallback, useEffect } from 'react';
import { setView } from '../../../document/actions.ts';
import { documentStore } from '../../../document/store.ts';
import { rectangleOf } from '../placing/frames.ts';
import type { FlowEdge, FlowNode } from './elements.ts';

/** Narrower canvases show the whole diagram: a viewport saved on a wide one would show a corner of it. */
const OWN_VIEWPORT_FROM_WIDTH = 640;
const FIT = { maxZoom: 1.1, minZoom: 0.1 } as const;

/** Where an empty canvas begins: producer, topic and consumer have room beside each other. */
const EMPTY: Viewport = { x: 0, y: 0, zoom: 0.75 };

/** Whether some node would be seen. */
function showsSomething({ x, y, zoom }: Viewport, { width, height }: DOMRect): boolean {
  const { design } = documentStore.getState();
  return design.nodes.some((node) => {
    const box = rectangleOf(design, node);
    const left = box.x * zoom + x;
    const top = box.y * zoom + y;
    return left < width && left + box.width * zoom > 0 && top < height && top + box.height * zoom > 0;
  });
}

/** What to fit into view: everything; on a narrow canvas only what runs, for with notes beside it nothing could be read. */
function fitted(): { readonly padding: number; readonly nodes?: { id: string }[] } {
  const width = document.querySelector('.react-flow')?.clientWidth ?? OWN_VIEWPORT_FROM_WIDTH;
  if (width >= OWN_VIEWPORT_FROM_WIDTH) return { padding: 0.06 };
  const { nodes } = documentStore.getState().design;
  const running = nodes.filter(({ kind }) => kind !== 'note' && kind !== 'frame').map(({ id }) => ({ id }));
  return running.length === 0 ? { padding: 0.04 } : { padding: 0.04, nodes: running };
}

/** The viewport that the document's view names, as far as it makes sense here. */
function savedViewport(): Viewport | null {
  const { viewport } = documentStore.getState().scenario.view;
  const box = document.querySelector('.react-flow')?.getBoundingClientRect();
  if (viewport === undefined || box === undefined || box.width < OWN_VIEWPORT_FROM_WIDTH) return null;
  return showsSomething(viewport, box) ? viewport : null;
}

/** Shows each document as its view says, and keeps in the view where the person moved to. */
export function useViewport() {
  const { fitView, setViewport } = useReactFlow<FlowNode, FlowEdge>();
  useEffect(() => {
    let asked = 0;
    const show = () => {
      // The nodes of a document just opened are there one frame after its id.
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        const saved = savedViewport();
        // React Flow would put fitting an empty canvas off until the first node is dropped, and move it from under the pointer.
        const empty = documentStore.getState().design.nodes.length === 0;
        void (empty ? setViewport(EMPTY) : saved === null ? fitView({ ...FIT, ...fitted() }) : setViewport(saved));
      });
    };
    show();
    const stop = documentStore.subscribe((state, before) => {
      if (state.scenarioId !== before.scenarioId) show();
    });
    return () => {
      stop();
      cancelAnimationFrame(asked);
    };
  }, [fitView, setViewport]);

  const onMoveEnd = useCallback((event: MouseEvent | TouchEvent | null, viewport: Viewport) => {
    // Moves that no person made (fitting a document just opened) are not theirs to be kept.
    if (event !== null) setView({ viewport });
  }, []);
  return { onMoveEnd };
}
