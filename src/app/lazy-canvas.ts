/**
 * The canvas with its library is the largest part of the page. It is fetched at once, beside what paints the first screen
 * instead of before it; until it is there, the ways to it do nothing.
 */
import { lazy } from 'react';
import type { CanvasStage } from '../features/canvas/index.ts';

const loading = import('../features/canvas/index.ts');
let stage: CanvasStage | null = null;
loading.then(
  ({ canvasStage }) => (stage = canvasStage),
  // Who renders the canvas hears of it, and shows it.
  () => {},
);

export const LazyCanvas = lazy(async () => ({ default: (await loading).Canvas }));

export const lazyStage: CanvasStage = {
  hover: (item, at) => stage?.hover(item, at) ?? false,
  drop: (item, at) => stage?.drop(item, at) ?? false,
  place: (item) => stage?.place(item),
  fitView: () => stage?.fitView(),
  refit: () => stage?.refit(),
  zoomIn: () => stage?.zoomIn(),
  zoomOut: () => stage?.zoomOut(),
  show: (nodeId) => stage?.show(nodeId),
  renameSelected: () => stage?.renameSelected(),
  connectSelected: () => stage?.connectSelected(),
};
