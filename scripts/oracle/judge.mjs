// What of a played case is compared, and what differs from its recording.
import { byCode } from './values.mjs';

/**
 * @typedef {import('./play.mjs').Case} Case
 * @typedef {import('./play.mjs').Played} Played
 * @typedef {Record<string, any>} Fields
 */

/**
 * The first thing that is not as recorded; null when all is.
 * @param {Case} recorded
 * @param {Played} played
 * @returns {string | null}
 */
export function difference(recorded, played) {
  for (const [index, { do: verb, expect = {} }] of recorded.steps.entries()) {
    const now = observation(recorded, played, index);
    if (!same(expect, now)) return `step ${index + 1} (${verb}): was ${text(expect)}, is ${text(now)}`;
  }
  const outcome = outcomeOf(recorded, played);
  for (const [name, was] of Object.entries(recorded.outcome)) {
    if (!same(was, outcome[name])) return `outcome, ${name}: was ${text(was)}, is ${text(outcome[name])}`;
  }
  return null;
}

/**
 * What a step observed, with those fields of messages that the case compares. To see no delivery is an observation only
 * where one was looked for.
 * @param {Case} recorded
 * @param {Played} played
 * @param {number} index
 * @returns {Fields}
 */
export function observation({ compare }, { seen }, index) {
  const now = /** @type {Fields} */ (seen[index] ?? {});
  const shown = (/** @type {Fields[]} */ messages) =>
    messages.map((message) => Object.fromEntries(Object.entries(message).filter(([field]) => compare.includes(field))));
  const { messages, deliveries } = now;
  if (Array.isArray(messages)) return { ...now, messages: shown(messages) };
  if (deliveries === undefined) return now;
  const consumers = Object.keys(deliveries).sort(byCode);
  return { ...now, deliveries: Object.fromEntries(consumers.map((name) => [name, shown(deliveries[name])])) };
}

/**
 * What became of all messages.
 * @param {Case} recorded
 * @param {Played} played
 * @returns {Fields}
 */
export function outcomeOf({ steps }, { seen, left }) {
  const bodies = steps.flatMap((step) => (step.do === 'publish' ? (step['bodies'] ?? [step['body']]) : []));
  const published = new Set(bodies);
  /** @type {Record<string, string[]>} */
  const receivedInOrder = {};
  const redelivered = new Set();
  const receive = (/** @type {string} */ reader, /** @type {Fields[]} */ messages) => {
    if (messages.length === 0) return;
    const received = (receivedInOrder[reader] ??= []);
    for (const message of messages) {
      received.push(message['body']);
      if (message['redelivered'] === true) redelivered.add(message['body']);
    }
  };
  for (const [index, step] of steps.entries()) {
    const { deliveries = {}, messages } = /** @type {Fields} */ (seen[index] ?? {});
    for (const [consumer, those] of Object.entries(deliveries)) receive(consumer, those);
    if (Array.isArray(messages)) receive(`read from ${step['queue']}`, messages);
  }
  const told = (/** @type {string} */ word) => seen.flatMap((one) => /** @type {Fields} */ (one)[word] ?? []);
  const accounted = new Set([...Object.values(receivedInOrder), ...Object.values(left)].flat());
  const neverReceived = [...published].filter((body) => !accounted.has(body));
  return {
    published: published.size,
    receivedInOrder,
    redelivered: [...redelivered],
    refused: told('refused'),
    returned: told('returned'),
    neverReceived,
    left,
  };
}

/**
 * Whether two JSON values are equal; the order of a record's keys does not matter.
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
export function same(a, b) {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((one, i) => same(one, b[i]));
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return a === b;
  const [first, second] = [/** @type {Fields} */ (a), /** @type {Fields} */ (b)];
  const keys = Object.keys(first);
  return (
    keys.length === Object.keys(second).length &&
    keys.every((key) => Object.hasOwn(second, key) && same(first[key], second[key]))
  );
}

const SHOWN = 300;

/** @param {unknown} value */
function text(value) {
  const all = JSON.stringify(value) ?? 'nothing';
  return all.length <= SHOWN ? all : `${all.slice(0, SHOWN)}…`;
}
