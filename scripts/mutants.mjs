// `npm run mutants -- [ledger] [core] [draws] [core/plain …]`: changes the engine's core and ledger in small ways, one at a
// time, and counts the changes that no test notices.
//
//   --write   renews docs/mutation-score.md from the reports of all parts
//   --told    measures nothing, tells of the reports there are
//   --busy    one mutant at a time, with patience: for a machine that has other things to do
//
// What each part is judged by: vitest.mutants.config.ts. The whole reports, mutant by mutant: .cache/mutants/.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requireInstalled, root } from './install.mjs';
import { renew, table } from './pages.mjs';

/**
 * The folder and the files of it that are changed, by part. (`invariants.ts` is none of them: it is a judge, and a change
 * that only makes it laxer is noticed by nobody.)
 */
const PARTS = {
  ledger: [
    'ledger',
    'ledger',
    'counting',
    'settling',
    'messages',
    'subscribers',
    'order',
    'accounts',
    'hops',
    'kin',
    'replay',
    'evidence',
    'whole-batches',
  ],
  core: [
    'core',
    'assert',
    'columns',
    'digest',
    'event-queue',
    'event-calendar',
    'event-heap',
    'histogram',
    'plain',
    'time',
  ],
  draws: ['core', 'distributions', 'exact-math', 'random', 'ziggurat', 'zipf'],
};
const reports = join(root, '.cache', 'mutants');

/**
 * @typedef {keyof typeof PARTS} Part
 * @typedef {{ status: string }} Mutant
 * @typedef {{ files: Record<string, { mutants: Mutant[] }> }} Report as Stryker writes it
 * @typedef {{ path: string, killed: number, timedOut: number, survived: number, uncovered: number, ignored: number }} Score
 */

/**
 * Every file has a run and a report of its own: who stops halfway keeps what is done.
 * @param {Part} part
 * @returns {string[]} paths relative to the repository
 */
function filesOf(part) {
  const [folder, ...names] = PARTS[part];
  return names.map((name) => `workers/engine/${folder}/${name}.ts`);
}

/** @param {string} file */
const reportOf = (file) => join(reports, `${file.replaceAll('/', '-')}.json`);

/**
 * A busy machine makes a test slow, which must not pass for a mutant that never ends.
 * @param {boolean} busy
 */
const pace = (busy) => (busy ? ['--concurrency', '1', '--timeoutMS', '20000', '--timeoutFactor', '4'] : []);

/**
 * @param {Part} part
 * @param {string} file
 * @param {boolean} busy
 * @returns {boolean} whether a report was made
 */
function run(part, file, busy) {
  rmSync(reportOf(file), { force: true });
  mkdirSync(reports, { recursive: true });
  const stryker = join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
  spawnSync(process.execPath, [stryker, 'run', '--mutate', file, ...pace(busy)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, SLUICE_MUTANTS: part },
  });
  const made = join(reports, 'report.json');
  if (!existsSync(made)) return false;
  writeFileSync(reportOf(file), readFileSync(made));
  rmSync(made);
  return true;
}

/**
 * @param {string} file
 * @returns {Score[]} one, or none when it was not measured
 */
function scoresOf(file) {
  if (!existsSync(reportOf(file))) return [];
  const { files } = /** @type {Report} */ (JSON.parse(readFileSync(reportOf(file), 'utf8')));
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
  options: { write: { type: 'boolean' }, told: { type: 'boolean' }, busy: { type: 'boolean' } },
});
const all = /** @type {Part[]} */ (Object.keys(PARTS));
const wanted = all.flatMap((part) =>
  filesOf(part)
    .filter(
      (file) =>
        positionals.length === 0 ||
        positionals.includes(part) ||
        positionals.some((name) => file.endsWith(`/${name}.ts`)),
    )
    .map((file) => /** @type {const} */ ([part, file])),
);
const made = wanted.map(([part, file]) =>
  values.told ? existsSync(reportOf(file)) : run(part, file, values.busy === true),
);
const scores = all.flatMap(filesOf).flatMap(scoresOf);
console.log(page(scores));
if (values.write) renew('docs/mutation-score.md', 'scores', page(scores));
process.exitCode = made.length > 0 && made.every(Boolean) ? 0 : 1;
