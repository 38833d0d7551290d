import { describe, expect, test } from 'vitest';
import { createRun, runUntil } from '../engine.ts';
import { lab } from '../testing/lab.ts';
import { constant, scenario } from '../testing/scenario-builder.ts';

const tenth = { type: 'constant', ratePerSecond: 10 } as const;

describe('faults that overlap', () => {
  const pipe = () => scenario().producer('p', { arrivals: tenth }).topic('t').publish('p', 't');

  test('[FA7] of two cuts of one edge the longer one counts', () => {
    const run = lab(
      pipe()
        .fault({ do: 'cut', target: 'p-t', atMs: 50, forMs: 2000 })
        .fault({ do: 'cut', target: 'p-t', atMs: 450, forMs: 500 }),
    ).until(1500);
    expect(run.run.edges[0]!.cut).toBe(true);
    expect(run.until(2060).run.edges[0]!.cut).toBe(false);
  });

  test('[FA7] a cut that lasts until it is healed is not ended by an earlier one', () => {
    const run = lab(
      pipe().fault({ do: 'cut', target: 'p-t', atMs: 50, forMs: 100 }).fault({ do: 'cut', target: 'p-t', atMs: 60 }),
    ).until(1000);
    expect(run.run.edges[0]!.cut).toBe(true);
    expect(run.fault({ do: 'heal', target: 'p-t' }).run.edges[0]!.cut).toBe(false);
  });

  test('[FA8] a recorded trace keeps its instants through a pause, and what fell into it did not happen', () => {
    const atMs = [100, 200, 300];
    const run = lab(
      scenario()
        .producer('p', { arrivals: { type: 'trace', atMs, repeatEveryMs: 0 } })
        .topic('t')
        .publish('p', 't')
        .fault({ do: 'pause', target: 'p', atMs: 150, forMs: 100 }),
    ).until(1000);
    expect(run.hops('produced')).toEqual(['#1@100', '#2@300']);
  });
});

test('[DT6] a cycle in which nothing takes time is stopped, not followed for ever', () => {
  const still = { latencyMs: constant(0) };
  const cycle = scenario()
    .producer('p', { arrivals: { type: 'trace', atMs: [100], repeatEveryMs: 0 } })
    .topic('t', { appendMs: 0 })
    .consumer('c', { workMs: constant(0) })
    .publish('p', 't', { lingerMs: 0, network: still })
    .subscribe('t', 'c', { autoOffsetReset: 'earliest', initialRebalanceDelayMs: 0, network: still })
    .publish('c', 't', { lingerMs: 0, network: still });
  const run = createRun(cycle.build());
  expect(runUntil(run, 200e6, 2000)).toBe('limit');
  // Nearly five million of them later.
  run.eventsAtInstant += 4_990_000;
  expect(() => runUntil(run, 200e6, 20_000)).toThrow('time stands still');
  expect(run.nowNs).toBe(100e6);
});
