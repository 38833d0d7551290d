import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, latency, scenario, type PublishSettings, type ProducerSettings } from '../testing/scenario-builder.ts';

/** Records of 100 bytes, one request at a time, 10 ms each way. */
function tight(producer: ProducerSettings, publish: PublishSettings) {
  return scenario()
    .producer('p', { sizeBytes: 100, ...producer })
    .topic('t')
    .publish('p', 't', { maxInFlight: 1, batchSize: 0, network: latency(10), ...publish });
}

describe('a full buffer', () => {
  test('[PR9] messages wait for space, in order, and go in when an answer frees it', () => {
    // Room for two: #1 is in flight until 20, #2 waits in the buffer, #3 and #4 wait outside. Each answer lets one in.
    const run = lab(tight({ arrivals: at(0, 1, 2, 3) }, { bufferMemory: 200 }));
    run.until(5);
    expect(run.hops('blocked')).toEqual(['#3@2', '#4@3']);
    expect(run.report().edges[0]!.figures).toMatchObject({ bufferedBytes: 200, blockedMessages: 2, queuedMessages: 1 });
    run.until(200);
    expect(run.hops('sent')).toEqual(['#1@0', '#2@20', '#3@40', '#4@60']);
    expect(run.source('p-t')).toMatchObject({ attempted: 4, acknowledged: 4 });
  });

  test('[PR9] a message that waits longer than max.block.ms is refused', () => {
    // #2 waits from 1 ms on and is refused at 16; the answer to #1 comes at 20.
    const run = lab(tight({ arrivals: at(0, 1) }, { bufferMemory: 100, maxBlockMs: 15 })).until(200);
    expect(run.hops('refused')).toEqual(['#2@16']);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 1, refused: 1, refusals: { 'blocked too long': 1 } });
  });

  test('[PR9] or is refused at once, if so set', () => {
    const run = lab(tight({ arrivals: at(0, 1) }, { bufferMemory: 100, onFull: 'drop' })).until(200);
    expect(run.hops('refused')).toEqual(['#2@1']);
    expect(run.source('p-t').refusals).toEqual({ 'buffer full': 1 });
  });

  test('[PR2] an exhausted buffer does not wait for linger', () => {
    // Two records of 100 bytes fill the buffer at 1 ms; #3 is blocked at 2 ms, and so the batch goes out.
    const run = lab(tight({ arrivals: at(0, 1, 2) }, { bufferMemory: 200, batchSize: 1000, lingerMs: 500 })).until(40);
    expect(run.hops('sent')).toEqual(['#1@2', '#2@2']);
  });

  test('[PR9] one record always fits into an empty buffer', () => {
    const run = lab(tight({ arrivals: at(0, 1) }, { bufferMemory: 1 })).until(200);
    expect(run.source('p-t').acknowledged).toBe(2);
  });
});

describe('acks', () => {
  /** Replication takes 7 ms after an append of 3 ms; the network 5 ms each way. */
  function replicated(acks: '0' | '1' | 'all') {
    return lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t', { replicationFactor: 3, appendMs: 3, replicationMs: 7 })
        .consumer('c')
        .publish('p', 't', { acks, network: latency(5) })
        .subscribe('t', 'c'),
    ).until(100);
  }

  test('[PR10] acks 0: nobody answers; its fate is unknown from the moment it is sent', () => {
    const run = replicated('0');
    expect(run.hops('given up, fate unknown')).toEqual(['#1@10']);
    expect(run.hops('acknowledged')).toEqual([]);
    expect(run.hops('appended')).toEqual(['#1@18']);
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 1, applied: 1, recovered: 1 });
  });

  test('[KL1] acks 1: the leader answers after its append', () => {
    // 10 + 5 + 3 + 5.
    expect(replicated('1').hops('acknowledged')).toEqual(['#1@23']);
  });

  test('[KH2] acks all: the leader answers when all in-sync replicas have it', () => {
    // 10 + 5 + 3 + 7 + 5.
    expect(replicated('all').hops('acknowledged')).toEqual(['#1@30']);
  });

  test('[KH1] readers see it when the replicas have it, whatever the producer waits for', () => {
    for (const acks of ['0', '1', 'all'] as const) expect(replicated(acks).hops('fetched')).toEqual(['#1@25']);
  });
});

describe('a crash of the producer', () => {
  test('[PR11] what was never sent is refused, what was sent is unknown, what was answered stays acknowledged', () => {
    // #1 is answered at 20. #2 goes out at 20 and would be answered at 40; #3 waits; #4 is outside the buffer.
    const run = lab(
      tight({ arrivals: at(0, 1, 2, 3) }, { bufferMemory: 200 }).fault({ do: 'crash', target: 'p', atMs: 25 }),
    ).until(200);
    expect(run.source('p-t')).toMatchObject({
      attempted: 4,
      acknowledged: 1,
      unknown: 1,
      refused: 2,
      waiting: 0,
      refusals: { 'producer crashed': 2 },
    });
    // The request under way arrives all the same.
    expect(run.hops('appended')).toEqual(['#1@10', '#2@30']);
  });

  test('[FA1] [PR11] facts stop while it is down; a restarted producer is a new one to the broker', () => {
    // 100 a second: facts at 10, 20, 30; down from 35 to 65; the pattern starts anew: 75, 85, 95.
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 } })
        .topic('t')
        .publish('p', 't')
        .fault({ do: 'crash', target: 'p', atMs: 35, forMs: 30 }),
    ).until(100);
    expect(run.hops('produced')).toEqual(['#1@10', '#2@20', '#3@30', '#4@75', '#5@85', '#6@95']);
    // Its sequence starts at 0 again, and that is no duplicate of what the earlier life wrote.
    expect(run.source('p-t')).toMatchObject({ acknowledged: 6, appended: 6 });
    expect(run.run.topics[0]!.partitions[0]!.producers.map((memory) => memory.lastSequence)).toEqual([2, 2]);
  });
});
