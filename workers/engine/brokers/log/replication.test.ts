import { describe, expect, test } from 'vitest';
import { lab } from '../../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type PublishSettings,
  type TopicSettings,
} from '../../testing/scenario-builder.ts';

/** Facts at 10, 11 and 12 ms, no network delay; replication takes 50 ms. Retries come 100 ms after the request. */
function cluster(topic: TopicSettings, publish: PublishSettings) {
  return scenario()
    .producer('p', { arrivals: at(10, 11, 12) })
    .topic('t', { replicationFactor: 3, replicationMs: 50, electionMs: 500, ...topic })
    .consumer('c')
    .publish('p', 't', { requestTimeoutMs: 100, retryBackoffMs: 0, retryBackoffMaxMs: 0, ...publish })
    .subscribe('t', 'c');
}

describe('appending', () => {
  test('[KL1] batches of a partition are appended one after another, those of different partitions side by side', () => {
    // Two producers, each with a record for both partitions at 10 ms; 4 ms a batch. Facts of one instant happen in turn:
    // #1 and #3 are the first producer's.
    const topic = { partitions: 2, appendMs: 4 };
    const both = { lingerMs: 1, partitioner: 'roundRobin' } as const;
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(9, 9) })
        .producer('q', { arrivals: at(9, 9) })
        .topic('t', topic)
        .publish('p', 't', both)
        .publish('q', 't', both),
    ).until(100);
    expect(run.told('appended')).toEqual([
      '#1@14 partition 0, offset 0',
      '#3@14 partition 1, offset 0',
      '#2@18 partition 0, offset 1',
      '#4@18 partition 1, offset 1',
    ]);
  });

  test('[KL1] a batch costs one append, however many records it has', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 10, 10) })
        .topic('t', { appendMs: 4 })
        .publish('p', 't', { lingerMs: 1 }),
    ).until(100);
    expect(run.hops('appended')).toEqual(['#1@15', '#2@15', '#3@15']);
  });

  test('[KL7] acks all is refused while too few replicas are in sync, and nothing is appended', () => {
    // Three replicas, two must be in sync: one crash leaves two, a second one leaves one.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(100, 1000), limit: 2 })
        .topic('t', { replicationFactor: 3, minInsyncReplicas: 2, electionMs: 10 })
        .publish('p', 't', { requestTimeoutMs: 50, deliveryTimeoutMs: 200 })
        .fault({ do: 'crash', target: 't', atMs: 50 })
        .fault({ do: 'crash', target: 't', atMs: 500 }),
    ).until(2000);
    expect(run.hops('acknowledged')).toEqual(['#1@100']);
    expect(run.source('p-t')).toMatchObject({ appended: 1, refused: 1, refusals: { 'delivery timeout': 1 } });
  });

  test('[KL7] acks 1 does not ask how many are in sync', () => {
    const run = lab(cluster({ minInsyncReplicas: 9 }, { acks: '1' })).until(1000);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 3, appended: 3 });
  });
});

describe('a crash of the leader', () => {
  test('[KL4] acks 1: what was acknowledged and not replicated is lost', () => {
    // #1 is replicated at 60; the leader dies at 60.5 with #2 (61) and #3 (62) in its log alone.
    const run = lab(cluster({}, { acks: '1' }).fault({ do: 'crash', target: 't', atMs: 60.5 })).until(2000);
    expect(run.hops('truncated')).toEqual(['#3@60.5', '#2@60.5']);
    expect(run.source('p-t')).toMatchObject({ attempted: 3, acknowledged: 3 });
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 3, applied: 1, lost: 2, verdict: 'at-most-once' });
    expect(run.report().nodes.find((node) => node.id === 't')!.figures).toMatchObject({
      insyncReplicas: 2,
      records: 1,
    });
  });

  test('[KL4] acks all: what was acknowledged is on the others; what was not is sent again', () => {
    // #1 is acknowledged at 60 and only then #2 and #3 are appended, at 60 in one request each; both are cut off at 60.5,
    // their connection breaks, and they wait for the election at 560.5.
    const run = lab(cluster({}, {}).fault({ do: 'crash', target: 't', atMs: 60.5 })).until(3000);
    expect(run.hops('acknowledged')[0]).toBe('#1@60');
    expect(run.source('p-t')).toMatchObject({ attempted: 3, acknowledged: 3 });
    const { applied, lost, duplicateEffects, order } = run.subscription('t', 'c');
    expect({ applied, lost, duplicateEffects, order }).toEqual({
      applied: 3,
      lost: 0,
      duplicateEffects: 0,
      order: 'global',
    });
    const again = run.hops('appended').filter((hop) => Number(hop.split('@')[1]) >= 560.5);
    expect(again.map((hop) => hop.split('@')[0])).toEqual(['#2', '#3']);
  });

  test('[KL4] a single replica keeps its log, and everybody waits for the restart', () => {
    const run = lab(
      cluster({ replicationFactor: 1 }, { acks: '1' }).fault({ do: 'crash', target: 't', atMs: 11.5, forMs: 1000 }),
    ).until(3000);
    expect(run.hops('truncated')).toEqual([]);
    // #3 gets through with the first retry after 1011.5.
    const appended = run.hops('appended');
    expect(appended.slice(0, 2)).toEqual(['#1@10', '#2@11']);
    expect(Number(appended[2]!.split('@')[1])).toBeGreaterThanOrEqual(1011.5);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, lost: 0 });
  });

  test('[KL8] without a leader every request is turned away at once, and nothing can be read', () => {
    const run = lab(
      cluster({}, { acks: 'all', retryBackoffMs: 100, retryBackoffMaxMs: 100 }).fault({
        do: 'crash',
        target: 't',
        atMs: 5,
      }),
    ).until(504);
    expect(run.hops('appended')).toEqual([]);
    expect(run.hops('sent').length).toBeGreaterThan(3);
    // Refused each time: no doubt about its fate, so nothing timed out.
    expect(run.hops('timed out')).toEqual([]);
    run.until(3000);
    expect(run.source('p-t').acknowledged).toBe(3);
  });

  test('[KL4] a batch that the dead leader was working on is not appended by its successor', () => {
    // The append would be done at 20; the leader dies at 15 and the next one is there at 16.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t', { replicationFactor: 3, appendMs: 10, electionMs: 1 })
        .publish('p', 't', { retryBackoffMs: 0, retryBackoffMaxMs: 0, requestTimeoutMs: 1000 })
        .fault({ do: 'crash', target: 't', atMs: 15 }),
    ).until(100);
    // Broken off at 15 when the connection fails (noticed when its turn comes, at 20), sent again at 21.
    expect(run.hops('appended')).toEqual(['#1@31']);
    expect(run.source('p-t')).toMatchObject({ appended: 1, retries: 1 });
  });

  test('[KH1] the high watermark moves on when the followers have a record, and readers see no further', () => {
    const run = lab(cluster({}, { acks: '1' }));
    run.until(30);
    const log = run.run.topics[0]!.partitions[0]!;
    expect([log.start, log.highWatermark, log.end]).toEqual([0, 0, 3]);
    expect(run.hops('fetched')).toEqual([]);
    run.until(61);
    expect([log.start, log.highWatermark, log.end]).toEqual([0, 2, 3]);
    expect(run.hops('fetched')).toEqual(['#1@60', '#2@61']);
  });

  test('[KH1] with one replica a record is visible as soon as it is appended', () => {
    expect(
      lab(cluster({ replicationFactor: 1 }, {}))
        .until(100)
        .hops('fetched'),
    ).toEqual(['#1@10', '#2@11', '#3@12']);
  });

  test('[KI1] idempotence survives the change of leader: the batch that was replicated is known', () => {
    // #1 is replicated at 60, its answer is lost; the leader dies at 100, the retry of 111 meets a new one from 101 on.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t', { replicationFactor: 3, replicationMs: 50, electionMs: 1 })
        .consumer('c')
        .publish('p', 't', { requestTimeoutMs: 100, retryBackoffMs: 0, retryBackoffMaxMs: 0 })
        .subscribe('t', 'c')
        .fault({ do: 'dropAcks', target: 'p-t', atMs: 0, forMs: 90 })
        .fault({ do: 'crash', target: 't', atMs: 100 }),
    ).until(1000);
    expect(run.hops('dropped as duplicate')).toEqual(['#1@111']);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 0 });
  });

  test('[KI3] a producer that gave a batch up starts a new epoch: what follows is not turned away', () => {
    // #1 never gets through and is given up at 210; #2 has sequence 1 by then and would leave a gap.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 300) })
        .topic('t')
        .publish('p', 't', { requestTimeoutMs: 100, deliveryTimeoutMs: 200, retryBackoffMs: 0, retryBackoffMaxMs: 0 })
        .fault({ do: 'cut', target: 'p-t', atMs: 0, forMs: 250 }),
    ).until(1000);
    expect(run.source('p-t')).toMatchObject({ unknown: 1, acknowledged: 1 });
    expect(run.hops('appended')).toEqual(['#2@300']);
  });
});

describe('brokers and the coordinator', () => {
  test('[KL2] a crash takes all partitions of a topic and no other topic', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 20, 30, 40) })
        .topic('t', { partitions: 2 })
        .topic('u', { partitions: 2 })
        .publish('p', 't', { partitioner: 'roundRobin' })
        .publish('p', 'u', { partitioner: 'roundRobin' })
        .fault({ do: 'crash', target: 't', atMs: 15 }),
    ).until(100);
    expect([run.source('p-t').acknowledged, run.source('p-u').acknowledged]).toEqual([1, 4]);
  });

  test('[KG14] the group forms and saves while the broker of its topic is down', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c', { workMs: constant(20) })
        .publish('p', 't')
        .subscribe('t', 'c', { network: latency(1) })
        .fault({ do: 'crash', target: 't', atMs: 15 }),
    ).until(100);
    // In memory at 11, done at 31, saved at 32.
    expect(run.hops('committed')).toEqual(['#1@32']);
    run.set('nodes', 'c', { instances: 2 }).until(10_000);
    expect(run.run.groups[0]).toMatchObject({ state: 'stable', rebalances: 2 });
  });
});

describe('a paused broker', () => {
  test('[FA3] answers nobody, and goes on where it stopped', () => {
    // Paused from 5 to 55 ms: the request of 10 waits. 1 ms each way.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c', { workMs: constant(2) })
        .publish('p', 't', { network: latency(1) })
        .subscribe('t', 'c', { network: latency(1) })
        .fault({ do: 'pause', target: 't', atMs: 5, forMs: 50 }),
    ).until(200);
    expect(run.hops('appended')).toEqual(['#1@55']);
    expect(run.hops('acknowledged')).toEqual(['#1@56']);
    expect(run.hops('applied')).toHaveLength(1);
  });

  test('[FA1] [FA3] a broker that dies while it is paused is not paused afterwards', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t', { replicationFactor: 2, electionMs: 10 })
        .publish('p', 't', { retryBackoffMs: 5, retryBackoffMaxMs: 5 })
        .fault({ do: 'pause', target: 't', atMs: 5 })
        .fault({ do: 'crash', target: 't', atMs: 20 }),
    ).until(200);
    expect(run.source('p-t').acknowledged).toBe(1);
  });
});
