// Plants a breach of each net in a copy of the project's configuration, and sees it caught. A net that has never caught
// anything may be a net with no mesh: one ready-made import checker passes over zero modules under TypeScript 7.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkArithmetic } from './arithmetic.mjs';
import { checkBoundaries } from './boundaries.mjs';
import { isInstalled, root } from './install.mjs';
import { checkRatchet } from './ratchet.mjs';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sluice-nets-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** @param {Record<string, string>} files text by path */
function plant(files) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

const ROOMS = ['scenario', 'engine', 'experiments', 'protocol', 'host', 'cli'];

/** The compiler's and the linter's configuration, and the packages, as the project has them. */
function copyConfiguration() {
  for (const path of ['.oxlintrc.json', 'tsconfig.json', ...ROOMS.map((room) => `workers/${room}/tsconfig.json`)]) {
    cpSync(join(root, path), join(directory, path));
  }
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'), 'junction');
}

/**
 * Runs a script or tool in the planted directory.
 * @param {string} script relative to the repository
 * @param {string[]} args
 */
function runThere(script, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: directory,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('the import table', () => {
  /**
   * @param {string} path
   * @param {string} text
   */
  async function breachesOf(path, text) {
    plant({ [path]: text });
    const { breaches, modules } = await checkBoundaries(directory);
    expect(modules).toBe(1);
    return breaches.map(({ line, rule, message }) => `${line} ${rule}: ${message}`);
  }

  test.each([
    ['the engine imports the page', 'workers/engine/a.ts', `import { x } from '../../src/ui/x.ts';`],
    ['the engine imports a type of the page', 'workers/engine/a.ts', `import type { X } from '../../src/ui/x.ts';`],
    ['the engine names a type of the page in passing', 'workers/engine/a.ts', `let x: import('../../src/ui/x.ts').X;`],
    ['the engine re-exports the host', 'workers/engine/a.ts', `export * from '../host/pacing.ts';`],
    ['the engine imports a package', 'workers/engine/a.ts', `import * as v from 'valibot';`],
    ['the engine imports Node', 'workers/engine/a.ts', `import { readFileSync } from 'node:fs';`],
    ['the engine imports Node without its prefix', 'workers/engine/a.ts', `import { readFileSync } from 'fs';`],
    ['the scenario imports the engine', 'workers/scenario/a.ts', `import { x } from '../engine/engine.ts';`],
    ['the protocol imports a value of the engine', 'workers/protocol/a.ts', `import { x } from '../engine/engine.ts';`],
    ['the host goes round the door of the engine', 'workers/host/a.ts', `import { x } from '../engine/core/clock.ts';`],
    ['the command line imports the page', 'workers/cli/a.ts', `const x = await import('../../src/ui/x.ts');`],
    ['a feature imports another', 'src/features/canvas/a.ts', `import { x } from '../palette/index.ts';`],
    ['a feature globs another', 'src/features/canvas/a.ts', `const x = import.meta.glob('../palette/*.ts');`],
    [
      'a feature imports the engine',
      'src/features/canvas/a.ts',
      `import { x } from '../../../workers/engine/engine.ts';`,
    ],
    ['a feature takes the library of another', 'src/features/canvas/a.ts', `import { LineChart } from 'recharts';`],
    ['the shell goes round the door of a feature', 'src/app/a.ts', `import { x } from '../features/canvas/x.ts';`],
    ['the document imports React', 'src/document/a.ts', `import { useState } from 'react';`],
    [
      'the page imports a worker',
      'src/simulation/a.ts',
      `import W from '../../workers/host/simulation.worker.ts?worker';`,
    ],
    ['a part of the interface knows the document', 'src/ui/a.ts', `import { x } from '../document/store.ts';`],
    ['a test of the engine imports the page', 'workers/engine/a.test.ts', `import { x } from '../../src/ui/x.ts';`],
    ['a file is in no room', 'workers/cellar/a.ts', `export const x = 1;`],
    ['a file has no subject', 'workers/engine/utils.ts', `export const x = 1;`],
  ])('%s', async (_what, path, text) => {
    expect(await breachesOf(path, text)).toHaveLength(1);
  });

  test.each([
    ['the engine imports the scenario', 'workers/engine/a.ts', `import { x } from '../scenario/x.ts';`],
    ['the protocol imports a type of the engine', 'workers/protocol/a.ts', `import type { X } from '../engine/x.ts';`],
    [
      'a worker is started by URL',
      'src/simulation/a.ts',
      `new Worker(new URL('../../workers/host/w.ts', import.meta.url));`,
    ],
    ['the shell enters a feature by its index', 'src/app/a.ts', `import('../features/canvas/index.ts');`],
    ['the canvas uses React Flow', 'src/features/canvas/a.tsx', `import { ReactFlow } from '@xyflow/react';`],
    ['a test uses a test library', 'workers/engine/a.test.ts', `import fc from 'fast-check';`],
  ])('is silent where %s', async (_what, path, text) => {
    expect(await breachesOf(path, text)).toEqual([]);
  });

  test('names the file, the line, the rule and the mend', () => {
    plant({ 'workers/engine/a.ts': `\n\nimport { x } from '../../src/ui/x.ts';` });
    const { status, output } = runThere('scripts/boundaries.mjs', directory);
    expect(status).toBe(1);
    expect(output).toContain('workers/engine/a.ts:3  boundaries/workers/engine');
    expect(output).toContain('Give it what it needs as an argument.');
  });

  test('fails when it reads no module', () => {
    const { status, output } = runThere('scripts/boundaries.mjs', directory);
    expect(status).toBe(1);
    expect(output).toContain('No module was read');
  });

  test('reads the modules of the project', async () => {
    const { modules, references } = await checkBoundaries(root);
    expect(modules).toBeGreaterThan(10);
    expect(references).toBeGreaterThan(10);
  });
});

describe('the worlds of the compiler', () => {
  /**
   * Compiles one file in a room of its own.
   * @param {string} room
   * @param {string} text
   */
  function compile(room, text) {
    copyConfiguration();
    plant({ [`workers/${room}/a.ts`]: text });
    return runThere('node_modules/typescript/bin/tsc', '-b', `workers/${room}`);
  }

  test('the engine compiles in the bare language', () => {
    const { status, output } = compile('engine', 'export const x: number = Math.sqrt(4);');
    expect(output).toBe('');
    expect(status).toBe(0);
  });

  test.each([
    ['engine', 'document.title'],
    ['engine', 'performance.now()'],
    ['engine', 'setTimeout(() => {}, 1)'],
    ['engine', 'process.pid'],
    ['scenario', 'new Blob([])'],
    ['protocol', 'new MessageChannel()'],
    ['host', 'document.title'],
    ['cli', 'document.title'],
  ])('%s does not see %s', (room, expression) => {
    const { status, output } = compile(room, `export const x: unknown = ${expression};`);
    expect(status).not.toBe(0);
    expect(output).toMatch(new RegExp(`a\\.ts.*Cannot find name '${/\w+(?=[.(])/.exec(expression)?.[0]}'`));
  });
});

describe('the linter', () => {
  /** @param {Record<string, string>} files */
  function lint(files) {
    copyConfiguration();
    plant(files);
    return runThere('node_modules/oxlint/bin/oxlint', '--format=unix', 'workers');
  }

  test.each([
    ['the clock', 'no-restricted-globals', 'export const x = Date.now();'],
    ['a timer', 'no-restricted-globals', 'setTimeout(() => 1, 1);\nexport const x = 1;'],
    ['a locale', 'no-restricted-globals', `export const x = new Intl.NumberFormat('en');`],
    ['chance without a seed', 'no-restricted-properties', 'export const x = Math.random();'],
    ['an order that is not total', 'require-array-sort-compare', `export const x = ['b', 'a'].sort();`],
    ['any', 'no-explicit-any', 'export const x: any = 1;'],
    ['a default export', 'no-default-export', 'const x = 1;\nexport default x;'],
  ])('catches %s in the engine', (_what, rule, text) => {
    const { status, output } = lint({ 'workers/engine/a.ts': text });
    expect(status).toBe(1);
    expect(output).toContain(rule);
  });

  test('catches a cycle', () => {
    const { status, output } = lint({
      'workers/engine/a.ts': `import { b } from './b.ts';\nexport const a = (): number => b;`,
      'workers/engine/b.ts': `import { a } from './a.ts';\nexport const b: number = 1;\nexport const c = a;`,
    });
    expect(status).toBe(1);
    expect(output).toContain('no-cycle');
  });

  test('is silent on clean code', () => {
    const { status, output } = lint({ 'workers/engine/a.ts': 'export const x = [2, 1].sort((a, b) => a - b);' });
    expect(output).not.toContain('a.ts');
    expect(status).toBe(0);
  });
});

describe('exact arithmetic', () => {
  test.each([
    ['Math.random()', 'arithmetic/seeded'],
    ['Math.log(2)', 'arithmetic/exact'],
    [`Math['sin'](2)`, 'arithmetic/exact'],
    ['Math.pow(2, 0.5)', 'arithmetic/exact'],
    ['Math', 'arithmetic/exact'],
    ['(y: number) => y ** 0.5', 'arithmetic/exact'],
    [`'a'.localeCompare('b')`, 'arithmetic/no-locale'],
    ['(5).toLocaleString()', 'arithmetic/no-locale'],
  ])('catches %s', async (expression, rule) => {
    plant({ 'workers/engine/a.ts': `export const x = ${expression};` });
    const { breaches } = await checkArithmetic(directory);
    expect(breaches.map((breach) => breach.rule)).toEqual([rule]);
  });

  test('lets the exact functions and whole powers pass, and tests', async () => {
    plant({
      'workers/engine/a.ts': 'export const x = Math.floor(Math.sqrt(2 ** 32)) + Math.PI;',
      'workers/engine/a.test.ts': 'export const x = Math.random();',
    });
    expect(await checkArithmetic(directory)).toEqual({ modules: 1, breaches: [] });
  });
});

describe('the ratchet', () => {
  const longFunction = `export function long() {\n${'  long();\n'.repeat(70)}}\n`;
  const key = 'workers/engine/a.ts#long';

  test.each([
    ['a new exceeder', {}, `${key} has 72 lines; the limit is 60.`],
    ['one that grew', { [key]: 70 }, 'has grown from 70 to 72'],
    ['one that shrank and was not written down', { [key]: 80 }, 'has shrunk from 80 to 72'],
    ['one that is gone', { [key]: 72, 'workers/engine/b.ts': 500 }, 'workers/engine/b.ts is within its limit now'],
  ])('catches %s', async (_what, listed, complaint) => {
    plant({ 'workers/engine/a.ts': longFunction, 'ratchet.json': JSON.stringify(listed) });
    const { complaints } = await checkRatchet(directory);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toContain(complaint);
  });

  test('lets a component be twice as long, and a listed exceeder be', async () => {
    plant({
      'workers/engine/a.ts': longFunction,
      'src/ui/a.tsx': longFunction,
      'ratchet.json': JSON.stringify({ [key]: 72 }),
    });
    expect((await checkRatchet(directory)).complaints).toEqual([]);
  });

  test('catches a long file', async () => {
    plant({ 'workers/engine/a.ts': '// A line.\n'.repeat(401) });
    expect((await checkRatchet(directory)).complaints).toEqual([
      'workers/engine/a.ts has 401 lines; the limit is 400. Split it.',
    ]);
  });
});

describe('the installed packages', () => {
  /** @param {Record<string, object>} packages */
  const lock = (packages) => JSON.stringify({ packages: { '': {}, ...packages } });
  const wanted = lock({ a: { version: '1.0.0' }, b: { version: '1.0.0', optional: true } });

  test.each([
    ['are missing', undefined, false],
    ['are as locked, without the binary of another platform', lock({ a: { version: '1.0.0' } }), true],
    ['are of another version', lock({ a: { version: '1.0.1' } }), false],
    ['lack one', lock({ b: { version: '1.0.0' } }), false],
    ['hold one too many', lock({ a: { version: '1.0.0' }, c: { version: '1.0.0' } }), false],
  ])('%s', (_what, present, expected) => {
    plant({ 'package-lock.json': wanted, ...(present ? { 'node_modules/.package-lock.json': present } : {}) });
    expect(isInstalled(directory)).toBe(expected);
  });
});
