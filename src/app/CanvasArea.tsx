import { Canvas } from '../features/canvas/index.ts';
import classes from './CanvasArea.module.css';
import { FailureCard } from './FailureCard.tsx';
import { PanelBoundary } from './PanelBoundary.tsx';

/** The canvas with what may lie over it. */
export function CanvasArea() {
  return (
    <main id="canvas" tabIndex={-1} className={classes.canvas}>
      <PanelBoundary what="The canvas">
        <Canvas />
      </PanelBoundary>
      <FailureCard />
    </main>
  );
}
