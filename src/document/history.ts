/**
 * Undo and redo: a history of whole designs (they share all parts that did not change). Taking a step back does not
 * rewind the run: the difference to the earlier design is applied as an edit now (`edit.ts`).
 */
import { temporal } from 'zundo';
import { createStore } from 'zustand/vanilla';
import type { Design } from '../../workers/scenario/document.ts';

export interface Snapshot {
  readonly design: Design;
  readonly title: string;
  readonly notes: string;
  readonly seed: number;
  /** What led here, in words: "Move Orders". */
  readonly label: string;
}

/** Steps that can be taken back. */
const UNDO_LIMIT = 200;
/** Changes of one thing by one gesture (typing, dragging) within this time count as one step. */
const MERGE_WITHIN_MS = 1200;

const historyStore = createStore<Snapshot>()(
  temporal(
    (): Snapshot => ({
      design: { nodes: [], edges: [], faults: [], checks: [] },
      title: '',
      notes: '',
      seed: 1,
      label: '',
    }),
    { limit: UNDO_LIMIT },
  ),
);

let merging: { readonly key: string; readonly untilMs: number } | null = null;

/** Starts a new history with this as its only step, and forgets those of branches. */
export function resetHistory(snapshot: Snapshot): void {
  shelves.clear();
  beginHistory(snapshot);
}

function beginHistory(snapshot: Snapshot): void {
  const { pause, resume, clear } = historyStore.temporal.getState();
  pause();
  historyStore.setState(snapshot, true);
  resume();
  clear();
  merging = null;
}

interface Shelved {
  readonly past: readonly Partial<Snapshot>[];
  readonly present: Snapshot;
  readonly future: readonly Partial<Snapshot>[];
}

/** Histories of the branches that are not shown, by their id. */
const shelves = new Map<string, Shelved>();

/**
 * Puts the history by as that of one branch, and takes up the one of another: with `snapshot` as its present, which
 * also begins the history of a branch that has none yet.
 */
export function changeHistory(from: string, to: string, snapshot: Snapshot): void {
  const { pastStates: past, futureStates: future } = historyStore.temporal.getState();
  shelves.set(from, { past, present: historyStore.getState(), future });
  const kept = shelves.get(to);
  beginHistory({ ...snapshot, label: kept?.present.label ?? snapshot.label });
  if (kept === undefined) return;
  historyStore.temporal.setState({ pastStates: [...kept.past], futureStates: [...kept.future] });
}

/** Adds a step; one with the `merge` key of the step just before, soon after it, replaces that step. */
export function recordStep(snapshot: Snapshot, merge: string | null, clockMs: number): void {
  const joins = merge !== null && merging !== null && merging.key === merge && clockMs < merging.untilMs;
  const { pause, resume } = historyStore.temporal.getState();
  if (joins) pause();
  historyStore.setState(snapshot, true);
  if (joins) resume();
  merging = merge === null ? null : { key: merge, untilMs: clockMs + MERGE_WITHIN_MS };
}

/** The next change starts a step of its own, whatever came before. */
export function endMerging(): void {
  merging = null;
}

/** The step that the document is at. */
export function presentStep(): Snapshot {
  return historyStore.getState();
}

export function stepBack(): Snapshot | null {
  const { pastStates, undo } = historyStore.temporal.getState();
  if (pastStates.length === 0) return null;
  merging = null;
  undo();
  return historyStore.getState();
}

export function stepForward(): Snapshot | null {
  const { futureStates, redo } = historyStore.temporal.getState();
  if (futureStates.length === 0) return null;
  merging = null;
  redo();
  return historyStore.getState();
}

export function undoLabel(): string | null {
  return historyStore.temporal.getState().pastStates.length === 0 ? null : historyStore.getState().label;
}

export function redoLabel(): string | null {
  return historyStore.temporal.getState().futureStates.at(-1)?.label ?? null;
}
