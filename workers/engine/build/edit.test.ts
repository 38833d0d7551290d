import { describe, expect, test } from 'vitest';
import type { ScenarioEdge, ScenarioNode } from '../../scenario/document.ts';
import { liveCount } from '../pool.ts';
import { lab } from '../testing/lab.ts';
import { at, constant, latency, scenario } from '../testing/scenario-builder.ts';

const quick = {
  sessionTimeoutMs: 30,
  heartbeatIntervalMs: 10,
  network: latency(1),
  initialRebalanceDelayMs: 0,
} as const;
const every10 = { type: 'constant', ratePerSecond: 100 } as const;

/** What a node of any kind holds besides these three. */
type Settings = ScenarioNode extends infer Each
  ? Each extends ScenarioNode
    ? Omit<Each, 'id' | 'name' | 'position'>
    : never
  : never;

function node(id: string, values: Settings): ScenarioNode {
  return { id, name: id, position: { x: 0, y: 0 }, ...values };
}

function shop() {
  return scenario()
    .producer('p', { arrivals: every10 })
    .topic('t')
    .consumer('c', { workMs: constant(1) })
    .publish('p', 't')
    .subscribe('t', 'c', { ...quick, commit: 'after' });
}

const subscribeD: ScenarioEdge = { id: 't-d', kind: 'subscribe', from: 't', to: 'd', commit: 'after', ...quick };

describe('edits of a running design', () => {
  test('[ED1] what an edit takes away and puts back in the same place of its identity goes on as if nothing had been', () => {
    const moved = lab(shop().topic('z').publish('c', 'z').publish('c', 't'));
    const edges = moved.run.design.edges;
    const [first, second] = [edges.find((e) => e.id === 'c-z')!, edges.find((e) => e.id === 'c-t')!];
    moved.until(55);
    const before = moved.report();
    moved.edit({ op: 'remove', in: 'edges', id: 'c-z' }, { op: 'add', in: 'edges', item: first });
    expect(moved.report().sources).toEqual(before.sources);
    // Only the order of the handler's steps is another one: back to its topic first, then to z.
    expect(
      moved.run.consumers[0]!.sources.map((source) => moved.run.edges[moved.run.sources[source]!.edge]!.id),
    ).toEqual(['c-t', 'c-z']);
    expect(second.id).toBe('c-t');
  });

  test('[ED2] a producer, a topic and a consumer can be added while others go on', () => {
    const run = lab(shop()).until(55);
    run.edit(
      { op: 'add', in: 'nodes', item: node('q', { kind: 'producer', arrivals: every10 }) },
      { op: 'add', in: 'nodes', item: node('u', { kind: 'topic', appendMs: 0 }) },
      { op: 'add', in: 'nodes', item: node('d', { kind: 'consumer', workMs: constant(1) }) },
      {
        op: 'add',
        in: 'edges',
        item: { id: 'q-u', kind: 'publish', from: 'q', to: 'u', lingerMs: 0, network: latency(1) },
      },
      { op: 'add', in: 'edges', item: { ...subscribeD, id: 'u-d', from: 'u', autoOffsetReset: 'earliest' } },
    );
    run.until(200);
    // Its pattern begins at 55: 65, 75, … 195.
    expect(run.source('q-u')).toMatchObject({ attempted: 14, acknowledged: 14 });
    expect(run.subscription('u', 'd').applied).toBeGreaterThanOrEqual(13);
    expect(run.subscription('t', 'c').applied).toBeGreaterThanOrEqual(18);
  });

  test('[ED3] a group that comes later reads an existing log from the beginning, also what the others are done with', () => {
    // Twenty records, all applied and saved by c, are settled: nothing is kept of them but the log.
    const run = lab(shop().fault({ do: 'crash', target: 'p', atMs: 205 })).until(500);
    expect(run.run.messages.live).toBe(0);
    run
      .edit(
        { op: 'add', in: 'nodes', item: node('d', { kind: 'consumer', workMs: constant(1) }) },
        { op: 'add', in: 'edges', item: { ...subscribeD, autoOffsetReset: 'earliest' } },
      )
      .until(1000);
    expect(run.subscription('t', 'd')).toMatchObject({ owed: 20, applied: 20, lost: 0, order: 'global', lag: 0 });
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 20, applied: 20 });
    expect(run.run.messages.live).toBe(0);
  });

  test('[ED3] [LG12] and keeps the order of the sources apart, settled or not', () => {
    // Two sources with one key, of which the reader sees the first half settled and the second half alive.
    const two = scenario()
      .producer('p', { arrivals: every10, key: { type: 'fixed', key: 'k0' } })
      .producer('q', { arrivals: every10, key: { type: 'fixed', key: 'k0' } })
      .topic('x')
      .topic('t')
      .consumer('c')
      .publish('p', 'x')
      .publish('p', 't')
      .publish('q', 't')
      .subscribe('t', 'c', quick);
    const run = lab(two).until(200);
    run
      .edit(
        { op: 'add', in: 'nodes', item: node('d', { kind: 'consumer', workMs: constant(1) }) },
        { op: 'add', in: 'edges', item: { ...subscribeD, autoOffsetReset: 'earliest' } },
      )
      .until(1000);
    expect(run.subscription('t', 'd').applied).toBeGreaterThan(150);
    expect(run.subscription('t', 'd')).toMatchObject({ outOfOrderPerKey: 0, outOfOrderGlobal: 0, order: 'global' });
  });

  test('[ED3] or only what is new', () => {
    const run = lab(shop()).until(205);
    run
      .edit(
        { op: 'add', in: 'nodes', item: node('d', { kind: 'consumer', workMs: constant(1) }) },
        { op: 'add', in: 'edges', item: { ...subscribeD, autoOffsetReset: 'latest' } },
      )
      .until(305);
    // Positions are known at 211: #21 of 210 is the last one stepped over.
    expect(run.subscription('t', 'd')).toMatchObject({ skipped: 21, lost: 0, applied: 9 });
  });

  test('[ED4] a subscription that is taken away is owed nothing any more, and goes on where it stopped when it returns', () => {
    const run = lab(shop()).until(105);
    const edge = run.run.design.edges.find((e) => e.id === 't-c')!;
    run.edit({ op: 'remove', in: 'edges', id: 't-c' }).until(205);
    expect(run.report().subscriptions).toEqual([]);
    run.edit({ op: 'add', in: 'edges', item: edge }).until(505);
    const { applied, lost, duplicateEffects, order } = run.subscription('t', 'c');
    expect({ lost, duplicateEffects, order }).toEqual({ lost: 0, duplicateEffects: 0, order: 'global' });
    expect(applied).toBeGreaterThanOrEqual(49);
  });

  test('[ED4] a consumer that is removed stops at once, and its group goes on without it', () => {
    const run = lab(
      shop()
        .consumer('d', { group: 'g', workMs: constant(1) })
        .consumer('e', { group: 'g', workMs: constant(1) })
        .subscribe('t', 'd', quick)
        .subscribe('t', 'e', quick),
    ).until(100);
    expect(run.readers('t')).toEqual(['c/0: 0', 'd/0: 0', 'e/0:']);
    run.edit({ op: 'remove', in: 'edges', id: 't-d' }, { op: 'remove', in: 'nodes', id: 'd' }).until(300);
    expect(run.readers('t')).toEqual(['c/0: 0', 'd/0:', 'e/0: 0']);
    expect(run.subscription('t', 'g').lost).toBe(0);
  });

  test('[ED5] a publish edge that is taken away: what was never sent is refused, what was sent is unknown', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 11, 12) })
        .topic('t')
        .publish('p', 't', { maxInFlight: 1, batchSize: 0, network: latency(5) }),
    ).until(14);
    run.edit({ op: 'remove', in: 'edges', id: 'p-t' });
    expect(run.run.sources[0]!.ledger).toMatchObject({
      attempted: 3,
      acknowledged: 0,
      unknown: 1,
      refused: 2,
      waiting: 0,
    });
    // The request under way arrives.
    expect(run.until(100).hops('appended')).toEqual(['#1@15']);
  });

  test('[ED5] a topic that is removed breaks off what waited there, and nothing stays behind', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 11) })
        .topic('t', { replicationFactor: 2, replicationMs: 50 })
        .consumer('c')
        .publish('p', 't', { network: latency(1) })
        .subscribe('t', 'c', quick),
    ).until(20);
    run
      .edit(
        { op: 'remove', in: 'edges', id: 'p-t' },
        { op: 'remove', in: 'edges', id: 't-c' },
        { op: 'remove', in: 'nodes', id: 't' },
      )
      .until(100);
    expect(run.run.messages.live).toBe(0);
    expect(liveCount(run.run.requests)).toBe(0);
    expect(run.report().subscriptions).toEqual([]);
  });

  test('[ED6] a changed parameter holds from now on; the pattern of arrivals starts anew when it changes', () => {
    const run = lab(shop()).until(105);
    run.set('nodes', 'p', { arrivals: { type: 'constant', ratePerSecond: 1000 } }).until(110);
    expect(run.hops('produced').slice(10)).toEqual(['#11@106', '#12@107', '#13@108', '#14@109', '#15@110']);
    // A cosmetic change moves nothing.
    run.set('nodes', 'p', { name: 'Shop', position: { x: 9, y: 9 } }).until(112);
    expect(run.hops('produced').slice(15)).toEqual(['#16@111', '#17@112']);
  });

  test('[ED6] [KO5] an idle consumer that is to commit from now on saves what it has finished at once', () => {
    for (const commit of ['after', 'auto'] as const) {
      const run = lab(
        scenario()
          .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 }, limit: 10 })
          .topic('t')
          .consumer('c')
          .publish('p', 't')
          .subscribe('t', 'c', { ...quick, commit: 'manual', autoCommitIntervalMs: 100 }),
      ).until(1000);
      expect(run.run.cursors[0]!.committed).toBe(-1);
      run.set('edges', 't-c', { commit }).until(1010);
      expect(run.run.cursors[0]!.committed).toBe(10);
    }
  });

  test('[ED6] a consumer that moves to another group begins there as a newcomer', () => {
    const run = lab(shop()).until(105).set('nodes', 'c', { group: 'other' }).until(500);
    expect(run.subscription('t', 'other')).toMatchObject({ lost: 0, duplicateEffects: 0 });
    expect(run.subscription('t', 'other').applied).toBeGreaterThanOrEqual(49);
    expect(run.report().subscriptions.map((s) => s.group)).toEqual(['other']);
  });

  test('[ED5] an instance that was stopped and is started again publishes as a new client', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(100, 100, 600) })
        .topic('t')
        .topic('u')
        .consumer('c', { concurrency: 2, workMs: constant(1) })
        .publish('p', 't', { lingerMs: 0 })
        .subscribe('t', 'c', quick)
        .publish('c', 'u', { lingerMs: 200, batchSize: 400 }),
    );
    run.until(150).set('nodes', 'c', { instances: 0 }).until(200).set('nodes', 'c', { instances: 1 }).until(2000);
    // The third waited for its linger and for nothing else, and its sequence begins anew.
    expect(run.source('c-u')).toMatchObject({ attempted: 3, acknowledged: 3, retries: 0 });
  });

  test('[PR9] a larger buffer lets blocked messages in at once', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20, 30), sizeBytes: 100 })
        .topic('t')
        .publish('p', 't', { bufferMemory: 100, network: latency(20_000) }),
    ).until(100);
    expect(run.run.clients[0]!.blocked).toBe(2);
    run.set('edges', 'p-t', { bufferMemory: 1_000_000 });
    expect(run.run.clients[0]).toMatchObject({ blocked: 0, bufferedBytes: 300 });
  });

  test('[FA3] the edge of a paused producer can go: the response that waited for it lets go of its batch', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t', { retentionMs: 1000 })
        .publish('p', 't', { network: latency(100) }),
    );
    run.until(150).fault({ do: 'pause', target: 'p' });
    run.until(1000).edit({ op: 'remove', in: 'edges', id: 'p-t' }, { op: 'remove', in: 'nodes', id: 'p' }).until(5000);
    expect([liveCount(run.run.requests), liveCount(run.run.batches), run.run.messages.live]).toEqual([0, 0, 0]);
  });

  test('[ED6] also when it was at work: it joins the other group with its next poll', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(90) })
        .topic('t')
        .consumer('c', { workMs: constant(50) })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, autoOffsetReset: 'earliest' }),
    ).until(110);
    expect(run.run.instances[0]!.unfinished).toBe(1);
    run.set('nodes', 'c', { group: 'other' }).until(500);
    expect(run.subscription('t', 'other')).toMatchObject({ applied: 1, lag: 0 });
  });
});

test('a frozen producer that is removed lets go of the answers that it had put aside', () => {
  const run = lab(
    scenario()
      .producer('p', { arrivals: at(100) })
      .topic('t')
      .publish('p', 't', { transactionalId: 'x', network: latency(10) })
      .fault({ atMs: 15, do: 'pause', target: 'p' }),
  ).until(50);
  run.edit({ op: 'remove', in: 'edges', id: 'p-t' }, { op: 'remove', in: 'nodes', id: 'p' }).until(100);
  expect(liveCount(run.run.transactionRequests)).toBe(0);
});
