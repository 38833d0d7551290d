import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hasErrors } from './diagnostics.ts';
import { stampVersions } from './migrate.ts';
import { resolveDesign } from './resolve.ts';
import { designAt } from './change.ts';
import { scenarioArbitrary } from './testing/arbitrary.ts';
import { damaged } from './testing/hostile.ts';
import { validateScenario, validateText } from './validate.ts';

test('random scenarios are valid and come through unchanged', () => {
  fc.assert(
    fc.property(scenarioArbitrary(), (scenario) => {
      const { scenario: opened, diagnostics } = validateScenario(stampVersions(scenario));
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(opened).toEqual(scenario);
    }),
  );
});

test('random scenarios over the whole range of every parameter are valid too', () => {
  fc.assert(
    fc.property(scenarioArbitrary({ wild: true }), (scenario) => {
      expect(validateScenario(scenario).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    }),
  );
});

test('whatever is valid can be resolved, at every instant', () => {
  fc.assert(
    fc.property(scenarioArbitrary(), fc.nat(20_000), (scenario, atMs) => {
      resolveDesign(designAt(scenario, atMs));
    }),
  );
});

test('nothing at all makes it throw', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  fc.assert(
    fc.property(anything, fc.boolean(), (input, lenient) => {
      const { scenario, diagnostics } = validateScenario(input, { lenient });
      expect(scenario === null || lenient).toBe(true);
      expect(diagnostics.length).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.string(), (text) => void validateText(text)),
    { numRuns: 500 },
  );
});

test('a scenario with any one value replaced is opened, refused or mended, and what is mended is valid', () => {
  const values = fc.oneof(
    fc.anything(),
    fc.constantFrom<unknown>('n0', 'e0', -1, 1e308, NaN, '', [], {}, 'crash', 'topic', '__proto__', null),
  );
  fc.assert(
    fc.property(scenarioArbitrary(), fc.integer({ min: 1, max: 300 }), values, (scenario, place, value) => {
      const { scenario: mended } = validateScenario(damaged(scenario, { left: place }, value), { lenient: true });
      if (mended === null) return;
      expect(validateScenario(mended).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      resolveDesign(designAt(mended, 1e9));
    }),
    { numRuns: 1000 },
  );
});

test('what is hostile on reading is refused: circles, depth, getters that throw', () => {
  const circle: Record<string, unknown> = { format: 'sluice/1' };
  circle['nodes'] = [circle];
  const throwing = Object.defineProperty({}, 'format', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  let deep: unknown = [];
  for (let depth = 0; depth < 100_000; depth += 1) deep = [deep];
  const huge: unknown[] = [];
  huge.length = 4e9;
  for (const input of [circle, throwing, deep, { format: 'sluice/1', nodes: huge }]) {
    expect(validateScenario(input, { lenient: true })).toMatchObject({
      scenario: null,
      diagnostics: [{ code: 'document.unreadable' }],
    });
  }
  const polluted = JSON.parse(
    '{"format":"sluice/1","nodes":[{"id":"a","kind":"note","__proto__":{"parent":"x"}}],"edges":[],"__proto__":{"seed":9}}',
  ) as unknown;
  const { scenario } = validateScenario(polluted);
  expect(scenario?.seed).toBe(1);
  expect(hasErrors(validateScenario(polluted).diagnostics)).toBe(false);
});
