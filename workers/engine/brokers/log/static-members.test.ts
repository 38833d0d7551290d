import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../../testing/lab.ts';
import { at, constant, latency, scenario, type SubscribeSettings } from '../../testing/scenario-builder.ts';

const quick = {
  staticMembership: 'each',
  sessionTimeoutMs: 100,
  heartbeatIntervalMs: 10,
  network: latency(1),
} as const;

function group(instances: number, subscribe: SubscribeSettings = {}) {
  return scenario()
    .topic('t', { partitions: 4 })
    .consumer('c', { instances })
    .subscribe('t', 'c', { ...quick, ...subscribe });
}

const rebalances = (run: Lab): number => run.run.groups[0]!.rebalances;

describe('static members', () => {
  test('[KG15] a restart within the session keeps the partitions, and nobody rebalances', () => {
    const run = lab(group(2)).until(50).fault({ do: 'crash', target: 'c', instance: 0, forMs: 20 });
    expect(run.until(69).readers('t')).toEqual(['c/0:', 'c/1: 2 3']);
    // Up at 70, its join at the coordinator at 71, answered at 72, asks for its assignment, told at 74.
    expect(run.until(73.999999).readers('t')).toEqual(['c/0:', 'c/1: 2 3']);
    expect(run.until(74).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    expect(rebalances(run.until(500))).toBe(1);
  });

  test('[KG15] [KG5] one that stays away is removed when its session has run out', () => {
    const run = lab(group(2)).until(55).fault({ do: 'crash', target: 'c', instance: 0 });
    // Its last heartbeat was at 51.
    expect(run.until(150.999999).run.groups[0]!.members).toHaveLength(2);
    expect(run.until(151).run.groups[0]!.members).toHaveLength(1);
    expect(run.until(300).readers('t')).toEqual(['c/0:', 'c/1: 0 1 2 3']);
  });

  test('[KG15] one that stops does not say so', () => {
    const run = lab(group(2)).until(55).set('nodes', 'c', { instances: 1 });
    expect(run.until(150.999999).run.groups[0]!.members).toHaveLength(2);
    expect(run.until(300).readers('t')[0]).toBe('c/0: 0 1 2 3');
    const dynamic = lab(group(2, { staticMembership: 'none' }))
      .until(55)
      .set('nodes', 'c', { instances: 1 });
    expect(dynamic.until(56).run.groups[0]!.members).toHaveLength(1);
  });

  test('[KG15] a rolling restart: one rebalance in all, where dynamic members have one for each start and stop', () => {
    const rolled = (staticMembership: 'none' | 'each'): number => {
      const run = lab(group(3, { staticMembership })).until(100);
      for (const instance of [0, 1, 2]) {
        run.fault({ do: 'crash', target: 'c', instance, forMs: 30 });
        run.until(400 + 300 * instance);
      }
      return rebalances(run) - 1;
    };
    expect(rolled('each')).toBe(0);
    expect(rolled('none')).toBeGreaterThanOrEqual(3);
  });

  test('[KG15] [KG9] too long between polls: it only falls silent, and its place is taken when the session has run out', () => {
    const slow = scenario()
      .producer('p', { arrivals: at(20) })
      .topic('t', { partitions: 2 })
      .consumer('c', { instances: 2, workMs: constant(400) })
      .publish('p', 't', { partitioner: 'roundRobin' })
      .subscribe('t', 'c', { ...quick, maxPollIntervalMs: 50 });
    const run = lab(slow);
    // Polled at 22: silent from 72 on, its last heartbeat was at 71, removed at 171.
    expect(run.until(170.999999).run.groups[0]!.members).toHaveLength(2);
    expect(run.until(171).run.groups[0]!.members).toHaveLength(1);
    expect(run.until(1500).subscription('t', 'c').applied).toBe(1);
  });

  test('[KG15] two processes with one instance id: the later one fences the earlier', () => {
    const run = lab(group(2, { staticMembership: 'same' })).until(100);
    expect(run.run.groups[0]!.members).toHaveLength(1);
    expect(run.run.instances.map(({ failure }) => failure)).toEqual([2, -1]);
    expect(run.readers('t')).toEqual(['c/0:', 'c/1: 0 1 2 3']);
  });

  test('[KG15] [KG7] one that dies between two rounds is told again what to keep, and what it was to give up waits for the next round', () => {
    const run = lab(group(1, { assignor: 'cooperative-sticky' })).until(102);
    run.set('nodes', 'c', { instances: 2 });
    // The join of the second is there at 103; the first learns of the round with its heartbeat of 111, joins at 113, and is told at 116.
    run.until(115.5).fault({ do: 'crash', target: 'c', instance: 0, forMs: 20 });
    expect(run.until(1000).readers('t')).toEqual(['c/0: 0 1', 'c/1:']);
    run.set('nodes', 't', { partitions: 5 });
    expect(run.until(2000).readers('t')).toEqual(['c/0: 0 1 4', 'c/1: 2 3']);
  });
});
