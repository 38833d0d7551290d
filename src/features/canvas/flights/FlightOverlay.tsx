import { useStoreApi } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { onColorsChange } from '../../../ui/colors.ts';
import { frames } from '../../../simulation/frames.ts';
import { canvasStore } from '../canvas-store.ts';
import { onCurvesChange } from '../edges/edge-geometry.ts';
import { onFacePaintRequest } from '../faces/face-paints.ts';
import { onReducedMotionChange, reducedMotion } from '../live/reduced-motion.ts';
import { clockOf } from './flights.ts';
import { emptyScene, settle, takeFrame } from './flight-scene.ts';
import { drawScene, type FlowState } from './draw-scene.ts';
import classes from './flights.module.css';

/**
 * One canvas over the flow for everything that moves: messages on edges, marks of anomalies. It redraws itself while
 * something moves, and once for each frame, each change of the view and each move of a node. React renders it once.
 */
export function FlightOverlay() {
  const ref = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return undefined;
    return runOverlay(
      canvas,
      () => flow.getState() as unknown as FlowState,
      (listener) => flow.subscribe(listener),
    );
  }, [flow]);
  return <canvas ref={ref} className={classes.overlay} aria-hidden />;
}

function runOverlay(canvas: HTMLCanvasElement, flow: () => FlowState, onFlow: (listener: () => void) => () => void) {
  const surface = surfaceOf(canvas);
  const scene = emptyScene();
  let asked = 0;
  let drawnMs = 0;

  const draw = () => {
    asked = 0;
    const frame = frames.current();
    const context = surface.getContext('2d');
    if (context === null) return;
    const clock = frame === null ? null : clockOf(frame.values, performance.now(), frames.nowNs());
    const flying = clock !== null && settle(scene, clock);
    fit(surface, flow());
    const nowMs = performance.now();
    const elapsedMs = Math.min(100, nowMs - drawnMs);
    drawnMs = nowMs;
    const moving = drawScene(context, { scene, clock, frame, flow: flow(), still: reducedMotion(), elapsedMs });
    if (flying || moving) request();
  };
  const request = () => {
    if (asked === 0) asked = requestAnimationFrame(draw);
  };
  const onFrame = () => {
    const frame = frames.current();
    if (frame === null) return;
    takeFrame(scene, frame, { nowMs: performance.now(), still: reducedMotion() });
    request();
  };

  const stops = [
    frames.subscribe(onFrame),
    onFlow(request),
    onCurvesChange(request),
    onColorsChange(request),
    onReducedMotionChange(request),
    onFacePaintRequest(request),
    canvasStore.subscribe(request),
  ];
  onFrame();
  return () => {
    for (const stop of stops) stop();
    cancelAnimationFrame(asked);
  };
}

const surfaces = new WeakMap<HTMLCanvasElement, OffscreenCanvas>();

/**
 * Where the overlay is painted. A canvas that has handed over its control is shown by the compositor alone: a new picture
 * on it makes the page neither paint nor sort its layers, which with a hundred nodes cost more than the picture.
 */
function surfaceOf(canvas: HTMLCanvasElement): OffscreenCanvas {
  const known = surfaces.get(canvas) ?? canvas.transferControlToOffscreen();
  surfaces.set(canvas, known);
  return known;
}

/** As many pixels as the screen has, no more than two per CSS pixel: at three, filling them is what costs. */
function fit(surface: OffscreenCanvas, { width, height }: FlowState): void {
  const ratio = Math.min(2, devicePixelRatio);
  const wide = Math.max(1, Math.round(width * ratio));
  const high = Math.max(1, Math.round(height * ratio));
  if (surface.width !== wide) surface.width = wide;
  if (surface.height !== high) surface.height = high;
}
