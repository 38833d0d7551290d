/**
 * What must hold of every run, as properties of a random scenario: `random-runs.properties.test.ts` tries some of each every
 * time, the soak (`soak.ts`) as many as there is time for.
 */
import fc from 'fast-check';
import type { Scenario } from '../../scenario/document.ts';
import { assert } from '../core/assert.ts';
import { equalPlain } from '../core/plain.ts';
import * as engine from '../engine.ts';
import { checkLaws } from './laws.ts';
import { checkRows, checkVerdicts } from './rows.ts';
import { settle } from './settle.ts';

const END_MS = 15_000;
/** A scenario that makes more events is left unfinished: the laws are about each event, not about long runs. */
const EVENTS_MAX = 20_000;

/** What a property varies besides the scenario: numbers to take turns, places and lengths from. */
export type Choices = readonly number[];

export const choices: fc.Arbitrary<Choices> = fc.array(fc.integer({ min: 1, max: 400 }), {
  minLength: 1,
  maxLength: 8,
});

/** @throws when it does not hold */
export type Property = (scenario: Scenario, choices: Choices) => void;

type Advance = (run: engine.Run, untilNs: number) => void;

/** Runs a scenario with its journal, moving between its entries by `advance`. */
function play(scenario: Scenario, advance: Advance): engine.Run {
  const run = engine.createRun(scenario);
  for (const entry of scenario.journal) {
    advance(run, engine.fromMs(entry.atMs));
    engine.applyChange(run, 'edit' in entry ? { edit: entry.edit } : { fault: entry.fault });
  }
  advance(run, engine.fromMs(END_MS));
  return run;
}

const straight: Advance = (run, untilNs) => {
  engine.runUntil(run, untilNs, EVENTS_MAX - engine.eventCount(run));
};

function same(found: engine.Run, expected: engine.Run): void {
  assert(engine.digestOf(found) === engine.digestOf(expected), 'the digests differ');
  const difference = equalPlain(found, expected);
  assert(difference === null, () => `the states differ: ${difference}`);
}

/** Accounts, holdings, rows and verdicts, after every event; time never runs back; refused is a definite no. */
export const lawsHold: Property = (scenario) => {
  const run = play(scenario, (current, untilNs) => {
    checkLaws(current);
    while (engine.nextEventNs(current) <= untilNs && engine.eventCount(current) < EVENTS_MAX / 4) {
      assert(engine.nextEventNs(current) >= engine.nowNs(current), 'an event lies in the past');
      engine.stepEvent(current);
      checkLaws(current);
      checkRows(current);
    }
    checkVerdicts(current);
  });
  for (const { family, unexpected } of engine.report(run).subscriptions) {
    // [RP1] What one queue of RabbitMQ refuses another one may have, and its publisher is told no.
    const mayBe = family === 'amqp' || mayReadAborted(scenario);
    assert(unexpected === 0 || mayBe, () => `${unexpected} applied though refused`);
  }
};

/** [LG11] Only what belongs to a transaction can be applied and refused, and only by readers that do not ask for what is committed. */
function mayReadAborted({ edges, journal }: Scenario): boolean {
  if (JSON.stringify(journal).includes('"edit"'))
    return JSON.stringify([edges, journal]).includes('"transactionalId":"t');
  return (
    edges.some((edge) => edge.kind === 'publish' && (edge.transactionalId ?? '') !== '') &&
    edges.some(
      (edge) =>
        edge.kind === 'subscribe' && (edge.isolationLevel !== 'read_committed' || edge.groupProtocol === 'share'),
    )
  );
}

export const repeats: Property = (scenario) => {
  const [one, two] = [play(scenario, straight), play(scenario, straight)];
  same(one, two);
  assert(JSON.stringify(engine.report(one)) === JSON.stringify(engine.report(two)), 'the reports differ');
};

/** Slices, copies, and watching or asking in between change nothing. */
export const slicesChangeNothing: Property = (scenario, [slice = 1, copyEvery = 3]) => {
  const expected = play(scenario, straight);
  let current = engine.createRun(scenario);
  let slices = 0;
  const advance = (untilNs: number): void => {
    for (;;) {
      const rest = EVENTS_MAX - engine.eventCount(current);
      const outcome = engine.runUntil(current, untilNs, Math.min(slice, rest));
      slices += 1;
      if (slices % (1 + (copyEvery % 7)) === 0) current = engine.snapshot(current);
      else engine.report(current);
      if (outcome === 'reached' || engine.eventCount(current) >= EVENTS_MAX) return;
    }
  };
  for (const entry of scenario.journal) {
    engine.watchFlights(current);
    advance(engine.fromMs(entry.atMs));
    engine.applyChange(current, 'edit' in entry ? { edit: entry.edit } : { fault: entry.fault });
  }
  advance(engine.fromMs(END_MS));
  same(engine.snapshot(current), expected);
};

/** Going back and forth in time, with checkpoints of all ages, comes to the run that went straight there. */
export const seeksChangeNothing: Property = (scenario, places) => {
  const endNs = engine.fromMs(END_MS / 3);
  const begun = () => engine.createTimeline(engine, scenario, { limits: { eventsMin: 200, rowsMax: 4 } });
  const expected = begun();
  engine.jump(expected, endNs);
  if (engine.advance(expected, endNs, EVENTS_MAX) === 'limit') return;
  const timeline = begun();
  for (const place of [...places, 400]) {
    const ns = Math.round((endNs * place) / 400);
    engine.jump(timeline, ns);
    while (engine.advance(timeline, ns, 500) === 'limit');
  }
  same(timeline.run, expected.run);
};

/** A change in the past makes another future. Whoever goes to and fro between both finds in each the run of its journal alone. */
export const branchesChangeNothing: Property = (scenario, [place = 200, what = 1, ...places]) => {
  const endNs = engine.fromMs(END_MS / 3);
  const arrives = (timeline: engine.Timeline<engine.Run>, ns: number): boolean => {
    engine.jump(timeline, ns);
    return engine.advance(timeline, ns, EVENTS_MAX) === 'reached';
  };
  const alone = (journal: Scenario['journal']): engine.Run | null => {
    const timeline = engine.createTimeline(engine, { ...scenario, journal }, { limits: { bytesMax: 0 } });
    return arrives(timeline, endNs) ? timeline.run : null;
  };
  const timeline = engine.createTimeline(engine, scenario, { limits: { eventsMin: 200, rowsMax: 4 } });
  if (!arrives(timeline, endNs)) return;
  const first = timeline.journal;
  arrives(timeline, Math.round((endNs * place) / 400));
  engine.record(timeline, forkAt(timeline.run.design, what));
  const second = timeline.journal;
  const [one, other] = [alone(first), alone(second)];
  if (one === null || other === null || !arrives(timeline, endNs)) return;
  same(timeline.run, other);
  for (const [journal, expected] of [
    [first, one],
    [second, other],
    [first, one],
  ] as const) {
    engine.changeJournal(timeline, journal);
    for (const each of places) arrives(timeline, Math.round((endNs * each) / 400));
    arrives(timeline, endNs);
    same(timeline.run, expected);
  }
};

/** A change that fits a design, by a number: an edge less, or a crash. */
function forkAt({ nodes, edges }: engine.Run['design'], what: number): Parameters<typeof engine.applyChange>[1] {
  const edge = edges[what % Math.max(1, edges.length)];
  if (what % 2 === 0 && edge !== undefined) return { edit: [{ op: 'remove', in: 'edges', id: edge.id }] };
  const target = nodes[what % Math.max(1, nodes.length)]?.id ?? '';
  return { fault: { do: 'crash', target, forMs: 50 } };
}

/** Once all is well again every fate is known, everything is read, and nothing but what logs still offer stays in memory. */
export const nothingStaysBehind: Property = (scenario) => {
  const run = play(scenario, straight);
  settle(run, scenario);
  checkLaws(run);
  checkRows(run);
  checkVerdicts(run);
};
