/**
 * An observer outside of the engine: it steps a run event by event and weights what it sees by the time it lasts. It reads and
 * never writes, so the run is the one that anybody else would see.
 */
import { nextEventNs, nowNs, runUntil, stepEvent, type Run } from '../../../engine/engine.ts';

export interface Observer {
  /** The state as it is holds for that many nanoseconds from now. */
  readonly lasts?: (run: Run, ns: number) => void;
  /** An event has been processed. */
  readonly happened?: (run: Run) => void;
}

/** Steps through everything up to `untilNs`, included; what holds then is weighted up to it. */
export function watch(run: Run, untilNs: number, observers: readonly Observer[]): void {
  const timed = observers.flatMap(({ lasts }) => lasts ?? []);
  const told = observers.flatMap(({ happened }) => happened ?? []);
  for (;;) {
    const next = Math.min(nextEventNs(run), untilNs + 1);
    const ns = Math.min(next, untilNs) - nowNs(run);
    if (ns > 0) for (const lasts of timed) lasts(run, ns);
    if (next > untilNs) break;
    stepEvent(run);
    for (const happened of told) happened(run);
  }
  runUntil(run, untilNs);
}

/** Steps until `done`, looked at after every event. False when it is not by `untilNs`. */
export function watchUntil(run: Run, untilNs: number, done: (run: Run) => boolean): boolean {
  while (!done(run)) {
    if (nextEventNs(run) > untilNs) return false;
    stepEvent(run);
  }
  return true;
}
