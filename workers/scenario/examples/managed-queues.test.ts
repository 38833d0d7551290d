import { describe, expect, test } from 'vitest';
import { createRun, report, runUntil } from '../../engine/engine.ts';
import type { Report, SubscriptionReport } from '../../engine/report.ts';
import type { Scenario } from '../document.ts';
import { fifoGroupBlocking } from './fifo-group-blocking.ts';
import { outboxByLastId } from './outbox-by-last-id.ts';
import { snsFanOut } from './sns-fan-out.ts';
import { visibilityTimeout } from './visibility-timeout.ts';

function reportAt(scenario: Scenario, untilMs: number): Report {
  const run = createRun(scenario);
  runUntil(run, untilMs * 1e6);
  return report(run);
}

function of(reported: Report, consumer: string): SubscriptionReport {
  return reported.subscriptions.find(({ consumers }) => consumers.includes(consumer))!;
}

test('[SQ1] [SQ21] what comes back during the work is done twice, unless it is hidden anew', () => {
  const reported = reportAt(visibilityTimeout.scenario, 60_000);
  expect(of(reported, 's-encoder').duplicateEffects).toBeGreaterThan(10);
  expect(of(reported, 'e-encoder')).toMatchObject({ duplicateEffects: 0, lost: 0 });
});

test('[TB22] [TB23] who reads by the last id loses rows whose transactions take longer, who looks for what is ready none', () => {
  const reported = reportAt(outboxByLastId.scenario, 30_000);
  const [byId, ready] = [of(reported, 'i-relay'), of(reported, 'r-relay')];
  expect(byId.lost).toBeGreaterThan(10);
  expect(byId.applied + byId.lost + byId.inFlight).toBe(byId.owed);
  expect(byId.duplicateEffects).toBe(0);
  expect(ready).toMatchObject({ lost: 0, duplicateEffects: 0 });
  expect(ready.outOfOrderGlobal).toBeGreaterThan(0);
});

describe('a poisoned message', () => {
  const reported = reportAt(fifoGroupBlocking.scenario, 60_000);

  test('[SF2] holds up its group, which stays in order', () => {
    const [fifo, standard] = [of(reported, 'f-ledger'), of(reported, 's-ledger')];
    expect(fifo.outOfOrderPerKey).toBe(0);
    expect(standard.outOfOrderPerKey).toBeGreaterThan(20);
    expect(fifo.lagMax).toBeGreaterThan(2 * standard.lagMax);
  });

  test('[SQ8] ends among the dead letters', () => {
    expect(of(reported, 'f-ledger').deadLettered).toBeGreaterThan(2);
    expect(of(reported, 's-ledger').deadLettered).toBeGreaterThan(2);
  });
});

test('[SN1] [SN2] [SN4] everybody gets what concerns them, and nothing is lost over a cut', () => {
  const reported = reportAt(snsFanOut.scenario, 40_000);
  const [all, eu, rest] = ['all', 'eu', 'rest'].map((id) => of(reported, `${id}-reader`));
  expect(eu!.owed + rest!.owed).toBe(all!.owed);
  expect(eu!.owed).toBeGreaterThan(100);
  for (const one of [all!, eu!, rest!]) expect(one).toMatchObject({ lost: 0, gone: 0 });
});
