import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type ProducerSettings,
  type PublishSettings,
} from '../testing/scenario-builder.ts';

/** Records of 100 bytes, one request at a time, 10 ms each way; room for one beside none. */
function tight(publish: PublishSettings, producer: ProducerSettings = {}): Lab {
  return lab(
    scenario()
      .producer('p', { sizeBytes: 100, arrivals: at(0, 1, 2, 3, 4, 5, 6), ...producer })
      .topic('t')
      .publish('p', 't', { maxInFlight: 1, batchSize: 0, bufferMemory: 100, network: latency(10), ...publish }),
  );
}

const figures = (found: Lab): Readonly<Record<string, number>> => found.report().edges[0]!.figures;

describe('blocking', () => {
  test('[BP1] costs time upstream: how long, for whom, and the longest', () => {
    // #1 is answered at 20, #2 at 40, #3 at 60. So #2 waits for 19 ms, #3 for 38.
    const found = tight({}, { arrivals: at(0, 1, 2) }).until(200);
    expect(figures(found)).toMatchObject({ stalledMs: 39, waitedForRoom: 2, waitedMeanMs: 28.5, waitedMostMs: 38 });
  });

  test('[BP1] time that goes on is counted as far as it has come', () => {
    expect(figures(tight({}).until(11))).toMatchObject({ stalledMs: 10, waitedForRoom: 0 });
  });
});

describe('sampling', () => {
  test('[BP3] keeps the first of so many that find no room, and refuses the others', () => {
    const found = tight({ onFull: 'sample', sampleEvery: 3 }).until(500);
    expect(found.hops('refused')).toEqual(['#3@2', '#4@3', '#6@5', '#7@6']);
    expect(found.source('p-t')).toMatchObject({ attempted: 7, acknowledged: 3, refusals: { 'sampled out': 4 } });
  });

  test('[BP3] refuses nothing while there is room', () => {
    const found = tight({ onFull: 'sample', bufferMemory: 1000 }).until(500);
    expect(found.source('p-t')).toMatchObject({ acknowledged: 7, refused: 0 });
  });
});

describe('merging', () => {
  test('[BP4] one message stands for all facts of its key that find no room', () => {
    const found = tight({ onFull: 'aggregate' }).until(500);
    expect(found.source('p-t')).toMatchObject({ attempted: 2, acknowledged: 2 });
    expect(figures(found)).toMatchObject({ factsMerged: 5, factsInOneMessageMost: 6, factsMergedAndRefused: 0 });
    expect(found.told('took in another fact').at(-1)).toBe('#2@6 6 facts in one message');
  });

  test('[BP4] up to so many; then another message begins', () => {
    const found = tight({ onFull: 'aggregate', aggregateMax: 2 }).until(500);
    expect(found.source('p-t').attempted).toBe(4);
    expect(figures(found)).toMatchObject({ factsMerged: 3, factsInOneMessageMost: 2 });
  });

  test('[BP4] facts of other keys have messages of their own', () => {
    const keys = { type: 'listed', keys: 'a\nb\nc\nb\nc\nb\na' } as const;
    const found = tight({ onFull: 'aggregate' }, { key: keys }).until(500);
    expect(found.source('p-t').attempted).toBe(4);
    expect(figures(found)['factsMerged']).toBe(3);
  });

  test('[BP4] a message that was let in takes nothing more', () => {
    // #2 waits from 1 ms and goes in at 20; the fact of 25 begins a message of its own.
    const found = tight({ onFull: 'aggregate' }, { arrivals: at(0, 1, 25) }).until(500);
    expect(found.source('p-t')).toMatchObject({ attempted: 3, acknowledged: 3 });
    expect(figures(found)['factsMerged']).toBe(0);
  });

  test('[BP4] what a message stands for is lost with it', () => {
    const found = tight({ onFull: 'aggregate', maxBlockMs: 15 }).until(500);
    expect(found.source('p-t')).toMatchObject({ acknowledged: 1, refusals: { 'blocked too long': 1 } });
    expect(figures(found)).toMatchObject({ factsMerged: 5, factsMergedAndRefused: 5 });
  });

  test('[BP4] a handler whose message is merged goes on at once', () => {
    const found = lab(
      scenario()
        .producer('p', { arrivals: at(0, 0, 0, 0) })
        .topic('t')
        .topic('u')
        .consumer('c', { concurrency: 4, workMs: constant(1) })
        .publish('p', 't')
        .subscribe('t', 'c')
        .publish('c', 'u', { maxInFlight: 1, bufferMemory: 1, onFull: 'aggregate', network: latency(10) }),
    ).until(15);
    // One is in flight and one waits; two were merged into that, and are done with.
    expect(found.report().nodes.find(({ id }) => id === 'c')!.figures['busyWorkers']).toBe(2);
    expect(found.until(100).source('c-u')).toMatchObject({ attempted: 2, acknowledged: 2 });
  });

  test('[BP4] a transactional producer merges nothing', () => {
    const found = tight({ onFull: 'aggregate', maxInFlight: 5, transactionalId: 'x', bufferMemory: 100 }).until(3000);
    expect(found.source('p-t')).toMatchObject({ attempted: 7, acknowledged: 7 });
  });
});

test('[BP5] the longest stay in the buffer is that of the batch that waited longest', () => {
  const found = tight({ bufferMemory: 10_000, batchSize: 10_000, lingerMs: 50 }).until(500);
  expect(figures(found)).toMatchObject({ bufferedMostMs: 50, stalledMs: 0 });
});

test('another rule holds for what comes then', () => {
  const found = tight({ onFull: 'aggregate' }).until(3);
  found.set('edges', 'p-t', { onFull: 'drop' }).until(500);
  expect(found.source('p-t')).toMatchObject({ attempted: 5, acknowledged: 2, refusals: { 'buffer full': 3 } });
  expect(figures(found)['factsMerged']).toBe(2);
});
