import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { Check, JournalEntry, Scenario, ScenarioEdge, ScenarioNode } from '../../scenario/document.ts';
import { encodeShare } from '../../scenario/share.ts';
import type { Report } from '../../engine/report.ts';
import { reportSchema, reportSchemaText } from './report-schema.ts';
import { runSim } from './run.ts';

type Subscribe = Partial<Extract<ScenarioEdge, { kind: 'subscribe' }>>;

/** A producer, a topic with four partitions, and two instances that crash at random. */
function crashingShop(subscribe: Subscribe, more: Partial<Scenario> = {}): Scenario {
  const position = { x: 0, y: 0 };
  const nodes: ScenarioNode[] = [
    { id: 'p', kind: 'producer', name: 'Shop', position, arrivals: { type: 'poisson', ratePerSecond: 100 } },
    { id: 't', kind: 'topic', name: 'orders', position, partitions: 4 },
    {
      id: 'c',
      kind: 'consumer',
      name: 'Billing',
      position,
      instances: 2,
      workMs: { type: 'exponential', mean: 2 },
      crash: { mtbfMs: 4000, restartMs: 500 },
    },
  ];
  const edges: ScenarioEdge[] = [
    { id: 'pt', kind: 'publish', from: 'p', to: 't' },
    {
      id: 'tc',
      kind: 'subscribe',
      from: 't',
      to: 'c',
      autoOffsetReset: 'earliest',
      sessionTimeoutMs: 1000,
      heartbeatIntervalMs: 300,
      initialRebalanceDelayMs: 0,
      ...subscribe,
    },
  ];
  const head = { format: 'sluice/1', title: 'Crashing shop', notes: '', seed: 1 } as const;
  return { ...head, nodes, edges, faults: [], checks: [], journal: [], view: {}, ...more };
}

async function sim(args: readonly string[], files: Readonly<Record<string, unknown>> = {}, input = '') {
  let out = '';
  let err = '';
  const code = await runSim(args, {
    readFile(path) {
      const file = files[path];
      const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
      return file === undefined ? Promise.reject(missing) : Promise.resolve(JSON.stringify(file));
    },
    readStandardInput: () => Promise.resolve(input),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

async function reportOf(scenario: Scenario, ...args: string[]): Promise<Report> {
  const { out, err } = await sim(['-', '--json', ...args], {}, JSON.stringify(scenario));
  expect(err).toBe('');
  return JSON.parse(out) as Report;
}

function expectBalance({ sources, subscriptions }: Report): void {
  for (const s of sources) expect(s.acknowledged + s.refused + s.unknown + s.waiting).toBe(s.attempted);
  for (const s of subscriptions)
    expect(s.applied + s.lost + s.gone + s.expired + s.superseded + s.inFlight).toBe(s.owed);
}

const noLoss: Check = { id: 'a', claim: 'noLoss', of: 'c' };
const noDuplicates: Check = { id: 'b', claim: 'noDuplicateEffects', of: 'c' };

describe('what crashes do', () => {
  test('commit after the work: duplicates and no loss, and the sums balance to the message', async () => {
    const report = await reportOf(crashingShop({ commit: 'after' }), '--until', '60s');
    const [subscription] = report.subscriptions;
    expect(subscription!.lost).toBe(0);
    expect(subscription!.duplicateEffects).toBeGreaterThan(0);
    expect(subscription!.verdict).toBe('at-least-once');
    expectBalance(report);
  });

  test('commit before the work: loss and no duplicates, and the sums balance to the message', async () => {
    const report = await reportOf(crashingShop({ commit: 'before' }), '--until', '60s');
    const [subscription] = report.subscriptions;
    expect(subscription!.lost).toBeGreaterThan(0);
    expect(subscription!.duplicateEffects).toBe(0);
    expect(subscription!.verdict).toBe('at-most-once');
    expectBalance(report);
  });
});

describe('exit codes', () => {
  const failing = crashingShop({ commit: 'after' }, { checks: [noLoss, noDuplicates] });

  test('0 when all checks hold, also when there are none', async () => {
    expect((await sim(['a'], { a: crashingShop({ commit: 'after' }) })).code).toBe(0);
    expect((await sim(['a'], { a: { ...failing, checks: [noLoss] } })).code).toBe(0);
  });

  test('1 when one fails, and the report is printed all the same', async () => {
    const { code, out } = await sim(['a', '--json'], { a: failing });
    expect(code).toBe(1);
    expect((JSON.parse(out) as Report).checks.map(({ holds }) => holds)).toEqual([true, false]);
  });

  test('2 for a bad document, with code, path, sentence and suggestion', async () => {
    const bad = { ...failing, nodes: [{ ...failing.nodes[1], partitions: 'many' }] };
    const { code, out, err } = await sim(['a', '--json'], { a: bad });
    expect(code).toBe(2);
    const { format, diagnostics } = JSON.parse(out) as { format: string; diagnostics: Record<string, string>[] };
    expect(format).toBe('sluice-diagnostics/1');
    const finding = diagnostics.find(({ code: name }) => name === 'parameter.type')!;
    expect(finding).toMatchObject({ severity: 'error', path: 'nodes[0].partitions' });
    expect(err).toContain('error parameter.type at nodes[0].partitions: ');
    const text = await sim(['a'], { a: bad });
    expect([text.code, text.out]).toEqual([2, '']);
  });

  test.each([[['none.json']], [['a', '--until', 'soon']], [[]], [['https://example.org/#s1.abcdef.damaged']]])(
    '2 for %j',
    async (args) => {
      const { code, err, out } = await sim(args, { a: failing });
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^error [\w.]+: .+\n/);
    },
  );

  test('help is no error', async () => {
    const { code, out } = await sim(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('--until DURATION');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });
});

describe('the report', () => {
  test('is the same to the byte for the same scenario and seed, and another for another seed', async () => {
    const files = { a: crashingShop({ commit: 'auto' }) };
    const [one, two, other] = await Promise.all([
      sim(['a', '--json', '--until', '20s'], files),
      sim(['a', '--json', '--until', '20s'], files),
      sim(['a', '--json', '--until', '20s', '--seed', '2'], files),
    ]);
    expect(one.out).toBe(two.out);
    expect(JSON.parse(other.out)).toMatchObject({ seed: 2 });
    expect((JSON.parse(other.out) as Report).digest).not.toBe((JSON.parse(one.out) as Report).digest);
  });

  test('of a link is that of its document, journal included', async () => {
    const journal: JournalEntry[] = [{ atMs: 3000.5, fault: { do: 'crash', target: 'c' } }];
    const scenario = crashingShop({ commit: 'after' }, { journal });
    const fragment = await encodeShare(scenario);
    const linked = await sim([`https://example.org/#${fragment}`, '--json', '--until', '10s']);
    const plain = await reportOf(scenario, '--until', '10s');
    expect(JSON.parse(linked.out)).toEqual(plain);
    expect(plain.digest).not.toBe((await reportOf({ ...scenario, journal: [] }, '--until', '10s')).digest);
  });

  test('has the form that the published schema gives', async () => {
    const network = { loss: 0.05, duplicate: 0.05 };
    const scenario = crashingShop({ commit: 'before', network }, { checks: [noLoss, noDuplicates] });
    const report = await reportOf(scenario, '--until', '30s');
    expect(v.safeParse(reportSchema, report).issues).toBeUndefined();
    expect(v.safeParse(reportSchema, await reportOf(scenario, '--until', '0s')).issues).toBeUndefined();
  });

  test('schema in public/ is the present one (node scripts/cli.mjs report-schema > public/report.schema.json)', () => {
    const published = readFileSync(new URL('../../../public/report.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(reportSchemaText()));
  });

  test('for a person is aligned, names the checks and ends with the digest', async () => {
    const scenario = crashingShop({ commit: 'after' }, { checks: [noLoss, noDuplicates] });
    const { out } = await sim(['a', '--until', '30s'], { a: scenario });
    const lines = out.split('\n');
    expect(lines[0]).toBe('Crashing shop');
    expect(lines[1]).toMatch(/^seed 1 · 0 to 30 s · [\d,]+ messages · [\d,]+ events · engine \S+$/);
    const head = lines.findIndex((line) => line.startsWith('Source'));
    expect(lines[head + 1]).toMatch(/^Shop → orders( +[\d,]+){7}$/);
    expect(lines[head]!.length).toBe(lines[head + 1]!.length);
    expect(out).toMatch(/✓ holds +noLoss +Billing/);
    expect(out).toMatch(/✗ fails +noDuplicateEffects +Billing +.*First at .+ s\. Messages \d/);
    expect(out).toMatch(/\nDigest [0-9a-f]{16}\n$/);
    expect(out).not.toMatch(/ \n/);
  });

  test('of a branch is that of its own journal', async () => {
    const crash = (atMs: number): JournalEntry => ({ atMs, fault: { do: 'crash', target: 'c', forMs: 1000 } });
    const journals = { main: [crash(2000)], other: [crash(2000), crash(6000)] };
    const scenario = crashingShop(
      { commit: 'after' },
      {
        journal: journals.main,
        branch: { id: 'b1', name: 'Main' },
        branches: [{ id: 'b2', name: 'A second crash', parent: 'b1', forkMs: 6000, journal: [crash(6000)] }],
      },
    );
    const of = async (...args: string[]) => (await reportOf(scenario, '--until', '10s', ...args)).digest;
    const plain = async (journal: readonly JournalEntry[]) =>
      (await reportOf(crashingShop({ commit: 'after' }, { journal }), '--until', '10s')).digest;
    expect(await of()).toBe(await plain(journals.main));
    expect(await of('--branch', 'Main')).toBe(await plain(journals.main));
    expect(await of('--branch', 'A second crash')).toBe(await plain(journals.other));
    const { code, err } = await sim(['-', '--branch', 'Elsewhere'], {}, JSON.stringify(scenario));
    expect(code).toBe(2);
    expect(err).toBe('error arguments.wrong: The run has no branch "Elsewhere".\n  It has "Main", "A second crash".\n');
  });

  test('an empty scenario has one too', async () => {
    const { code, out } = await sim(['a'], { a: { format: 'sluice/1', title: '', nodes: [], edges: [] } });
    expect(code).toBe(0);
    expect(out).toContain('Checks: none');
  });
});

describe('patterns', () => {
  const position = { x: 0, y: 0 };
  const own = (nodes: ScenarioNode[], edges: ScenarioEdge[]): Scenario => ({ ...crashingShop({}), nodes, edges });
  const topic = (id: string): ScenarioNode => ({ id, kind: 'topic', name: id, position });

  test('a client has a line about its requests', async () => {
    const asking = own(
      [
        {
          id: 'c',
          kind: 'client',
          name: 'Shop',
          position,
          arrivals: { type: 'constant', ratePerSecond: 1 },
          timeoutMs: 500,
        },
        topic('ask'),
      ],
      [{ id: 'e', kind: 'publish', from: 'c', to: 'ask' }],
    );
    const { out } = await sim(['s.json', '--until', '3s'], { 's.json': asking });
    expect(out).toMatch(/Requests +asked +answered +given up/);
    expect(out).toMatch(/Shop +3 +0 +2 /);
  });

  test('one that scales has a line about its instances, and a source without room one about that', async () => {
    const pressed = own(
      [
        { id: 'p', kind: 'producer', name: 'Shop', position, arrivals: { type: 'constant', ratePerSecond: 100 } },
        topic('t'),
        { id: 'c', kind: 'consumer', name: 'Packing', position, autoscale: { enabled: true } },
      ],
      [
        {
          id: 'e',
          kind: 'publish',
          from: 'p',
          to: 't',
          onFull: 'aggregate',
          bufferMemory: 200,
          maxInFlight: 1,
          network: { latencyMs: { type: 'constant', mean: 50 } },
        },
        { id: 'f', kind: 'subscribe', from: 't', to: 'c' },
      ],
    );
    const { out } = await sim(['s.json', '--until', '3s'], { 's.json': pressed });
    expect(out).toMatch(/Instances +up +wanted +most/);
    expect(out).toMatch(/Packing +1 +1 +1 /);
    expect(out).toMatch(/Without room .*facts merged/);
  });

  test('without any of it there are no such lines', async () => {
    const { out } = await sim(['s.json', '--until', '1s'], { 's.json': crashingShop({}) });
    expect(out).not.toMatch(/Requests|Instances|Without room/);
  });
});
