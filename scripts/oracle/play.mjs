// Plays a recorded case on the real broker, in a virtual host of its own, and gives what was seen.
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeAll, openSession, settle } from './session.mjs';
import { VERBS, drain, inspect } from './verbs.mjs';

/**
 * @typedef {import('./verbs.mjs').Step & { expect?: Record<string, any> }} RecordedStep
 * @typedef {object} Case
 * @property {string} id
 * @property {readonly string[]} compare which fields of a message are part of the case
 * @property {readonly RecordedStep[]} steps
 * @property {Record<string, any>} outcome
 * @typedef {object} Played
 * @property {readonly Record<string, unknown>[]} seen what each step observed
 * @property {Record<string, unknown>} left what was in each queue when all clients had gone, as bodies; `gone` for no queue
 */

/** Longer than anything takes to arrive on loopback; cases are recorded so that up to 250 ms make no difference. */
const IDLE_MS = 200;

let virtualHosts = 0;

/**
 * @param {import('./broker.mjs').Broker} broker
 * @param {Case} recorded
 * @returns {Promise<Played>}
 */
export function play(broker, recorded) {
  return inVirtualHost(broker, async (session) => {
    const seen = [];
    for (const step of recorded.steps) seen.push(await stepOn(session, step));
    return { seen, left: await endOf(session) };
  });
}

/**
 * Does work in a virtual host of its own, which is gone afterwards.
 * @template T
 * @param {import('./broker.mjs').Broker} broker
 * @param {(session: import('./session.mjs').Session) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inVirtualHost(broker, work) {
  virtualHosts += 1;
  const vhost = `case-${virtualHosts}`;
  await manage(broker, 'PUT', `/api/vhosts/${vhost}`);
  await manage(broker, 'PUT', `/api/permissions/${vhost}/guest`, { configure: '.*', write: '.*', read: '.*' });
  const session = openSession(broker, vhost, IDLE_MS);
  try {
    return await work(session);
  } finally {
    await closeAll(session);
    await manage(broker, 'DELETE', `/api/vhosts/${vhost}`);
  }
}

/**
 * @param {import('./session.mjs').Session} session
 * @param {RecordedStep} step
 */
async function stepOn(session, step) {
  const verb = Object.hasOwn(VERBS, step.do) ? VERBS[step.do] : undefined;
  if (verb === undefined) throw new Error(`nothing is known of the verb "${step.do}"`);
  try {
    return await verb(session, step);
  } catch (error) {
    throw new Error(`${step.do}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/**
 * All clients leave, what they held goes back, and each queue is read to its end. Reading does not empty a stream.
 * @param {import('./session.mjs').Session} session
 */
async function endOf(session) {
  await settle(session);
  await closeAll(session);
  await sleep(session.idleMs);
  /** @type {Record<string, unknown>} */
  const left = {};
  for (const [queue, { kind }] of session.queues) {
    if (kind === 'stream') continue;
    const { exists } = await inspect(session, { do: 'inspect', queue });
    const { messages } = exists === true ? await drain(session, { do: 'drain', queue }) : { messages: null };
    if (exists === true && !Array.isArray(messages)) throw new Error(`what is left in ${queue} cannot be read`);
    left[queue] = Array.isArray(messages) ? messages.map(({ body }) => body) : 'gone';
  }
  return left;
}

/**
 * @param {import('./broker.mjs').Broker} broker
 * @param {'PUT' | 'DELETE'} method
 * @param {string} path
 * @param {unknown} [content]
 * @returns {Promise<void>}
 */
function manage({ managementPort }, method, path, content = {}) {
  const body = JSON.stringify(content);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const options = { host: '127.0.0.1', port: managementPort, method, path, auth: 'guest:guest', headers };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      response.resume();
      const ok = (response.statusCode ?? 0) < 300;
      response.on('end', () => (ok ? resolve() : reject(new Error(`${method} ${path}: ${response.statusCode}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
