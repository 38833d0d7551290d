// `npm run bench -- [part of a name …]`: runs the benchmarks in bench/, each in a process of its own, one after another,
// and prints one table at the end.
//
//   --long    as far as the goals are stated (a run of 100 million messages)
//   --json    the findings as JSON on the output stream, nothing else there
//   --write   renews docs/benchmarks.md; measures everything
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleForNode } from './bundle.mjs';
import { requireInstalled, root } from './install.mjs';
import { renew, table } from './pages.mjs';

/**
 * A row of the table, as bench/bench.ts has it.
 * @typedef {{ what: string, figure: string, reference: string, ratio: number | null, goal: string, met: boolean | null }} Finding
 */

/** What runs in the process of one benchmark: its findings are all that it writes to its output stream. */
const RUN = `
const { bench } = await import(process.argv[1]);
process.stdout.write(JSON.stringify(await bench.run(process.argv[2])));
`;

/**
 * @param {string} name of the file, without `.bench.ts`
 * @param {string} extent
 * @returns {Promise<Finding[] | null>} null when it failed
 */
async function measure(name, extent) {
  const bundle = await bundleForNode(`bench/${name}.bench.ts`);
  console.error(`\n${name}`);
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', '--input-type=module', '--eval', RUN, '--', pathToFileURL(bundle).href, extent],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  );
  return status === 0 ? JSON.parse(stdout) : null;
}

/** The machine, as the table names it. */
function machine() {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${cpu?.model.trim()}, ${gigabytes} GB, Node ${process.version}, ${process.platform}`;
}

/** @param {Finding} finding */
function cells({ what, figure, reference, ratio, goal, met }) {
  return [
    what,
    figure,
    reference,
    ratio === null ? '' : ratio.toPrecision(3),
    goal,
    met === null ? '' : met ? 'met' : 'not met',
  ];
}

/** @param {readonly Finding[]} findings */
function page(findings) {
  return `${machine()}\n\n${table([['what', 'figure', 'reference', 'ratio', 'goal', ''], ...findings.map(cells)])}`;
}

requireInstalled();
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { long: { type: 'boolean' }, json: { type: 'boolean' }, write: { type: 'boolean' } },
});
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .filter((name) => values.write || positionals.length === 0 || positionals.some((part) => name.includes(part)));
if (names.length === 0) console.error(`No benchmark is named like ${positionals.join(' or ')}.`);

/** @type {Finding[]} */
const findings = [];
let failed = names.length === 0;
for (const name of names) {
  const found = await measure(name, values.long ? 'long' : 'full');
  if (found) findings.push(...found);
  else failed = true;
}
if (values.json) console.log(JSON.stringify({ machine: machine(), findings }, null, 2));
else console.log(`\n${page(findings)}`);
if (values.write && !failed) renew('docs/benchmarks.md', 'figures', page(findings));
process.exitCode = failed ? 1 : 0;
