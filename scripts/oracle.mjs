// `npm run oracle -- [--install] [--record | --explore FROM-TO] [NAME…]` asks a real RabbitMQ whether the recorded cases still hold: it starts a
// node of its own, plays the cases of workers/fixtures/rabbitmq on it through a real client, compares, and stops it.
// NAME is a file's name or its beginning. `--record` writes what was seen into those of
// workers/fixtures/rabbitmq-own instead: how to make a case is told there. `--explore 1-20` makes cases of random walks.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requireInstalled, root } from './install.mjs';

/** Recorded elsewhere, and recorded by this script. */
const [GIVEN, OWN] = ['workers/fixtures/rabbitmq', 'workers/fixtures/rabbitmq-own'];
const FORMAT = 'broker-conformance/1';
const INSTALL = ['install', '-y', '--no-install-recommends', 'rabbitmq-server'];
/** A busy machine may be late for a case that is about time; what has changed has changed every time. */
const TRIES = 3;
/** A walk has been seen once before it is recorded. */
const EXPLORED_RUNS = 2;
const USAGE_ERROR = 2;

const read = readArguments();
if (read === null) {
  console.error('Usage: npm run oracle -- [--install] [--record | --explore FROM-TO] [NAME…]');
  process.exit(USAGE_ERROR);
}
const { install, record, explore: seeds, names } = read;
const folders = record ? [OWN] : [GIVEN, OWN];
const cases = recordedCases().filter(({ id }) => names.length === 0 || names.some((name) => id.startsWith(name)));
if (cases.length === 0) {
  console.error(`No case in ${folders.join(' or ')} begins with ${names.join(' or ')}.`);
  process.exit(USAGE_ERROR);
}
requireInstalled();
const { isBrokerInstalled, startBroker } = await import('./oracle/broker.mjs');
if (!isBrokerInstalled() && install) spawnSync('apt-get', INSTALL, { stdio: ['ignore', process.stderr, 'inherit'] });
if (!isBrokerInstalled()) {
  console.error('RabbitMQ is not installed here. On Debian and Ubuntu, as root: apt-get install rabbitmq-server');
  console.error(
    '(npm run oracle -- --install does it; the server that the package starts is not used, and may be stopped.)',
  );
  process.exit(USAGE_ERROR);
}

for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(name, () => process.exit(1));
const broker = await startBroker();
try {
  console.log(`RabbitMQ ${broker.version} (${broker.runtime}), ${cases.length} cases`);
  process.exitCode = seeds !== '' ? await exploreAll() : record ? await recordAll() : await replayAll();
} finally {
  await broker.stop();
}

/** @returns {{ install: boolean, record: boolean, explore: string, names: readonly string[] } | null} null when they cannot be read */
function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        install: { type: 'boolean', default: false },
        record: { type: 'boolean', default: false },
        explore: { type: 'string', default: '' },
      },
    });
    return /^(\d+-\d+)?$/.test(values.explore) ? { ...values, names: positionals } : null;
  } catch {
    return null;
  }
}

/** The recorded runs among the fixtures, in order of their names; tables of single answers are no runs. */
function recordedCases() {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => ({ path: join(root, folder, name), id: name.slice(0, -'.json'.length) }))
      .map((entry) => ({ ...entry, recorded: JSON.parse(readFileSync(entry.path, 'utf8')) }))
      .filter(({ recorded }) => recorded.format === FORMAT),
  );
}

/** @returns {Promise<number>} the exit code: 0 only when every case was played and holds */
async function replayAll() {
  const { replay } = await import('./oracle/replay.mjs');
  const counts = { held: 0, changed: 0, 'could not run': 0 };
  for (const { id, recorded } of cases) {
    const { verdict, why } = await replay(broker, recorded, TRIES);
    counts[verdict] += 1;
    console.log([verdict, id, ...(why === '' ? [] : [why])].join('  '));
  }
  console.log(`${counts.held} held, ${counts.changed} changed, ${counts['could not run']} could not run`);
  return counts.held === cases.length ? 0 : 1;
}

/** @returns {Promise<number>} the exit code */
async function recordAll() {
  const { recordCase } = await import('./oracle/record.mjs');
  let unsteady = 0;
  for (const { id, path, recorded } of cases) {
    const why = await recordCase(broker, recorded, path, TRIES).catch(String);
    if (why !== null) unsteady += 1;
    console.log(why === null ? `recorded  ${id}` : `not recorded  ${id}  ${why}`);
  }
  return unsteady === 0 ? 0 : 1;
}

/** @returns {Promise<number>} the exit code */
async function exploreAll() {
  const { recordCase } = await import('./oracle/record.mjs');
  const { explore } = await import('./oracle/explore.mjs');
  const { inVirtualHost } = await import('./oracle/play.mjs');
  const [from = 0, to = 0] = seeds.split('-').map(Number);
  for (let seed = from; seed <= to; seed += 1) {
    const draft = await inVirtualHost(broker, (session) => explore(session, seed));
    const path = join(root, OWN, `${draft['id']}.json`);
    const why = await recordCase(broker, /** @type {any} */ (draft), path, EXPLORED_RUNS).catch(String);
    console.log(why === null ? `recorded  ${draft['id']}` : `not recorded  ${draft['id']}  ${why}`);
  }
  return 0;
}
