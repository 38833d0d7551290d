/**
 * Pictures inside faces: strips of records, sparklines. They are all painted onto the one canvas that also carries the
 * flights, and not onto a canvas each: every canvas is a layer of its own to the browser, and a hundred of them cost more
 * than everything drawn on them.
 */
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { Frame } from '../../../simulation/frames.ts';

/** Where a face paints. The context's origin is the node's upper left corner, its unit the canvas's. */
interface FaceSurface {
  readonly context: OffscreenCanvasRenderingContext2D;
  readonly frame: Frame;
  /** CSS pixels per unit: what would be too small to read need not be drawn. */
  readonly zoom: number;
  /** Time since the last painting, at most 100. */
  readonly elapsedMs: number;
  /** Everything arrives at once: reduced motion. */
  readonly still: boolean;
}

/** Returns true while something is on the move and wants to be painted again. */
export type FacePaint = (surface: FaceSurface) => boolean;

const paints = new Map<string, FacePaint>();
const listeners = new Set<() => void>();

export function facePaintOf(nodeId: string): FacePaint | undefined {
  return paints.get(nodeId);
}

/** Asks for one painting before the next display frame. */
function requestFacePaint(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` when some face wants to be painted. Returns how to stop. */
export function onFacePaintRequest(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Paints a node's picture while it is mounted, with every frame and after each render. */
export function useFacePaint(nodeId: string, paint: FacePaint): void {
  const latest = useRef(paint);
  useLayoutEffect(() => {
    latest.current = paint;
    requestFacePaint();
  });
  useEffect(() => {
    const current: FacePaint = (surface) => latest.current(surface);
    paints.set(nodeId, current);
    requestFacePaint();
    return () => {
      if (paints.get(nodeId) === current) paints.delete(nodeId);
    };
  }, [nodeId]);
}
