import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, latency, scenario } from '../testing/scenario-builder.ts';

describe('batches', () => {
  test('[PR1] a fact is published along every edge of its producer, in their order', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1) })
        .topic('a')
        .topic('b')
        .publish('p', 'b')
        .publish('p', 'a'),
    ).until(10);
    expect(run.report().sources.map(({ edge, acknowledged }) => [edge, acknowledged])).toEqual([
      ['p-b', 1],
      ['p-a', 1],
    ]);
    // Two messages of one fact: the first along the first edge.
    expect(run.told('appended').map((hop) => hop.split(' ')[0])).toEqual(['#1@1', '#2@1']);
    expect(run.report().nodes.find((node) => node.id === 'b')!.figures['records']).toBe(1);
  });

  test('[PR2] a batch goes out linger.ms after its first record, to the nanosecond', () => {
    // #1 at 1 ms opens a batch that is due at 6.000001 ms; #2 at 6 ms still gets in; #3 at 7 ms opens the next, due at
    // 12.000001 ms.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 6, 7) })
        .topic('t')
        .publish('p', 't', { lingerMs: 5.000001, network: latency(2) }),
    ).until(30);
    expect(run.hops('sent')).toEqual(['#1@6.000001', '#2@6.000001', '#3@12.000001']);
    expect(run.hops('appended')).toEqual(['#1@8.000001', '#2@8.000001', '#3@14.000001']);
    expect(run.hops('acknowledged')).toEqual(['#1@10.000001', '#2@10.000001', '#3@16.000001']);
  });

  test('[PR2] a batch that reaches batch.size goes out at once', () => {
    // 100 bytes each, 300 fit: #3 fills the batch at 3 ms; #4 waits for its linger until 104 ms.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 2, 3, 4), sizeBytes: 100 })
        .topic('t')
        .publish('p', 't', { lingerMs: 100, batchSize: 300 }),
    ).until(200);
    expect(run.hops('sent')).toEqual(['#1@3', '#2@3', '#3@3', '#4@104']);
  });

  test('[PR2] a batch goes out at once when the next record does not fit any more', () => {
    // 150 + 150 > 250: each record opens a new batch and so closes the one before it.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 2, 3), sizeBytes: 150 })
        .topic('t')
        .publish('p', 't', { lingerMs: 100, batchSize: 250 }),
    ).until(200);
    expect(run.hops('sent')).toEqual(['#1@2', '#2@3', '#3@103']);
  });

  test('[PR2] batch.size 0 sends every record alone', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 1, 1) })
        .topic('t')
        .publish('p', 't', { lingerMs: 100, batchSize: 0 }),
    ).until(200);
    expect(run.hops('sent')).toEqual(['#1@1', '#2@1', '#3@1']);
    expect(run.report().edges[0]!.figures['requestsInFlight']).toBe(0);
  });

  test('[PR2] what is ready of several partitions goes out in one request', () => {
    // Round robin over two partitions: both batches are opened at 1 ms and are ready at 6 ms; one connection that carries
    // one request at a time takes both at once.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 1) })
        .topic('t', { partitions: 2 })
        .publish('p', 't', { lingerMs: 5, partitioner: 'roundRobin', maxInFlight: 1, network: latency(1) }),
    ).until(30);
    expect(run.told('sent')).toEqual(['#1@6 partition 0, attempt 1', '#2@6 partition 1, attempt 1']);
    expect(run.hops('acknowledged')).toEqual(['#1@8', '#2@8']);
  });

  test('[PR3] max.in.flight bounds the requests without an answer, and batches grow meanwhile', () => {
    // One request at a time, 10 ms each way. #1 leaves at 1 and is answered at 21; #2, #3, #4 are one batch by then.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 2, 3, 4) })
        .topic('t')
        .publish('p', 't', { maxInFlight: 1, network: latency(10) }),
    ).until(100);
    expect(run.hops('sent')).toEqual(['#1@1', '#2@21', '#3@21', '#4@21']);
  });

  test('[PR3] the broker handles one request of a connection at a time, the wait for replicas included', () => {
    // Both requests arrive at 2 ms, but replication takes 10 ms: #1 is acknowledged to the broker at 12, then #2 starts and
    // is replicated at 22.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 1) })
        .topic('t', { replicationFactor: 3, replicationMs: 10 })
        .publish('p', 't', { batchSize: 0, network: latency(1) }),
    ).until(100);
    expect(run.hops('sent')).toEqual(['#1@1', '#2@1']);
    expect(run.hops('appended')).toEqual(['#1@2', '#2@12']);
    expect(run.hops('acknowledged')).toEqual(['#1@13', '#2@23']);
  });

  test('[KP5] records without key fill one partition, then move on', () => {
    // batch.size 300, 100 bytes each, all at once: three records a batch; the next batch goes elsewhere (or not, by luck),
    // so all three records of a batch lie in one partition.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(...Array.from({ length: 30 }, (_, i) => i)), sizeBytes: 100 })
        .topic('t', { partitions: 4 })
        .publish('p', 't', { lingerMs: 50, batchSize: 300 }),
    ).until(500);
    const partitions = run.told('appended').map((hop) => Number(/partition (\d)/.exec(hop)![1]));
    for (let i = 0; i < 30; i += 3) expect(new Set(partitions.slice(i, i + 3)).size).toBe(1);
    expect(new Set(partitions).size).toBeGreaterThan(2);
  });

  test('[KP3] records of a key stay together', () => {
    // toPositive(murmur2('k0')) mod 3 and so on are checked by the conformance cases; here only that the client uses it.
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 }, key: { type: 'uniform', keys: 6 } })
        .topic('t', { partitions: 3 })
        .publish('p', 't'),
    ).until(2000);
    const places = new Map<number, Set<number>>();
    const log = run.run.topics[0]!.partitions;
    log.forEach((partition, index) => {
      for (let i = 0; i < partition.end; i += 1) {
        const key = partition.key[i & partition.mask]!;
        places.set(key, (places.get(key) ?? new Set()).add(index));
      }
    });
    expect(places.size).toBe(6);
    for (const where of places.values()) expect(where.size).toBe(1);
  });
});
