export { Canvas } from './Canvas.tsx';
export { canvasStage, type CanvasStage } from './stage.ts';
export type { InspectTarget } from './canvas-context.ts';
export type { Placeable } from './placing/placeable.ts';
