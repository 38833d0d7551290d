import { useStore } from '@xyflow/react';
import { useCallback, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { onColorsChange } from '../../../ui/colors.ts';

const SHARPNESS = [0.75, 1, 1.5, 2, 3] as const;

/** How many canvas pixels a flow unit gets: in steps, so that zooming does not resize canvases with every wheel tick. */
export function sharpnessAt(zoom: number): number {
  return SHARPNESS.find((step) => zoom <= step * 1.05) ?? SHARPNESS.at(-1)!;
}

interface FaceCanvas {
  readonly ref: RefObject<HTMLCanvasElement | null>;
  /** Clears the canvas and returns its context scaled to flow units; null before it is mounted. */
  begin(): CanvasRenderingContext2D | null;
  /** Asks for one call of `draw` before the next display frame. */
  request(): void;
}

/**
 * A canvas inside a face, crisp at every zoom. `draw` is called when the size, the zoom or the colours change and after
 * each `request`; whoever paints with the frames calls it as well.
 */
export function useFaceCanvas(size: { readonly width: number; readonly height: number }, draw: () => void): FaceCanvas {
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  const asked = useRef(0);
  const scale = useStore(({ transform }) => sharpnessAt(transform[2])) * (globalThis.devicePixelRatio || 1);
  const { width, height } = size;

  const request = useCallback(() => {
    if (asked.current !== 0) return;
    asked.current = requestAnimationFrame(() => {
      asked.current = 0;
      latest.current();
    });
  }, []);

  const begin = useCallback(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return null;
    const pixelsWide = Math.round(width * scale);
    const pixelsHigh = Math.round(height * scale);
    if (canvas.width !== pixelsWide || canvas.height !== pixelsHigh) {
      canvas.width = pixelsWide;
      canvas.height = pixelsHigh;
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }, [width, height, scale]);

  useLayoutEffect(() => {
    latest.current = draw;
  });
  useEffect(() => request(), [request, width, height, scale]);
  useEffect(() => {
    const stop = onColorsChange(request);
    return () => {
      stop();
      cancelAnimationFrame(asked.current);
      asked.current = 0;
    };
  }, [request]);
  return { ref, begin, request };
}
