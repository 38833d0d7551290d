// `npm run soak -- [--seed N] [--minutes M]`: random topologies, loads, faults and edits against the engine's laws, until the
// time is up or one fails. A failure is made as small as it can be, printed as a link, and written to .cache/soak/.
import './node-version.mjs';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleForNode } from './bundle.mjs';
import { requireInstalled, root } from './install.mjs';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '5' } },
});
const [seed, minutes] = [Number(values.seed), Number(values.minutes)];
if (!Number.isInteger(seed) || !(minutes > 0)) {
  console.error('Usage: npm run soak -- [--seed WHOLE NUMBER] [--minutes NUMBER]');
  process.exit(2);
}
requireInstalled();
const { soak } = await import(pathToFileURL(await bundleForNode('workers/engine/testing/soak.ts')).href);
const startMs = performance.now();
const failure = await soak(seed, minutes, () => performance.now() - startMs, console.log);
if (failure === null) {
  console.log('No failure.');
} else {
  const { property, message, scenario, choices, link } = failure;
  const directory = join(root, '.cache', 'soak');
  const file = join(directory, `${property}-${failure.seed}.json`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, `${JSON.stringify(scenario, null, 2)}\n`);
  console.error(`${property} does not hold: ${message}`);
  console.error(`seed ${failure.seed}, choices ${JSON.stringify(choices)}`);
  console.error(`scenario ${file}`);
  console.error(`link #${link}`);
  process.exitCode = 1;
}
