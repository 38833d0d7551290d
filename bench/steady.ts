/** Runs that go on turn after turn, so that what is measured is the steady state and not its beginning. */
import { fromMs, nowNs, runUntil, toMs, type Run } from '../workers/engine/engine.ts';
import type { Contestant } from './turns.ts';

/** Messages whose effect took place for the first time, in all groups. */
export function applied(run: Run): number {
  return run.subscriptions.reduce((sum, { ledger }) => sum + ledger.applied, 0);
}

/** Moves the run on by so much simulated time. */
export function goOn(run: Run, ms: number): void {
  runUntil(run, fromMs(toMs(nowNs(run)) + ms));
}

/** A turn is so much simulated time; its units are messages applied. */
export function steady(name: string, run: Run, turnMs: number): Contestant {
  return {
    name,
    run() {
      const before = applied(run);
      goOn(run, turnMs);
      return applied(run) - before;
    },
  };
}
