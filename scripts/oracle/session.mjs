// What a case's clients are on the real broker: a connection with one channel each, what arrived and what they hold.
import { connect } from 'amqplib';
import { setTimeout as sleep } from 'node:timers/promises';
import { viewOf } from './values.mjs';

/**
 * @typedef {import('amqplib').ChannelModel} Connection
 * @typedef {import('amqplib').ConfirmChannel} Channel
 * @typedef {import('amqplib').ConsumeMessage} Message
 * @typedef {{ code: number, name: string, closes: 'channel' | 'connection' }} Failure
 * @typedef {object} Client
 * @property {string} name
 * @property {Connection} connection
 * @property {Channel | null} channel null when the broker or the case has closed it
 * @property {Failure | null} failure why the broker closed the channel or the connection
 * @property {string[]} log answers to publishes in the order they came: `confirmed m1`, `refused m1`, `return m1`
 * @property {{ body: string, code: string }[]} returned
 * @typedef {object} Session
 * @property {import('./broker.mjs').Broker} broker
 * @property {string} vhost
 * @property {number} idleMs how long nothing must have arrived for all to have arrived
 * @property {Map<string, Client>} clients
 * @property {Map<string, { kind: string }>} queues that the case declared
 * @property {Map<string, { message: Message, channel: Channel }[]>} held by consumer, in order of arrival
 * @property {Record<string, Record<string, unknown>[]>} inbox what each consumer was given since last asked
 * @property {string[]} cancelled consumers that the broker cancelled since last asked
 * @property {number} arrivedAtMs when something last arrived
 */

/** The names of AMQP's reply codes. */
const REPLY_NAMES = new Map([
  [311, 'CONTENT_TOO_LARGE'],
  [320, 'CONNECTION_FORCED'],
  [403, 'ACCESS_REFUSED'],
  [404, 'NOT_FOUND'],
  [405, 'RESOURCE_LOCKED'],
  [406, 'PRECONDITION_FAILED'],
  [503, 'COMMAND_INVALID'],
  [530, 'NOT_ALLOWED'],
  [540, 'NOT_IMPLEMENTED'],
  [541, 'INTERNAL_ERROR'],
]);

const POLL_MS = 10;
const SETTLE_LIMIT_MS = 10_000;
const FAILURE_LIMIT_MS = 1000;

/**
 * @param {import('./broker.mjs').Broker} broker
 * @param {string} vhost
 * @param {number} idleMs
 * @returns {Session}
 */
export function openSession(broker, vhost, idleMs) {
  return {
    broker,
    vhost,
    idleMs,
    clients: new Map(),
    queues: new Map(),
    held: new Map(),
    inbox: {},
    cancelled: [],
    arrivedAtMs: performance.now(),
  };
}

/**
 * The client of that name, with an open channel; connected when it is not.
 * @param {Session} session
 * @param {string} name
 * @returns {Promise<{ client: Client, channel: Channel }>}
 */
export async function clientOf(session, name) {
  const client = session.clients.get(name) ?? (await connectClient(session, name));
  client.failure = null;
  const channel = client.channel ?? (await openChannel(session, client));
  return { client, channel };
}

/**
 * @param {Session} session
 * @param {string} name
 */
async function connectClient(session, name) {
  const { broker, vhost, clients } = session;
  const connection = await connect(
    { hostname: '127.0.0.1', port: broker.port, vhost, heartbeat: 0 },
    { noDelay: true },
  );
  /** @type {Client} */
  const client = { name, connection, channel: null, failure: null, log: [], returned: [] };
  connection.on('error', (error) => {
    client.failure = failureOf(error, 'connection');
  });
  connection.on('close', () => {
    client.channel = null;
    if (clients.get(name) === client) clients.delete(name);
  });
  clients.set(name, client);
  return client;
}

/**
 * @param {Session} session
 * @param {Client} client
 */
async function openChannel(session, client) {
  const channel = await client.connection.createConfirmChannel();
  client.channel = channel;
  channel.on('error', (error) => {
    client.failure ??= failureOf(error, 'channel');
  });
  channel.on('close', () => {
    forgetHeld(session, channel);
    if (client.channel === channel) client.channel = null;
  });
  channel.on('return', ({ content, fields }) => {
    const { replyCode, replyText } = /** @type {any} */ (fields);
    client.returned.push({ body: content.toString(), code: `${replyCode} ${replyText}` });
    client.log.push(`return ${content.toString()}`);
  });
  return channel;
}

/**
 * @param {Error} error
 * @param {Failure['closes']} closes
 * @returns {Failure}
 */
function failureOf(error, closes) {
  const code = Number(/** @type {any} */ (error).code);
  return { code, name: REPLY_NAMES.get(code) ?? error.message, closes };
}

/**
 * Does what the broker may refuse. A refusal closes the channel or the connection, and is what was observed.
 * @template T
 * @param {Session} session
 * @param {string} name
 * @param {(channel: Channel, client: Client) => Promise<T>} work
 * @returns {Promise<{ done: T } | { error: Failure }>}
 */
export async function attempt(session, name, work) {
  const { client, channel } = await clientOf(session, name);
  try {
    return { done: await work(channel, client) };
  } catch (error) {
    // The answer to the request may come before the event that says why.
    for (let ms = 0; client.failure === null && ms < FAILURE_LIMIT_MS; ms += POLL_MS) await sleep(POLL_MS);
    if (client.failure === null) throw error;
    return { error: client.failure };
  }
}

/**
 * Waits until nothing has arrived for as long as the session says.
 * @param {Session} session
 */
export async function settle(session) {
  const beganMs = performance.now();
  session.arrivedAtMs = Math.max(session.arrivedAtMs, beganMs);
  while (performance.now() - session.arrivedAtMs < session.idleMs && performance.now() - beganMs < SETTLE_LIMIT_MS) {
    await sleep(POLL_MS);
  }
}

/**
 * A message for a consumer, or null when the broker cancelled it.
 * @param {Session} session
 * @param {string} consumer
 * @param {Message | null} message
 */
export function arrive(session, consumer, message) {
  session.arrivedAtMs = performance.now();
  if (message === null) session.cancelled.push(consumer);
  else (session.inbox[consumer] ??= []).push(viewOf(message));
}

/**
 * @param {Session} session
 * @param {string} consumer
 * @param {string} body
 */
export function takeHeld(session, consumer, body) {
  const deliveries = session.held.get(consumer) ?? [];
  const index = deliveries.findIndex(({ message }) => message.content.toString() === body);
  const [found] = index < 0 ? [] : deliveries.splice(index, 1);
  if (found === undefined) throw new Error(`${consumer} does not hold ${body}`);
  return found;
}

/**
 * Forgets what a channel was given, or of it what came no later than a delivery tag.
 * @param {Session} session
 * @param {Channel} channel
 * @param {number} [tagMax]
 */
export function forgetHeld(session, channel, tagMax = Infinity) {
  for (const [consumer, deliveries] of session.held) {
    const kept = deliveries.filter((one) => one.channel !== channel || one.message.fields.deliveryTag > tagMax);
    session.held.set(consumer, kept);
  }
}

/**
 * All clients leave, one after the other in the order in which they came: what they held goes back in that order.
 * @param {Session} session
 */
export async function closeAll({ clients }) {
  const open = [...clients.values()];
  clients.clear();
  for (const { connection } of open) await connection.close().catch(() => {});
}
