// What the verbs of a recorded case are on the real broker. Each gives what it observed; an empty record is nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { arrive, attempt, clientOf, closeAll, forgetHeld, settle, takeHeld } from './session.mjs';
import { byCode, typed, viewOf } from './values.mjs';

/**
 * @typedef {import('./session.mjs').Session} Session
 * @typedef {Record<string, any> & { do: string }} Step
 * @typedef {Record<string, unknown>} Observation
 * @typedef {(session: Session, step: Step) => Promise<Observation>} Verb
 */

const CONFIRM_LIMIT_MS = 10_000;
const RECONNECT_LIMIT_MS = 30_000;
const RECONNECT_PROBE_MS = 200;
/** After a frame that has no answer, so that the broker has read it before another client's next step. */
const UNANSWERED_MS = 20;
const DRAIN_MAX = 10_000;

/**
 * Of a request that only succeeds or is refused.
 * @param {{ done: unknown } | { error: unknown }} result
 * @returns {Observation}
 */
function refusal(result) {
  return 'error' in result ? { error: result.error } : {};
}

/** @type {Verb} */
async function declareQueue(session, step) {
  const { queue, kind = 'classic', durable = true, exclusive = false, autoDelete = false } = step;
  const named = kind === 'classic' ? {} : { 'x-queue-type': kind };
  const options = { durable, exclusive, autoDelete, arguments: { ...typed(step.args ?? {}), ...named } };
  const result = await attempt(session, step.client ?? 'admin', (channel) =>
    step.passive === true ? channel.checkQueue(queue) : channel.assertQueue(queue, options),
  );
  if ('done' in result && step.passive !== true) session.queues.set(queue, { kind });
  return refusal(result);
}

/** @type {Verb} */
async function declareExchange(session, step) {
  const { exchange, type, durable = true, autoDelete = false, internal = false } = step;
  const options = { durable, autoDelete, internal, arguments: typed(step.args ?? {}) };
  const work = (/** @type {import('./session.mjs').Channel} */ channel) =>
    channel.assertExchange(exchange, type, options);
  return refusal(await attempt(session, step.client ?? 'admin', work));
}

/** @type {Verb} */
async function bind(session, step) {
  const { exchange, queue, toExchange, key = '', client = 'admin' } = step;
  const args = typed(step.args ?? {});
  const result = await attempt(session, client, (channel) =>
    queue === undefined
      ? channel.bindExchange(toExchange, exchange, key, args)
      : channel.bindQueue(queue, exchange, key, args),
  );
  return refusal(result);
}

/** @type {Verb} */
async function unbind(session, step) {
  const { exchange, queue, toExchange, key = '', client = 'admin' } = step;
  const args = typed(step.args ?? {});
  const result = await attempt(session, client, (channel) =>
    queue === undefined
      ? channel.unbindExchange(toExchange, exchange, key, args)
      : channel.unbindQueue(queue, exchange, key, args),
  );
  return refusal(result);
}

/**
 * The properties of a step's message at a place.
 * @param {Step} step
 * @param {number} index
 */
function propertiesOf(step, index) {
  const priority = step.priorities?.[index] ?? step.priority;
  const expiration = step.expirations?.[index] ?? step.expiration;
  return {
    persistent: step.persistent ?? true,
    mandatory: step.mandatory ?? false,
    headers: typed(step.headers ?? {}),
    ...(priority === undefined ? {} : { priority }),
    ...(expiration === undefined ? {} : { expiration: String(expiration) }),
    ...(step.cc === undefined ? {} : { CC: step.cc }),
    ...(step.bcc === undefined ? {} : { BCC: step.bcc }),
  };
}

/** @type {Verb} */
async function publish(session, step) {
  const { client, channel } = await clientOf(session, step.client ?? 'producer');
  client.returned = [];
  client.log = [];
  /** @type {string[]} */
  const bodies = step.bodies ?? [step.body];
  const answers = bodies.map(
    (body, index) =>
      new Promise((resolve) => {
        const answer = (/** @type {unknown} */ error) => {
          const word = error ? 'refused' : 'confirmed';
          client.log.push(`${word} ${body}`);
          resolve(word);
        };
        const key = step.keys?.[index] ?? step.key ?? '';
        channel.publish(step.exchange ?? '', key, Buffer.from(body), propertiesOf(step, index), answer);
      }),
  );
  const unanswered = sleep(CONFIRM_LIMIT_MS, 'unanswered', { ref: false });
  const words = await Promise.all(answers.map((answer) => Promise.race([answer, unanswered])));
  // A channel that closes refuses what it has not answered, and only then says why.
  if (!words.every((word) => word === 'confirmed')) await sleep(UNANSWERED_MS);
  if (client.failure !== null) return { error: client.failure };

  /** @type {Observation} */
  const seen = {};
  for (const word of ['confirmed', 'refused', 'unanswered']) {
    const those = bodies.filter((_, index) => words[index] === word);
    if (those.length > 0) seen[word] = those;
  }
  if (client.returned.length > 0) {
    seen['returned'] = client.returned.map(({ body }) => body);
    seen['returnCode'] = client.returned[0]?.code;
  }
  if (step.recordOrder === true) seen['eventOrder'] = client.log;
  return seen;
}

/** @type {Verb} */
async function consume(session, step) {
  const { consumer, queue, prefetch, onMessage = 'hold' } = step;
  if (!session.held.has(consumer)) session.held.set(consumer, []);
  const automatic = step.ack === 'auto';
  const options = {
    noAck: automatic,
    exclusive: step.exclusive ?? false,
    consumerTag: consumer,
    arguments: typed(step.args ?? {}),
  };
  const result = await attempt(session, step.client ?? consumer, async (channel) => {
    if (prefetch !== undefined) await channel.prefetch(prefetch, step.prefetchShared ?? false);
    const receive = (/** @type {import('./session.mjs').Message | null} */ message) => {
      arrive(session, consumer, message);
      if (message === null || automatic) return;
      if (onMessage === 'hold') session.held.get(consumer)?.push({ message, channel });
      else if (onMessage === 'ack') channel.ack(message);
      else channel.reject(message, onMessage === 'requeue');
    };
    return channel.consume(queue, receive, options);
  });
  return refusal(result);
}

/** @type {Verb} */
async function settleHeld(session, step) {
  const upTo = step.upTo ?? false;
  for (const body of step.bodies ?? [step.body]) {
    const { message, channel } = takeHeld(session, step.consumer, body);
    if (step.do === 'ack') channel.ack(message, upTo);
    else channel.nack(message, upTo, step.requeue ?? false);
    if (upTo) forgetHeld(session, channel, message.fields.deliveryTag);
  }
  await sleep(UNANSWERED_MS);
  return {};
}

/** @type {Verb} */
async function ackAgain(session, step) {
  const { client, channel } = await clientOf(session, step.client ?? step.consumer);
  channel.ack(/** @type {any} */ ({ fields: { deliveryTag: step.deliveryTag } }));
  await settle(session);
  return client.failure === null ? {} : { error: client.failure };
}

/** @type {Verb} */
async function recover(session, step) {
  const { channel } = await clientOf(session, step.client ?? step.consumer);
  forgetHeld(session, channel);
  await channel.recover();
  return {};
}

/** @type {Verb} */
async function cancel(session, step) {
  return refusal(await attempt(session, step.client ?? step.consumer, (channel) => channel.cancel(step.consumer)));
}

/** @type {Verb} */
async function settled(session) {
  await settle(session);
  const { inbox, cancelled } = session;
  session.inbox = {};
  session.cancelled = [];
  return { deliveries: inbox, ...(cancelled.length === 0 ? {} : { cancelledByBroker: cancelled.sort(byCode) }) };
}

/** @type {Verb} */
export async function drain(session, step) {
  const result = await attempt(session, step.client ?? 'drainer', async (channel) => {
    const messages = [];
    while (messages.length < (step.max ?? DRAIN_MAX)) {
      const message = await channel.get(step.queue, { noAck: true });
      if (message === false) break;
      messages.push(viewOf(message));
    }
    return messages;
  });
  return 'error' in result ? { error: result.error } : { messages: result.done };
}

/** @type {Verb} */
export async function inspect(session, step) {
  const result = await attempt(session, step.client ?? 'inspector', (channel) => channel.checkQueue(step.queue));
  if ('done' in result) return { exists: true, ready: result.done.messageCount, consumers: result.done.consumerCount };
  return result.error.code === 404 ? { exists: false } : { error: result.error };
}

/** @type {Verb} */
async function inspectExchange(session, step) {
  const result = await attempt(session, step.client ?? 'inspector', (channel) => channel.checkExchange(step.exchange));
  return { exists: 'done' in result };
}

/** @type {Verb} */
async function deleteQueue(session, step) {
  const { queue, ifUnused = false, ifEmpty = false, client = 'admin' } = step;
  const result = await attempt(session, client, (channel) => channel.deleteQueue(queue, { ifUnused, ifEmpty }));
  return 'error' in result ? { error: result.error } : { messages: result.done.messageCount };
}

/** @type {Verb} */
async function deleteExchange(session, step) {
  const { exchange, ifUnused = false, client = 'admin' } = step;
  return refusal(await attempt(session, client, (channel) => channel.deleteExchange(exchange, { ifUnused })));
}

/** @type {Verb} */
async function purge(session, step) {
  const result = await attempt(session, step.client ?? 'admin', (channel) => channel.purgeQueue(step.queue));
  return 'error' in result ? { error: result.error } : { messages: result.done.messageCount };
}

/**
 * @param {Session} session
 * @param {Step} step
 */
function leaving(session, step) {
  const client = session.clients.get(step['client']);
  if (client === undefined) throw new Error(`${step['client']} is not connected`);
  return client;
}

/** @type {Verb} */
async function dropConnection(session, step) {
  const client = leaving(session, step);
  session.clients.delete(client.name);
  if (client.channel !== null) forgetHeld(session, client.channel);
  const { stream } = /** @type {any} */ (client.connection.connection);
  stream.destroy();
  await settle(session);
  return {};
}

/** @type {Verb} */
async function closeConnection(session, step) {
  await leaving(session, step).connection.close();
  return {};
}

/** @type {Verb} */
async function closeChannel(session, step) {
  await leaving(session, step).channel?.close();
  return {};
}

/** @type {Verb} */
async function restartBroker(session, step) {
  // Orderly clients leave before an orderly stop.
  if (step.how !== 'kill') await closeAll(session);
  await session.broker.restart(step.how);
  session.clients.clear();
  session.held.clear();
  session.inbox = {};
  // A virtual host may come up after the port.
  const deadlineMs = performance.now() + RECONNECT_LIMIT_MS;
  for (;;) {
    try {
      const probe = await connect({ hostname: '127.0.0.1', port: session.broker.port, vhost: session.vhost });
      await probe.close();
      return {};
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(RECONNECT_PROBE_MS);
    }
  }
}

/** @type {Readonly<Record<string, Verb>>} */
export const VERBS = {
  ack: settleHeld,
  ackAgain,
  bind,
  cancel,
  closeChannel,
  closeConnection,
  consume,
  declareExchange,
  declareQueue,
  deleteExchange,
  deleteQueue,
  drain,
  dropConnection,
  inspect,
  inspectExchange,
  nack: settleHeld,
  publish,
  purge,
  recover,
  restartBroker,
  settle: settled,
  unbind,
  wait: async (_, step) => {
    await sleep(step['ms']);
    return {};
  },
};
