/** What the host is doing, and what it keeps of a run that is put by. */
import type { SavedTimeline } from '../engine/engine.ts';
import type { Series } from '../engine/observe/series.ts';
import type { EngineFailure } from '../protocol/commands.ts';

export type Goal =
  | { readonly kind: 'instant'; readonly ns: number }
  | { readonly kind: 'event'; readonly events: number };

export type Mode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'playing' }
  | { readonly kind: 'seeking'; readonly goal: Goal; readonly after: 'paused' | 'playing' }
  | { readonly kind: 'failed'; readonly failure: EngineFailure };

/** The state in a `RunSnapshot`. */
export interface SavedRun<Run> {
  readonly timeline: SavedTimeline<Run>;
  readonly series: Series;
}
