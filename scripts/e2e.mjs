// `npm run e2e -- [arguments for Playwright]`: builds when stale, finds a browser and a free port, runs the tests.
import './node-version.mjs';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findBrowser } from './browser.mjs';
import { buildIfStale } from './build.mjs';
import { requireInstalled, root } from './install.mjs';

export const playwrightCli = join(root, 'node_modules', '@playwright', 'test', 'cli.js');

/** @returns {Promise<number>} a port that nobody listened on a moment ago */
function freePort() {
  return new Promise((settle, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => settle(port));
    });
  });
}

/**
 * What the tests need to be told about the machine.
 * @returns {Promise<{ how: string, env: Record<string, string | undefined> }>}
 */
export async function testEnvironment() {
  const { path, env, how } = await findBrowser();
  return { how, env: { ...env, PLAYWRIGHT_CHROMIUM_PATH: path, SLUICE_E2E_PORT: String(await freePort()) } };
}

if (process.argv[1] === import.meta.filename) {
  requireInstalled();
  await buildIfStale();
  const { env } = await testEnvironment();
  const { status } = spawnSync(process.execPath, [playwrightCli, 'test', ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  process.exitCode = status ?? 1;
}
