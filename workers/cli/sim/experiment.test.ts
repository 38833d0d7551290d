import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { ExperimentReport } from '../../experiments/experiment.ts';
import { scenario } from '../../engine/testing/scenario-builder.ts';
import { experimentSchema, experimentSchemaText } from './experiment-schema.ts';
import { runSim } from './run.ts';

const queue = (ratePerSecond = 50) =>
  scenario(3)
    .producer('p', { arrivals: { type: 'poisson', ratePerSecond } })
    .topic('t')
    .consumer('c', { workMs: { type: 'exponential', mean: 10 } })
    .publish('p', 't')
    .subscribe('t', 'c')
    .check({ id: 'a', claim: 'noLoss', of: 'c' });

async function sim(document: unknown, ...args: readonly string[]) {
  let out = '';
  let err = '';
  const code = await runSim(['-', ...args], {
    readFile: () => Promise.reject(new Error('no files')),
    readStandardInput: () => Promise.resolve(JSON.stringify(document)),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

const ARGUMENTS = ['--until', '40s', '--warm-up', '10s', '--replications', '5'] as const;

describe('replications', () => {
  test('[TH3] give every mean a half-width and a confidence, in the form that the published schema gives', async () => {
    const { code, out, err } = await sim(queue().build(), ...ARGUMENTS, '--json');
    expect([code, err]).toEqual([0, '']);
    const report = JSON.parse(out) as ExperimentReport;
    expect(v.safeParse(experimentSchema, report).issues).toBeUndefined();
    expect(report.replications).toHaveLength(5);
    expect(report.warmUp).toEqual({ by: 'time', ms: 10_000, settled: true });
    expect(report.checks).toEqual([{ id: 'a', claim: 'noLoss', of: 'c', held: 5 }]);
    const { mean, halfWidth, confidence } = report.subscriptions[0]!.latency!.meanMs;
    // M/M/1 at one half: 20 ms.
    expect(Math.abs(mean - 20)).toBeLessThan(2 * halfWidth!);
    expect(confidence).toBe(0.95);
    expect(report.subscriptions[0]!.applied.mean).toBeGreaterThan(1300);
  });

  test('are the same to the byte every time, and begin with the run of the seed', async () => {
    const [one, two] = [
      await sim(queue().build(), ...ARGUMENTS, '--json'),
      await sim(queue().build(), ...ARGUMENTS, '--json'),
    ];
    expect(one.out).toBe(two.out);
    const single = JSON.parse((await sim(queue().build(), '--until', '40s', '--json')).out) as { digest: string };
    expect((JSON.parse(one.out) as ExperimentReport).replications[0]).toMatchObject({ seed: 3, digest: single.digest });
  });

  test('one alone has no half-width', async () => {
    const { out } = await sim(queue().build(), '--until', '20s', '--warm-up', '5s', '--json');
    const report = JSON.parse(out) as ExperimentReport;
    expect(report.subscriptions[0]!.latency!.meanMs.halfWidth).toBeNull();
    expect(v.safeParse(experimentSchema, report).issues).toBeUndefined();
  });

  test('fail with a check that fails in one of them', async () => {
    // p99 of a run is now below, now above its median over the runs.
    const latencies: number[] = [];
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const { out } = await sim(queue(80).build(), '--until', '30s', '--seed', seed, '--json');
      const { subscriptions } = JSON.parse(out) as { subscriptions: { latency: { p99Ms: number } }[] };
      latencies.push(subscriptions[0]!.latency.p99Ms);
    }
    const ms = latencies.toSorted((a, b) => a - b)[3]!;
    const claims = queue(80).check({ id: 'b', claim: 'latencyBelow', of: 'c', percentile: 99, ms }).build();
    const { code, out } = await sim(claims, '--until', '30s', '--replications', '10', '--json');
    const { held } = (JSON.parse(out) as ExperimentReport).checks[1]!;
    expect(code).toBe(1);
    expect(held).toBeLessThan(10);
  });

  test('for a person: means with their intervals in aligned columns', async () => {
    const { out } = await sim(queue().build(), '--until', '40s', '--warm-up', 'auto', '--replications', '4');
    expect(out.split('\n')[1]).toMatch(/^4 replications · .+ to 40 s · warm-up .+ by MSER-5 · seed 3 · engine \S+$/);
    expect(out).toMatch(/\nc on t( +\d[\d.,]* ± [\d.,]+){6}\n/);
    expect(out).toMatch(/✓ holds +noLoss +c +4 of 4/);
    expect(out).not.toMatch(/ \n/);
  });

  test('say when a run does not settle, and tell its second half all the same', async () => {
    const { code, out, err } = await sim(queue(200).build(), '--until', '20s', '--warm-up', 'auto', '--json');
    expect(code).toBe(0);
    expect(err).toMatch(/^warning warmUp\.unsettled: /);
    expect((JSON.parse(out) as ExperimentReport).warmUp).toEqual({ by: 'MSER-5', ms: 10_000, settled: false });
  });

  test('that leaves out faults says which ones', async () => {
    const document = queue().build();
    const crash = (id: string, atMs: number) => ({ id, atMs, do: 'crash', target: 'c', forMs: 100 }) as const;
    const faults = [crash('f1', 2000), crash('f2', 10_000), crash('f3', 20_000)];
    const { err } = await sim({ ...document, faults }, '--until', '30s', '--warm-up', '10s');
    expect(err).toMatch(/^warning warmUp\.faults: The warm-up of 10 s leaves out a fault: Crash c at 2 s\.\n/);
    expect((await sim({ ...document, faults: faults.slice(1) }, '--until', '30s', '--warm-up', '10s')).err).toBe('');
  });

  test('of an empty scenario are empty', async () => {
    const empty = { format: 'sluice/1', title: '', nodes: [], edges: [] };
    const { code, out } = await sim(empty, '--replications', '2');
    expect(code).toBe(0);
    expect(out).toContain('Checks: none');
  });
});

test.each([
  [['--replications', '0'], '--replications takes a whole number from 1 to 10000, not "0".'],
  [['--replications', '1e3'], '--replications takes a whole number from 1 to 10000, not "1e3".'],
  [['--warm-up', 'long'], '--warm-up takes a duration such as 10s, or auto, not "long".'],
  [['--warm-up', '60s'], 'The warm-up has to end before the run does (--until).'],
  [['--warm-up', 'auto', '--until', '0s'], 'A warm-up cannot be found in a run that takes no time (--until).'],
])('%j is refused with a sentence', async (args, sentence) => {
  const { code, out, err } = await sim(queue().build(), ...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(sentence);
});

test('schema in public/ is the present one (node scripts/cli.mjs experiment-schema > public/experiment.schema.json)', () => {
  const published = readFileSync(new URL('../../../public/experiment.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(published)).toEqual(JSON.parse(experimentSchemaText()));
});
