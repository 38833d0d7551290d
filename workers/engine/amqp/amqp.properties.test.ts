/** Laws over random scenarios of RabbitMQ. `SLUICE_LONG` and `SLUICE_SEED` as in `random-runs.properties.test.ts`. */
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { amqpScenarios } from '../testing/amqp-arbitrary.ts';
import {
  choices,
  lawsHold,
  nothingStaysBehind,
  repeats,
  seeksChangeNothing,
  slicesChangeNothing,
  type Property,
} from '../testing/random-runs.ts';

const LONG = Number(process.env['SLUICE_LONG'] ?? 1);
const SEED = Number(process.env['SLUICE_SEED'] ?? 42);

function holdsAlways(property: Property, runs: number): void {
  fc.assert(fc.property(amqpScenarios, choices, property), { seed: SEED, numRuns: runs * LONG });
}

describe('random runs of RabbitMQ', { timeout: 120_000 * LONG }, () => {
  test('[LG2] [LG3] [LG11] every law holds after every event', () => {
    holdsAlways(lawsHold, 30);
  });

  test('[DT1] the same scenario and seed give the same run', () => {
    holdsAlways(repeats, 10);
  });

  test('[DT2] [DT3] slices, copies, and watching or asking in between change nothing', () => {
    holdsAlways(slicesChangeNothing, 10);
  });

  test('[DT2] going back and forth in time changes nothing', () => {
    holdsAlways(seeksChangeNothing, 10);
  });

  test('[LG17] when all is well again queues with consumers are empty, and no copy, envelope or delivery is left', () => {
    holdsAlways(nothingStaysBehind, 40);
  });
});
