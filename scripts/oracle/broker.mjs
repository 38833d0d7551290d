// A RabbitMQ node of one's own: on loopback only, with its own ports, its own port mapper (epmd) and its own data
// directory, started without the system's service manager. `stop` ends both processes and removes the directory.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';

/** Where Debian, Ubuntu and Fedora put it. The command on the path changes to the system's user first, so it is not used. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';
/** What the processes say, for when they do not start. */
const OUTPUT = 'output.txt';
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 30_000;
const PROBE_MS = 100;
const LAST_WORDS_LENGTH = 2000;

/**
 * @typedef {object} Broker
 * @property {number} port AMQP on 127.0.0.1
 * @property {number} managementPort HTTP on 127.0.0.1
 * @property {string} version
 * @property {string} runtime
 * @property {(how: 'graceful' | 'kill') => Promise<void>} restart returns when clients can connect again
 * @property {() => Promise<void>} stop
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 */

export function isBrokerInstalled() {
  return existsSync(SERVER);
}

/**
 * Whatever ends this process ends the broker, too.
 * @returns {Promise<Broker>}
 */
export async function startBroker() {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-oracle-'));
  const [port, managementPort, epmdPort, distributionPort] = await freePorts(4);
  const env = prepare(directory, { port, managementPort, epmdPort, distributionPort });
  const output = openSync(join(directory, OUTPUT), 'a');
  const mapper = launch('epmd', ['-address', '127.0.0.1', '-port', String(epmdPort)], env, output);
  let node = launch(SERVER, [], env, output);

  const kill = () => {
    for (const child of [node, mapper]) signal(child, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const leave = () => {
    process.off('exit', kill);
    kill();
  };
  process.once('exit', kill);
  try {
    const { version, runtime } = await untilUp(port, node, directory);
    return {
      port,
      managementPort,
      version,
      runtime,
      async restart(how) {
        await end(node, how === 'kill' ? 'SIGKILL' : 'SIGTERM');
        node = launch(SERVER, [], env, output);
        await untilUp(port, node, directory);
      },
      async stop() {
        await end(node, 'SIGTERM');
        await end(mapper, 'SIGTERM');
        leave();
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

/**
 * Writes the configuration, and gives the environment that makes the server use it and nothing of the machine's own.
 * @param {string} directory
 * @param {{ port: number, managementPort: number, epmdPort: number, distributionPort: number }} ports
 * @returns {NodeJS.ProcessEnv}
 */
function prepare(directory, { port, managementPort, epmdPort, distributionPort }) {
  const home = join(directory, 'home');
  mkdirSync(home);
  const configuration = join(directory, 'rabbitmq.conf');
  const plugins = join(directory, 'enabled_plugins');
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${managementPort}`,
    'log.console = false',
    'log.file.level = warning',
    'vm_memory_high_watermark.absolute = 2GB',
    'disk_free_limit.absolute = 100MB',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  // Management gives each case a virtual host; the hash exchange is the one that is no part of the core.
  writeFileSync(plugins, '[rabbitmq_management, rabbitmq_consistent_hash_exchange].\n');
  return {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: home,
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `oracle-${port}@localhost`,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: configuration,
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_PID_FILE: join(directory, 'node.pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // Makes the script become the Erlang machine instead of waiting for it, so that signals reach it.
    RUNNING_UNDER_SYSTEMD: '1',
  };
}

/**
 * Its own process group, so that what it starts ends with it.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {number} output where it writes
 */
function launch(command, args, env, output) {
  const child = spawn(command, args, { env, stdio: ['ignore', output, output], detached: true });
  child.on('error', (error) => console.error(`${command} could not be started: ${error.message}`));
  return child;
}

/**
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} name
 */
function signal(child, name) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // The group has ended already.
  }
}

/** @param {ChildProcess} child */
function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

/**
 * Ends a process, by force when it takes longer than the limit.
 * @param {ChildProcess} child
 * @param {NodeJS.Signals} name
 */
async function end(child, name) {
  signal(child, name);
  for (let waitedMs = 0; !hasEnded(child) && waitedMs < STOP_LIMIT_MS; waitedMs += PROBE_MS) await sleep(PROBE_MS);
  signal(child, 'SIGKILL');
}

/**
 * Waits until a client can connect.
 * @param {number} port
 * @param {ChildProcess} node
 * @param {string} directory
 */
async function untilUp(port, node, directory) {
  const deadlineMs = performance.now() + START_LIMIT_MS;
  while (performance.now() < deadlineMs) {
    if (hasEnded(node)) throw new Error(`RabbitMQ ended while it started.\n${lastWords(directory)}`);
    try {
      const connection = await connect(`amqp://127.0.0.1:${port}`);
      const { version, platform } = connection.connection.serverProperties;
      await connection.close();
      return { version, runtime: platform };
    } catch {
      await sleep(PROBE_MS);
    }
  }
  throw new Error(`RabbitMQ was not up after ${START_LIMIT_MS / 1000} s.\n${lastWords(directory)}`);
}

/** @param {string} directory */
function lastWords(directory) {
  return readFileSync(join(directory, OUTPUT), 'utf8').slice(-LAST_WORDS_LENGTH);
}

/**
 * Ports that nobody listens on now. All are held until the last is found, so that they differ.
 * @param {4} count
 * @returns {Promise<[number, number, number, number]>}
 */
async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
      return server;
    }),
  );
  const [a = 0, b = 0, c = 0, d = 0] = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [a, b, c, d];
}
