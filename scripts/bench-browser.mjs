// Benchmarks where the engine runs for its users: in a worker of Chromium, built as the page's own worker is.
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS } from './browser.mjs';
import { testEnvironment } from './e2e.mjs';
import { root } from './install.mjs';

/** Those that ask for nothing that only Node has. */
export const IN_BROWSER = ['amqp', 'log-path', 'mmc', 'sqs-path', 'table-path'];

/** What the worker runs: its findings, or what went wrong, are its first message that is no line of progress. */
const WORKER = `
import { bench } from './bundle.mjs';
console.error = (line) => postMessage({ line });
onmessage = async ({ data }) => {
  try {
    postMessage({ findings: await bench.run(data) });
  } catch (error) {
    postMessage({ failure: String(error?.stack ?? error) });
  }
};
postMessage({ line: '' });
`;

/**
 * What the page runs: it starts the worker, tells its lines, and waits for what it found.
 * @param {string} extent
 */
const inPage = (extent) => `new Promise((done) => {
  const worker = new Worker('worker.mjs', { type: 'module' });
  worker.onerror = ({ message }) => done({ failure: message });
  worker.onmessage = ({ data }) => {
    if (data.line === '') worker.postMessage('${extent}');
    else if (data.line === undefined) done(data);
    else console.error(data.line);
  };
})`;

/** @typedef {{ findings?: import('./bench.mjs').Finding[], failure?: string }} Outcome */

/**
 * @param {string} name of the file, without `.bench.ts`
 * @param {string} extent
 * @returns {Promise<{ version: string, findings: import('./bench.mjs').Finding[] | null }>} null when it failed
 */
export async function measureInBrowser(name, extent) {
  console.error(`\n${name}, in Chromium`);
  const scratch = join(root, '.cache', 'bench');
  mkdirSync(scratch, { recursive: true });
  const directory = mkdtempSync(join(scratch, `${name}-`));
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/' ? 'text/html' : 'text/javascript');
    if (url === '/') response.end('<!doctype html><title>bench</title>');
    else response.end(url === '/worker.mjs' ? WORKER : readFileSync(join(directory, 'bundle.mjs')));
  });
  const { env } = await testEnvironment();
  const browser = await chromium.launch({
    executablePath: env['PLAYWRIGHT_CHROMIUM_PATH'] ?? '',
    args: [...CHROMIUM_ARGS, '--js-flags=--expose-gc'],
    env: { ...process.env, ...env },
  });
  try {
    await bundleInto(`bench/${name}.bench.ts`, directory);
    const port = await new Promise((done) => {
      server.listen(0, '127.0.0.1', () => done(/** @type {import('node:net').AddressInfo} */ (server.address()).port));
    });
    const page = await browser.newPage();
    page.on('console', (message) => console.error(message.text()));
    await page.goto(`http://127.0.0.1:${port}/`);
    const { findings, failure } = /** @type {Outcome} */ (await page.evaluate(inPage(extent)));
    if (failure !== undefined) console.error(failure);
    return { version: browser.version(), findings: findings ?? null };
  } finally {
    await browser.close();
    server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * @param {string} entry
 * @param {string} outDir
 */
async function bundleInto(entry, outDir) {
  const { build } = await import('vite');
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    publicDir: false,
    logLevel: 'warn',
    build: {
      outDir,
      manifest: false,
      lib: { entry, formats: ['es'], fileName: () => 'bundle.mjs' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
}
