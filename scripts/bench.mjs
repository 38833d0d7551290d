// `npm run bench -- [part of a name …]`: measures every x.bench.ts in bench/ and workers/, one table a file.
//
// Each bench runs unmeasured until the compiler has settled, then for about two seconds and at least seven rounds. The
// table gives the median round, the spread between the fastest and the slowest, and units a second at the median.
import './node-version.mjs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from './bundle.mjs';
import { filesUnder } from './fingerprint.mjs';
import { requireInstalled, root } from './install.mjs';

const WARM_UP_MS = 500;
const MEASURE_MS = 2000;
const MIN_ROUNDS = 7;

/**
 * @typedef {{ name: string, unit: string, run: () => number }} Bench as bench/bench.ts has it
 * @typedef {{ ms: number, units: number }} Round
 */

/**
 * @param {Bench} bench
 * @returns {Round}
 */
function round(bench) {
  const startMs = performance.now();
  const units = bench.run();
  return { ms: performance.now() - startMs, units };
}

/**
 * Runs it for at least a time and a number of rounds.
 * @param {Bench} bench
 * @param {number} forMs
 * @param {number} atLeast
 */
function rounds(bench, forMs, atLeast) {
  const done = [];
  const endMs = performance.now() + forMs;
  while (done.length < atLeast || performance.now() < endMs) done.push(round(bench));
  return done;
}

/**
 * One row of a table.
 * @param {Bench} bench
 */
function measure(bench) {
  rounds(bench, WARM_UP_MS, 1);
  const sorted = rounds(bench, MEASURE_MS, MIN_ROUNDS).toSorted((a, b) => a.ms - b.ms);
  const median = sorted[Math.floor(sorted.length / 2)] ?? { ms: 0, units: 0 };
  const [fastest = median] = sorted;
  const slowest = sorted.at(-1) ?? median;
  return {
    bench: bench.name,
    'median ms': Number(median.ms.toFixed(3)),
    'spread ms': `${fastest.ms.toFixed(3)} to ${slowest.ms.toFixed(3)}`,
    rounds: sorted.length,
    'a second': `${Math.round((median.units / median.ms) * 1000).toLocaleString('en')} ${bench.unit}`,
  };
}

requireInstalled();
const wanted = process.argv.slice(2);
const files = ['bench', 'workers']
  .flatMap((folder) => filesUnder(join(root, folder)))
  .map((file) => relative(root, file))
  .filter((file) => file.endsWith('.bench.ts'));
if (files.length === 0) console.error('There is no x.bench.ts in bench/ or workers/.');

let measured = 0;
for (const file of files) {
  const { benches } = await import(pathToFileURL(await bundleForNode(file)).href);
  const chosen = /** @type {Bench[]} */ (benches).filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => `${file} ${name}`.includes(part)),
  );
  if (chosen.length === 0) continue;
  console.log(`\n${file}`);
  console.table(Object.fromEntries(chosen.map(measure).map(({ bench, ...row }) => [bench, row])));
  measured += chosen.length;
}
if (files.length > 0 && measured === 0) console.error(`No bench is named like ${wanted.join(' or ')}.`);
process.exitCode = measured > 0 ? 0 : 1;
