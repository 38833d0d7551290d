/**
 * What runs the open document, as far as the document needs to know it. The document does not import the simulation:
 * src/app joins the two with `setRuntime`.
 */
import type { JournalEntry, Scenario, View } from '../../workers/scenario/document.ts';

/** An entry before the runtime has said at which instant it took place. */
export type JournalRequest = JournalEntry extends infer Entry
  ? Entry extends { readonly atMs: number }
    ? Omit<Entry, 'atMs'>
    : never
  : never;

export interface Runtime {
  /** Simulated instant shown, milliseconds. */
  now(): number;
  /** Furthest instant of the present run that has been simulated, milliseconds. */
  reached(): number;
  /** Whether the run has left instant 0: from then on edits are journaled instead of changing what the run starts from. */
  started(): boolean;
  /**
   * Applies a change or a fault now. Gives it with its instant, and how far the run had been simulated before it. Rejects
   * when the engine refuses it or is not there.
   */
  apply(entry: JournalRequest): Promise<{ readonly entry: JournalEntry; readonly reachedMs: number }>;
  /**
   * Runs another scenario, at `atMs`, paused. `opening` is true for a document just opened, whose view says how fast and
   * whether it plays; false for the one already open, whose start has changed, or with `sameStart` only its journal.
   */
  load(scenario: Scenario, atMs: number, options: { readonly opening: boolean; readonly sameStart?: boolean }): void;
  /** How the person looks at it now, for what is saved and shared. */
  view(): View;
}

const idle: Runtime = {
  now: () => 0,
  reached: () => 0,
  started: () => false,
  apply: () => Promise.reject(new Error('No simulation is running.')),
  load: () => {},
  view: () => ({}),
};

let current: Runtime = idle;

export function setRuntime(next: Runtime | null): void {
  current = next ?? idle;
}

export function runtime(): Runtime {
  return current;
}
