import { describe, expect, test } from 'vitest';
import { applyChange, createRun, report, runUntil } from '../../engine/engine.ts';
import type { CheckReport, Report, SubscriptionReport } from '../../engine/report.ts';
import type { DesignChange, Scenario } from '../document.ts';
import { decodeShare, encodeShare } from '../share.ts';
import { validateScenario } from '../validate.ts';
import { brokerLoss } from './broker-loss.ts';
import { growingLag } from './growing-lag.ts';
import { keysAndOrder } from './keys-and-order.ts';
import { lostAcknowledgement } from './lost-acknowledgement.ts';
import { moreConsumersThanPartitions } from './more-consumers-than-partitions.ts';
import { examples } from './index.ts';
import { threeGuarantees } from './three-guarantees.ts';
import { uncleanElection } from './unclean-election.ts';

function reportAt(scenario: Scenario, untilMs: number): Report {
  const run = createRun(scenario);
  runUntil(run, untilMs * 1e6);
  return report(run);
}

/** The report of a run in which a person changes something at an instant. */
function reportAfterEdit(scenario: Scenario, editMs: number, edit: DesignChange, untilMs: number): Report {
  const run = createRun(scenario);
  runUntil(run, editMs * 1e6);
  applyChange(run, { edit: [edit] });
  runUntil(run, untilMs * 1e6);
  return report(run);
}

function of(reported: Report, consumer: string): SubscriptionReport {
  return reported.subscriptions.find(({ consumers }) => consumers.includes(consumer))!;
}

function check(reported: Report, id: string): CheckReport {
  return reported.checks.find((row) => row.id === id)!;
}

describe('every example', () => {
  test.each(examples)('$title: is valid, playing, and a short link', async ({ scenario }) => {
    expect(validateScenario(scenario)).toEqual({ scenario, diagnostics: [] });
    expect(scenario.view).toMatchObject({ playing: true, speed: 1 });
    const link = await encodeShare(scenario);
    expect(link.length).toBeLessThan(2000);
    expect(await decodeShare(link)).toMatchObject({ ok: true, diagnostics: [] });
  });

  test.each(examples)(
    '$title: has a question, and notes that fit on the canvas',
    ({ id, question, summary, scenario }) => {
      expect(id).toMatch(/^[a-z-]+$/);
      expect(question).toMatch(/\?$/);
      expect(summary).toMatch(/\.$/);
      const notes = scenario.nodes.flatMap((node) => (node.kind === 'note' ? [node.text ?? ''] : []));
      expect(notes.length).toBeGreaterThan(0);
      for (const text of notes) expect(text.length).toBeLessThanOrEqual(190);
    },
  );

  test('ids are their own', () => {
    expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
  });
});

describe('keys and order', () => {
  const reported = reportAt(keysAndOrder.scenario, 15_000);

  test('by key every key stays in order, and in turn it does not', () => {
    expect(of(reported, 'k-shipping')).toMatchObject({ outOfOrderPerKey: 0, order: 'per key' });
    expect(of(reported, 'r-shipping').outOfOrderPerKey).toBeGreaterThan(5);
    expect(of(reported, 'r-shipping').order).toBe('none');
  });

  test('nothing is lost or doubled in either', () => {
    for (const row of reported.subscriptions) expect(row).toMatchObject({ lost: 0, duplicateEffects: 0 });
  });

  test('what the second note says: with one partition the order is back', () => {
    const nodes = keysAndOrder.scenario.nodes.map((node) => (node.id === 'r-log' ? { ...node, partitions: 1 } : node));
    expect(of(reportAt({ ...keysAndOrder.scenario, nodes }, 15_000), 'r-shipping').outOfOrderPerKey).toBe(0);
  });
});

describe('more consumers than partitions', () => {
  const { scenario } = moreConsumersThanPartitions;

  test('the lag grows past its bound although instances stand idle', () => {
    const reported = reportAt(scenario, 15_000);
    expect(check(reported, 'c1')).toMatchObject({ holds: false });
    expect(check(reported, 'c1').firstBreachMs).toBeLessThan(15_000);
    expect(of(reportAt(scenario, 40_000), 'tracking').lag).toBeGreaterThan(of(reported, 'tracking').lag);
  });

  test('two more instances change nothing', () => {
    const edit: DesignChange = { op: 'change', in: 'nodes', id: 'tracking', set: { instances: 7 } };
    expect(of(reportAfterEdit(scenario, 12_000, edit, 40_000), 'tracking').lag).toBeGreaterThan(80);
  });

  test('two more partitions drain it', () => {
    const edit: DesignChange = { op: 'change', in: 'nodes', id: 'log', set: { partitions: 5 } };
    expect(of(reportAfterEdit(scenario, 12_000, edit, 40_000), 'tracking').lag).toBeLessThan(40);
  });
});

describe('at most once, at least once, idempotent', () => {
  const reported = reportAt(threeGuarantees.scenario, 15_000);

  test('committing before the work loses and never doubles', () => {
    expect(of(reported, 'b-ledger')).toMatchObject({ verdict: 'at-most-once', duplicateEffects: 0 });
    expect(of(reported, 'b-ledger').lost).toBeGreaterThan(0);
  });

  test('committing after it doubles and never loses', () => {
    expect(of(reported, 'a-ledger')).toMatchObject({ verdict: 'at-least-once', lost: 0 });
    expect(of(reported, 'a-ledger').duplicateEffects).toBeGreaterThan(0);
  });

  test('the idempotent lane does neither, although the producer had to retry', () => {
    expect(of(reported, 'i-ledger')).toMatchObject({ verdict: 'exactly-once effect', lost: 0, duplicateEffects: 0 });
    expect(reported.sources.find(({ node }) => node === 'i-payments')?.retries).toBeGreaterThan(0);
  });

  test('each lane shows it soon, and other seeds show it too', () => {
    const soon = reportAt(threeGuarantees.scenario, 9000);
    expect(of(soon, 'b-ledger').lost).toBeGreaterThan(0);
    expect(of(soon, 'a-ledger').duplicateEffects).toBeGreaterThan(0);
    const others = [1, 2, 3, 4, 5].map((seed) => reportAt({ ...threeGuarantees.scenario, seed }, 15_000));
    for (const other of others) {
      expect(of(other, 'b-ledger').duplicateEffects).toBe(0);
      expect(of(other, 'a-ledger').lost).toBe(0);
      expect(of(other, 'i-ledger')).toMatchObject({ lost: 0, duplicateEffects: 0 });
    }
    expect(others.filter((other) => of(other, 'a-ledger').duplicateEffects > 0).length).toBeGreaterThanOrEqual(4);
  });
});

describe('growing lag', () => {
  const { scenario } = growingLag;

  test('is quiet at first, then the alert fires', () => {
    expect(reportAt(scenario, 4000).checks.every(({ holds }) => holds)).toBe(true);
    const reported = reportAt(scenario, 15_000);
    expect(check(reported, 'c1')).toMatchObject({ holds: false });
    expect(check(reported, 'c2')).toMatchObject({ holds: false });
  });

  test('drains after two instances were added, as the note says', () => {
    const edit: DesignChange = { op: 'change', in: 'nodes', id: 'mailer', set: { instances: 3 } };
    expect(of(reportAfterEdit(scenario, 12_000, edit, 30_000), 'mailer').lag).toBeLessThan(30);
    expect(of(reportAt(scenario, 30_000), 'mailer').lag).toBeGreaterThan(100);
  });
});

describe('a lost acknowledgement', () => {
  const { scenario } = lostAcknowledgement;
  const reported = reportAt(scenario, 6000);

  test('doubles an order without idempotence', () => {
    expect(of(reported, 'p-warehouse').duplicateEffects).toBeGreaterThanOrEqual(1);
    expect(check(reported, 'p-twice').holds).toBe(false);
  });

  test('and not with it, although both retry', () => {
    expect(of(reported, 'i-warehouse')).toMatchObject({ duplicateEffects: 0, lost: 0 });
    for (const source of reported.sources) expect(source.retries).toBeGreaterThan(0);
  });

  test('what the first note says: with acks 0 there are no retries and no duplicates', () => {
    const edges = scenario.edges.map((edge) => (edge.id === 'p-publish' ? { ...edge, acks: '0' as const } : edge));
    const silent = reportAt({ ...scenario, edges }, 12_000);
    expect(of(silent, 'p-warehouse').duplicateEffects).toBe(0);
    expect(silent.sources.find(({ node }) => node === 'p-checkout')?.retries).toBe(0);
  });
});

describe('a broker dies', () => {
  const { scenario } = brokerLoss;
  const reported = reportAt(scenario, 20_000);

  test('acks 1 loses what was acknowledged, acks all does not', () => {
    expect(of(reported, 'o-billing').lost).toBeGreaterThan(0);
    expect(of(reported, 'o-billing').evidence['lost']![0]!.history.map(({ what }) => what)).toContain('truncated');
    expect(of(reported, 'a-billing')).toMatchObject({ lost: 0, unexpected: 0 });
    expect(reported.sources.find(({ node }) => node === 'a-shop')).toMatchObject({ refused: 0, unknown: 0 });
  });

  test('the broker comes back, and catches up', () => {
    const figures = reported.nodes.find(({ id }) => id === 'brokers')!.figures;
    expect(figures).toMatchObject({ brokersUp: 3, underReplicated: 0, offline: 0 });
    const during = reportAt(scenario, 8000).nodes.find(({ id }) => id === 'brokers')!.figures;
    expect(during).toMatchObject({ brokersUp: 2, underReplicated: 6, offline: 0 });
  });

  test('with other seeds, too', () => {
    const others = [2, 3, 4].map((seed) => reportAt({ ...scenario, seed }, 15_000));
    for (const other of others) expect(of(other, 'a-billing').lost).toBe(0);
    expect(others.some((other) => of(other, 'o-billing').lost > 0)).toBe(true);
  });
});

describe('an unclean election', () => {
  const { scenario } = uncleanElection;

  test('waiting loses nothing, and nothing moves for a while', () => {
    const waits = reportAt(scenario, 25_000);
    expect(of(waits, 'w-billing')).toMatchObject({ lost: 0, inFlight: expect.any(Number) as number });
    const acknowledged = (ms: number) => reportAt(scenario, ms).sources.find(({ node }) => node === 'w-shop')!.acknowledged;
    expect(acknowledged(15_500)).toBe(acknowledged(9000));
    expect(acknowledged(20_000)).toBeGreaterThan(acknowledged(15_500));
  });

  test('going on loses what only the dead leader had, and says why', () => {
    const goesOn = reportAt(scenario, 14_000);
    const row = of(goesOn, 'g-billing');
    expect(row.lost).toBeGreaterThan(5);
    expect(row.evidence['lost']![0]!.history.map(({ what }) => what)).toContain('cut off by an unclean election');
    expect(check(goesOn, 'g-loss').holds).toBe(false);
    const acknowledged = (ms: number) => reportAt(scenario, ms).sources.find(({ node }) => node === 'g-shop')!.acknowledged;
    expect(acknowledged(15_000)).toBeGreaterThan(acknowledged(11_000));
  });

  test('what the second note says: with two in sync required, nothing is taken that can be lost', () => {
    const nodes = scenario.nodes.map((node) => (node.id === 'g-log' ? { ...node, minInsyncReplicas: 2 } : node));
    expect(of(reportAt({ ...scenario, nodes }, 14_000), 'g-billing').lost).toBe(0);
  });
});
