/**
 * Laws of the engine over random scenarios: every parameter, fault and edit that the schemas know, at random instants.
 * The seed is fixed. `SLUICE_LONG=20` runs twenty times as many, `SLUICE_SEED=5` others; `npm run soak` goes on for as long as
 * one likes.
 */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { scenarioArbitrary } from '../scenario/testing/arbitrary.ts';
import {
  branchesChangeNothing,
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

/** What is drawn, and how much of everything it gets. */
const DRAWN = [
  { families: ['log', 'table'], share: 1 },
  { families: ['sqs'], share: 0.5 },
  { families: ['log', 'amqp', 'sqs', 'table'], share: 1 },
] as const;

describe.each(DRAWN)('random runs of $families', { timeout: 120_000 * LONG }, ({ families, share }) => {
  const scenarios = scenarioArbitrary({ connected: true, families });

  /** A failure is shrunk for some minutes at most. */
  function holdsAlways(property: Property, runs: number): void {
    fc.assert(fc.property(scenarios, choices, property), {
      seed: SEED,
      numRuns: Math.round(runs * share * LONG),
      interruptAfterTimeLimit: 600_000,
      markInterruptAsFailure: false,
    });
  }

  test('[LG2] [LG3] [LG11] [LG23] [LG24] every law holds after every event, and refused is a definite no', () => {
    holdsAlways(lawsHold, 30);
  });

  test('[DT1] the same scenario and seed give the same run', () => {
    holdsAlways(repeats, 15);
  });

  test('[DT2] [DT3] slices, copies, and watching or asking in between change nothing', () => {
    holdsAlways(slicesChangeNothing, 12);
  });

  test('[DT2] going back and forth in time changes nothing', () => {
    holdsAlways(seeksChangeNothing, 12);
  });

  test('[DT2] going to and fro between branches changes nothing', () => {
    holdsAlways(branchesChangeNothing, 8);
  });

  test('[LG17] when all is well again every fate is known, everything is read, and nothing stays in memory', () => {
    holdsAlways(nothingStaysBehind, 60);
  });
});
