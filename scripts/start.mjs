// `npm start`: install when needed, build, serve. `npm run dev` is the same with Vite's development server.
//
// Everything happens in this one process, through Vite's API: a child process would survive a signal to its parent and
// keep the port.
//
//   --dev           serve the sources, reloading on change
//   --serve-only    serve dist/ as it is
//   --port N        this port or none (also PORT); without it the first free port from 4173 on
//   --host ADDRESS  127.0.0.1 unless told otherwise (also HOST); 0.0.0.0 makes the page reachable from other machines
import './node-version.mjs';
import { existsSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from './build.mjs';
import { requireInstalled, root } from './install.mjs';

const DEFAULT_PORT = 4173;
const PORTS_TO_TRY = 20;

const { values: options } = parseArgs({
  options: {
    dev: { type: 'boolean', default: false },
    'serve-only': { type: 'boolean', default: false },
    port: { type: 'string' },
    host: { type: 'string' },
  },
});
const host = options.host ?? process.env['HOST'] ?? '127.0.0.1';
const wantedPort = options.port ?? process.env['PORT'];

/**
 * Ends with a sentence.
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}

/**
 * Whether a server could listen there now.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((settle) => {
    const probe = createTcpServer();
    probe.once('error', () => settle(false));
    probe.listen(port, host, () => probe.close(() => settle(true)));
  });
}

/** @returns {Promise<number>} the port asked for, or the first free one from the default on */
async function choosePort() {
  if (wantedPort !== undefined) {
    const port = Number(wantedPort);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) fail(`"${wantedPort}" is not a port number.`);
    if (!(await isFree(port))) fail(`Port ${port} is in use. Stop what uses it, or choose another with --port.`);
    return port;
  }
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + PORTS_TO_TRY; port += 1) {
    if (await isFree(port)) {
      if (port !== DEFAULT_PORT) console.log(`Port ${DEFAULT_PORT} is in use, so this is ${port}.`);
      return port;
    }
  }
  return fail(`Ports ${DEFAULT_PORT} to ${DEFAULT_PORT + PORTS_TO_TRY - 1} are all in use. Choose one with --port.`);
}

/**
 * @param {number} port
 * @returns {Promise<{ close: () => Promise<void> }>}
 */
async function serve(port) {
  const { createServer, preview } = await import('vite');
  if (!options.dev) return preview({ root, logLevel: 'warn', preview: { port, host, strictPort: true } });
  const server = await createServer({ root, server: { port, host, strictPort: true } });
  return server.listen();
}

/** @param {{ close: () => Promise<void> }} server */
function closeOnSignal(server) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, () => {
      // An open page keeps its connection, and with it the server: do not wait for it.
      setTimeout(() => process.exit(0), 1000).unref();
      void server.close().finally(() => process.exit(0));
    });
  }
}

requireInstalled();
if (!options.dev && !options['serve-only']) {
  console.log((await buildIfStale()) ? 'Built.' : 'The build is up to date.');
}
if (options['serve-only'] && !existsSync(join(root, 'dist', 'index.html'))) {
  fail('There is no dist/ to serve. Run "npm run build" first.');
}
const port = await choosePort();
closeOnSignal(await serve(port));
console.log(`\n  Sluice is at http://${host === '0.0.0.0' ? 'localhost' : host}:${port}/\n  Ctrl+C stops it.\n`);
