/** Queues whose sums need no statistics. The others are held to theory by the conformance cases in `fixtures/theory`. */
import { expect, test } from 'vitest';
import { createRun, fromMs, runUntil } from '../engine.ts';
import { constant, scenario } from '../testing/scenario-builder.ts';

test('[TH2] [LG16] without randomness the sums are exact: D/D/1', () => {
  // A message every 10 ms, 8 ms of work: nobody waits, and the server is busy four fifths of the time.
  const run = createRun(
    scenario()
      .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 }, limit: 1000 })
      .topic('t')
      .consumer('c', { workMs: constant(8) })
      .publish('p', 't')
      .subscribe('t', 'c', { commit: 'auto' })
      .build(),
  );
  runUntil(run, fromMs(20_000));
  const { latency: sojourn, wait } = run.subscriptions[0]!;
  expect([sojourn.total, sojourn.sum, wait.sum]).toEqual([1000, 8e9, 0]);
});
