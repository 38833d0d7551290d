/**
 * Laws of the engine over random scenarios: every parameter, fault and edit that the schemas know, at random instants.
 * The seed is fixed. `SLUICE_LONG=20` runs twenty times as many, `SLUICE_SEED=5` others.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../scenario/document.ts';
import { scenarioArbitrary } from '../scenario/testing/arbitrary.ts';
import { equalPlain } from './core/plain.ts';
import {
  applyChange,
  createRun,
  digestOf,
  eventCount,
  fromMs,
  nextEventNs,
  report,
  runUntil,
  snapshot,
  stepEvent,
  watchFlights,
  type Run,
} from './engine.ts';
import { checkLaws } from './testing/laws.ts';
import { hasLoop, settle } from './testing/settle.ts';

const LONG = Number(process.env['SLUICE_LONG'] ?? 1);
const SEED = Number(process.env['SLUICE_SEED'] ?? 42);
const END_MS = 15_000;
/** A scenario that makes more events is left unfinished: the laws are about each event, not about long runs. */
const EVENTS_MAX = 20_000;

const scenarios = scenarioArbitrary({ connected: true });

function times(runs: number): fc.Parameters<unknown> {
  // A failure is shrunk for some minutes at most.
  return { seed: SEED, numRuns: runs * LONG, interruptAfterTimeLimit: 600_000, markInterruptAsFailure: false };
}

type Advance = (run: Run, untilNs: number) => void;

/** Runs a scenario with its journal, moving between its entries by `advance`. */
function play(scenario: Scenario, advance: Advance): Run {
  const run = createRun(scenario);
  for (const entry of scenario.journal) {
    advance(run, fromMs(entry.atMs));
    applyChange(run, 'edit' in entry ? { edit: entry.edit } : { fault: entry.fault });
  }
  advance(run, fromMs(END_MS));
  return run;
}

const straight: Advance = (run, untilNs) => {
  runUntil(run, untilNs, EVENTS_MAX - eventCount(run));
};

describe('random runs', () => {
  test(
    '[LG2] [LG3] [LG11] every law holds after every event, and refused is a definite no',
    { timeout: 120_000 * LONG },
    () => {
      fc.assert(
        fc.property(scenarios, (scenario) => {
          const run = play(scenario, (current, untilNs) => {
            checkLaws(current);
            while (nextEventNs(current) <= untilNs && eventCount(current) < EVENTS_MAX / 4) {
              stepEvent(current);
              checkLaws(current);
            }
          });
          for (const { unexpected } of report(run).subscriptions) expect(unexpected).toBe(0);
        }),
        times(50),
      );
    },
  );

  test('[DT1] the same scenario and seed give the same run', { timeout: 120_000 * LONG }, () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const [one, two] = [play(scenario, straight), play(scenario, straight)];
        expect(digestOf(one)).toBe(digestOf(two));
        expect(equalPlain(one, two)).toBeNull();
        expect(JSON.stringify(report(one))).toBe(JSON.stringify(report(two)));
      }),
      times(40),
    );
  });

  test(
    '[DT2] [DT3] slices, copies, and watching or asking in between change nothing',
    { timeout: 120_000 * LONG },
    () => {
      const cut = fc.record({ slice: fc.integer({ min: 1, max: 400 }), copyEvery: fc.integer({ min: 1, max: 7 }) });
      fc.assert(
        fc.property(scenarios, cut, (scenario, { slice, copyEvery }) => {
          const expected = play(scenario, straight);
          let current = createRun(scenario);
          let slices = 0;
          const advance = (untilNs: number): void => {
            for (;;) {
              const rest = EVENTS_MAX - eventCount(current);
              const outcome = runUntil(current, untilNs, Math.min(slice, rest));
              slices += 1;
              if (slices % copyEvery === 0) current = snapshot(current);
              else report(current);
              if (outcome === 'reached' || eventCount(current) >= EVENTS_MAX) return;
            }
          };
          for (const entry of scenario.journal) {
            watchFlights(current);
            advance(fromMs(entry.atMs));
            applyChange(current, 'edit' in entry ? { edit: entry.edit } : { fault: entry.fault });
          }
          advance(fromMs(END_MS));
          expect(digestOf(current)).toBe(digestOf(expected));
          expect(equalPlain(snapshot(current), expected)).toBeNull();
        }),
        times(25),
      );
    },
  );

  test(
    '[LG17] when all is well again every fate is known, everything is read, and nothing stays in memory',
    { timeout: 120_000 * LONG },
    () => {
      fc.assert(
        fc.property(scenarios, (scenario) => {
          const run = play(scenario, straight);
          if (hasLoop(run.design)) return;
          settle(run);
          checkLaws(run);
        }),
        times(100),
      );
    },
  );
});
