/**
 * Laws of the engine over random scenarios: every parameter, fault and edit that the schemas know, at random instants.
 * The seed is fixed. `SLUICE_LONG=20` runs twenty times as many, `SLUICE_SEED=5` others; `npm run soak` goes on for as long as
 * one likes.
 */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { scenarioArbitrary } from '../scenario/testing/arbitrary.ts';
import {
  choices,
  lawsHold,
  nothingStaysBehind,
  repeats,
  seeksChangeNothing,
  slicesChangeNothing,
  type Property,
} from './testing/random-runs.ts';

const LONG = Number(process.env['SLUICE_LONG'] ?? 1);
const SEED = Number(process.env['SLUICE_SEED'] ?? 42);

const logs = scenarioArbitrary({ connected: true });
const managedQueues = scenarioArbitrary({ connected: true, managed: true });

/** A failure is shrunk for some minutes at most. */
function holdsAlways(property: Property, runs: number, scenarios = logs): void {
  fc.assert(fc.property(scenarios, choices, property), {
    seed: SEED,
    numRuns: runs * LONG,
    interruptAfterTimeLimit: 600_000,
    markInterruptAsFailure: false,
  });
}

describe('random runs', { timeout: 120_000 * LONG }, () => {
  test('[LG2] [LG3] [LG11] every law holds after every event, and refused is a definite no', () => {
    holdsAlways(lawsHold, 50);
  });

  test('[DT1] the same scenario and seed give the same run', () => {
    holdsAlways(repeats, 40);
  });

  test('[DT2] [DT3] slices, copies, and watching or asking in between change nothing', () => {
    holdsAlways(slicesChangeNothing, 25);
  });

  test('[DT2] going back and forth in time changes nothing', () => {
    holdsAlways(seeksChangeNothing, 25);
  });

  test('[LG17] when all is well again every fate is known, everything is read, and nothing stays in memory', () => {
    holdsAlways(nothingStaysBehind, 100);
  });
});

describe('random runs of managed queues', { timeout: 120_000 * LONG }, () => {
  test('[LG2] [LG3] [LG23] [LG24] every law holds after every event', () => {
    holdsAlways(lawsHold, 25, managedQueues);
  });

  test('[DT1] the same scenario and seed give the same run', () => {
    holdsAlways(repeats, 10, managedQueues);
  });

  test('[DT2] [DT3] slices, copies, and watching or asking in between change nothing', () => {
    holdsAlways(slicesChangeNothing, 8, managedQueues);
  });

  test('[DT2] going back and forth in time changes nothing', () => {
    holdsAlways(seeksChangeNothing, 10, managedQueues);
  });

  test('[LG17] when all is well again queues that are read are empty, and nothing stays in memory', () => {
    holdsAlways(nothingStaysBehind, 60, managedQueues);
  });
});
