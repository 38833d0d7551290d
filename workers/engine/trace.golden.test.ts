/**
 * Golden traces: the first events of small runs as text that a person can follow. A change of one is a change of
 * behaviour: read the difference, and take it over with `npx vitest run workers/engine/trace.golden.test.ts -u`.
 */
import { expect, test } from 'vitest';
import { constant, latency, scenario } from './testing/scenario-builder.ts';
import { everythingAtOnce } from './testing/scenarios.ts';
import { traceOf } from './testing/trace.ts';
import { applyChange, createRun, digestOf, fromMs, runUntil } from './engine.ts';

test('[DT5] a message from its producer through a topic to a consumer that commits after the work', async () => {
  const small = scenario()
    .producer('shop', { arrivals: constantRate(100), key: { type: 'fixed', key: 'anna' }, limit: 4 })
    .topic('orders', { partitions: 2, replicationFactor: 3, appendMs: 0.05, replicationMs: 2 })
    .consumer('billing', { instances: 2, workMs: constant(3) })
    .publish('shop', 'orders', { lingerMs: 5, network: latency(1) })
    .subscribe('orders', 'billing', { network: latency(1), heartbeatIntervalMs: 10, sessionTimeoutMs: 30 })
    .fault({ do: 'crash', target: 'billing', instance: 0, atMs: 32, forMs: 20 });
  await expect(traceOf(small.build(), 70)).toMatchFileSnapshot('testing/small-shop.golden.txt');
});

test('[DT5] everything at once: the digest of 10 s', () => {
  const document = everythingAtOnce(1);
  const run = createRun(document);
  for (const entry of document.journal) {
    runUntil(run, fromMs(entry.atMs));
    applyChange(run, entry);
  }
  runUntil(run, fromMs(10_000));
  expect([run.events, run.messages.lastId, digestOf(run)]).toMatchInlineSnapshot(`
    [
      20652,
      2664,
      "de8b83b5333da6de",
    ]
  `);
});

function constantRate(ratePerSecond: number): { readonly type: 'constant'; readonly ratePerSecond: number } {
  return { type: 'constant', ratePerSecond };
}
