import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../../testing/lab.ts';
import { at, constant, latency, scenario, type SubscribeSettings } from '../../testing/scenario-builder.ts';

/** Heartbeats every 10 ms, sessions of 30 ms, 1 ms to the broker. */
const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10, network: latency(1) } as const;

/** A topic of four partitions that nobody writes to, and a group of `instances`. */
function group(instances: number, subscribe: SubscribeSettings = {}) {
  return scenario()
    .topic('t', { partitions: 4 })
    .consumer('c', { instances })
    .subscribe('t', 'c', { ...quick, ...subscribe });
}

const members = (run: Lab): boolean[] => run.run.members.map((member) => !member.gone);
const state = (run: Lab): string => run.run.groups[0]!.state;

describe('joining', () => {
  test('[KG1] [KG10] a join takes one way to the coordinator, the assignment a round trip to the leader and one way back', () => {
    // Join at 1, no initial delay, the leader's assignment at 1 + 2, told at 4.
    const run = lab(group(2)).until(3.999999);
    expect(state(run)).toBe('stable');
    expect(run.readers('t')).toEqual(['c/0:', 'c/1:']);
    expect(run.until(4).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    expect(run.run.groups[0]).toMatchObject({ generation: 1, rebalances: 1 });
  });

  test('[KG10] reading begins a round trip later, when the positions are known', () => {
    // Told at 4, positions at 6, the fetch at the broker at 7, the record of 0 in memory at 8.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .topic('t')
        .consumer('c')
        .publish('p', 't')
        .subscribe('t', 'c', quick),
    ).until(50);
    expect(run.hops('fetched')).toEqual(['#1@8']);
  });

  test('[KG2] an empty group waits group.initial.rebalance.delay.ms for more members', () => {
    const run = lab(group(1, { initialRebalanceDelayMs: 100 })).until(103.999999);
    expect(run.readers('t')).toEqual(['c/0:']);
    expect(run.until(104).readers('t')).toEqual(['c/0: 0 1 2 3']);
  });

  test('[KG2] and once more each time if somebody came meanwhile, up to max.poll.interval.ms', () => {
    // Both join at 1. At 101 the second one counts as new, so the round ends at 201; told at 204.
    const twice = lab(group(2, { initialRebalanceDelayMs: 100 })).until(203.999999);
    expect(twice.readers('t')).toEqual(['c/0:', 'c/1:']);
    expect(twice.until(204).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    // At most 130 ms from the first join on: told at 134.
    const bounded = lab(group(2, { initialRebalanceDelayMs: 100, maxPollIntervalMs: 130 })).until(134);
    expect(bounded.readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    // Never longer than asked when the bound is below the delay.
    const short = lab(group(2, { initialRebalanceDelayMs: 100, maxPollIntervalMs: 20 })).until(104);
    expect(short.readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
  });

  test('[KG13] groups do not know each other: each reads everything', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20, 30) })
        .topic('t')
        .consumer('c')
        .consumer('d')
        .publish('p', 't')
        .subscribe('t', 'c', quick)
        .subscribe('t', 'd', quick)
        .fault({ do: 'crash', target: 'd', atMs: 15 }),
    ).until(500);
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 3, applied: 3, lag: 0 });
    expect(run.subscription('t', 'd')).toMatchObject({ owed: 3, applied: 1, inFlight: 2, lag: 2 });
  });

  test('[KG13] consumers of the same group share the partitions', () => {
    const run = lab(
      scenario()
        .topic('t', { partitions: 4 })
        .consumer('a', { group: 'g' })
        .consumer('b', { group: 'g' })
        .subscribe('t', 'a', quick)
        .subscribe('t', 'b', quick),
    ).until(100);
    expect(run.readers('t')).toEqual(['a/0: 0 1', 'b/0: 2 3']);
    expect(run.report().subscriptions.map(({ group: name, consumers }) => [name, consumers])).toEqual([
      ['g', ['a', 'b']],
    ]);
  });

  test('[KG1] more members than partitions: some have nothing to do', () => {
    const run = lab(
      scenario().topic('t', { partitions: 2 }).consumer('c', { instances: 3 }).subscribe('t', 'c', quick),
    );
    expect(run.until(100).readers('t')).toEqual(['c/0: 0', 'c/1: 1', 'c/2:']);
  });
});

describe('heartbeats', () => {
  test('[KG5] a silent member is removed session.timeout.ms after its last heartbeat, to the nanosecond', () => {
    // Heartbeats reach the coordinator at 1, 11, 21, 31, 41. The crash at 45 is found out at 41 + 30.
    const run = lab(group(2).fault({ do: 'crash', target: 'c', instance: 0, atMs: 45 }));
    run.until(70.999999);
    expect(members(run)).toEqual([true, true]);
    run.until(71);
    expect(members(run)).toEqual([false, true]);
    // Until the next round nobody owns what it read.
    expect(run.run.cursors.map((cursor) => cursor.owner)).toEqual([-1, -1, 1, 1]);
  });

  test('[KG4] the others learn of it with the answer to their next heartbeat', () => {
    // Found out at 71; the heartbeat that the second one sends at 81 is answered at 82; it joins at 83, its own assignment
    // is there at 85, told at 86.
    const run = lab(group(2).fault({ do: 'crash', target: 'c', instance: 0, atMs: 45 }));
    expect(run.until(81.999999).readers('t')).toEqual(['c/0:', 'c/1: 2 3']);
    expect(run.until(82).readers('t')).toEqual(['c/0:', 'c/1:']);
    expect(run.until(85.999999).readers('t')).toEqual(['c/0:', 'c/1:']);
    expect(run.until(86).readers('t')).toEqual(['c/0:', 'c/1: 0 1 2 3']);
  });

  test('[KG5] a pause that ends in time is not noticed', () => {
    const run = lab(group(2).fault({ do: 'pause', target: 'c', instance: 0, atMs: 45, forMs: 25.9 })).until(500);
    expect(members(run)).toEqual([true, true]);
    expect(run.run.groups[0]!.rebalances).toBe(1);
  });

  test('[KG5] a cut edge silences heartbeats as well', () => {
    const run = lab(
      scenario()
        .topic('t', { partitions: 2 })
        .consumer('a', { group: 'g' })
        .consumer('b', { group: 'g' })
        .subscribe('t', 'a', quick)
        .subscribe('t', 'b', quick)
        .fault({ do: 'cut', target: 't-a', atMs: 45, forMs: 200 }),
    );
    run.until(71);
    expect(members(run)).toEqual([false, true]);
    expect(run.until(200).readers('t')).toContain('b/0: 0 1');
    // It comes back as a new member when the edge heals.
    run.until(500);
    expect(members(run)).toEqual([false, true, true]);
    expect(run.readers('t')).toEqual(['a/0: 0', 'b/0: 1']);
  });

  test('[KG5] a second reason to be silent does not prolong the session', () => {
    const run = lab(
      group(2)
        .fault({ do: 'pause', target: 'c', instance: 0, atMs: 45 })
        .fault({ do: 'crash', target: 'c', instance: 0, atMs: 65 }),
    );
    run.until(71);
    expect(members(run)).toEqual([false, true]);
  });

  test('[KG8] a process that was removed gives everything up and joins as a new member', () => {
    // #1 is in memory at 11 and worked on for 10 ms, but the process freezes from 12 to 200. It is removed at 11 + 30 = 41,
    // and the other one has its partition from 56 on. At 200 it finishes #1, too late.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 10, 10), key: { type: 'fixed', key: 'k1' } })
        .topic('t', { partitions: 2 })
        .consumer('c', { instances: 2, workMs: constant(10) })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, commit: 'after' })
        .fault({ do: 'pause', target: 'c', instance: 1, atMs: 12, forMs: 188 })
        .fault({ do: 'pause', target: 'c', instance: 0, atMs: 12, forMs: 0.5 }),
    );
    run.until(199);
    expect(run.readers('t')[0]).toBe('c/0: 0 1');
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, duplicateEffects: 0 });
    run.until(500);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, duplicateEffects: 1 });
    expect(members(run).filter(Boolean)).toHaveLength(2);
    expect(run.readers('t')).toEqual(['c/0: 0', 'c/1: 1']);
  });
});

describe('polls', () => {
  test('[KG9] a member that does not poll for max.poll.interval.ms leaves by itself', () => {
    // #1 is handed out at 11 and takes 100 ms. At 61 the client says that it leaves; the coordinator hears it at 62.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c', { workMs: constant(100) })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, maxPollIntervalMs: 50 }),
    );
    run.until(61.999999);
    expect(members(run)).toEqual([true]);
    run.until(62);
    expect(members(run)).toEqual([false]);
    expect(state(run)).toBe('empty');
    // The work ends at 111; only then it polls, finds itself removed, joins anew, and gets #1 again: for ever.
    run.until(111);
    expect(run.hops('applied')).toEqual(['#1@111']);
    expect(run.run.instances[0]!.phase).toBe('joining');
    run.until(500);
    expect(run.subscription('t', 'c').duplicateEffects).toBeGreaterThan(2);
    expect(run.subscription('t', 'c').lag).toBe(1);
  });

  test('[KG9] whoever has left joins as a new member, also when its join is there before its leave', () => {
    // At 61 the leave sets out and takes 100 ms; the work ends at 71, and the join takes 1 ms.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c', { workMs: constant(60) })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, maxPollIntervalMs: 50 }),
    ).until(20);
    run.set('edges', 't-c', { network: latency(100), maxPollIntervalMs: 50 }).until(65);
    run.set('edges', 't-c', { network: latency(1), maxPollIntervalMs: 10_000 }).until(72);
    expect(members(run)).toEqual([true, true]);
    run.until(161);
    expect(members(run)).toEqual([false, true]);
    expect(run.until(1000).readers('t')).toEqual(['c/0: 0']);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 1, lag: 0 });
  });

  test('[KG9] a leave that is lost over a cut edge keeps nobody waiting longer than the session', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c', { workMs: constant(60) })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, maxPollIntervalMs: 50 }),
    ).until(60);
    run.fault({ do: 'cut', target: 't-c', forMs: 5 }).until(66).set('edges', 't-c', { maxPollIntervalMs: 10_000 });
    expect(members(run)).toEqual([true]);
    expect(members(run.until(200)).slice(0, 1)).toEqual([false]);
    expect(run.until(1000).readers('t')).toEqual(['c/0: 0']);
  });

  test('[KG9] an idle member polls all the time', () => {
    const run = lab(group(1, { maxPollIntervalMs: 50 })).until(2000);
    expect(members(run)).toEqual([true]);
  });

  test('[KG3] [KG9] a round waits for a member that is busy, but not longer than max.poll.interval.ms', () => {
    // The first one works from 11 to 511. A second instance joins at 101; the first one is told at 112 and cannot poll.
    // With time enough it rejoins at 511; with 200 ms it leaves by itself, heard at 212, and the round ends: told at 215.
    const busy = (maxPollIntervalMs: number) =>
      lab(
        scenario()
          .producer('p', { arrivals: at(10) })
          .topic('t', { partitions: 2 })
          .consumer('c', { workMs: constant(500) })
          .publish('p', 't')
          .subscribe('t', 'c', { ...quick, maxPollIntervalMs }),
      )
        .until(100)
        .set('nodes', 'c', { instances: 2 });
    const patient = busy(10_000).until(510);
    expect(state(patient)).toBe('preparing');
    expect(patient.until(530).readers('t')).toEqual(['c/0: 0', 'c/1: 1']);
    const strict = busy(200);
    expect(state(strict.until(211.999999))).toBe('preparing');
    expect(strict.until(215).readers('t')[1]).toBe('c/1: 0 1');
  });
});
