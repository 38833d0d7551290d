import { Canvas, type InspectTarget } from '../features/canvas/index.ts';
import classes from './CanvasArea.module.css';
import { FailureCard } from './FailureCard.tsx';
import { PanelBoundary } from './PanelBoundary.tsx';
import { inspectMessage, openDialog, showPanel } from './shell-store.ts';

/** The canvas with what may lie over it. */
export function CanvasArea() {
  return (
    <main id="canvas" tabIndex={-1} className={classes.canvas}>
      <PanelBoundary what="The canvas">
        <Canvas onInspect={inspect} onOpenGallery={openGallery} />
      </PanelBoundary>
      <FailureCard />
    </main>
  );
}

function openGallery(): void {
  openDialog('gallery');
}

/** A record opens its message's life; a count of anomalies, the panel with the messages behind it. */
function inspect(target: InspectTarget): void {
  if (target.type === 'message' && target.message > 0) inspectMessage(target.message);
  else showPanel(target.type === 'message' ? 'trace' : 'guarantees');
}
