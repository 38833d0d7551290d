import { describe, expect, test } from 'vitest';
import { lab } from '../../../testing/lab.ts';
import {
  at,
  scenario,
  type ClusterSettings,
  type PublishSettings,
  type TopicSettings,
} from '../../../testing/scenario-builder.ts';
import type { Run } from '../../../engine.ts';

/** Broker numbers of the topic's first partition: its replicas, who leads, and who is in sync. */
function placed(run: Run): { replicas: number[]; leader: number; isr: number[] } {
  const log = run.topics[0]!.partitions[0]!;
  const numbers = (list: readonly number[]): number[] => list.map((index) => run.brokers[index]!.number);
  return {
    replicas: numbers(log.replicas),
    leader: log.leader < 0 ? -1 : numbers([log.leader])[0]!,
    isr: numbers(log.isr),
  };
}

/** Sessions of 1 s with a heartbeat every 100 ms; 1 ms between brokers; no other delays. */
function three(topic: TopicSettings = {}, publish: PublishSettings = {}, cluster: ClusterSettings = {}) {
  return scenario()
    .producer('p', { arrivals: at(10, 20, 30) })
    .cluster('k', {
      brokers: 3,
      brokerLatencyMs: 1,
      brokerSessionTimeoutMs: 1000,
      brokerHeartbeatIntervalMs: 100,
      autoLeaderRebalanceEnable: false,
      ...cluster,
    })
    .topic('t', { replicationFactor: 3, ...topic })
    .consumer('c')
    .host('k', 't')
    .publish('p', 't', { retryBackoffMs: 10, retryBackoffMaxMs: 10, ...publish })
    .subscribe('t', 'c');
}

describe('replication', () => {
  test('[KC4] [KH1] followers fetch: the high watermark moves one way there and back after the append', () => {
    // Parked fetches are answered at 10, arrive at 11; the next ones tell the leader at 12.
    const run = lab(three({}, { acks: 'all' })).until(100);
    expect(run.hops('appended')).toEqual(['#1@10', '#2@20', '#3@30']);
    expect(run.hops('acknowledged')).toEqual(['#1@12', '#2@22', '#3@32']);
    expect(run.hops('fetched')).toEqual(['#1@12', '#2@22', '#3@32']);
  });

  test('[KC4] a pair of brokers without traffic has no events', () => {
    const run = lab(three({}, {}, { replicaLagTimeMaxMs: 3_600_000 })).until(100);
    const { events } = run.run;
    run.until(50_000);
    // What is looked at every 100 ms goes on, and the client's patience goes off once.
    expect(run.run.events - events).toBe(500);
  });
});

/** Runs until the topic is placed, and gives the replicas of its only partition in their order. */
function begun(given: Parameters<typeof lab>[0]) {
  const run = lab(given).until(1);
  return { run, replicas: placed(run.run).replicas, at: (instance: number) => ({ target: 'k', instance }) };
}

describe('a broker is lost', () => {
  test('[KC6] [ED5] a topic that comes to a cluster whose brokers are all down has its first leader when they are back', () => {
    const run = lab(three().topic('u', { replicationFactor: 1 })).until(50);
    for (const instance of [0, 1, 2]) run.fault({ do: 'crash', target: 'k', instance });
    run.until(2000).edit({ op: 'add', in: 'edges', item: { id: 'k-u', kind: 'host', from: 'k', to: 'u' } });
    run.until(2100);
    expect(run.run.topics[1]!.partitions[0]!.leader).toBe(-1);
    for (const instance of [0, 1, 2]) run.fault({ do: 'restart', target: 'k', instance });
    run.until(10_000);
    const { leader, replicas } = run.run.topics[1]!.partitions[0]!;
    expect(replicas).toContain(leader);
  });

  test('[KC2] [ED6] a topic that has never had a leader gets other replicas, and leaves its cluster', () => {
    const run = lab(three().topic('u', { replicationFactor: 1 })).until(50);
    for (const instance of [0, 1, 2]) run.fault({ do: 'crash', target: 'k', instance });
    run.edit({ op: 'add', in: 'edges', item: { id: 'k-u', kind: 'host', from: 'k', to: 'u' } });
    run.set('nodes', 'u', { replicationFactor: 2 });
    expect(run.run.topics[1]!.partitions[0]).toMatchObject({ leader: -1, replicas: { length: 2 } });
    run.edit({ op: 'remove', in: 'edges', id: 'k-u' }).until(100);
    expect(run.run.topics[1]!.partitions[0]!.leader).toBeGreaterThanOrEqual(0);
  });

  test('[KC2] [ED6] fewer replicas while nobody leads: those in sync stay, and with them what was acknowledged', () => {
    const { run, replicas, at: broker } = begun(three({}, { acks: '1' }));
    // The last one in sync is the last one assigned; it leads alone, and dies.
    run
      .until(0)
      .fault({ do: 'crash', ...broker(replicas[0]!) })
      .fault({ do: 'crash', ...broker(replicas[1]!) });
    run.until(5000).fault({ do: 'crash', ...broker(replicas[2]!) });
    run.set('nodes', 't', { replicationFactor: 1 });
    expect(placed(run.run)).toEqual({ replicas: [replicas[2]], leader: -1, isr: [replicas[2]] });
    for (const replica of replicas) run.fault({ do: 'restart', ...broker(replica) });
    run.until(10_000);
    expect(run.hops('truncated')).toEqual([]);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 3 });
    expect(run.run.topics[0]!.partitions[0]!.end).toBe(3);
  });

  test('[KC2] [ED6] fewer replicas between the end of a session and the election: a fenced leader resigns', () => {
    const { run, replicas, at: broker } = begun(three({ replicationFactor: 2 }, {}, { electionMs: 500 }));
    // Its session ends at 1000, the election is at 1500.
    run.until(5).fault({ do: 'isolate', ...broker(replicas[0]!) });
    run.until(1200).set('nodes', 't', { replicationFactor: 1 });
    expect(placed(run.run)).toEqual({ replicas: [replicas[1]], leader: -1, isr: [replicas[1]] });
    run.until(4000);
    expect(placed(run.run)).toMatchObject({ leader: replicas[1] });
    expect(run.source('p-t')).toMatchObject({ acknowledged: 3 });
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, lost: 0 });
  });

  test('[KC2] [KC4] [ED6] an answer on its way to a replica that is given up, or given up and new, brings nothing', () => {
    for (const again of [1, 2]) {
      const { run } = begun(three({ replicationFactor: 2 }));
      // Appended at 10, with the follower at 11.
      run.until(10.5).set('nodes', 't', { replicationFactor: 1 });
      if (again === 2) run.set('nodes', 't', { replicationFactor: 2 });
      run.until(11);
      const { ends } = run.run.topics[0]!.partitions[0]!.replication!;
      // The first one is the leader's, whose end is the log's. A new follower asks at 11 and has its answer at 13.
      expect(Object.values(ends).slice(1)).toEqual(again === 2 ? [0] : []);
      if (again === 2) expect(run.until(13).run.topics[0]!.partitions[0]!.replication!.ends[1]).toBe(1);
    }
  });

  test('[KC6] acks=1: what no follower had is cut off when one of them is elected', () => {
    const { run, replicas, at: broker } = begun(three({}, { acks: '1' }));
    // Both followers are out of touch from 5 ms on; the leader dies at 25 with two records of its own.
    run.until(5);
    for (const follower of replicas.slice(1)) run.fault({ do: 'isolate', ...broker(follower) });
    run.until(25).fault({ do: 'crash', ...broker(replicas[0]!) });
    for (const follower of replicas.slice(1)) run.fault({ do: 'heal', ...broker(follower) });
    run.until(3000);
    expect(placed(run.run)).toMatchObject({ leader: replicas[1], isr: [replicas[1], replicas[2]] });
    expect(run.source('p-t')).toMatchObject({ acknowledged: 3, refused: 0 });
    // The last heartbeat was at 0, so the session ends at 1000.
    expect(run.hops('truncated')).toEqual(['#2@1000', '#1@1000']);
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 3, applied: 1, lost: 2, verdict: 'at-most-once' });
  });

  test('[KC6] acks=all: nothing acknowledged is lost, and the rest is sent again', () => {
    const { run, replicas, at: broker } = begun(three({}, { acks: 'all' }));
    // Appended at 20, with the followers at 21, known to the leader at 22: it dies at 20.5.
    run
      .until(20.5)
      .fault({ do: 'crash', ...broker(replicas[0]!) })
      .until(3000);
    expect(run.hops('acknowledged')[0]).toBe('#1@12');
    expect(run.source('p-t')).toMatchObject({ acknowledged: 3, refused: 0, unknown: 0 });
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, lost: 0, duplicateEffects: 0, order: 'global' });
  });

  test('[KC6] a broker that is back within its session loses what it led, follows, and cuts its log', () => {
    const { run, replicas, at: broker } = begun(three({}, { acks: '1' }));
    run.until(15).fault({ do: 'crash', ...broker(replicas[0]!) });
    run
      .until(100)
      .fault({ do: 'restart', ...broker(replicas[0]!) })
      .until(200);
    expect(placed(run.run)).toEqual({ replicas, leader: replicas[1], isr: replicas });
  });

  test.each([
    ['isolate', 'crash'],
    ['crash', 'isolate'],
  ] as const)(
    '[KC6] a broker that restarts unheard (%s, %s) and is heard within its session leads again',
    (one, other) => {
      const { run, replicas, at: broker } = begun(three({ replicationFactor: 1 }));
      run.until(5);
      // Every broker beats at 0, so its session would end at 1000; the controller hears it at 40.
      ([one, other, 'restart', 'heal'] as const).forEach((act, place) => {
        run.until(10 * (place + 1)).fault({ do: act, ...broker(replicas[0]!) });
      });
      run.until(4000);
      expect(placed(run.run)).toEqual({ replicas, leader: replicas[0], isr: replicas });
      expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, lost: 0 });
    },
  );

  test('[KC6] without any replica in sync there is no leader until one is back', () => {
    const { run, replicas, at: broker } = begun(three({ replicationFactor: 2 }));
    run.until(5).fault({ do: 'crash', ...broker(replicas[1]!) });
    run.until(1500);
    expect(placed(run.run).isr).toEqual([replicas[0]]);
    run.fault({ do: 'crash', ...broker(replicas[0]!) }).fault({ do: 'restart', ...broker(replicas[1]!) });
    run.until(4000);
    expect(placed(run.run).leader).toBe(-1);
    run.fault({ do: 'restart', ...broker(replicas[0]!) }).until(4100);
    expect(placed(run.run)).toMatchObject({ leader: replicas[0], isr: replicas });
    expect(run.subscription('t', 'c')).toMatchObject({ lost: 0 });
  });

  test('[KC7] [KI5] unclean: a replica that is behind leads, and what it lacks is lost', () => {
    const {
      run,
      replicas,
      at: broker,
    } = begun(
      three({ replicationFactor: 2 }, {}, { uncleanLeaderElectionEnable: true }).fault({
        do: 'pause',
        target: 'c',
        atMs: 5,
        forMs: 3000,
      }),
    );
    run
      .until(5)
      .fault({ do: 'crash', ...broker(replicas[1]!) })
      .until(1500);
    // Acknowledged by all replicas in sync, of which there is one.
    expect(run.source('p-t').acknowledged).toBe(3);
    run.fault({ do: 'crash', ...broker(replicas[0]!) }).fault({ do: 'restart', ...broker(replicas[1]!) });
    run.until(2600);
    expect(placed(run.run)).toMatchObject({ leader: replicas[1], isr: [replicas[1]] });
    expect(run.hops('cut off by an unclean election').map((hop) => hop.split('@')[0])).toEqual(['#3', '#2', '#1']);
    run.until(6000);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 0, lost: 3 });
  });

  test('[KC8] the preferred replica leads again, once it is in sync', () => {
    const {
      run,
      replicas,
      at: broker,
    } = begun(three({}, {}, { autoLeaderRebalanceEnable: true, leaderImbalanceCheckIntervalMs: 1000 }));
    run
      .until(40)
      .fault({ do: 'crash', ...broker(replicas[0]!) })
      .until(1100);
    expect(placed(run.run).leader).toBe(replicas[1]);
    run.fault({ do: 'restart', ...broker(replicas[0]!) }).until(1999);
    expect(placed(run.run)).toMatchObject({ leader: replicas[1], isr: replicas });
    run.until(2001);
    expect(placed(run.run).leader).toBe(replicas[0]);
  });

  test('[KC11] with its broker the controller is lost: nobody is elected until another one is there', () => {
    const combined = { combinedController: true, controllerFailoverMs: 500 };
    const { run, replicas, at: broker } = begun(three({}, {}, combined));
    const controller = 0;
    run.until(40).fault({ do: 'crash', ...broker(controller) });
    // Another one from 540 on gives everybody a session of 1000.
    run.until(1539);
    const led = placed(run.run);
    expect(led.leader).toBe(replicas[0] === controller ? -1 : replicas[0]);
    expect(led.isr).toContain(controller);
    run.until(1541);
    expect(placed(run.run).isr).not.toContain(controller);
    expect(placed(run.run).leader).not.toBe(-1);
  });
});

describe('in sync', () => {
  test('[KC5] [KL7] a follower that is cut off leaves the ISR by lag, and comes back when it has caught up', () => {
    const {
      run,
      replicas,
      at: broker,
    } = begun(three({}, {}, { replicaLagTimeMaxMs: 200, brokerSessionTimeoutMs: 60_000 }));
    run.until(5).fault({ do: 'isolate', ...broker(replicas[2]!) });
    // Last at the log end when it fetched at 2; looked at every 100, so at 300: acks=all waits until then.
    run.until(299);
    expect(placed(run.run).isr).toEqual(replicas);
    expect(run.source('p-t').acknowledged).toBe(0);
    run.until(300);
    expect(placed(run.run).isr).toEqual(replicas.slice(0, 2));
    run
      .until(400)
      .fault({ do: 'heal', ...broker(replicas[2]!) })
      .until(410);
    expect(placed(run.run).isr).toEqual(replicas);
    expect(run.source('p-t').acknowledged).toBe(3);
  });

  test('[KL7] acks=all: refused before the append, or told afterwards that too few have it', () => {
    const {
      run,
      replicas,
      at: broker,
    } = begun(
      three(
        { minInsyncReplicas: 3 },
        { deliveryTimeoutMs: 1000, requestTimeoutMs: 900 },
        { replicaLagTimeMaxMs: 200, brokerSessionTimeoutMs: 60_000 },
      ),
    );
    run
      .until(5)
      .fault({ do: 'isolate', ...broker(replicas[2]!) })
      .until(3000);
    // #1 was appended at 10 and its answer came at 300; the others were not taken.
    expect(run.hops('appended')[0]).toBe('#1@10');
    expect(run.source('p-t')).toMatchObject({ acknowledged: 0, unknown: 1, refused: 2 });
    expect(run.source('p-t').refusals).toEqual({ 'delivery timeout': 2 });
  });

  test('[KH3] a new leader begins with the high watermark that it knew', () => {
    const { run, replicas, at: broker } = begun(three({}, { acks: '1' }));
    // #3 is with the followers at 31, and they know the high watermark of 22; the leader dies at 31.5.
    run
      .until(31.5)
      .fault({ do: 'crash', ...broker(replicas[0]!) })
      .until(1000);
    const log = run.run.topics[0]!.partitions[0]!;
    expect([log.highWatermark, log.end]).toEqual([2, 3]);
    run.until(1010);
    expect(log.highWatermark).toBe(3);
  });
});

describe('out of touch', () => {
  test('[KC9] [KC12] a leader that was replaced takes writes with acks=1 until it hears of it, and they are lost', () => {
    const {
      run,
      replicas,
      at: broker,
    } = begun(
      three({}, { acks: '1' })
        .producer('q', { arrivals: at(1500, 1600) })
        .publish('q', 't', { acks: '1' }),
    );
    run
      .until(50)
      .fault({ do: 'isolate', ...broker(replicas[0]!) })
      .until(1400);
    expect(placed(run.run)).toMatchObject({ leader: replicas[1], isr: replicas.slice(1) });
    run.until(1700);
    expect(run.source('q-t').acknowledged).toBe(2);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, lost: 0 });
    run.fault({ do: 'heal', ...broker(replicas[0]!) }).until(1800);
    expect(run.hops('truncated').map((hop) => hop.split('@')[1])).toEqual(['1700', '1700']);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, lost: 2 });
    expect(placed(run.run)).toMatchObject({ leader: replicas[1], isr: [replicas[0], ...replicas.slice(1)] });
  });

  test('[KC12] metadata.max.age.ms ends it sooner', () => {
    const {
      run,
      replicas,
      at: broker,
    } = begun(
      three({}, { acks: '1' })
        .producer('q', { arrivals: at(1500, 1600) })
        .publish('q', 't', { acks: '1', metadataMaxAgeMs: 1200 }),
    );
    run
      .until(50)
      .fault({ do: 'isolate', ...broker(replicas[0]!) })
      .until(2000);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 5, lost: 0 });
  });

  test('[KC12] whoever does not lead says who does, and the batch goes there at once', () => {
    const {
      run,
      replicas,
      at: broker,
    } = begun(
      three({}, {}, { brokerLatencyMs: 0 })
        .producer('q', { arrivals: at(3000) })
        .publish('q', 't'),
    );
    // Replaced and back while nothing was sent.
    run
      .until(50)
      .fault({ do: 'pause', ...broker(replicas[0]!) })
      .until(2000);
    run.fault({ do: 'resume', ...broker(replicas[0]!) }).until(3001);
    expect(placed(run.run).leader).toBe(replicas[1]);
    expect(run.source('q-t')).toMatchObject({ retries: 1, acknowledged: 1 });
  });

  test('[FA4] a slow broker writes slowly: its own appends and what it fetches', () => {
    const { run, replicas, at: broker } = begun(three({ appendMs: 2 }, { acks: 'all' }));
    run
      .until(5)
      .fault({ do: 'slow', ...broker(replicas[1]!), factor: 10 })
      .until(100);
    // Appended at 12; with the slow follower 1 + 20 later, told 1 later.
    expect(run.hops('acknowledged')[0]).toBe('#1@34');
  });
});

describe('topics on clusters', () => {
  test('[KC2] partitions added later are placed, and a topic can be moved on and off', () => {
    const run = lab(three()).until(40);
    run.set('nodes', 't', { partitions: 4 });
    for (const log of run.run.topics[0]!.partitions) expect(log.isr).toHaveLength(3);
    run.edit({ op: 'remove', in: 'edges', id: 'k-t' }).until(60);
    expect(run.run.topics[0]!.partitions.every((log) => log.replication === null && log.leader >= 0)).toBe(true);
    run.edit({ op: 'add', in: 'edges', item: { id: 'again', kind: 'host', from: 'k', to: 't' } }).until(100);
    expect(placed(run.run).isr).toHaveLength(3);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, lost: 0, duplicateEffects: 0 });
  });

  test('[KC2] a replica more catches up before it is in sync', () => {
    const run = lab(three({ replicationFactor: 2 })).until(40);
    expect(placed(run.run).isr).toHaveLength(2);
    run.set('nodes', 't', { replicationFactor: 3 });
    expect(placed(run.run).isr).toHaveLength(2);
    run.until(50);
    expect(placed(run.run).isr).toHaveLength(3);
    run.set('nodes', 't', { replicationFactor: 1 }).until(60);
    expect(placed(run.run).replicas).toHaveLength(1);
  });

  test('[KC3] what is done to a topic is done to the broker that leads its first partition', () => {
    const { run, replicas } = begun(three());
    run.fault({ do: 'crash', target: 't' });
    expect(run.run.brokers.filter(({ process }) => process.crashed).map(({ number }) => number)).toEqual(
      [0, 1, 2].filter((n) => n === replicas[0]),
    );
  });
});
