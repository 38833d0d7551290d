// `npm run mutants -- [ledger] [core] [draws]`: changes the engine's core and ledger in small ways, one at a time, and counts the
// changes that no test notices.
//
//   --write   renews docs/mutation-score.md from the reports of all parts
//   --told    measures nothing, tells of the reports there are
//
// What each part is judged by: vitest.mutants.config.ts. The whole reports, mutant by mutant: .cache/mutants/.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requireInstalled, root } from './install.mjs';
import { renew, table } from './pages.mjs';

/** The folder and what of it is changed, by part; every part takes some minutes. */
const PARTS = {
  ledger: ['ledger', '*'],
  core: ['core', 'assert', 'columns', 'digest', 'event-queue', 'histogram', 'plain', 'time'],
  draws: ['core', 'distributions', 'exact-math', 'random', 'ziggurat', 'zipf'],
};
const reports = join(root, '.cache', 'mutants');

/**
 * @typedef {keyof typeof PARTS} Part
 * @typedef {{ status: string }} Mutant
 * @typedef {{ files: Record<string, { mutants: Mutant[] }> }} Report as Stryker writes it
 * @typedef {{ path: string, killed: number, timedOut: number, survived: number, uncovered: number, ignored: number }} Score
 */

/** @param {Part} part */
const reportOf = (part) => join(reports, `${part}.json`);

/**
 * @param {Part} part
 * @returns {boolean} whether a report was made
 */
function run(part) {
  rmSync(reportOf(part), { force: true });
  mkdirSync(reports, { recursive: true });
  const [folder, ...names] = PARTS[part];
  const mutate = [...names.map((name) => `workers/engine/${folder}/${name}.ts`), '!**/*.test.ts'].join(',');
  spawnSync(
    process.execPath,
    [join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js'), 'run', '--mutate', mutate],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, SLUICE_MUTANTS: part } },
  );
  const made = join(reports, 'report.json');
  if (!existsSync(made)) return false;
  writeFileSync(reportOf(part), readFileSync(made));
  rmSync(made);
  return true;
}

/**
 * @param {Part} part
 * @returns {Score[]}
 */
function scoresOf(part) {
  if (!existsSync(reportOf(part))) return [];
  const { files } = /** @type {Report} */ (JSON.parse(readFileSync(reportOf(part), 'utf8')));
  return Object.entries(files)
    .map(([path, { mutants }]) => {
      const count = (/** @type {string} */ wanted) => mutants.filter(({ status }) => status === wanted).length;
      return {
        path,
        killed: count('Killed'),
        timedOut: count('Timeout'),
        survived: count('Survived'),
        uncovered: count('NoCoverage'),
        ignored: count('Ignored'),
      };
    })
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** @param {readonly Score[]} scores */
function page(scores) {
  const total = { path: 'all', killed: 0, timedOut: 0, survived: 0, uncovered: 0, ignored: 0 };
  for (const { killed, timedOut, survived, uncovered, ignored } of scores) {
    total.killed += killed;
    total.timedOut += timedOut;
    total.survived += survived;
    total.uncovered += uncovered;
    total.ignored += ignored;
  }
  const rows = [...scores, total].map(({ path, killed, timedOut, survived, uncovered, ignored }) => {
    const noticed = killed + timedOut;
    const judged = noticed + survived + uncovered;
    const share = judged === 0 ? '' : `${((100 * noticed) / judged).toFixed(1)} %`;
    return [
      path.replace('workers/engine/', ''),
      share,
      ...[killed, timedOut, survived, uncovered, ignored].map(String),
    ];
  });
  return table([['file', 'score', 'noticed', 'by never ending', 'survived', 'not covered', 'not judged'], ...rows]);
}

requireInstalled();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: 'boolean' }, told: { type: 'boolean' } },
});
const all = /** @type {Part[]} */ (Object.keys(PARTS));
const parts = positionals.length > 0 ? all.filter((part) => positionals.includes(part)) : all;
const made = values.told ? parts.map((part) => existsSync(reportOf(part))) : parts.map(run);
const scores = all.flatMap(scoresOf);
console.log(page(scores));
if (values.write) renew('docs/mutation-score.md', 'scores', page(scores));
process.exitCode = made.length > 0 && made.every(Boolean) ? 0 : 1;
