import { useReactFlow, type Viewport } from '@xyflow/react';
import { useCallback, useEffect } from 'react';
import { setView } from '../../../document/actions.ts';
import { documentStore, useDocument } from '../../../document/store.ts';
import { rectangleOf } from '../placing/frames.ts';
import type { FlowEdge, FlowNode } from './elements.ts';

/** Narrower canvases show the whole diagram: a viewport saved on a wide one would show a corner of it. */
const OWN_VIEWPORT_FROM_WIDTH = 640;
const FIT = { padding: 0.1, maxZoom: 1.1, minZoom: 0.2 } as const;

/** Whether some node would be seen. */
function showsSomething({ x, y, zoom }: Viewport, width: number, height: number): boolean {
  const { design } = documentStore.getState();
  return design.nodes.some((node) => {
    const box = rectangleOf(design, node);
    return (
      box.x * zoom + x < width &&
      (box.x + box.width) * zoom + x > 0 &&
      box.y * zoom + y < height &&
      (box.y + box.height) * zoom + y > 0
    );
  });
}

/** Shows each document as its view says, and keeps in the view where the person moved to. */
export function useViewport() {
  const scenarioId = useDocument((state) => state.scenarioId);
  const { fitView, setViewport } = useReactFlow<FlowNode, FlowEdge>();
  const showAsSaved = useCallback(() => {
    const { viewport } = documentStore.getState().scenario.view;
    const box = document.querySelector('.react-flow')?.getBoundingClientRect();
    const usable =
      box !== undefined &&
      viewport !== undefined &&
      box.width >= OWN_VIEWPORT_FROM_WIDTH &&
      showsSomething(viewport, box.width, box.height);
    if (usable) void setViewport(viewport);
    else void fitView(FIT);
  }, [fitView, setViewport]);

  // The nodes of a document just opened are there one frame after its id.
  useEffect(() => {
    const frame = requestAnimationFrame(showAsSaved);
    return () => cancelAnimationFrame(frame);
  }, [scenarioId, showAsSaved]);

  const onMoveEnd = useCallback((event: MouseEvent | TouchEvent | null, viewport: Viewport) => {
    // Moves that no person made (fitting a document just opened) are not theirs to be kept.
    if (event !== null) setView({ viewport });
  }, []);
  return { onMoveEnd };
}
