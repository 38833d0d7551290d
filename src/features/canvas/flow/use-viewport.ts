import { useReactFlow, type Viewport } from '@xyflow/react';
import { useCallback, useEffect } from 'react';
import { setView } from '../../../document/actions.ts';
import { documentStore } from '../../../document/store.ts';
import { rectangleOf } from '../placing/frames.ts';
import type { FlowEdge, FlowNode } from './elements.ts';
import { NARROW_BELOW, openingView, stageOf, type Stage } from './fit.ts';

/** Where an empty canvas begins: producer, topic and consumer have room beside each other. */
const EMPTY: Viewport = { x: 0, y: 0, zoom: 0.75 };

/** Whether some node would be seen. */
function showsSomething({ x, y, zoom }: Viewport, { width, height }: Stage): boolean {
  const { design } = documentStore.getState();
  return design.nodes.some((node) => {
    const box = rectangleOf(design, node);
    const left = box.x * zoom + x;
    const top = box.y * zoom + y;
    return left < width && left + box.width * zoom > 0 && top < height && top + box.height * zoom > 0;
  });
}

/** The viewport that the document's view names, as far as it makes sense here. */
function savedViewport(stage: Stage): Viewport | null {
  const { viewport } = documentStore.getState().scenario.view;
  // A viewport saved on a wide canvas would show a corner of it on a narrow one.
  if (viewport === undefined || stage.width < NARROW_BELOW) return null;
  return showsSomething(viewport, stage) ? viewport : null;
}

/** Shows each document as its view says, and keeps in the view where the person moved to. */
export function useViewport() {
  const { setViewport } = useReactFlow<FlowNode, FlowEdge>();
  useEffect(() => {
    let asked = 0;
    const show = () => {
      // The nodes of a document just opened are there one frame after its id.
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => {
        const { design } = documentStore.getState();
        const stage = stageOf(document.querySelector('.react-flow'));
        if (stage === null) return;
        void setViewport(design.nodes.length === 0 ? EMPTY : (savedViewport(stage) ?? openingView(design, stage)));
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
  }, [setViewport]);

  const onMoveEnd = useCallback((event: MouseEvent | TouchEvent | null, viewport: Viewport) => {
    // Moves that no person made (fitting a document just opened) are not theirs to be kept.
    if (event !== null) setView({ viewport });
  }, []);
  return { onMoveEnd };
}
