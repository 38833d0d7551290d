import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { main } from '../conformance.ts';
import { knownFormats } from './registry.ts';
import { runConformance } from './run.ts';
import { fixedBudget } from './theory/runner.ts';

const FIXTURES = fileURLToPath(new URL('../../fixtures/kafka', import.meta.url));
const FILES = readdirSync(FIXTURES).filter((name) => name.endsWith('.json'));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: unknown): string {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

function run(...paths: string[]) {
  const lines: string[] = [];
  const totals = runConformance(paths, folder, (line) => lines.push(line));
  return { lines, totals };
}

const HASHED = { keyHex: '61', keyUtf8: 'a', murmur2: -1563381124, positive: 584102524, partitions: { 3: 1 } };
const MURMUR2 = 'kafka-murmur2/1';

describe('what was recorded from Kafka', () => {
  const RULES: readonly (readonly [RegExp, string])[] = [
    [/murmur2|golden-partitioner/, '[KP1] [KP2] [KP3] [KP4]'],
    [/sticky_partitioner/, '[KP5] [KP6] [KP7]'],
    [/coordinator/, '[KP8]'],
    [/crc32c/, '[KP10]'],
    [/idempotence/, '[KI1] [KI2] [KT3] [KT4] [KT5]'],
    [/golden-assignors/, '[KA5] [KA6]'],
    [/share_partition/, '[KW2] [KW3] [KW5] [KW6] [KW7] [KW8]'],
    [/server_range/, '[KA11]'],
    [/server_uniform/, '[KA12]'],
    [/assign_range/, '[KA2] [KA4] [KA5]'],
    [/roundrobin/, '[KA2] [KA6]'],
    [/scenarios|cooperative/, '[KA7] [KA8] [KA9] [KA10]'],
    [/assign_sticky/, '[KA4] [KA7] [KA8] [KA9]'],
  ];

  test.each(FILES.map((name) => [RULES.find(([of]) => of.test(name))?.[1], name] as const))(
    '%s every case of %s passes',
    (rules, name) => {
      expect(rules).toBeDefined();
      const { lines, totals } = run(join(FIXTURES, name));
      const { cases } = JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')) as { cases: unknown[] };
      expect(lines.filter((line) => !line.startsWith('pass') && !line.includes('passed'))).toEqual([]);
      expect(totals).toEqual({ passed: cases.length, failed: 0, notCovered: 0, unreadable: 0 });
    },
  );
});

describe('recorded runs of a real Kafka broker', () => {
  const RUNS = join(FIXTURES, 'recorded');

  test.each(readdirSync(RUNS))('%s shows on the engine what it showed there', (name) => {
    const { lines, totals } = run(join(RUNS, name));
    expect(lines[0]).toMatch(/^pass/);
    expect(totals).toEqual({ passed: 1, failed: 0, notCovered: 0, unreadable: 0 });
  });
});

describe('a line a case', () => {
  test('says pass, the file and the case', () => {
    write('keys.json', { format: MURMUR2, cases: [HASHED, { ...HASHED, name: 'letter a' }] });
    expect(run('keys.json').lines).toEqual([
      'pass  keys.json#0',
      'pass  keys.json#1:letter a',
      '2 passed, 0 failed, 0 not covered',
    ]);
  });

  test('says how much of a case of theory was compared', () => {
    const rows = [
      { metric: 'utilisation', expected: 0.3, kind: 'exact', rel_halfwidth_99_at_1e6: 0.005 },
      { metric: 'sojourn_p99_9', expected: 1, kind: 'exact', rel_halfwidth_99_at_1e6: 1 },
      { metric: 'mood', expected: 1, kind: 'exact', rel_halfwidth_99_at_1e6: 0.01 },
    ];
    const one = { case_id: 'light', model: 'M/M/1', parameters: { arrival_rate: 3, service_mean: 0.1 }, rows };
    write('mm1.json', { format: 'queueing-theory/1', cases: [one] });
    expect(run('mm1.json').lines[0]).toMatch(
      /^pass {2}mm1\.json#0:light {2}1 of 3 rows agree over \d+ messages; too short to say of sojourn_p99_9; not measured: mood$/,
    );
  });

  test('says which rows agree only because much is allowed', () => {
    // 3.3 % at 60,000 and more: 5 % and a little are allowed.
    const rows = [{ metric: 'utilisation', expected: 0.3, kind: 'exact', rel_halfwidth_99_at_1e6: 0.0085 }];
    const one = { model: 'M/M/1', parameters: { arrival_rate: 3, service_mean: 0.1 }, rows };
    write('mm1.json', { format: 'queueing-theory/1', cases: [one] });
    const lines: string[] = [];
    const budget = fixedBudget(20_000);
    runConformance(['mm1.json'], folder, (line) => lines.push(line), budget);
    expect(lines[0]).toMatch(
      /^pass {2}mm1\.json#0 {2}1 of 1 rows agree over \d+ messages; loosely utilisation to 9\.\d %$/,
    );
  });

  test('says what was expected and what came instead', () => {
    write('keys.json', { format: MURMUR2, cases: [{ ...HASHED, partitions: { 3: 2 } }] });
    expect(run('keys.json').lines[0]).toBe('fail  keys.json#0  partition of 3: expected 2, got 1');
  });

  test('says that the engine threw', () => {
    write('keys.json', { format: MURMUR2, cases: [{ ...HASHED, partitions: { 0: 1 } }] });
    expect(run('keys.json').lines[0]).toMatch(/^fail {2}keys\.json#0 {2}The engine threw: .*at least one partition/);
  });

  test('says why a case is not covered, and stays one line', () => {
    write('keys.json', { format: MURMUR2, cases: [{ ...HASHED, murmur2: 'many', name: 'two\nlines' }, null] });
    const { lines, totals } = run('keys.json');
    expect(lines[0]).toMatch(/^not covered {2}keys\.json#0:two lines {2}The case cannot be read: murmur2: /);
    expect(lines[1]).toMatch(/^not covered {2}keys\.json#1 {2}The case cannot be read: /);
    expect(totals).toEqual({ passed: 0, failed: 0, notCovered: 2, unreadable: 0 });
  });

  test('counts a file that is one case as one', () => {
    write('run.json', { format: 'broker-conformance/1', id: '01-ttl', model: 'mqtt', steps: [] });
    expect(run('run.json').lines[0]).toMatch(/^not covered {2}run\.json#01-ttl {2}The engine has no MQTT/);
  });
});

describe('a planted mistake is seen', () => {
  const members = [
    { id: 'x', topics: ['a'] },
    {
      id: 'y',
      topics: ['a'],
      owned: [
        ['a', 0],
        ['a', 1],
      ],
      generation: 1,
    },
  ];
  const rebalance = {
    topics: { a: 2 },
    members,
    expected: { x: [['a', 1]], y: [['a', 0]] },
    counts: [1, 1],
    retainedFromOwned: 1,
  };
  const first = (one: unknown, format = 'kafka-assign-sticky/1') => {
    write('assign.json', { format, cases: [one] });
    return run('assign.json').lines[0];
  };

  test('in the sets of an assignment', () => {
    expect(first({ ...rebalance, compare: 'sets' })).toBe('pass  assign.json#0');
    expect(first({ ...rebalance, compare: 'sets', expected: { x: [['a', 0]], y: [['a', 1]] } })).toMatch(/^fail/);
    expect(first({ ...rebalance, compare: 'sets', expected: { x: [['a', 1]] } })).toMatch(/^fail/);
    expect(first({ ...rebalance, compare: 'sets', counts: [2, 0] })).toContain('counts: expected [2,0], got [1,1]');
    expect(first({ ...rebalance, compare: 'sets', retainedFromOwned: 2 })).toContain('kept by their owners');
  });

  test('in its properties', () => {
    const one = { ...rebalance, compare: 'properties', expected: {} };
    expect(first(one)).toBe('pass  assign.json#0');
    expect(first({ ...one, counts: [2, 0] })).toContain('counts: expected [2,0], got [1,1]');
    expect(first({ ...one, counts: [2, 0], countsVary: true })).toBe('pass  assign.json#0');
    expect(first({ ...one, counts: [3, 0], countsVary: true })).toContain('assigned in all: expected 3, got 2');
    expect(first({ ...one, retainedFromOwned: 2 })).toContain('kept by their owners: expected 2, got 1');
    expect(first({ ...one, retainedRange: [2, 3] })).toContain('kept by their owners: expected 2 to 3, got 1');
    expect(first({ ...one, retainedRange: [0, 1] })).toBe('pass  assign.json#0');
  });

  test('in one step of a scenario', () => {
    const step = { ...rebalance, compare: 'sets', event: 'join y' };
    const scenario = { assignor: 'StickyAssignor', steps: [step, { ...step, expected: { x: [], y: [] } }] };
    expect(first(scenario, 'kafka-assign-scenarios/1')).toContain('step 1, join y: assignment: expected');
  });

  test('in the other formats', () => {
    expect(
      first({ id: 'orders', javaStringHashCode: -1008770331, partitionOf50: 30 }, 'kafka-coordinator-partition/1'),
    ).toBe('fail  assign.json#0:orders  partition of 50: expected 30, got 31');
    const sticky = {
      stickyBatchSize: 10,
      leaderAvailable: [true, true],
      random: [0, 1],
      appends: [
        [10, true],
        [1, true],
      ],
    };
    expect(first({ ...sticky, expected: { partitions: [0, 1] } }, 'kafka-sticky-partitioner/1')).toMatch(/^pass/);
    expect(first({ ...sticky, expected: { partitions: [0, 0] } }, 'kafka-sticky-partitioner/1')).toMatch(/^fail/);
    const golden = { partitions: { a: 2 }, subscriptions: { x: ['a'] }, range: { x: ['a-0', 'a-1'] } };
    expect(first({ ...golden, roundrobin: { x: ['a-0', 'a-1'] } }, 'broker-golden/1')).toMatch(/^pass/);
    expect(first({ ...golden, roundrobin: { x: ['a-1', 'a-0'] } }, 'broker-golden/1')).toMatch(/^fail/);
    expect(first({ hex: '61', key: 'a', murmur2: 1, partition: {} }, 'broker-golden/1')).toMatch(/^fail/);
    expect(first({ something: 'else' }, 'broker-golden/1')).toMatch(/^not covered/);
  });
});

describe('files and folders', () => {
  test('a folder is read through in the order of names, and each file once', () => {
    mkdirSync(join(folder, 'b'));
    mkdirSync(join(folder, 'node_modules'));
    mkdirSync(join(folder, '.hidden'));
    for (const name of ['c.json', 'b/1.json', 'a.json', 'node_modules/x.json', '.hidden/x.json']) {
      write(name, { format: MURMUR2, cases: [HASHED] });
    }
    write('README.md', 'nothing to run');
    symlinkSync(folder, join(folder, 'b', 'round.json'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'b', 'lost.json'));
    const { lines } = run('.', 'a.json', join(folder, 'c.json'));
    expect(lines.map((line) => line.split('  ').slice(0, 2).join('  '))).toEqual([
      'pass  a.json#0',
      'pass  b/1.json#0',
      'not covered  b/lost.json',
      'pass  c.json#0',
      '3 passed, 0 failed, 1 not covered',
    ]);
  });

  test('what cannot be run is one line, not covered, and nothing stops', () => {
    write('broken.json', '{ "format": ');
    write('list.json', [1, 2]);
    write('plain.json', { cases: [] });
    write('strange.json', { format: 'weather/1', cases: [1, 2, 3] });
    write('empty.json', { format: MURMUR2, cases: [] });
    write('none.json', { format: MURMUR2 });
    write('odd.json', { format: 'constructor', cases: [1] });
    write('bom.json', `\uFEFF${JSON.stringify({ format: MURMUR2, cases: [HASHED] })}`);
    const { lines, totals } = run('missing.json', '.');
    expect(totals).toEqual({ passed: 1, failed: 0, notCovered: 8, unreadable: 4 });
    expect(lines.slice(0, -1).map((line) => line.split('  ').slice(1).join('  '))).toEqual([
      expect.stringMatching(/^missing\.json {2}It cannot be read: ENOENT/),
      'bom.json#0',
      expect.stringMatching(/^broken\.json {2}It is not JSON: /),
      'empty.json  It has no cases.',
      'list.json  It names no format.',
      expect.stringMatching(/^none\.json#file {2}The case cannot be read: keyHex: /),
      'odd.json  Nothing is known of the format "constructor".',
      'plain.json  It names no format.',
      'strange.json  Nothing is known of the format "weather/1".',
    ]);
  });

  test('every known format takes cases of any shape', () => {
    for (const format of knownFormats()) {
      write('any.json', { format, cases: [null, 1, 'text', [], {}, { id: 1, name: '', steps: 'none' }] });
      expect(run('any.json').totals, format).toEqual({ passed: 0, failed: 0, notCovered: 6, unreadable: 0 });
    }
  });
});

describe('the exit code', () => {
  test('is 0 when nothing failed, 1 when something did, and 2 without a path or with a file that cannot be read', () => {
    write('good.json', { format: MURMUR2, cases: [HASHED] });
    write('bad.json', { format: MURMUR2, cases: [{ ...HASHED, murmur2: 1 }] });
    write('unknown.json', { format: 'weather/1' });
    const printed = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const complained = vi.spyOn(console, 'error').mockReturnValue();
    expect(main([join(folder, 'good.json'), join(folder, 'unknown.json')])).toBe(0);
    expect(main([join(folder, 'good.json'), join(folder, 'missing.json')])).toBe(2);
    write('broken.json', '{');
    expect(main([join(folder, 'broken.json'), join(folder, 'good.json')])).toBe(2);
    expect(main([join(folder, 'broken.json'), join(folder, 'bad.json')])).toBe(1);
    expect(main([join(folder, 'good.json'), join(folder, 'bad.json')])).toBe(1);
    expect(printed).toHaveBeenLastCalledWith('1 passed, 1 failed, 0 not covered\n');
    expect(main([])).toBe(2);
    expect(complained).toHaveBeenCalledOnce();
    vi.restoreAllMocks();
  });

  test('is 2 for a budget that is none, and a budget stands anywhere', () => {
    write('good.json', { format: MURMUR2, cases: [HASHED] });
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    vi.spyOn(console, 'error').mockReturnValue();
    expect(main([join(folder, 'good.json'), '--budget', '5000'])).toBe(0);
    expect(main(['--budget', 'full', join(folder, 'good.json')])).toBe(0);
    expect(main(['--budget', 'much', join(folder, 'good.json')])).toBe(2);
    expect(main(['--budget', '5000'])).toBe(2);
    expect(main(['--haste', join(folder, 'good.json')])).toBe(2);
    vi.restoreAllMocks();
  });
});
