// Walks at random over a queue of the real broker: declares it with arguments drawn by a seed, then publishes, acknowledges,
// gives back, cancels, drops connections, and writes down the steps as a case. What may come next depends on what was seen.
import { VERBS } from './verbs.mjs';

/**
 * @typedef {import('./session.mjs').Session} Session
 * @typedef {import('./verbs.mjs').Step} Step
 * @typedef {() => number} Draw between 0 and 1
 */

const STEPS = 18;

/**
 * Numbers that a seed decides (mulberry32).
 * @param {number} seed
 * @returns {Draw}
 */
function drawing(seed) {
  let state = Math.imul(seed, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template T
 * @param {Draw} draw
 * @param {readonly T[]} list not empty
 * @returns {T}
 */
function pick(draw, list) {
  return /** @type {T} */ (list[Math.floor(draw() * list.length)]);
}

/**
 * @template T
 * @param {Draw} draw
 * @param {readonly T[]} list
 * @returns {T[]}
 */
function shuffled(draw, list) {
  return list
    .map((one) => ({ one, at: draw() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/**
 * What the queue is declared with. Refusing is left out for quorum queues, where publishers learn of it late.
 * @param {Draw} draw
 */
function queueOf(draw) {
  const quorum = draw() < 0.3;
  /** @type {Record<string, unknown>} */
  const args = {};
  if (!quorum && draw() < 0.4) args['x-max-priority'] = 3;
  if (draw() < 0.5) args['x-max-length'] = 1 + Math.floor(draw() * 4);
  if ('x-max-length' in args && !quorum && draw() < 0.5) {
    args['x-overflow'] = pick(draw, ['reject-publish', 'reject-publish-dlx']);
  }
  if (draw() < 0.7) Object.assign(args, { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead' });
  if (quorum && draw() < 0.6) args['x-delivery-limit'] = 1 + Math.floor(draw() * 3);
  const single = draw() < 0.15;
  if (single) args['x-single-active-consumer'] = true;
  return { kind: quorum ? 'quorum' : 'classic', args, single };
}

/**
 * @typedef {object} Walk
 * @property {Session} session
 * @property {Draw} draw
 * @property {boolean} single whether one consumer at a time gets messages; cancelling it is left out: 3.10 may fall over it
 * @property {number} published
 * @property {number} joined
 * @property {string[]} consumers that have not been cancelled
 */

/**
 * Answers for one message, for some, or for all up to one, of a consumer that holds any.
 * @param {Walk} walk
 * @param {'ack' | 'nack'} verb
 * @param {Record<string, unknown>} more
 * @returns {Step | null}
 */
function answer({ session, draw }, verb, more) {
  const holding = [...session.held].filter(([, held]) => held.length > 0);
  if (holding.length === 0) return null;
  const [consumer, held] = pick(draw, holding);
  const bodies = held.map(({ message }) => message.content.toString());
  const way = draw();
  if (way < 0.5) return { do: verb, consumer, body: pick(draw, bodies), ...more };
  if (way < 0.7) return { do: verb, consumer, body: pick(draw, bodies), upTo: true, ...more };
  const some = bodies.filter(() => draw() < 0.6);
  return some.length === 0 ? null : { do: verb, consumer, bodies: shuffled(draw, some), ...more };
}

/** @type {Readonly<Record<string, { weight: number, step: (walk: Walk) => Step | null }>>} */
const MOVES = {
  publish: {
    weight: 8,
    step(walk) {
      const count = 1 + Math.floor(walk.draw() * 4);
      const bodies = Array.from({ length: count }, () => `m${(walk.published += 1)}`);
      const priorities = bodies.map(() => Math.floor(walk.draw() * 4));
      return { do: 'publish', exchange: '', key: 'q', bodies, priorities };
    },
  },
  consume: {
    weight: 3,
    step(walk) {
      if (walk.consumers.length >= 3) return null;
      const consumer = `c${(walk.joined += 1)}`;
      walk.consumers.push(consumer);
      const args = walk.draw() < 0.3 ? { args: { 'x-priority': 1 + Math.floor(walk.draw() * 2) } } : {};
      return { do: 'consume', consumer, queue: 'q', prefetch: 1 + Math.floor(walk.draw() * 3), ...args };
    },
  },
  ack: { weight: 5, step: (walk) => answer(walk, 'ack', {}) },
  requeue: { weight: 5, step: (walk) => answer(walk, 'nack', { requeue: true }) },
  reject: { weight: 3, step: (walk) => answer(walk, 'nack', {}) },
  cancel: {
    weight: 1,
    step(walk) {
      if (walk.single || walk.consumers.length === 0) return null;
      const consumer = pick(walk.draw, walk.consumers);
      walk.consumers = walk.consumers.filter((name) => name !== consumer);
      return { do: 'cancel', consumer };
    },
  },
  drop: {
    weight: 2,
    step(walk) {
      const clients = [...walk.session.clients.keys()].filter((name) => /^c\d+$/.test(name));
      if (clients.length === 0) return null;
      const client = pick(walk.draw, clients);
      walk.consumers = walk.consumers.filter((name) => name !== client);
      return { do: 'dropConnection', client };
    },
  },
  inspect: { weight: 2, step: () => ({ do: 'inspect', queue: 'q' }) },
  take: { weight: 1, step: (walk) => (walk.single ? null : { do: 'drain', queue: 'q', max: 1 }) },
};

/**
 * Steps of one walk, as a draft that can be recorded.
 * @param {Session} session
 * @param {number} seed
 * @returns {Promise<Record<string, any>>}
 */
export async function explore(session, seed) {
  const draw = drawing(seed);
  const { kind, args, single } = queueOf(draw);
  /** @type {Walk} */
  const walk = { session, draw, single, published: 0, joined: 0, consumers: [] };
  /** @type {Step[]} */
  const steps = [];
  const go = async (/** @type {Step} */ step) => {
    steps.push(step);
    await VERBS[step.do]?.(session, step);
  };
  await go({ do: 'declareQueue', queue: 'dead' });
  await go({ do: 'declareQueue', queue: 'q', kind, args });
  while (steps.length < 2 * STEPS) {
    const step = next(walk);
    if (step === null) continue;
    await go(step);
    await go({ do: 'settle' });
  }
  if (!single) await go({ do: 'drain', queue: 'q' });
  else await go({ do: 'deleteQueue', queue: 'q' });
  await go({ do: 'drain', queue: 'dead' });
  return {
    format: 'broker-conformance/1',
    id: `walk-${String(seed).padStart(3, '0')}`,
    title: `A random walk over a ${kind} queue with ${Object.keys(args).join(', ') || 'no arguments'}`,
    shows: `What a real broker did, in no particular order of ideas (seed ${seed}).`,
    model: 'amqp-0-9-1',
    compare: ['body', 'redelivered', ...('x-max-priority' in args ? ['priority'] : []), 'headers'],
    steps,
  };
}

/** @param {Walk} walk */
function next(walk) {
  const moves = Object.values(MOVES);
  let left = walk.draw() * moves.reduce((sum, { weight }) => sum + weight, 0);
  for (const { weight, step } of moves) {
    left -= weight;
    if (left < 0) return step(walk);
  }
  return null;
}
