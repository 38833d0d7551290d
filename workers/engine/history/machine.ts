import type { DesignChange, FaultAction, Scenario } from '../../scenario/document.ts';

/** A change of the design or a fault, without its instant: it happens now. */
export type Change = { readonly edit: readonly DesignChange[] } | { readonly fault: FaultAction };

/**
 * What history needs of an engine. The engine's door has these functions; history takes them as an argument, so that
 * its laws are tested on a machine small enough to see through, and so that the door may offer history itself.
 *
 * `Run` is plain data. None of these functions may depend on how a run was cut into calls.
 */
export interface Machine<Run> {
  /** A run at 0: scripted faults are scheduled, the journal is not looked at. */
  readonly createRun: (scenario: Scenario) => Run;
  readonly nowNs: (run: Run) => number;
  /** Time of the earliest event, `Infinity` when nothing is scheduled. */
  readonly nextEventNs: (run: Run) => number;
  /** Events processed since the start of the run. */
  readonly eventCount: (run: Run) => number;
  /** Processes one event. False, with nothing changed, when there is none. */
  readonly stepEvent: (run: Run) => boolean;
  /**
   * Processes every event with time <= `untilNs` and then sets now to `untilNs`. Stops with `limit` after `maxEvents`
   * of them when more remain, now being the time of the last one.
   */
  readonly runUntil: (run: Run, untilNs: number, maxEvents: number) => 'reached' | 'limit';
  readonly applyChange: (run: Run, change: Change) => void;
  /** The run without what only watches it: plain data, not copied. */
  readonly stateOf: (run: Run) => Run;
  /** A deep copy of that, which shares nothing with the run. */
  readonly snapshot: (run: Run) => Run;
  /** About how many bytes a copy takes. */
  readonly snapshotBytes: (run: Run) => number;
}
