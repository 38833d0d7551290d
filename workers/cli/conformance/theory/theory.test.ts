/**
 * The engine against queueing theory. Every day the first case of each model runs, over 20,000 messages; `SLUICE_LONG=10`
 * runs all cases, ten times as long.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Content } from '../cases.ts';
import { fixedBudget, theoryRunner, type Budget } from './runner.ts';
import type { TheoryCase } from './table.ts';

const LONG = Number(process.env['SLUICE_LONG'] ?? 1);
const MESSAGES = 20_000 * LONG;
const BUDGET: Budget = fixedBudget(MESSAGES);
const EVERYDAY = LONG > 1 ? Infinity : 1;

const FOLDER = new URL('../../../fixtures/theory/', import.meta.url);
type Table = Content & { readonly name: string; readonly cases?: TheoryCase[]; readonly identities?: { id: string }[] };
const tables = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Table);
const run = theoryRunner(BUDGET);

/** Models whose first case says something in longer runs only. */
const LOOSE = [
  /^dispatch/,
  /^G\/G\/1 \(H/,
  /^E8/,
  /^tandem/,
  /^transient/,
  /^closed network/,
  /feedback/,
  /delayed retry/,
  /in-place/,
  /visibility timeout shorter/,
  /Jackson/,
  /Poisson source behind/,
  /^poller with exponential/,
  /vacations/,
  /at most B per poll/,
];

for (const table of tables.filter(({ cases }) => cases !== undefined)) {
  describe(`[TH1] ${table.name}`, () => {
    for (const model of new Set(table.cases!.map((one) => one.model))) {
      const cases = table.cases!.filter((one) => one.model === model);
      test(`${model} agrees`, () => {
        const outcomes = cases.slice(0, EVERYDAY).map((one) => ({ one: one.case_id, ...run(one, table) }));
        // A heavy load may say nothing in a short run; a wrong figure never passes.
        expect(outcomes.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
        if (!LOOSE.some((pattern) => pattern.test(model))) expect(outcomes[0]).toMatchObject({ verdict: 'pass' });
      }, 600_000);
    }
  });
}

describe('[TH2] identities', () => {
  const table = tables.find(({ identities }) => identities !== undefined)!;
  test.each(table.identities!.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const outcome = run(one, table);
    expect(outcome).toEqual({ verdict: 'pass' });
  });
});

describe('a planted mistake', () => {
  const mm1 = tables[0]!.cases![3]!;
  const wrong = (metric: string, factor: number): TheoryCase => ({
    ...mm1,
    rows: mm1.rows.map((row) =>
      row.metric === metric ? { ...row, expected: (row.expected as number) * factor } : row,
    ),
  });

  test.each(['W', 'L', 'utilisation', 'P_wait', 'sojourn_p90', 'P_N_gt_1'])('in %s of a table is seen', (metric) => {
    const outcome = run(wrong(metric, 1.25), tables[0]!);
    expect(outcome.verdict).toBe('fail');
    expect('reason' in outcome && outcome.reason).toContain(`${metric}: expected`);
  });

  test('in a parameter of a case is seen', () => {
    const parameters = { ...mm1.parameters, service_mean: 0.012 };
    expect(run({ ...mm1, parameters }, tables[0]!).verdict).toBe('fail');
  });

  test('in one component of a vector is seen, and so is one too many', () => {
    const skew = tables.find(({ name }) => name === 'partition-skew')!;
    const [first] = skew.cases!;
    const row = first!.rows.find(({ metric }) => metric === 'keys_per_partition')!;
    const given = (expected: number[]) => run({ ...first!, rows: [{ ...row, expected }] }, skew).verdict;
    const keys = row.expected as number[];
    expect(given(keys)).toBe('pass');
    expect(given([...keys.slice(1), keys[0]! + 1])).toBe('fail');
    expect(given([...keys, 0])).toBe('fail');
    expect(given(keys.slice(1))).toBe('fail');
  });
});

describe('a case never seen', () => {
  const mm1 = (parameters: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    run(
      { model: 'M/M/1', parameters, rows: [{ metric: 'utilisation', expected: 0.3, kind: 'exact' }], ...more },
      tables[0]!,
    );

  test('is run by its model and parameters', () => {
    expect(mm1({ arrival_rate: 3, service_mean: 0.1 }).verdict).toBe('not covered');
    const stated = { metric: 'utilisation', expected: 0.3, kind: 'exact', rel_halfwidth_99_at_1e6: 0.005 };
    const more = { rows: [stated] };
    expect(mm1({ arrival_rate: 3, service_mean: 0.1, servers: 1 }, more)).toMatchObject({ verdict: 'pass' });
    expect(mm1({ arrival_rate: 3000, service_mean: 0.0001 }, more)).toMatchObject({ verdict: 'pass' });
    expect(mm1({ arrival_rate: 3, service_mean: 0.11 }, more)).toMatchObject({ verdict: 'fail' });
  });

  test.each([
    ['a load that never settles', { arrival_rate: 30, service_mean: 0.1 }, /never settles/],
    ['a parameter out of range', { arrival_rate: 1e9, service_mean: 1e-10 }, /does not take the parameters/],
    ['a run of centuries', { arrival_rate: 1e-6, service_mean: 1 }, /simulated time/],
    ['a warm-up without end', { arrival_rate: 99_999, service_mean: 1e-5 }, /warm-up alone/],
    ['a parameter that is missing', { arrival_rate: 3 }, /service_mean/],
    [
      'a distribution that is unknown',
      { arrival_rate: 3, service_mean: 0.1, service: 'cauchy', service_scv: 1 },
      /cauchy/,
    ],
  ])('%s is not covered, with a reason', (_, parameters, reason) => {
    const outcome = mm1(parameters, { rows: [{ metric: 'W', expected: 1, kind: 'exact', match: 'exact' }] });
    expect(outcome).toEqual({ verdict: 'not covered', reason: expect.stringMatching(reason) as string });
  });

  test('of an unknown model, with unknown metrics or with approximations only is not covered', () => {
    const rows = [{ metric: 'mood', expected: 1, kind: 'exact', rel_halfwidth_99_at_1e6: 0.001 }];
    const parameters = { arrival_rate: 3, service_mean: 0.1 };
    expect(run({ model: 'M/X/7', parameters, rows }, tables[0]!)).toMatchObject({
      reason: 'Nothing is known of the model "M/X/7".',
    });
    expect(mm1(parameters, { rows })).toMatchObject({
      verdict: 'not covered',
      reason: expect.stringContaining('mood') as string,
    });
    expect(mm1(parameters, { rows: [{ ...rows[0], kind: 'approx' }] })).toMatchObject({ verdict: 'not covered' });
  });

  test('of any shape does not stop the command', () => {
    for (const one of [null, 1, 'x', [], {}, { model: 'M/M/1' }, { model: 'M/M/1', parameters: {}, rows: [] }]) {
      expect(run(one, tables[0]!).verdict).toBe('not covered');
    }
  });
});
