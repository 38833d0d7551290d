/** What gets past the judgement of documents runs, however odd: nothing throws, nothing hangs, and it can be copied and told of. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Scenario } from '../scenario/document.ts';
import { scenarioArbitrary } from '../scenario/testing/arbitrary.ts';
import { damaged, INHERITED_NAMES, renamed } from '../scenario/testing/hostile.ts';
import { validateScenario } from '../scenario/validate.ts';
import { equalPlain } from './core/plain.ts';
import * as engine from './engine.ts';
import { checkLaws } from './testing/laws.ts';
import { checkRows, checkVerdicts } from './testing/rows.ts';

const END_MS = 10_000;
const EVENTS_MAX = 1500;

/** Runs a scenario with its journal, copies it, and tells of it. */
function exercise(scenario: Scenario): engine.Run {
  const run = engine.createRun(scenario);
  for (const entry of scenario.journal) {
    engine.runUntil(run, engine.fromMs(Math.min(entry.atMs, END_MS)), EVENTS_MAX);
    engine.applyChange(run, 'edit' in entry ? { edit: entry.edit } : { fault: entry.fault });
  }
  engine.runUntil(run, engine.fromMs(END_MS), EVENTS_MAX);
  checkLaws(run);
  checkRows(run);
  checkVerdicts(run);
  expect(equalPlain(engine.snapshot(run), run)).toBe(null);
  JSON.stringify(engine.report(run));
  return run;
}

const idsOf = ({ nodes, edges, faults, checks, journal }: Scenario): string[] => {
  const added = journal.flatMap((entry) => ('edit' in entry ? entry.edit : []));
  const items = added.flatMap((change) => (change.op === 'add' ? [change.item] : []));
  return [...new Set([...nodes, ...edges, ...faults, ...checks, ...items].map(({ id }) => id))];
};

test('ids may be names that objects inherit', { timeout: 120_000 }, () => {
  const order = fc.shuffledSubarray([...INHERITED_NAMES], { minLength: INHERITED_NAMES.length });
  fc.assert(
    fc.property(scenarioArbitrary({ connected: true }), order, (scenario, names) => {
      const odd = new Map(idsOf(scenario).flatMap((id, i) => (i < names.length ? [[id, names[i]!] as const] : [])));
      const { scenario: opened, diagnostics } = validateScenario(renamed(scenario, odd));
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      exercise(opened!);
    }),
    { numRuns: 15, seed: 1 },
  );
});

test('a fault without a target that is named like something inherited does nothing', () => {
  const run = engine.createRun(validateScenario({ format: 'sluice/1', nodes: [], edges: [] }).scenario!);
  for (const target of [...INHERITED_NAMES, '__proto__'])
    for (const action of ['crash', 'restart', 'pause', 'resume', 'cut', 'heal', 'purge', 'dropAcks'] as const)
      engine.applyChange(run, { fault: { do: action, target } });
  expect(engine.runUntil(run, engine.fromMs(10))).toBe('reached');
});

test('what is left of a damaged document runs', { timeout: 120_000 }, () => {
  const values = fc.oneof(
    fc.anything(),
    fc.constantFrom<unknown>(-1, -0, 1e308, 5e-324, 2 ** 53, '', 'n0', 'e0', '__proto__', '\uD800', [], {}, null),
  );
  const places = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(scenarioArbitrary({ connected: true }), places, values, (scenario, where, value) => {
      const document = where.reduce<unknown>((whole, left) => damaged(whole, { left }, value), scenario);
      const { scenario: mended } = validateScenario(document, { lenient: true });
      if (mended !== null) exercise(mended);
    }),
    { numRuns: 40, seed: 1 },
  );
});
