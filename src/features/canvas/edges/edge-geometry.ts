/** Where each drawn edge runs. Edges write it when an end moves; what moves along them reads it with every frame. */
import type { EdgeCurve } from './edge-curve.ts';

const curves = new Map<string, EdgeCurve>();
const listeners = new Set<() => void>();

/** Makes a curve known until the returned function is called. */
export function publishCurve(edgeId: string, curve: EdgeCurve): () => void {
  curves.set(edgeId, curve);
  for (const listener of listeners) listener();
  return () => {
    if (curves.get(edgeId) === curve) curves.delete(edgeId);
  };
}

/** Undefined for an edge outside the view. */
export function curveOf(edgeId: string): EdgeCurve | undefined {
  return curves.get(edgeId);
}

/** Calls `listener` whenever a curve is new or has moved. Returns how to stop. */
export function onCurvesChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
