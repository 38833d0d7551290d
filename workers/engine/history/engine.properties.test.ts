import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DesignChange, FaultAction, JournalEntry, Scenario } from '../../scenario/document.ts';
import { fromMs } from '../core/time.ts';
import { equalPlain } from '../core/plain.ts';
import * as engine from '../engine.ts';
import type { Change } from './machine.ts';
import { advance, createTimeline, jump, record, seek, stepBack, stepForward, type Timeline } from './timeline.ts';

const END_MS = 4000;

/** Two sources with different promises, two partitions, two groups, crashes and a lossy network: much that can go wrong. */
function lossyShop(seed: number, journal: readonly JournalEntry[] = []): Scenario {
  const position = { x: 0, y: 0 };
  const network = { loss: 0.02, duplicate: 0.02, latencyMs: { type: 'uniform', min: 1, max: 20 } } as const;
  const subscribe = {
    kind: 'subscribe',
    autoOffsetReset: 'earliest',
    initialRebalanceDelayMs: 100,
    sessionTimeoutMs: 600,
    heartbeatIntervalMs: 200,
    maxPollRecords: 10,
  } as const;
  return {
    format: 'sluice/1',
    title: 'Lossy shop',
    notes: '',
    seed,
    nodes: [
      { id: 'p', kind: 'producer', name: 'Shop', position, arrivals: { type: 'poisson', ratePerSecond: 80 } },
      { id: 'q', kind: 'producer', name: 'App', position, arrivals: { type: 'constant', ratePerSecond: 40 } },
      { id: 't', kind: 'topic', name: 'orders', position, partitions: 2 },
      { id: 'c', kind: 'consumer', name: 'Billing', position, instances: 2, crash: { mtbfMs: 900, restartMs: 200 } },
      { id: 'd', kind: 'consumer', name: 'Mail', position, instances: 1 },
    ],
    edges: [
      {
        id: 'pt',
        kind: 'publish',
        from: 'p',
        to: 't',
        network,
        requestTimeoutMs: 100,
        acks: '1',
        enableIdempotence: false,
      },
      { id: 'qt', kind: 'publish', from: 'q', to: 't', lingerMs: 20 },
      { ...subscribe, id: 'tc', from: 't', to: 'c', commit: 'after', network },
      { ...subscribe, id: 'td', from: 't', to: 'd', commit: 'auto', autoCommitIntervalMs: 300 },
    ],
    faults: [{ id: 'f', atMs: 1500, do: 'cut', target: 'td', forMs: 400 }],
    checks: [{ id: 'k', claim: 'lagBelow', of: 'c', messages: 40 }],
    journal,
    view: {},
  };
}

function set(id: string, values: Readonly<Record<string, unknown>>, where: 'nodes' | 'edges' = 'nodes'): Change {
  const change: DesignChange = { op: 'change', in: where, id, set: values };
  return { edit: [change] };
}

const CHANGES: readonly Change[] = [
  { fault: { do: 'crash', target: 'c', instance: 0 } satisfies FaultAction },
  { fault: { do: 'pause', target: 'd', forMs: 700 } },
  { fault: { do: 'dropAcks', target: 'qt', forMs: 300 } },
  { fault: { do: 'slow', target: 't', factor: 20, forMs: 500 } },
  set('p', { arrivals: { type: 'poisson', ratePerSecond: 300 } }),
  set('t', { partitions: 4 }),
  set('c', { instances: 3 }),
  set('tc', { commit: 'before' }, 'edges'),
  { edit: [{ op: 'remove', in: 'edges', id: 'td' }] },
];

function straight(scenario: Scenario): engine.Run {
  const timeline = createTimeline(engine, scenario, { limits: { bytesMax: 0 } });
  advance(timeline, fromMs(END_MS));
  return timeline.run;
}

function expectSame(timeline: Timeline<engine.Run>, expected: engine.Run): void {
  expect(engine.digestOf(timeline.run)).toBe(engine.digestOf(expected));
  expect(equalPlain(timeline.run, expected)).toBeNull();
  expect(engine.report(timeline.run)).toEqual(engine.report(expected));
}

describe('the engine under history', () => {
  test('law: seeks, steps, slices and checkpoints change nothing', () => {
    const move = fc.record({
      how: fc.constantFrom('seek' as const, 'slices' as const, 'step' as const, 'back' as const),
      ms: fc.nat(END_MS),
      n: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.array(move, { maxLength: 6 }), (seed, moves) => {
        const scenario = lossyShop(seed);
        const timeline = createTimeline(engine, scenario, { limits: { eventsMin: 300, rowsMax: 4 } });
        for (const { how, ms, n } of moves) {
          if (how === 'seek') seek(timeline, fromMs(ms));
          if (how === 'slices') {
            jump(timeline, fromMs(ms));
            while (advance(timeline, fromMs(ms), n) === 'limit');
          }
          if (how === 'step') for (let i = 0; i < n; i++) stepForward(timeline);
          if (how === 'back') for (let i = 0; i < Math.min(n, 5); i++) stepBack(timeline);
        }
        seek(timeline, fromMs(END_MS));
        expectSame(timeline, straight(scenario));
      }),
      { numRuns: 12 },
    );
  });

  test('law: a run that was changed live is the replay of its journal', () => {
    const change = fc.record({ ms: fc.nat(END_MS - 1), what: fc.nat(CHANGES.length - 1) });
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.array(change, { maxLength: 5 }), (seed, changes) => {
        const timeline = createTimeline(engine, lossyShop(seed), { limits: { eventsMin: 300, rowsMax: 4 } });
        let gone = false;
        for (const { ms, what } of changes.toSorted((a, b) => a.ms - b.ms)) {
          seek(timeline, fromMs(ms));
          // An edge can be taken away once.
          if (what === CHANGES.length - 1 && gone) continue;
          if (what === CHANGES.length - 1) gone = true;
          record(timeline, CHANGES[what]!);
        }
        seek(timeline, fromMs(END_MS / 2));
        seek(timeline, fromMs(END_MS));
        const journal = JSON.parse(JSON.stringify(timeline.journal)) as JournalEntry[];
        expectSame(timeline, straight(lossyShop(seed, journal)));
      }),
      { numRuns: 12 },
    );
  });

  test('a change in the past makes another future', () => {
    const timeline = createTimeline(engine, lossyShop(5));
    seek(timeline, fromMs(END_MS));
    const before = engine.digestOf(timeline.run);
    seek(timeline, fromMs(1000));
    record(timeline, CHANGES[0]!);
    seek(timeline, fromMs(END_MS));
    expect(engine.digestOf(timeline.run)).not.toBe(before);
    expectSame(timeline, straight(lossyShop(5, timeline.journal)));
  });
});
