import { describe, expect, test } from 'vitest';
import { lab } from '../../testing/lab.ts';
import { at, constant, latency, scenario, type SubscribeSettings } from '../../testing/scenario-builder.ts';

const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10, network: latency(1) } as const;

/** One instance that reads four partitions; at 100 ms a second one starts. */
function growing(subscribe: SubscribeSettings) {
  return lab(
    scenario()
      .topic('t', { partitions: 4 })
      .consumer('c')
      .subscribe('t', 'c', { ...quick, ...subscribe }),
  )
    .until(100)
    .set('nodes', 'c', { instances: 2 });
}

describe('a rebalance', () => {
  test('[KG6] eager: everybody gives up everything before it joins, so that nobody reads for a while', () => {
    // The second one's join arrives at 101. The first one is told with its next heartbeat, 111, at 112, gives up and joins
    // at 113; assignment at 115, told at 116.
    const run = growing({ assignor: 'range' });
    expect(run.until(111.999999).readers('t')).toEqual(['c/0: 0 1 2 3', 'c/1:']);
    expect(run.until(112).readers('t')).toEqual(['c/0:', 'c/1:']);
    expect(run.until(115.999999).readers('t')).toEqual(['c/0:', 'c/1:']);
    expect(run.until(116).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    expect(run.run.groups[0]!.rebalances).toBe(2);
  });

  test('[KG6] [KA8] sticky: though everything is given up, members get back what they had as far as it is even', () => {
    const run = growing({ assignor: 'sticky' });
    expect(run.until(112).readers('t')).toEqual(['c/0:', 'c/1:']);
    expect(run.until(150).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    // Of three members one may have two. Dealt out afresh it would be 0 and 3.
    run.set('nodes', 'c', { instances: 3 });
    expect(run.until(250).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2', 'c/2: 3']);
  });

  test('[KG7] cooperative: only what moves is given up, in a first round, and handed out in a second', () => {
    // First round as above, but the first one keeps its partitions. Told at 116 that two of them move, it gives these up
    // and joins again at 117. The second one (heartbeats at 101, 111, 121) is told at 122, joins at 123; told at 126.
    const run = growing({ assignor: 'cooperative-sticky' });
    expect(run.until(115.999999).readers('t')).toEqual(['c/0: 0 1 2 3', 'c/1:']);
    expect(run.until(116).readers('t')).toEqual(['c/0: 0 1', 'c/1:']);
    expect(run.until(125.999999).readers('t')).toEqual(['c/0: 0 1', 'c/1:']);
    expect(run.until(126).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    expect(run.run.groups[0]!.rebalances).toBe(3);
  });

  test('[KG7] what stays is read on while the others move', () => {
    const reading = (assignor: 'range' | 'cooperative-sticky') =>
      lab(
        scenario()
          // k1 is of partition 0 of 4, by its hash (conformance cases hold the hash itself).
          .producer('p', {
            arrivals: { type: 'constant', ratePerSecond: 1000 },
            key: { type: 'uniform', keys: 50 },
            limit: 200,
          })
          .topic('t', { partitions: 4 })
          .consumer('c')
          .publish('p', 't')
          .subscribe('t', 'c', { ...quick, assignor }),
      )
        .until(100)
        .set('nodes', 'c', { instances: 2 })
        .until(1000);
    const eager = reading('range');
    const cooperative = reading('cooperative-sticky');
    const appliedBetween = (run: typeof eager, from: number, to: number): number =>
      run.hops('applied').filter((hop) => Number(hop.split('@')[1]) > from && Number(hop.split('@')[1]) < to).length;
    expect(appliedBetween(eager, 112, 118)).toBe(0);
    expect(appliedBetween(cooperative, 112, 118)).toBeGreaterThan(0);
    for (const run of [eager, cooperative]) {
      expect(run.subscription('t', 'c')).toMatchObject({ applied: 200, lag: 0, lost: 0, duplicateEffects: 0 });
    }
  });

  test('[KG6] [KO5] positions are saved before partitions are given up, so an orderly move doubles nothing', () => {
    for (const assignor of ['range', 'cooperative-sticky'] as const) {
      for (const commit of ['after', 'auto', 'before'] as const) {
        const run = lab(
          scenario()
            .producer('p', {
              arrivals: { type: 'constant', ratePerSecond: 500 },
              key: { type: 'uniform', keys: 50 },
              limit: 150,
            })
            .topic('t', { partitions: 4 })
            .consumer('c', { workMs: constant(1) })
            .publish('p', 't')
            .subscribe('t', 'c', { ...quick, assignor, commit, autoCommitIntervalMs: 100_000, maxPollRecords: 3 }),
        )
          .until(100)
          .set('nodes', 'c', { instances: 3 })
          .until(250)
          .set('nodes', 'c', { instances: 1 })
          .until(5000);
        expect(run.subscription('t', 'c')).toMatchObject({ applied: 150, lost: 0, duplicateEffects: 0 });
        expect(run.readers('t')[0]).toBe('c/0: 0 1 2 3');
      }
    }
  });

  test('[KG11] an instance that is stopped leaves at once, and its partitions go to the others without a session timeout', () => {
    // Stopped at 200: idle, so it leaves; heard at 201. The other one is told with its heartbeat of 211, at 212.
    const run = growing({ assignor: 'range', sessionTimeoutMs: 10_000 }).until(200).set('nodes', 'c', { instances: 1 });
    expect(run.until(201).run.members.map((member) => member.gone)).toEqual([false, true]);
    expect(run.until(216).readers('t')).toEqual(['c/0: 0 1 2 3', 'c/1:']);
  });

  test('[KG11] over a cut edge nobody hears it: the session has to run out', () => {
    const run = growing({ assignor: 'range' }).until(200).fault({ do: 'cut', target: 't-c' });
    run.set('nodes', 'c', { instances: 1 }).until(215);
    expect(run.run.members.map((member) => member.gone)).toEqual([false, false]);
    expect(run.until(300).run.members.map((member) => member.gone)).toEqual([true, true]);
  });

  test('[KG11] a stop that is called off at once changes nothing', () => {
    // #1 is done at 15 and its commit is under way at 15.5.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 300) })
        .topic('t')
        .consumer('c', { workMs: constant(4) })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, commit: 'after' }),
    ).until(14);
    run.set('nodes', 'c', { instances: 0 }).until(15.5).set('nodes', 'c', { instances: 1 }).until(1000);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 2, duplicateEffects: 0, lag: 0 });
    expect(run.run.members).toHaveLength(1);
  });

  test('[KG12] a new partition makes every group of the topic share out anew', () => {
    const run = growing({ assignor: 'range' }).until(200).set('nodes', 't', { partitions: 6 });
    expect(run.until(300).readers('t')).toEqual(['c/0: 0 1 2', 'c/1: 3 4 5']);
  });

  test('[KG12] a second topic joins the assignment, and leaves it', () => {
    const run = lab(
      scenario()
        .topic('a', { partitions: 2 })
        .topic('b', { partitions: 2 })
        .consumer('c', { instances: 2 })
        .subscribe('a', 'c', quick),
    ).until(100);
    run
      .edit({ op: 'add', in: 'edges', item: { id: 'b-c', kind: 'subscribe', from: 'b', to: 'c', ...quick } })
      .until(200);
    expect(run.readers('a')).toEqual(['c/0: 0', 'c/1: 1']);
    expect(run.readers('b')).toEqual(['c/0: 0', 'c/1: 1']);
    // The first edge goes: the conversation with the coordinator goes on over the second.
    run.edit({ op: 'remove', in: 'edges', id: 'a-c' }).until(300);
    expect(run.readers('a')).toEqual(['c/0:', 'c/1:']);
    expect(run.readers('b')).toEqual(['c/0: 0', 'c/1: 1']);
  });

  test('[KG12] another assignor takes effect with a round of its own', () => {
    const run = lab(
      scenario()
        .topic('a', { partitions: 3 })
        .topic('b', { partitions: 3 })
        .consumer('c', { instances: 2 })
        .subscribe('a', 'c', { ...quick, assignor: 'range' })
        .subscribe('b', 'c', quick),
    ).until(100);
    // Range: topic by topic, so the first one has two of each.
    expect([...run.readers('a'), ...run.readers('b')]).toEqual(['c/0: 0 1', 'c/1: 2', 'c/0: 0 1', 'c/1: 2']);
    run.set('edges', 'a-c', { assignor: 'roundrobin' }).until(300);
    expect([...run.readers('a'), ...run.readers('b')]).toEqual(['c/0: 0 2', 'c/1: 1', 'c/0: 1', 'c/1: 0 2']);
  });

  test('[KG12] another assignor in the middle of a round: it ends with the one that members joined with, and another follows', () => {
    // The first one is joining the round, at 113, with what it has; told at 116, as without the edit, it keeps 0 and 1 and
    // joins again at once, still as a cooperative member. The second one gives way to that round at 122 and joins at 123.
    // Told at 126. Only then does nobody hold anything of another: the heartbeats at 131 call both to a round with `range`.
    const run = growing({ assignor: 'cooperative-sticky' }).until(112.5).set('edges', 't-c', { assignor: 'range' });
    expect(run.until(116).readers('t')).toEqual(['c/0: 0 1', 'c/1:']);
    expect(run.until(126).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    expect(run.until(132).readers('t')).toEqual(['c/0:', 'c/1:']);
    expect(run.until(136).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    expect(run.until(1000).run.groups[0]!.rebalances).toBe(4);
  });

  test('[KG12] an edge that goes in the middle of a round takes its assignor with it, and no partition gets two owners', () => {
    const edges = { a: { ...quick, assignor: 'cooperative-sticky' }, b: { ...quick, assignor: 'roundrobin' } } as const;
    // Before the round, while its members join, while the leader shares out, and after.
    for (let atMs = 100; atMs < 130; atMs += 0.5) {
      const run = lab(
        scenario()
          .topic('a', { partitions: 4 })
          .topic('b', { partitions: 5 })
          .consumer('c', { instances: 3 })
          .subscribe('a', 'c', edges.a)
          .subscribe('b', 'c', edges.b),
      )
        .until(100)
        .set('nodes', 'c', { instances: 4 })
        .until(atMs);
      run.edit({ op: 'remove', in: 'edges', id: 'a-c' }).until(1000);
      expect(run.readers('a').join(' ')).toBe('c/0: c/1: c/2: c/3:');
      expect(run.readers('b')).toEqual(['c/0: 0 4', 'c/1: 1', 'c/2: 2', 'c/3: 3']);
    }
  });

  test('[KG13] members that stop and members that go on share partitions without two of them owning one', () => {
    const run = lab(
      scenario()
        .topic('t', { partitions: 4 })
        .consumer('c', { group: 'g', instances: 2 })
        .consumer('d', { group: 'g', instances: 0 })
        .subscribe('t', 'c', { ...quick, assignor: 'cooperative-sticky' })
        .subscribe('t', 'd', { ...quick, assignor: 'range' }),
    ).until(100);
    run.set('nodes', 'd', { instances: 2 }).until(1000);
    expect(run.readers('t').map((line) => line.split(' ').length - 1)).toEqual([1, 1, 1, 1]);
    run.set('nodes', 'c', { instances: 0 }).until(2000);
    expect(run.readers('t')).toEqual(['c/0:', 'c/1:', 'd/0: 0 1', 'd/1: 2 3']);
  });

  test('[KG5] [KG7] cooperative members keep reading while a dead one is found out', () => {
    const run = growing({ assignor: 'cooperative-sticky' }).until(200);
    run.fault({ do: 'crash', target: 'c', instance: 1, forMs: 500 });
    expect(run.until(250).readers('t')[0]).toBe('c/0: 0 1 2 3');
    run.until(2000);
    expect(run.readers('t').map((line) => line.split(' ').length - 1)).toEqual([2, 2]);
  });
});
