import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../../testing/lab.ts';
import { at, constant, latency, scenario, type SubscribeSettings } from '../../testing/scenario-builder.ts';

/** The newer protocol, heartbeats every 10 ms, sessions of 30 ms, 1 ms to the broker. */
const newer = {
  groupProtocol: 'consumer',
  groupHeartbeatIntervalMs: 10,
  groupSessionTimeoutMs: 30,
  network: latency(1),
} as const;

/** A topic of four partitions that nobody writes to. */
function group(instances: number, subscribe: SubscribeSettings = {}) {
  return scenario()
    .topic('t', { partitions: 4 })
    .consumer('c', { instances })
    .subscribe('t', 'c', { ...newer, ...subscribe });
}

const state = (run: Lab) => run.run.groups[0]!;
const epochs = (run: Lab) =>
  run.run.members.filter(({ gone }) => !gone).map(({ epoch, reconciling }) => `${epoch} ${reconciling}`);

describe('joining', () => {
  test('[KN1] [KN2] a heartbeat with epoch 0 joins, and its answer names the partitions', () => {
    // At the coordinator at 1, answered at 2. No delay for the first round, and no leader.
    const run = lab(group(1));
    expect(run.until(1.999999).readers('t')).toEqual(['c/0:']);
    expect(run.until(2).readers('t')).toEqual(['c/0: 0 1 2 3']);
    expect(state(run)).toMatchObject({ protocol: 'consumer', state: 'stable', generation: 1, targetEpoch: 1 });
    expect(epochs(run)).toEqual(['1 stable']);
  });

  test('[KN4] [KN6] a second member waits until the first has said that it gave up, and the group never stops', () => {
    const run = lab(group(1)).until(25);
    run.set('nodes', 'c', { instances: 2 });
    // Its heartbeat is at the coordinator at 26: group epoch 2, and everything is held by the first.
    run.until(27);
    expect([epochs(run), state(run).state]).toEqual([['1 stable', '2 unreleased'], 'reconciling']);
    expect(run.readers('t')).toEqual(['c/0: 0 1 2 3', 'c/1:']);
    // The first acknowledged at 2, so its heartbeats leave at 12 (due since its answer at 4), 22, 32: told at 34, gives up, says so.
    run.until(33.999999);
    expect(run.readers('t')[0]).toBe('c/0: 0 1 2 3');
    expect(run.until(34).readers('t')).toEqual(['c/0: 0 1', 'c/1:']);
    expect(epochs(run)).toEqual(['1 unrevoked', '2 unreleased']);
    // That arrives at 35. The second one's next heartbeat leaves at 37 (an acknowledgement of nothing went out at 27).
    expect(epochs(run.until(35))).toEqual(['2 stable', '2 unreleased']);
    expect(run.until(38.999999).readers('t')[1]).toBe('c/1:');
    expect(run.until(39).readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    expect([epochs(run), state(run).state]).toEqual([['2 stable', '2 stable'], 'stable']);
  });

  test('[KN4] what stays is read on', () => {
    const busy = scenario()
      .producer('p', { arrivals: { type: 'constant', ratePerSecond: 1000 }, stopMs: 200 })
      .topic('t', { partitions: 4 })
      .consumer('c', { instances: 1 })
      .publish('p', 't', { partitioner: 'roundRobin' })
      .subscribe('t', 'c', newer);
    const run = lab(busy).until(40).set('nodes', 'c', { instances: 4 }).until(500);
    expect(run.subscription('t', 'c')).toMatchObject({ duplicateDeliveries: 0, lost: 0, inFlight: 0 });
    expect(run.readers('t').map((line) => line.split(' ').length - 1)).toEqual([1, 1, 1, 1]);
  });

  test('[KN3] the assignor that most members ask for', () => {
    const two = scenario().topic('a', { partitions: 3 }).topic('b', { partitions: 3 }).consumer('c', { instances: 2 });
    const range = lab(
      two
        .subscribe('a', 'c', { ...newer, remoteAssignor: 'range' })
        .subscribe('b', 'c', { ...newer, remoteAssignor: 'range' }),
    ).until(100);
    // Of each topic the first member has two.
    expect([range.readers('a'), range.readers('b')]).toEqual([
      ['c/0: 0 1', 'c/1: 2'],
      ['c/0: 0 1', 'c/1: 2'],
    ]);
  });

  test('[KN1] new partitions are another epoch, with the next heartbeat of anybody', () => {
    const run = lab(group(1)).until(40);
    run.set('nodes', 't', { partitions: 5 }).until(60);
    expect(run.readers('t')).toEqual(['c/0: 0 1 2 3 4']);
    expect(state(run)).toMatchObject({ generation: 2, targetEpoch: 2 });
  });
});

describe('leaving', () => {
  test('[KN6] a member that stops says so, and what it had is free at once', () => {
    const run = lab(group(2)).until(100).set('nodes', 'c', { instances: 1 });
    run.until(101);
    expect(epochs(run)).toHaveLength(1);
    expect(run.until(113).readers('t')[0]).toBe('c/0: 0 1 2 3');
  });

  test('[KN2] one that is silent is removed after the session timeout, and fenced when it is back', () => {
    const run = lab(group(2)).until(100).fault({ do: 'pause', target: 'c', instance: 0 });
    run.until(135);
    expect(run.run.members.filter(({ gone }) => gone)).toHaveLength(1);
    run.until(150).fault({ do: 'resume', target: 'c', instance: 0 }).until(250);
    expect(epochs(run)).toHaveLength(2);
    expect(new Set(epochs(run)).size).toBe(1);
    expect(state(run).state).toBe('stable');
  });

  test('[KN5] one that does not give up in time is fenced, and others take over', () => {
    // The first works 200 ms a record; a poll every 60 ms at most, and so long it may take to give up.
    const slow = scenario()
      .producer('p', { arrivals: at(20) })
      .topic('t', { partitions: 2 })
      .consumer('c', { instances: 1, workMs: constant(200) })
      .publish('p', 't')
      .subscribe('t', 'c', { ...newer, maxPollIntervalMs: 1000 });
    const run = lab(slow).until(30).set('edges', 't-c', { maxPollIntervalMs: 60 }).set('nodes', 'c', { instances: 2 });
    // Told with its heartbeat at the coordinator at 33 to give one up, and fenced at 93.
    expect(epochs(run.until(92.999999))).toEqual(['1 unrevoked', '2 unreleased']);
    expect(epochs(run.until(93))).toEqual(['3 stable']);
    // The heartbeat of the other one, at that very instant, finds all of it free; the first is told that it is fenced, joins anew,
    // and takes its part up with its next poll, when its work is done at 222.
    expect(
      run
        .until(230)
        .readers('t')
        .map((line) => line.split(' ').length - 1),
    ).toEqual([1, 1]);
    expect(run.until(400).subscription('t', 'c').inFlight).toBe(0);
  });

  test('[KN6] a commit of an earlier epoch is sent again', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 300 }, stopMs: 300 })
        .topic('t', { partitions: 4 })
        .consumer('c', { instances: 2, workMs: constant(2) })
        .publish('p', 't', { partitioner: 'roundRobin' })
        .subscribe('t', 'c', { ...newer, commit: 'before' }),
    ).until(50);
    run.set('nodes', 'c', { instances: 4 }).until(100).set('nodes', 'c', { instances: 3 }).until(1000);
    expect(run.subscription('t', 'c')).toMatchObject({ duplicateEffects: 0, lost: 0, inFlight: 0 });
  });
});

describe('static members', () => {
  test('[KN7] one that stops says that it will be back, and has its partitions again', () => {
    const run = lab(group(2, { staticMembership: 'each', groupSessionTimeoutMs: 500 })).until(100);
    const before = run.readers('t');
    run.set('nodes', 'c', { instances: 1 }).until(150);
    expect([run.readers('t')[0], state(run).generation]).toEqual([before[0], 2]);
    run.set('nodes', 'c', { instances: 2 }).until(200);
    expect([run.readers('t'), state(run).generation]).toEqual([before, 2]);
  });

  test('[KN7] after a crash its instance id is taken until the session has run out', () => {
    const run = lab(group(2, { staticMembership: 'each', groupSessionTimeoutMs: 200 })).until(100);
    run.fault({ do: 'crash', target: 'c', instance: 0, forMs: 20 }).until(125);
    expect(run.run.instances[0]).toMatchObject({ failure: 3, phase: 'down' });
    // Tried again every second: the session has run out by then.
    run.until(1400);
    expect(run.run.instances[0]!.failure).toBe(-1);
    expect(state(run).state).toBe('stable');
  });
});

describe('two protocols', () => {
  test('[KN8] a live change makes all members join anew', () => {
    const run = lab(group(2))
      .until(100)
      .set('edges', 't-c', { groupProtocol: 'classic', heartbeatIntervalMs: 10, sessionTimeoutMs: 30 });
    run.until(200);
    expect(state(run)).toMatchObject({ protocol: 'classic', state: 'stable' });
    expect(run.readers('t')).toEqual(['c/0: 0 1', 'c/1: 2 3']);
    run.set('edges', 't-c', { groupProtocol: 'consumer' }).until(300);
    expect(state(run)).toMatchObject({ protocol: 'consumer', state: 'stable' });
    expect(run.readers('t').map((line) => line.split(' ').length - 1)).toEqual([2, 2]);
  });
});
