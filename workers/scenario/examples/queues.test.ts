/** What the examples of queues, and of brokers side by side, say that happens. */
import { describe, expect, test } from 'vitest';
import { applyChange, createRun, report, runUntil } from '../../engine/engine.ts';
import type { SubscriptionReport } from '../../engine/report.ts';
import type { Scenario } from '../document.ts';
import { poisonMessage } from './poison-message.ts';
import { queueOverflow } from './queue-overflow.ts';
import { retryWithDelay } from './retry-with-delay.ts';
import { streamReadByThree } from './stream-read-by-three.ts';
import { threeBrokers } from './three-brokers.ts';
import { ttlHeadOfQueue } from './ttl-head-of-queue.ts';
import { workQueue } from './work-queue.ts';

/** What consumers have come to at an instant, with the journal done on the way. */
function at(scenario: Scenario, untilMs: number): (consumer: string) => SubscriptionReport {
  const run = createRun(scenario);
  for (const entry of scenario.journal.filter(({ atMs }) => atMs <= untilMs)) {
    runUntil(run, entry.atMs * 1e6);
    applyChange(run, entry);
  }
  runUntil(run, untilMs * 1e6);
  const { subscriptions } = report(run);
  return (consumer) => subscriptions.find(({ consumers }) => consumers.includes(consumer))!;
}

/** The same after somebody has set the dashboard back to the first message. */
function afterSettingBack(scenario: Scenario, atMs: number, untilMs: number): ReturnType<typeof at> {
  const set = { streamOffset: 'first' };
  const edit = [{ op: 'change' as const, in: 'edges' as const, id: 'readings-dashboard', set }];
  return at({ ...scenario, journal: [{ atMs, edit }] }, untilMs);
}

describe('queues', () => {
  test('jobs that are dealt out at once are later than those that wait where any worker can take them', () => {
    const of = at(workQueue.scenario, 30_000);
    expect(of('h-worker').latency!.p95Ms).toBeGreaterThan(1.2 * of('o-worker').latency!.p95Ms);
  });

  test('retries that wait let others through; retries at once do not', () => {
    const during = at(retryWithDelay.scenario, 9000);
    expect(during('bank2').lag).toBeGreaterThan(2 * during('bank').lag);
    const after = at(retryWithDelay.scenario, 30_000);
    for (const bank of ['bank', 'bank2']) expect(after(bank)).toMatchObject({ lost: 0, dropped: 0, deadLettered: 0 });
  });

  test('poison stops a queue that requeues for ever, and leaves one that counts deliveries', () => {
    const of = at(poisonMessage.scenario, 20_000);
    expect(of('c-worker').lag).toBeGreaterThan(50);
    expect(of('q-worker').lag).toBeLessThan(20);
    expect(of('q-worker').deadLettered).toBeGreaterThan(3);
    expect(of('clerk').applied).toBe(of('q-worker').deadLettered);
  });

  test('what has expired behind a longer-lived one is counted until it comes to the head', () => {
    const away = at(ttlHeadOfQueue.scenario, 14_900);
    expect(away('m-reader').lag).toBeGreaterThan(80);
    expect(away('a-fast-reader').lag).toBeLessThan(12);
    const back = at(ttlHeadOfQueue.scenario, 18_000);
    expect(back('m-reader').lag).toBeLessThan(12);
    expect(back('m-reader').expired).toBeGreaterThan(80);
  });

  test('a stream goes on where an offset is stored, and misses what came meanwhile where none is', () => {
    const of = at(streamReadByThree.scenario, 15_000);
    expect(of('billing')).toMatchObject({ lost: 0, verdict: 'at-least-once' });
    expect(of('billing').duplicateEffects).toBeLessThan(20);
    expect(of('dashboard').lost).toBeGreaterThan(55);
    expect(of('dashboard').duplicateEffects).toBe(0);
    expect(of('archive').lag).toBeGreaterThan(40);
    expect(of('archive')).toMatchObject({ lost: 0, expired: 0 });
    for (const reader of ['billing', 'dashboard', 'archive']) expect(of(reader).replayable).toBeGreaterThan(200);
    const again = afterSettingBack(streamReadByThree.scenario, 15_000, 30_000);
    expect(again('dashboard')).toMatchObject({ lost: 0, verdict: 'at-least-once' });
  });

  test('a full queue drops what it had confirmed, or refuses, or refuses and keeps', () => {
    const of = at(queueOverflow.scenario, 20_000);
    expect(of('d-trend').dropped).toBeGreaterThan(50);
    expect(of('r-trend')).toMatchObject({ dropped: 0, lost: 0 });
    // Refused, and in the archive all the same.
    expect(of('x-archive').unexpected).toBeGreaterThan(50);
    expect(of('x-trend').dropped).toBe(0);
  });
});

test('of three brokers on one workload only the log keeps the order of a key, and only it can be read again', () => {
  const of = at(threeBrokers.scenario, 20_000);
  expect(of('kafka')).toMatchObject({ family: 'log', outOfOrderPerKey: 0 });
  expect(of('kafka').replayable).toBeGreaterThan(200);
  for (const consumer of ['rabbit', 'poller']) {
    expect(of(consumer).outOfOrderPerKey).toBeGreaterThan(5);
    expect(of(consumer).replayable).toBe(0);
    expect(of(consumer).latency!.p95Ms).toBeLessThan(of('kafka').latency!.p95Ms);
  }
  for (const consumer of ['kafka', 'rabbit', 'poller']) expect(of(consumer).lost).toBe(0);
});
