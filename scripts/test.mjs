// `npm test`: everything, in one command, on a fresh clone. It installs what is missing, runs every step even when one
// fails, prints a table of times, and ends with the sum alone on the last line. Nothing is skipped for want of a
// browser: one is found or installed, or the run fails.
import './node-version.mjs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, root } from './install.mjs';
import { STATIC_STEPS, printReport, runHere, runStep } from './steps.mjs';

const reports = join(root, '.cache', 'reports');

/** @type {import('./steps.mjs').Step} */
const UNIT = {
  name: 'unit',
  run: [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(reports, 'unit.json')}`,
  ],
  limitSeconds: 200,
  report: 'vitest',
  reportFile: join(reports, 'unit.json'),
};

/**
 * @param {Record<string, string | undefined>} env
 * @returns {import('./steps.mjs').Step}
 */
function endToEnd(env) {
  const reportFile = join(reports, 'e2e.json');
  return {
    name: 'e2e',
    run: [join(root, 'node_modules', '@playwright', 'test', 'cli.js'), 'test'],
    env: { ...env, SLUICE_E2E_REPORT: reportFile },
    limitSeconds: 480,
    report: 'playwright',
    reportFile,
  };
}

mkdirSync(reports, { recursive: true });
const rows = [await runHere('install', async () => ensureInstalled())];
if (rows[0]?.ok) {
  rows.push(...Object.values(STATIC_STEPS).map(runStep), runStep(UNIT));
  const built = runStep({ name: 'build', run: ['scripts/build.mjs'] });
  rows.push(built, runStep({ name: 'sizes', run: ['scripts/sizes.mjs'] }));

  /** @type {Record<string, string | undefined>} */
  let env = {};
  const browser = await runHere('browser', async () => {
    const { testEnvironment } = await import('./e2e.mjs');
    const found = await testEnvironment();
    env = found.env;
    return found.how;
  });
  rows.push(browser);
  // Without a build or a browser, the tests fail at once and say so; they do not go missing from the table.
  rows.push(runStep(endToEnd(env)));
}
process.exitCode = printReport(rows) ? 0 : 1;
