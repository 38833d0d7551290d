import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, latency, scenario } from '../testing/scenario-builder.ts';

describe('compression', () => {
  test('[PR13] a compressed record takes its share in batch, buffer and log, and all of itself when it is forwarded', () => {
    // 100 bytes become 25: four of them fill a batch of 100, at 4 ms.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 2, 3, 4), sizeBytes: 100 })
        .topic('t')
        .topic('u')
        .consumer('c')
        .publish('p', 't', { lingerMs: 50, batchSize: 100, compressionType: 'zstd', compressionRatio: 0.25 })
        .subscribe('t', 'c')
        .publish('c', 'u'),
    ).until(3);
    expect(run.run.clients[0]!.bufferedBytes).toBe(75);
    expect(run.until(100).hops('sent').slice(0, 4)).toEqual(['#1@4', '#2@4', '#3@4', '#4@4']);
    const [source, copy] = run.run.topics.map(({ partitions }) => partitions[0]!.totalBytes);
    expect([source, copy]).toEqual([100, 400]);
  });

  test('[PR13] buffer.memory holds compressed records', () => {
    const buffered = (compressionType: 'none' | 'lz4'): number =>
      lab(
        scenario()
          .producer('p', { arrivals: at(1, 2, 3, 4), sizeBytes: 100 })
          .topic('t')
          .publish('p', 't', {
            lingerMs: 50,
            bufferMemory: 200,
            onFull: 'drop',
            compressionType,
            compressionRatio: 0.5,
          }),
      )
        .until(10)
        .source('p-t').refused;
    // Two of 100 bytes fill it, and four of 50.
    expect([buffered('none'), buffered('lz4')]).toEqual([2, 0]);
  });
});

describe('sizes', () => {
  test('[PR14] a record larger than max.request.size is refused by the client, whatever compression would do', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1), sizeBytes: 101 })
        .topic('t')
        .publish('p', 't', { maxRequestSize: 100, compressionType: 'gzip', compressionRatio: 0.1 }),
    ).until(100);
    expect(run.source('p-t')).toMatchObject({ refused: 1, refusals: { 'record too large': 1 } });
    expect(run.hops('sent')).toEqual([]);
  });

  test('[PR14] batches of a request are together no larger than max.request.size', () => {
    // Three partitions, a batch of 100 bytes each, all ready at 11: two fit into a request, and one request is in flight.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 1, 1), sizeBytes: 100 })
        .topic('t', { partitions: 3 })
        .publish('p', 't', {
          lingerMs: 10,
          partitioner: 'roundRobin',
          maxRequestSize: 250,
          maxInFlight: 1,
          network: latency(5),
        }),
    ).until(100);
    expect(run.hops('sent')).toEqual(['#1@11', '#2@11', '#3@21']);
  });

  test('[PR14] [KL9] a batch beyond max.message.bytes is split until it fits, in order and with its sequences', () => {
    // Five of 100 bytes against 250: refused at 12; three and two at 14; three are refused at 15, two and one follow.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 1, 1, 1, 1), sizeBytes: 100 })
        .topic('t', { maxMessageBytes: 250 })
        .publish('p', 't', { lingerMs: 10, batchSize: 500, network: latency(1) }),
    ).until(200);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 5, refused: 0, appended: 5 });
    const log = run.run.topics[0]!.partitions[0]!;
    expect([...log.message.subarray(0, 5)]).toEqual([1, 2, 3, 4, 5]);
    expect(log.producers[0]).toMatchObject({ lastSequence: 4, epoch: 0 });
  });

  test('[PR14] [KL9] a single record beyond max.message.bytes is refused for good', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 2), sizeBytes: 300 })
        .topic('t', { maxMessageBytes: 250 })
        .publish('p', 't'),
    ).until(200);
    expect(run.source('p-t')).toMatchObject({ refused: 2, refusals: { 'record too large': 2 }, appended: 0 });
  });

  test('[KL9] a batch larger than a segment is refused for good', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 1), sizeBytes: 100 })
        .topic('t', { segmentBytes: 150 })
        .publish('p', 't', { lingerMs: 10, batchSize: 500 }),
    ).until(200);
    expect(run.source('p-t')).toMatchObject({ refused: 2, refusals: { 'record list too large': 2 } });
  });
});

describe('partitioner settings', () => {
  test('[KP11] with partitioner.ignore.keys a key is not looked at', () => {
    const ends = (ignoreKeys: boolean): number[] =>
      lab(
        scenario()
          .producer('p', {
            arrivals: at(...Array.from({ length: 40 }, (_, i) => i)),
            key: { type: 'fixed', key: 'a' },
            sizeBytes: 100,
          })
          .topic('t', { partitions: 4 })
          .publish('p', 't', { ignoreKeys, batchSize: 100 }),
      )
        .until(100)
        .run.topics[0]!.partitions.map(({ end }) => end);
    expect(ends(false).filter((end) => end > 0)).toEqual([40]);
    expect(ends(true).filter((end) => end > 0).length).toBeGreaterThan(1);
  });

  test('[KP7] without adaptive partitioning queues do not count', () => {
    // No answers: batches pile up. Adaptive, all partitions end with about the same number; even chance does not see to it.
    const spread = (adaptivePartitioning: boolean): number => {
      const { partitions } = lab(
        scenario(3)
          .producer('p', { arrivals: at(...Array.from({ length: 200 }, (_, i) => i)), sizeBytes: 100 })
          .topic('t', { partitions: 4 })
          .publish('p', 't', { adaptivePartitioning, batchSize: 100, maxInFlight: 1, network: latency(10_000) }),
      ).until(300).run.clients[0]!;
      const queues = partitions.map(({ queue }) => queue.length);
      return Math.max(...queues) - Math.min(...queues);
    };
    expect(spread(true)).toBeLessThan(spread(false));
  });
});
