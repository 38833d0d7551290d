/**
 * A machine small enough to see through: every event draws a number, folds itself into a digest, and schedules up to
 * two more events, often at its own instant. A change shifts the dice and schedules an event now.
 */
import { fromMs } from '../../core/time.ts';
import type { Scenario } from '../../../scenario/document.ts';
import type { Machine } from '../machine.ts';

export interface ToyRun {
  now: number;
  events: number;
  changes: number;
  dice: number;
  digest: number;
  sequence: number;
  queue: { at: number; sequence: number }[];
}

function roll(run: ToyRun): number {
  run.dice = (Math.imul(run.dice, 1664525) + 1013904223) >>> 0;
  return run.dice >>> 8;
}

function fold(run: ToyRun, value: number): void {
  run.digest = Math.imul(run.digest ^ value, 16777619) >>> 0;
}

function schedule(run: ToyRun, at: number): void {
  run.queue.push({ at, sequence: run.sequence++ });
  run.queue.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
}

function stepEvent(run: ToyRun): boolean {
  const event = run.queue.shift();
  if (event === undefined) return false;
  run.now = event.at;
  run.events += 1;
  fold(run, event.at % 4294967296);
  fold(run, event.sequence);
  const chance = roll(run) % 8;
  const children = run.queue.length > 12 ? 0 : run.queue.length < 3 || chance < 2 ? 2 : 1;
  for (let i = 0; i < children; i++) schedule(run, event.at + (roll(run) % 3) * 7_000_000);
  return true;
}

/** A scenario for the toy: only its seed and its journal mean anything. */
export function toyScenario(seed: number, journal: Scenario['journal'] = []): Scenario {
  const nothing = { nodes: [], edges: [], faults: [], checks: [] };
  return { format: 'sluice/1', title: 'Toy', notes: '', seed, ...nothing, journal, view: {} };
}

export const toyMachine: Machine<ToyRun> = {
  createRun(scenario) {
    const run = { now: 0, events: 0, changes: 0, dice: scenario.seed, digest: 2166136261, sequence: 0, queue: [] };
    for (let i = 0; i < 3; i++) schedule(run, fromMs(i));
    return run;
  },
  nowNs: (run) => run.now,
  nextEventNs: (run) => run.queue[0]?.at ?? Infinity,
  eventCount: (run) => run.events,
  stepEvent,
  runUntil(run, untilNs, maxEvents) {
    for (let i = 0; (run.queue[0]?.at ?? Infinity) <= untilNs; i++) {
      if (i >= maxEvents) return 'limit';
      stepEvent(run);
    }
    run.now = untilNs;
    return 'reached';
  },
  applyChange(run, change) {
    run.changes += 1;
    fold(run, run.events);
    if ('fault' in change) run.queue.length = 0;
    else run.dice ^= 0x5bd1e995;
    schedule(run, run.now);
  },
  stateOf: (run) => run,
  snapshot: (run) => structuredClone(run),
  snapshotBytes: (run) => 100 + run.queue.length * 16,
};
