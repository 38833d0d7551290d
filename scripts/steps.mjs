// The steps that `npm test` and `npm run check` are made of: each a command with a time limit, each with a row in the
// table at the end. All steps run, whatever fails before them, so that one run shows everything.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {readonly string[]} run a script and its arguments, for Node
 * @property {number} [limitSeconds] 120 without it
 * @property {Record<string, string | undefined>} [env]
 * @property {'vitest' | 'playwright'} [report] who writes the JSON report that the tests are counted from
 * @property {string} [reportFile]
 * @typedef {{ passed: number, failed: number, skipped: number }} Count
 * @typedef {Count & { name: string, ok: boolean, seconds: number, note: string }} Row
 */

const bin = join(root, 'node_modules');

/** @type {Readonly<Record<'lint' | 'boundaries' | 'arithmetic' | 'ratchet' | 'format' | 'types', Step>>} */
export const STATIC_STEPS = {
  lint: { name: 'lint', run: [join(bin, 'oxlint', 'bin', 'oxlint')] },
  boundaries: { name: 'boundaries', run: ['scripts/boundaries.mjs'] },
  arithmetic: { name: 'arithmetic', run: ['scripts/arithmetic.mjs'] },
  ratchet: { name: 'ratchet', run: ['scripts/ratchet.mjs'] },
  format: { name: 'format', run: [join(bin, 'oxfmt', 'bin', 'oxfmt'), '--check'] },
  types: { name: 'types', run: [join(bin, 'typescript', 'bin', 'tsc'), '-b'] },
};

/**
 * Runs one step in a process of its own, its output passed through.
 * @param {Step} step
 * @returns {Row}
 */
export function runStep(step) {
  const { name, run, limitSeconds = 120, env = {}, reportFile } = step;
  process.stdout.write(`\n▶ ${name}\n`);
  if (reportFile) rmSync(reportFile, { force: true });
  const startMs = performance.now();
  const { status, signal } = spawnSync(process.execPath, [...run], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    timeout: limitSeconds * 1000,
  });
  const seconds = (performance.now() - startMs) / 1000;
  const note = signal ? (seconds >= limitSeconds ? `stopped after ${limitSeconds} s` : `ended by ${signal}`) : '';
  return { name, ok: status === 0, seconds, note, ...countOf(step, status === 0) };
}

/**
 * Counts a step that ran in this process.
 * @param {string} name
 * @param {() => Promise<boolean | string>} work gives whether it went well, or a note when it did
 * @returns {Promise<Row>}
 */
export async function runHere(name, work) {
  process.stdout.write(`\n▶ ${name}\n`);
  const startMs = performance.now();
  /** @type {boolean | string} */
  let result = false;
  try {
    result = await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  const ok = result !== false;
  const seconds = (performance.now() - startMs) / 1000;
  return { name, ok, seconds, note: typeof result === 'string' ? result : '', ...single(ok) };
}

/**
 * @param {boolean} ok
 * @returns {Count}
 */
function single(ok) {
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/**
 * The tests of a step from its report, or the step itself as one. A step that failed although no test did (a server
 * that did not start, an error outside a test) counts as one failure, and so does a report without tests.
 * @param {Step} step
 * @param {boolean} ok
 * @returns {Count}
 */
function countOf({ report, reportFile }, ok) {
  if (!report || !reportFile) return single(ok);
  if (!existsSync(reportFile)) return single(false);
  const count = COUNTERS[report](JSON.parse(readFileSync(reportFile, 'utf8')));
  const silent = count.failed === 0 && (!ok || count.passed === 0);
  return silent ? { ...count, failed: 1 } : count;
}

/** @type {Record<'vitest' | 'playwright', (report: any) => Count>} */
const COUNTERS = {
  vitest: (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
  playwright: ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }),
};

/**
 * Prints the table and, alone on the last line, the sum.
 * @param {readonly Row[]} rows
 * @returns {boolean} whether everything passed
 */
export function printReport(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  console.log('');
  for (const { name, ok, seconds, passed, failed, skipped, note } of rows) {
    const tests = passed + failed > 1 ? `${passed} passed, ${failed} failed` : '';
    const details = [tests, skipped > 0 ? `${skipped} skipped` : '', note].filter(Boolean).join(', ');
    console.log(`${name.padEnd(width)}  ${ok ? 'ok    ' : 'FAILED'}  ${seconds.toFixed(1).padStart(6)} s  ${details}`);
  }
  const total = rows.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`${'total'.padEnd(width)}          ${total.toFixed(1).padStart(6)} s\n`);
  const passed = rows.reduce((sum, row) => sum + row.passed, 0);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && rows.every(({ ok }) => ok);
}
