import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromMs } from '../core/time.ts';
import type { JournalEntry } from '../../scenario/document.ts';
import { toyMachine, toyScenario, type ToyRun } from './testing/toy-machine.ts';
import {
  advance,
  advanceToEvent,
  changeJournal,
  createTimeline,
  eventsBeforeLast,
  jump,
  jumpToEvent,
  nextNs,
  nowOf,
  record,
  restoreTimeline,
  saveTimeline,
  seek,
  stepBack,
  stepForward,
  type Sampler,
  type Timeline,
} from './timeline.ts';

const EDIT = { edit: [] };
const FAULT = { fault: { do: 'crash', target: 'x' } } as const;
const END_NS = fromMs(600);

/** Samples every 20 ms and remembers what it saw. */
function notebook(): Sampler<ToyRun> & { seen: Map<number, number> } {
  const seen = new Map<number, number>();
  return {
    seen,
    nextAfter: (ns) => (Math.floor(ns / 20_000_000) + 1) * 20_000_000,
    take(run, ns) {
      if (seen.has(ns)) expect(run.digest).toBe(seen.get(ns));
      seen.set(ns, run.digest);
    },
    forgetAfter(ns) {
      for (const at of seen.keys()) if (at > ns) seen.delete(at);
    },
  };
}

function straight(seed: number, journal: readonly JournalEntry[], untilNs = END_NS): Timeline<ToyRun> {
  const timeline = createTimeline(toyMachine, toyScenario(seed, journal), { limits: { bytesMax: 0 } });
  advance(timeline, untilNs);
  return timeline;
}

const small = { eventsMin: 10, rowsMax: 5 };

describe('a timeline', () => {
  test('applies a journal entry after every event of its instant, and before any later one', () => {
    const order: string[] = [];
    const machine = {
      ...toyMachine,
      runUntil(run: ToyRun, untilNs: number, most: number) {
        const before = run.events;
        const outcome = toyMachine.runUntil(run, untilNs, most);
        if (run.events > before) order.push(`events to ${run.now / 1e6}`);
        return outcome;
      },
      applyChange(run: ToyRun) {
        order.push(`entry at ${run.now / 1e6}`);
      },
    };
    advance(createTimeline(machine, toyScenario(1, [{ atMs: 2, ...EDIT }])), fromMs(30));
    expect(order).toEqual(['events to 2', 'entry at 2', 'events to 30']);
  });

  test('a live change is journaled with its exact instant and replays to the same digest', () => {
    const timeline = createTimeline(toyMachine, toyScenario(5));
    advance(timeline, 123_456_789);
    const entry = record(timeline, EDIT);
    advance(timeline, END_NS);
    expect(entry).toEqual({ atMs: 123.456789, edit: [] });
    expect(straight(5, [entry]).run).toEqual(timeline.run);
  });

  test('a change between two events of one instant still replays', () => {
    const timeline = createTimeline(toyMachine, toyScenario(5));
    for (let i = 0; i < 30; i++) stepForward(timeline);
    const entry = record(timeline, EDIT);
    advance(timeline, END_NS);
    expect(straight(5, [entry]).run).toEqual(timeline.run);
  });

  test('a change in the past forgets the journal, the samples and the horizon after it', () => {
    const sampler = notebook();
    const journal = [
      { atMs: 100, ...EDIT },
      { atMs: 300, ...EDIT },
    ];
    const timeline = createTimeline(toyMachine, toyScenario(2, journal), { sampler, limits: small });
    seek(timeline, END_NS);
    seek(timeline, fromMs(210));
    expect(timeline.horizonNs).toBe(END_NS);
    const entry = record(timeline, FAULT);
    expect(timeline.journal).toEqual([journal[0], entry]);
    expect(timeline.horizonNs).toBe(fromMs(210));
    expect(Math.max(...sampler.seen.keys())).toBe(fromMs(200));
    expect(Math.max(...timeline.checkpoints.rows.map((row) => row.timeNs))).toBeLessThanOrEqual(fromMs(210));
    seek(timeline, END_NS);
    expect(straight(2, timeline.journal).run).toEqual(timeline.run);
  });

  test('two changes at one instant both stay, in order', () => {
    const timeline = createTimeline(toyMachine, toyScenario(9));
    seek(timeline, fromMs(50));
    record(timeline, EDIT);
    record(timeline, FAULT);
    expect(timeline.journal.map((entry) => entry.atMs)).toEqual([50, 50]);
    seek(timeline, END_NS);
    expect(straight(9, timeline.journal).run).toEqual(timeline.run);
  });

  test('a step back undoes exactly one event, whatever checkpoints there are', () => {
    const timeline = createTimeline(toyMachine, toyScenario(4), { limits: { eventsMin: 1 } });
    const runs: ToyRun[] = [];
    for (let i = 0; i < 40; i++) {
      runs.push(structuredClone(timeline.run));
      stepForward(timeline);
      if (i === 20) seek(timeline, nowOf(timeline));
    }
    const here = structuredClone(timeline.run);
    stepBack(timeline);
    expect(timeline.run.events).toBe(here.events - 1);
    stepForward(timeline);
    expect(timeline.run).toEqual(here);
    seek(timeline, 0);
    while (timeline.run.events > 0) stepBack(timeline);
    expect(timeline.run).toEqual(runs[0]);
    stepBack(timeline);
    expect(timeline.run).toEqual(runs[0]);
  });

  test('a step back in slices of one event ends where the whole one ends', () => {
    const timeline = straight(8, [{ atMs: 40, ...EDIT }], fromMs(200));
    const whole = straight(8, [{ atMs: 40, ...EDIT }], fromMs(200));
    stepBack(whole);
    const events = eventsBeforeLast(timeline);
    jumpToEvent(timeline, events);
    let slices = 0;
    while (advanceToEvent(timeline, events, 1) === 'limit') slices += 1;
    expect(timeline.run).toEqual(whole.run);
    expect(slices).toBeGreaterThan(10);
  });

  test('a second step back runs a fifth of the way between two checkpoints again, at most', () => {
    let processed = 0;
    const counting: typeof toyMachine = {
      ...toyMachine,
      stepEvent: (run) => (processed++, toyMachine.stepEvent(run)),
      runUntil(run, untilNs, most) {
        const before = run.events;
        const outcome = toyMachine.runUntil(run, untilNs, most);
        processed += run.events - before;
        return outcome;
      },
    };
    const timeline = createTimeline(counting, toyScenario(4), { limits: { eventsMin: 100 } });
    seek(timeline, END_NS);
    stepBack(timeline);
    for (let i = 0; i < 15; i++) {
      processed = 0;
      stepBack(timeline);
      expect(processed).toBeLessThanOrEqual(20);
    }
  });

  test('a run too large to keep is left alone, and kept again when it has shrunk', () => {
    let bytes = 2 ** 30;
    const machine = { ...toyMachine, stateOf: (run: ToyRun) => ({ ...run, log: new Uint8Array(bytes / 2 ** 18) }) };
    const timeline = createTimeline({ ...machine, snapshotBytes: () => bytes / 2 ** 18 }, toyScenario(4), {
      limits: { eventsMin: 1, bytesMax: 2000 },
    });
    for (let ms = 0; ms < 100; ms += 10) advance(timeline, fromMs(ms));
    expect(timeline.checkpoints).toMatchObject({ rows: [], bytes: 0 });
    bytes = 0;
    for (let ms = 100; ms < 200; ms += 10) advance(timeline, fromMs(ms));
    expect(timeline.checkpoints.rows.length).toBeGreaterThan(0);
    expect(timeline.checkpoints.bytes).toBeLessThanOrEqual(2000);
  });

  test('steps come to an end when nothing is left', () => {
    const machine = { ...toyMachine, applyChange: (run: ToyRun) => void (run.queue.length = 0) };
    const timeline = createTimeline(machine, toyScenario(3, [{ atMs: 5, ...FAULT }]), { sampler: notebook() });
    for (let i = 0; i < 200 && stepForward(timeline); i++);
    expect(stepForward(timeline)).toBe(false);
    expect(timeline.applied).toBe(1);
    expect(nextNs(timeline)).toBe(Infinity);
    expect(nowOf(timeline)).toBe(fromMs(5));
  });

  test('a saved timeline goes on elsewhere, and its past can be visited', () => {
    const timeline = createTimeline(toyMachine, toyScenario(6, [{ atMs: 77, ...EDIT }]));
    seek(timeline, fromMs(200));
    record(timeline, EDIT);
    const saved = structuredClone(saveTimeline(timeline));
    const other = restoreTimeline(toyMachine, { ...timeline.scenario, journal: timeline.journal }, saved);
    seek(other, END_NS);
    seek(timeline, END_NS);
    expect(other.run).toEqual(timeline.run);
    seek(other, fromMs(100));
    seek(timeline, fromMs(100));
    expect(other.run).toEqual(timeline.run);
  });

  test('law: however a run is cut, sought, stepped and sampled, every instant is the same', () => {
    const move = fc.oneof(
      fc.record({ do: fc.constant('seek' as const), ms: fc.nat(600) }),
      fc.record({ do: fc.constant('slices' as const), ms: fc.nat(600), size: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ do: fc.constant('step' as const), n: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ do: fc.constant('back' as const), n: fc.integer({ min: 1, max: 9 }) }),
    );
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.uniqueArray(fc.nat(599), { maxLength: 5 }),
        fc.array(move, { maxLength: 12 }),
        fc.nat(600),
        (seed, entries, moves, lastMs) => {
          const journal = entries
            .toSorted((a, b) => a - b)
            .map((atMs, i) => ({ atMs, ...(i % 3 === 2 ? FAULT : EDIT) }));
          const scenario = toyScenario(seed, journal);
          const timeline = createTimeline(toyMachine, scenario, { sampler: notebook(), limits: small });
          for (const step of moves) {
            if (step.do === 'seek') seek(timeline, fromMs(step.ms));
            if (step.do === 'slices') {
              jump(timeline, fromMs(step.ms));
              while (advance(timeline, fromMs(step.ms), step.size) === 'limit');
            }
            if (step.do === 'step') for (let i = 0; i < step.n; i++) stepForward(timeline);
            if (step.do === 'back') for (let i = 0; i < step.n; i++) stepBack(timeline);
          }
          seek(timeline, fromMs(lastMs));
          const expected = straight(seed, journal, fromMs(lastMs));
          expect(timeline.run).toEqual(expected.run);
          expect(timeline.applied).toBe(expected.applied);
        },
      ),
    );
  });

  test('law: going over to another journal gives its run, whatever was run, sought or kept before', () => {
    const journalOf = (instants: readonly number[], fault: number): JournalEntry[] =>
      instants.toSorted((a, b) => a - b).map((atMs, i) => ({ atMs, ...(i === fault ? FAULT : EDIT) }));
    const instants = fc.uniqueArray(
      fc.nat(40).map((n) => n * 10),
      { maxLength: 5 },
    );
    const visit = fc.record({
      shared: fc.nat(5),
      own: instants,
      fault: fc.nat(5),
      seekMs: fc.nat(500),
      steps: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.nat(1000), fc.array(visit, { minLength: 1, maxLength: 6 }), (seed, visits) => {
        const timeline = createTimeline(toyMachine, toyScenario(seed), { sampler: notebook(), limits: small });
        for (const { shared, own, fault, seekMs, steps } of visits) {
          const past = timeline.journal.slice(0, shared);
          const later = own.filter((atMs) => atMs >= (past.at(-1)?.atMs ?? 0));
          changeJournal(timeline, [...past, ...journalOf(later, fault)]);
          seek(timeline, fromMs(seekMs));
          expect(timeline.run).toEqual(straight(seed, timeline.journal, fromMs(seekMs)).run);
          for (let i = 0; i < steps; i++) stepForward(timeline);
        }
      }),
    );
  });

  test('going over to another journal keeps the checkpoints of what both have in common', () => {
    const shared = [{ atMs: 100, ...EDIT }];
    const timeline = createTimeline(toyMachine, toyScenario(5, [...shared, { atMs: 500, ...EDIT }]), {
      limits: { eventsMin: 10 },
    });
    for (let ms = 10; ms <= 600; ms += 10) advance(timeline, fromMs(ms));
    changeJournal(timeline, [...shared, { atMs: 300, ...FAULT }]);
    expect(timeline.checkpoints.rows.at(-1)!.timeNs).toBeGreaterThan(fromMs(250));
    expect(timeline.checkpoints.rows.at(-1)!.timeNs).toBeLessThanOrEqual(fromMs(300));
    expect(nowOf(timeline)).toBe(timeline.checkpoints.rows.at(-1)!.timeNs);
    expect(timeline.horizonNs).toBe(fromMs(300));
    const { epoch } = timeline;
    changeJournal(timeline, timeline.journal);
    expect(timeline.epoch).toBe(epoch);
  });

  test('law: a run with live changes, sought back and forth between them, is the replay of its journal', () => {
    const change = fc.record({ atMs: fc.nat(400), fault: fc.boolean(), stepped: fc.nat(3) });
    fc.assert(
      fc.property(fc.nat(1000), fc.array(change, { maxLength: 6 }), (seed, changes) => {
        const timeline = createTimeline(toyMachine, toyScenario(seed), { sampler: notebook(), limits: small });
        for (const { atMs, fault, stepped } of changes) {
          seek(timeline, fromMs(atMs));
          for (let i = 0; i < stepped; i++) stepForward(timeline);
          record(timeline, fault ? FAULT : EDIT);
        }
        seek(timeline, END_NS);
        expect(timeline.run).toEqual(straight(seed, timeline.journal).run);
        expect(JSON.parse(JSON.stringify(timeline.journal))).toEqual(timeline.journal);
      }),
    );
  });
});
