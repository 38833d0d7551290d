import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, constant, latency, scenario } from '../testing/scenario-builder.ts';

const every10 = { type: 'constant', ratePerSecond: 100 } as const;
const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10, network: latency(1) } as const;

describe('faults', () => {
  test('[FA1] a fault comes before everything else of its instant', () => {
    // The fact of 30 ms does not happen any more.
    const run = lab(
      scenario()
        .producer('p', { arrivals: every10 })
        .topic('t')
        .publish('p', 't')
        .fault({ do: 'crash', target: 'p', atMs: 30 }),
    ).until(100);
    expect(run.hops('produced')).toEqual(['#1@10', '#2@20']);
  });

  test('[FA2] a duration ends a fault by itself; scripted and live faults are the same', () => {
    const base = () =>
      scenario()
        .producer('p', { arrivals: every10 })
        .topic('t')
        .consumer('c', { instances: 2, workMs: constant(3) });
    const wired = () => base().publish('p', 't').subscribe('t', 'c', quick);
    const scripted = lab(wired().fault({ do: 'crash', target: 'c', instance: 1, atMs: 105, forMs: 40 })).until(1000);
    const live = lab(wired()).until(105).fault({ do: 'crash', target: 'c', instance: 1, forMs: 40 }).until(1000);
    expect(live.report().subscriptions).toEqual(scripted.report().subscriptions);
    expect(live.report().nodes).toEqual(scripted.report().nodes);
    expect(scripted.report().nodes[2]!.figures).toMatchObject({ crashes: 1, instancesUp: 2 });
  });

  test('an instance that is about to leave is gone when it is restarted', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 0, 0) })
        .topic('t', { partitions: 2 })
        .consumer('c', { instances: 2, workMs: constant(500) })
        .publish('p', 't', { partitioner: 'roundRobin' })
        .subscribe('t', 'c'),
    ).until(100);
    run.set('nodes', 'c', { instances: 1 });
    run.fault({ do: 'restart', target: 'c', instance: 1 }).until(2000);
    expect(run.report().nodes[2]!.figures).toMatchObject({ instances: 1, instancesUp: 1 });
  });

  test('[FA2] the end of a crash leaves alone what was started before', () => {
    // Restarted by hand at 60; the crash would end at 150.
    const run = lab(
      scenario()
        .topic('t')
        .consumer('c')
        .subscribe('t', 'c', quick)
        .fault({ do: 'crash', target: 'c', atMs: 50, forMs: 100 })
        .fault({ do: 'restart', target: 'c', atMs: 60 }),
    ).until(500);
    expect(run.report().nodes[1]!.figures).toMatchObject({ crashes: 1, instancesUp: 1 });
    expect(run.run.members.filter((member) => !member.gone)).toHaveLength(1);
  });

  test('[FA1] restart of something that runs is a crash and a start', () => {
    const run = lab(
      scenario().topic('t').consumer('c').subscribe('t', 'c', quick).fault({ do: 'restart', target: 'c', atMs: 50 }),
    ).until(500);
    expect(run.report().nodes[1]!.figures).toMatchObject({ crashes: 1, instancesUp: 1 });
    expect(run.readers('t')).toEqual(['c/0: 0']);
  });

  test('[FA3] [FA8] a paused producer produces nothing and keeps what it holds; then the pattern starts anew', () => {
    // #1 and #2 wait for linger (10 + 30 = 40), but the process is frozen from 25 to 100. Pattern from 100 on: 110, 120.
    const run = lab(
      scenario()
        .producer('p', { arrivals: every10 })
        .topic('t')
        .publish('p', 't', { lingerMs: 30 })
        .fault({ do: 'pause', target: 'p', atMs: 25, forMs: 75 }),
    ).until(125);
    expect(run.hops('produced')).toEqual(['#1@10', '#2@20', '#3@110', '#4@120']);
    expect(run.hops('sent')).toEqual(['#1@100', '#2@100']);
  });

  test('[FA3] an answer to a frozen producer waits, and what it holds is let go when it dies frozen', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .publish('p', 't', { network: latency(5) })
        .fault({ do: 'pause', target: 'p', atMs: 12 })
        .fault({ do: 'crash', target: 'p', atMs: 100 }),
    ).until(50);
    expect(run.source('p-t')).toMatchObject({ waiting: 1 });
    run.until(200);
    expect(run.source('p-t')).toMatchObject({ waiting: 0, unknown: 1 });
    // Nobody reads the topic: nothing is owed, so nothing is kept.
    expect(run.run.messages.live).toBe(0);
  });

  test('[FA3] a paused consumer finishes its work when it goes on, at that instant', () => {
    // #1 is in memory at 11 and would be done at 31; frozen from 20 to 120.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c', { workMs: constant(20) })
        .publish('p', 't')
        .subscribe('t', 'c', { network: latency(1) })
        .fault({ do: 'pause', target: 'c', atMs: 20, forMs: 100 }),
    ).until(500);
    expect(run.hops('applied')).toEqual(['#1@120']);
  });

  test('[FA4] slow multiplies the latency of an edge and the appends of a topic', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 100) })
        .topic('t', { appendMs: 3, replicationFactor: 2, replicationMs: 4 })
        .publish('p', 't', { network: latency(1) })
        .fault({ do: 'slow', target: 'p-t', factor: 5, atMs: 50 })
        .fault({ do: 'slow', target: 't', factor: 2, atMs: 50 }),
    ).until(500);
    // 10 + 1 + 3 + 4 + 1; then 100 + 5 + 6 + 8 + 5.
    expect(run.hops('appended')).toEqual(['#1@14', '#2@111']);
    expect(run.hops('acknowledged')).toEqual(['#1@19', '#2@124']);
  });

  test('[FA6] dropped acknowledgements of a consumer are its commits: it waits, and saves when that ends', () => {
    // #1 is done at 15. Its commit does not get through until 100; #2, appended at 20, waits for it.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20) })
        .topic('t')
        .consumer('c', { workMs: constant(4) })
        .publish('p', 't')
        .subscribe('t', 'c', { network: latency(1), commit: 'after' })
        .fault({ do: 'dropAcks', target: 't-c', atMs: 12, forMs: 88 }),
    ).until(500);
    expect(run.hops('committed')).toEqual(['#1@101', '#2@107']);
    expect(run.hops('applied')).toEqual(['#1@15', '#2@106']);
  });

  test('[FA6] heal ends a cut and dropped acknowledgements', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 200) })
        .topic('t')
        .publish('p', 't', { requestTimeoutMs: 50, network: latency(1) })
        .fault({ do: 'dropAcks', target: 'p-t', atMs: 0 })
        .fault({ do: 'heal', target: 'p-t', atMs: 150 }),
    ).until(1000);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 2 });
  });

  test('[FA9] what is to come can be taken out of the script, and what has no target is left alone', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: every10 })
        .topic('t')
        .publish('p', 't')
        .fault({ do: 'crash', target: 'p', atMs: 50 })
        .fault({ do: 'cut', target: 'nobody', atMs: 20 })
        .fault({ do: 'crash', target: 'p', instance: 3, atMs: 400 }),
    ).until(30);
    run.edit({ op: 'remove', in: 'faults', id: 'f0' });
    run.edit({ op: 'add', in: 'faults', item: { id: 'n', do: 'pause', target: 'p', atMs: 75 } });
    run.until(200);
    expect(run.hops('produced')).toHaveLength(7);
  });
});
