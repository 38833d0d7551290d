/** How much of the run the charts show: the same for all of them, so that they can be held against each other. */
import { createStore, useStore } from 'zustand';
import type { Window } from './rows.ts';

/** Length in milliseconds of simulated time up to the end; null is the whole run. */
export const WINDOWS: readonly { readonly label: string; readonly lengthMs: number | null }[] = [
  { label: '10 s', lengthMs: 10_000 },
  { label: '1 min', lengthMs: 60_000 },
  { label: 'All', lengthMs: null },
];

const store = createStore<{ readonly lengthMs: number | null }>(() => ({ lengthMs: null }));

export function useWindowLength(): number | null {
  return useStore(store, (state) => state.lengthMs);
}

export function setWindowLength(lengthMs: number | null): void {
  store.setState({ lengthMs });
}

/** Shorter runs are drawn as if they were this long: the first second must not fill the chart with noise. */
const LEAST_MS = 5000;

/**
 * What to draw, given how far the run reaches and where it stands. Ends at the furthest instant; a window that would not
 * contain the instant shown moves back to it.
 */
export function windowOf(lengthMs: number | null, horizonMs: number, instantMs: number): Window {
  if (lengthMs === null || horizonMs <= lengthMs) return { fromMs: 0, toMs: Math.max(horizonMs, LEAST_MS) };
  const end = instantMs >= horizonMs - lengthMs ? horizonMs : Math.max(lengthMs, instantMs + lengthMs / 4);
  return { fromMs: end - lengthMs, toMs: end };
}
