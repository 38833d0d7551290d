import { Suspense, useEffect, useRef, type RefObject } from 'react';
import type { InspectTarget } from '../features/canvas/index.ts';
import classes from './CanvasArea.module.css';
import { FailureCard } from './FailureCard.tsx';
import { LazyCanvas, lazyStage } from './lazy-canvas.ts';
import { PanelBoundary } from './PanelBoundary.tsx';
import { inspectMessage, openDialog, showPanel } from './shell-store.ts';

/** The canvas with what may lie over it. */
export function CanvasArea({ editable = true }: { readonly editable?: boolean }) {
  const area = useRef<HTMLElement>(null);
  useRoom(area);
  return (
    <main id="canvas" ref={area} tabIndex={-1} className={classes.canvas}>
      <PanelBoundary what="The canvas">
        <Suspense fallback={null}>
          {editable ? <LazyCanvas onInspect={inspect} onOpenGallery={openGallery} /> : <LazyCanvas editable={false} />}
        </Suspense>
      </PanelBoundary>
      <FailureCard />
    </main>
  );
}

/** Notices stand at the lower edge of the canvas, in its middle. */
function placeNotices({ left, right, bottom }: DOMRect): void {
  const { style } = document.documentElement;
  style.setProperty('--notices-bottom', `${Math.max(0, innerHeight - bottom) + 12}px`);
  style.setProperty('--notices-left', `${left}px`);
  style.setProperty('--notices-right', `${Math.max(0, innerWidth - right)}px`);
}

/** Quiet time after the last change of size. */
const FIT_AFTER_MS = 120;

/**
 * When parts around the canvas fold, what is on it stays in view.
 */
function useRoom(area: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let width = element.clientWidth;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      placeNotices(element.getBoundingClientRect());
      if (element.clientWidth === width && element.clientHeight === height) return;
      width = element.clientWidth;
      height = element.clientHeight;
      clearTimeout(timer);
      timer = setTimeout(() => {
        lazyStage.refit();
      }, FIT_AFTER_MS);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [area]);
}

function openGallery(): void {
  openDialog('gallery');
}

/** A record opens its message's life; a count of anomalies, the panel with the messages behind it. */
function inspect(target: InspectTarget): void {
  if (target.type === 'message' && target.message > 0) inspectMessage(target.message);
  else showPanel(target.type === 'message' ? 'trace' : 'guarantees');
}
