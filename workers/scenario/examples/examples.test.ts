import { describe, expect, test } from 'vitest';
import { applyChange, createRun, report, runUntil } from '../../engine/engine.ts';
import type { CheckReport, Report, SubscriptionReport } from '../../engine/report.ts';
import type { DesignChange, Scenario, ScenarioNode } from '../document.ts';
import { decodeShare, encodeShare } from '../share.ts';
import { validateScenario } from '../validate.ts';
import { addingPartitions } from './adding-partitions.ts';
import { compactionAsATable } from './compaction-as-a-table.ts';
import { growingLag } from './growing-lag.ts';
import { hotKey } from './hot-key.ts';
import { keysAndOrder } from './keys-and-order.ts';
import { lostAcknowledgement } from './lost-acknowledgement.ts';
import { moreConsumersThanPartitions } from './more-consumers-than-partitions.ts';
import { overtakenByRetention } from './overtaken-by-retention.ts';
import { examples } from './index.ts';
import { transactionsEndToEnd } from './transactions-end-to-end.ts';
import { zombieWriterFenced } from './zombie-writer-fenced.ts';
import { rebalanceStorm } from './rebalance-storm.ts';
import { REPLAY_MS, replayAfterAFix } from './replay-after-a-fix.ts';
import { shareGroup } from './share-group.ts';
import { threeGuarantees } from './three-guarantees.ts';

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

type Frame = Extract<ScenarioNode, { kind: 'frame' }>;

/** Between two frames, one above the other. */
function gap(one: Frame, other: Frame): number {
  const [upper, lower] = one.position.y <= other.position.y ? [one, other] : [other, one];
  return lower.position.y - upper.position.y - upper.height!;
}

describe('every example', () => {
  test.each(examples)('$title: has a gap between any two frames', ({ scenario }) => {
    const frames = scenario.nodes.filter((node) => node.kind === 'frame');
    for (const [index, one] of frames.entries()) {
      for (const other of frames.slice(index + 1)) {
        expect(gap(one, other), `${one.name} and ${other.name}`).toBeGreaterThanOrEqual(20);
      }
    }
  });

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

/** The report at an instant, with what the journal says done on the way. */
function reportOfJournal(scenario: Scenario, untilMs: number): Report {
  const run = createRun(scenario);
  for (const entry of scenario.journal) {
    runUntil(run, entry.atMs * 1e6);
    applyChange(run, 'edit' in entry ? { edit: entry.edit } : { fault: entry.fault });
  }
  runUntil(run, untilMs * 1e6);
  return report(run);
}

describe('adding partitions', () => {
  const { scenario } = addingPartitions;
  const reported = reportOfJournal(scenario, 15_000);

  test('keys that change their partition are overtaken, and those of the planned topic are not', () => {
    const grown = of(reported, 'g-ledger');
    expect(grown.disorderCauses.repartition).toBeGreaterThan(5);
    expect(grown).toMatchObject({ order: 'none', lost: 0 });
    expect(of(reported, 'p-ledger')).toMatchObject({ outOfOrderPerKey: 0, order: 'per key', lost: 0 });
    expect(check(reported, 'c1').firstBreachMs).toBeGreaterThan(6000);
  });

  test('before the growth both are in order', () => {
    for (const row of reportAt(scenario, 6000).subscriptions) expect(row.outOfOrderPerKey).toBe(0);
  });

  test('what the second note says: a seventh partition breaks the planned order, too', () => {
    const seventh: DesignChange = { op: 'change', in: 'nodes', id: 'p-log', set: { partitions: 7 } };
    expect(of(reportAfterEdit(scenario, 6000, seventh, 15_000), 'p-ledger').outOfOrderPerKey).toBeGreaterThan(0);
  });
});

describe('compaction as a table', () => {
  const { scenario } = compactionAsATable;
  const reported = reportAt(scenario, 20_000);

  test('the late cache has the table after a handful of records, and the history after all of them', () => {
    const [table, history] = [of(reported, 't-cache'), of(reported, 'h-cache')];
    expect(table.superseded).toBeGreaterThan(60);
    expect(table).toMatchObject({ lost: 0, verdict: 'exactly-once effect', order: 'global' });
    expect(table.lag).toBeLessThan(12);
    expect(history).toMatchObject({ superseded: 0, lost: 0 });
    expect(history.lag).toBeGreaterThan(50);
  });

  test('the shop that was there all the time got nearly every version', () => {
    expect(of(reported, 't-shop')).toMatchObject({ lost: 0, expired: 0 });
    expect(of(reported, 't-shop').applied).toBeGreaterThan(150);
  });

  test('what the first note says: in a large active segment nothing is cleaned', () => {
    const nodes = scenario.nodes.map((node) => (node.id === 't-log' ? { ...node, segmentBytes: 16_000 } : node));
    expect(of(reportAt({ ...scenario, nodes }, 9000), 't-cache').superseded).toBe(0);
    expect(reportAt({ ...scenario, nodes }, 9000).nodes.find(({ id }) => id === 't-log')!.figures).toMatchObject({
      recordsCompacted: 0,
    });
  });
});

describe('overtaken by retention', () => {
  const { scenario } = overtakenByRetention;
  const reported = reportAt(scenario, 20_000);

  test('the short log forgets what was not read, the long one is only late', () => {
    expect(of(reported, 's-analysis').expired).toBeGreaterThan(10);
    expect(of(reported, 's-analysis')).toMatchObject({ lost: 0, verdict: 'at-most-once' });
    expect(check(reported, 'c1').firstBreachMs).toBeGreaterThan(6000);
    expect(check(reported, 'c1').firstBreachMs).toBeLessThan(12_000);
    expect(of(reported, 'l-analysis')).toMatchObject({ lost: 0, expired: 0 });
    expect(of(reported, 'l-analysis').lag).toBeGreaterThan(40);
  });

  test('what the first note says: half a minute of retention is enough, for twenty seconds', () => {
    const nodes = scenario.nodes.map((node) => (node.id === 's-log' ? { ...node, retentionMs: 30_000 } : node));
    expect(of(reportAt({ ...scenario, nodes }, 20_000), 's-analysis').expired).toBe(0);
  });
});

describe('a share group as a work queue', () => {
  const { scenario } = shareGroup;
  const reported = reportAt(scenario, 15_000);

  test('five members of two partitions keep up where a consumer group falls behind', () => {
    expect(of(reported, 'g-print').lag).toBeGreaterThan(60);
    expect(of(reported, 's-print').lag).toBeLessThan(25);
    expect(check(reported, 'g-lag').holds).toBe(false);
    expect(check(reported, 's-lag').holds).toBe(true);
  });

  test('what cannot be done is archived after four deliveries, and in a consumer group it is lost', () => {
    const { dropped, lost, evidence } = of(reported, 's-print');
    expect(dropped).toBeGreaterThan(0);
    expect(lost).toBe(0);
    for (const { history, because } of evidence['dropped']!) {
      expect(because).toContain('deliveries spent');
      expect(history.filter(({ what }) => what === 'failed')).toHaveLength(4);
    }
    expect(of(reported, 'g-print')).toMatchObject({ dropped: 0, duplicateDeliveries: 0 });
    expect(of(reported, 'g-print').lost).toBeGreaterThan(0);
  });

  test('order is what it costs', () => {
    expect(of(reported, 'g-print').outOfOrderPerKey).toBe(0);
    expect(of(reported, 's-print').outOfOrderPerKey).toBeGreaterThan(0);
    expect(Object.keys(of(reported, 's-print').disorderCauses)).toContain('competing consumers');
  });

  test('what the second note says: the job of a paused instance goes to another one, and is done twice', () => {
    const run = createRun(scenario);
    runUntil(run, 5e9);
    applyChange(run, { fault: { do: 'pause', target: 's-print', instance: 2, forMs: 6000 } });
    runUntil(run, 15e9);
    expect(of(reported, 's-print').duplicateEffects).toBe(0);
    expect(of(report(run), 's-print').duplicateEffects).toBe(1);
  });

  test('other seeds keep up, archive, and lose nothing', () => {
    const others = [1, 2, 3, 4, 5].map((seed) => of(reportAt({ ...scenario, seed }, 15_000), 's-print'));
    for (const other of others) {
      expect(other.lag).toBeLessThan(30);
      expect(other).toMatchObject({ lost: 0, duplicateEffects: 0 });
    }
    expect(others.filter(({ dropped }) => dropped > 0).length).toBeGreaterThanOrEqual(4);
  });
});

describe('transactions end to end', () => {
  test('the same crashes double invoices without a transaction, and none with one; the work is repeated in both', () => {
    const reported = reportAt(transactionsEndToEnd.scenario, 14_000);
    expect(of(reported, 'p-books')).toMatchObject({ lost: 0, verdict: 'at-least-once' });
    expect(of(reported, 'p-books').duplicateEffects).toBeGreaterThan(0);
    expect(of(reported, 't-books')).toMatchObject({
      lost: 0,
      unexpected: 0,
      duplicateEffects: 0,
      verdict: 'exactly-once effect',
    });
    expect(of(reported, 't-billing')).toMatchObject({ duplicateEffects: 0, verdict: 'exactly-once effect' });
    expect(of(reported, 't-billing').repeatedWork).toBeGreaterThan(0);
    expect(reported.checks.filter(({ holds }) => !holds).map(({ id }) => id)).toEqual(['p-twice']);
  });

  test('readers of what is not committed see what was aborted', () => {
    const edit = { op: 'change', in: 'edges', id: 't-enter', set: { isolationLevel: 'read_uncommitted' } } as const;
    const { verdict, unexpected } = of(reportAfterEdit(transactionsEndToEnd.scenario, 1000, edit, 14_000), 't-books');
    expect(unexpected).toBeGreaterThan(0);
    expect(verdict).toBe('at-least-once');
  });
});

describe('zombie writer fenced', () => {
  test('the sleeper publishes a second time without transactions, and is turned away with them', () => {
    const reported = reportAt(zombieWriterFenced.scenario, 15_000);
    expect(of(reported, 'p-books').duplicateEffects).toBeGreaterThan(0);
    expect(of(reported, 't-books')).toMatchObject({ duplicateEffects: 0, unexpected: 0, lost: 0 });
    const refusals = Object.keys(reported.sources.find(({ edge }) => edge === 't-invoice')!.refusals);
    expect(refusals).toContain('transaction aborted: the group has gone on without this member');
    expect(reported.checks.filter(({ holds }) => !holds).map(({ id }) => id)).toEqual(['p-twice']);
  });
});

describe('replay after a bug fix', () => {
  const { scenario } = replayAfterAFix;

  test('the bug loses, the replay gives back, and doubles what had been applied', () => {
    const before = of(reportAt(scenario, REPLAY_MS - 1), 'billing');
    expect(before.lost).toBeGreaterThan(3);
    expect(before).toMatchObject({ duplicateEffects: 0, verdict: 'at-most-once' });
    const after = of(reportAt(scenario, 30_000), 'billing');
    expect(after).toMatchObject({ lost: 0, verdict: 'at-least-once' });
    expect(after.duplicateEffects).toBeGreaterThan(50);
  });
});

describe('a rebalance storm', () => {
  const { scenario } = rebalanceStorm;
  const LANES = ['e-store', 'k-store', 'c-store'];

  test('nothing is lost, and the tail is longest with the eager group and shortest with the consumer protocol', () => {
    const reported = reportAt(scenario, 16_000);
    for (const id of ['e-loss', 'k-loss', 'c-loss']) expect(check(reported, id).holds).toBe(true);
    const [eager, cooperative, consumer] = LANES.map((id) => of(reported, id).latency!.p95Ms);
    expect(eager).toBeGreaterThan(cooperative!);
    expect(cooperative).toBeGreaterThan(consumer!);
  });

  test('and that is not the seed: over eight of them the means are in that order', () => {
    const reports = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => reportAt({ ...scenario, seed }, 16_000));
    const [eager, cooperative, consumer] = LANES.map((id) =>
      reports.reduce((sum, reported) => sum + of(reported, id).latency!.meanMs, 0),
    );
    expect(eager).toBeGreaterThan(cooperative!);
    expect(cooperative).toBeGreaterThan(consumer!);
  });

  test('what the first note says: static members that are back in time rebalance nothing', () => {
    const edges = scenario.edges.map((edge) =>
      edge.id === 'e-subscribe' ? { ...edge, staticMembership: 'each' as const, sessionTimeoutMs: 3000 } : edge,
    );
    const run = createRun({ ...scenario, edges });
    runUntil(run, 16_000 * 1e6);
    expect(run.groups[0]!.rebalances).toBeLessThanOrEqual(2);
  });
});

describe('a hot key', () => {
  const { scenario } = hotKey;

  test('one partition falls behind, whatever is added', () => {
    expect(check(reportAt(scenario, 20_000), 'c2').holds).toBe(false);
    const edit: DesignChange = { op: 'change', in: 'nodes', id: 'stock', set: { instances: 12 } };
    expect(of(reportAfterEdit(scenario, 10_000, edit, 40_000), 'stock').lag).toBeGreaterThan(200);
  });

  test('with even keys nothing lags', () => {
    const edit: DesignChange = { op: 'change', in: 'nodes', id: 'orders', set: { key: { type: 'uniform', keys: 40 } } };
    expect(of(reportAfterEdit(scenario, 100, edit, 20_000), 'stock').lag).toBeLessThan(30);
  });
});
