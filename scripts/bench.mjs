// `npm run bench -- [part of a name …]`: runs the benchmarks in bench/, each in a process of its own, one after another,
// and prints one table at the end.
//
//   --long    as far as the goals are stated (a run of 100 million messages)
//   --json    the findings as JSON on the output stream, nothing else there
//   --browser in a worker of Chromium instead of Node, those that can
//   --write   renews docs/benchmarks.md; measures everything, in both
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { IN_BROWSER, measureInBrowser } from './bench-browser.mjs';
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

/** Version of the browser that something was measured in; empty for none. */
let chromiumVersion = '';

/** The machine, as the table names it. */
function machine() {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const browser = chromiumVersion === '' ? '' : `, Chromium ${chromiumVersion}`;
  return `${cpus().length} × ${cpu?.model.trim()}, ${gigabytes} GB, Node ${process.version}${browser}, ${process.platform}`;
}

/**
 * The same in Chromium; its rows say so.
 * @param {string} name
 * @param {string} extent
 * @returns {Promise<Finding[] | null>} null when it failed
 */
async function measureThere(name, extent) {
  const { version, findings: found } = await measureInBrowser(name, extent);
  chromiumVersion = version;
  return found?.map((finding) => ({ ...finding, what: `in Chromium: ${finding.what}` })) ?? null;
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
  options: {
    long: { type: 'boolean' },
    json: { type: 'boolean' },
    browser: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length))
  .filter((name) => values.write || positionals.length === 0 || positionals.some((part) => name.includes(part)));
if (names.length === 0) console.error(`No benchmark is named like ${positionals.join(' or ')}.`);

/** @type {Finding[]} */
const findings = [];
let failed = names.length === 0;
const extent = values.long ? 'long' : 'full';
/** @param {Finding[] | null} found */
function keep(found) {
  if (found) findings.push(...found);
  else failed = true;
}
if (!values.browser || values.write) for (const name of names) keep(await measure(name, extent));
if (values.browser || values.write)
  for (const name of names.filter((each) => IN_BROWSER.includes(each))) keep(await measureThere(name, extent));
if (values.json) console.log(JSON.stringify({ machine: machine(), findings }, null, 2));
else console.log(`\n${page(findings)}`);
if (values.write && !failed) renew('docs/benchmarks.md', 'figures', page(findings));
process.exitCode = failed ? 1 : 0;
