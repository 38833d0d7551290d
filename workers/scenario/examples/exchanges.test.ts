/** What the examples of exchanges show, and what their notes say to try. */
import { describe, expect, test } from 'vitest';
import { applyChange, createRun, report, runUntil } from '../../engine/engine.ts';
import type { Report } from '../../engine/report.ts';
import type { DesignChange, Scenario, ScenarioEdge } from '../document.ts';
import { binding, consuming, queueAt, consumerAt } from './amqp-parts.ts';
import { exchangeConsistentHash } from './exchange-consistent-hash.ts';
import { exchangeDeadEnds } from './exchange-dead-ends.ts';
import { exchangeDirect } from './exchange-direct.ts';
import { exchangeFanout } from './exchange-fanout.ts';
import { exchangeHeaders } from './exchange-headers.ts';
import { exchangeTopic } from './exchange-topic.ts';

/** The report after 15 seconds, in a run in which a person changes something at the start. */
function reported({ scenario }: { readonly scenario: Scenario }, ...edit: readonly DesignChange[]): Report {
  const run = createRun(scenario);
  if (edit.length > 0) applyChange(run, { edit });
  runUntil(run, 15e9);
  return report(run);
}

const queue = (row: Report, id: string) => row.nodes.find((node) => node.id === id)!.figures;
const matched = (row: Report, id: string) => row.edges.find((edge) => edge.id === id)!.figures['matched'];
const source = (row: Report, id: string) => row.sources.find(({ node }) => node === id)!;
const set = (id: string, what: Partial<ScenarioEdge>): DesignChange => ({ op: 'change', in: 'edges', id, set: what });

describe('direct', () => {
  test('[RX2] keys lead to their queues; what nobody has bound is confirmed and dropped', () => {
    const row = reported(exchangeDirect);
    expect(queue(row, 'mail')['enqueued']).toBe(queue(row, 'mobile')['enqueued']);
    expect(queue(row, 'record')['enqueued']).toBe(queue(row, 'mail')['enqueued']! + queue(row, 'mobile')['enqueued']!);
    expect(queue(row, 'notices')['unroutable']).toBeGreaterThan(10);
    expect(source(row, 'app')).toMatchObject({ refused: 0, unknown: 0 });
    expect(row.checks.every(({ holds }) => holds)).toBe(true);
  });

  test('what the notes say: bound with fax, mobile gets them', () => {
    const row = reported(exchangeDirect, set('notices-mobile', { bindingKeys: 'sms\npush\nfax' }));
    expect(queue(row, 'notices')['unroutable']).toBe(0);
  });
});

describe('fanout', () => {
  test('[RX3] everybody gets a copy, and who is slow is slow alone', () => {
    const row = reported(exchangeFanout);
    const came = ['bills', 'parcels', 'facts'].map((id) => queue(row, id)['enqueued']);
    expect(new Set(came).size).toBe(1);
    expect(queue(row, 'facts')['ready']! + queue(row, 'facts')['unacknowledged']!).toBeGreaterThan(20);
    expect(queue(row, 'bills')['ready']).toBe(0);
    expect(row.checks.map(({ id, holds }) => [id, holds])).toEqual([
      ['c1', true],
      ['c2', true],
      ['c3', false],
    ]);
  });

  test('what the note says: with a second instance analytics keeps up', () => {
    const row = reported(exchangeFanout, { op: 'change', in: 'nodes', id: 'analytics', set: { instances: 2 } });
    expect(queue(row, 'facts')['ready']).toBe(0);
    expect(row.checks.every(({ holds }) => holds)).toBe(true);
  });
});

describe('topic', () => {
  test('[RX4] * is one word and # any number', () => {
    const row = reported(exchangeTopic);
    expect(matched(row, 'events-audit')).toBe(queue(row, 'events')['published']);
    // Two of five keys have three words and end in created; three of five have eu in the middle.
    expect(matched(row, 'events-new-orders')! / matched(row, 'events-audit')!).toBeCloseTo(2 / 5, 1);
    expect(matched(row, 'events-europe')! / matched(row, 'events-audit')!).toBeCloseTo(3 / 5, 1);
  });

  test('what the note says: order.#.created takes four words, too', () => {
    const row = reported(exchangeTopic, set('events-new-orders', { bindingKeys: 'order.#.created' }));
    expect(matched(row, 'events-new-orders')! / matched(row, 'events-audit')!).toBeCloseTo(3 / 5, 1);
  });
});

describe('headers', () => {
  test('[RX5] all, any, and there', () => {
    const row = reported(exchangeHeaders);
    const each = source(row, 'billing').attempted;
    expect(matched(row, 'documents-tax')! / each).toBeCloseTo(1 / 3, 1);
    expect(matched(row, 'documents-review')! / each).toBeCloseTo(4 / 3, 1);
    expect(matched(row, 'documents-signed')! / each).toBeCloseTo(1, 1);
  });

  test('what the note says: with all only contracts from Asia are left', () => {
    const row = reported(exchangeHeaders, set('documents-review', { xMatch: 'all' }));
    expect(matched(row, 'documents-review')! / source(row, 'legal').attempted).toBeCloseTo(1 / 3, 1);
  });
});

describe('consistent hash', () => {
  test('[RX11] each customer has a queue, so order is kept; weights are shares', () => {
    const row = reported(exchangeConsistentHash);
    expect(row.checks.every(({ holds }) => holds)).toBe(true);
    const came = ['q0', 'q1', 'q2'].map((id) => queue(row, id)['enqueued']!);
    expect(came[2]).toBeGreaterThan(Math.max(came[0]!, came[1]!));
    expect(came.reduce((sum, each) => sum + each)).toBe(queue(row, 'spread')['published']);
  });

  test('what the note says: a queue more takes some customers', () => {
    const row = reported(
      exchangeConsistentHash,
      { op: 'add', in: 'nodes', item: queueAt('q3', 'lane four', 510) },
      { op: 'add', in: 'nodes', item: consumerAt('w3', 'worker four', 510) },
      { op: 'add', in: 'edges', item: binding('spread', 'q3', { bindingKeys: '1' }) },
      { op: 'add', in: 'edges', item: consuming('q3', 'w3') },
    );
    expect(queue(row, 'q3')['enqueued']).toBeGreaterThan(20);
  });
});

describe('dead ends', () => {
  const row = reported(exchangeDeadEnds);

  test('[RX1] dropped: confirmed, and nobody sees it', () => {
    expect(queue(row, 's-orders')['unroutable']).toBeGreaterThan(10);
    expect(source(row, 's-shop')).toMatchObject({ refused: 0 });
  });

  test('returned: the publisher knows', () => {
    expect(source(row, 'r-shop').refused).toBe(queue(row, 'r-orders')['returned']);
    expect(row.checks.find(({ id }) => id === 'c2')).toMatchObject({ holds: false });
  });

  test('[RX9] caught: the alternate exchange has it, and it counts as routed', () => {
    expect(queue(row, 'lost')['enqueued']).toBe(matched(row, 'c-orders-rest'));
    expect(matched(row, 'c-orders-rest')).toBeGreaterThan(10);
    expect(queue(row, 'c-orders')['unroutable']).toBe(0);
    expect(source(row, 'c-shop')).toMatchObject({ refused: 0 });
  });
});
