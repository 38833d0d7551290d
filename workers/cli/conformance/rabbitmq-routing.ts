/** Runs the tables of where a RabbitMQ broker routes. Each case declares its exchange and queues and asks for routes, as a client would. */
import * as v from 'valibot';
import { phash2OfText } from '../../scenario/amqp/erlang-hash.ts';
import { NO_FIELDS, tableOf, type HeaderRecord, type HeaderTable } from '../../scenario/amqp/headers.ts';
import { jumpHash } from '../../scenario/amqp/jump-hash.ts';
import { route } from '../../scenario/amqp/route.ts';
import {
  addQueue,
  bind,
  createRoutingTable,
  declareExchange,
  queueIndex,
  type RoutingTable,
} from '../../scenario/amqp/routing-table.ts';
import { checking, difference } from './cases.ts';

const EXCHANGE = 'x';
const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** A broker with one exchange of a type. */
function brokerWith(type: string): RoutingTable {
  const table = createRoutingTable();
  const declared = { name: EXCHANGE, type, durable: true, autoDelete: false, internal: false, arguments: NO_FIELDS };
  const refusal = declareExchange(table, declared);
  if (refusal !== null) throw new Error(refusal.why);
  return table;
}

/** Binds a queue, which is declared if it is not there yet. The reason of a refusal is the case's failure. */
function bindQueue(table: RoutingTable, queue: string, key: string, given: HeaderTable): void {
  if (queueIndex(table, queue) < 0) addQueue(table, table.queues.length, queue);
  const refusal = bind(table, { source: EXCHANGE, to: 'queue', destination: queue, key, arguments: given });
  if (refusal !== null) throw new Error(refusal.why);
}

/** Names of the queues that get a message, sorted. */
function reached(table: RoutingTable, key: string, headers: HeaderTable): readonly string[] {
  const queues = route(table, table.exchanges.length - 1, { key, headers }, 'none');
  return queues.map((queue) => table.queues[queue]!).sort();
}

const patternCase = v.looseObject({
  pattern: v.string(),
  matches: v.array(v.string()),
  doesNotMatch: v.array(v.string()),
});

export const topicPatternVectors = checking(patternCase, (one) => {
  const table = brokerWith('topic');
  bindQueue(table, 'q', one.pattern, NO_FIELDS);
  for (const [keys, expected] of [
    [one.matches, true],
    [one.doesNotMatch, false],
  ] as const) {
    for (const key of keys) {
      const wrong = difference(`"${one.pattern}" on "${key}"`, reached(table, key, NO_FIELDS).length > 0, expected);
      if (wrong !== null) return wrong;
    }
  }
  return null;
});

const routingCase = v.looseObject({
  bindings: v.array(v.looseObject({ queue: v.string(), key: v.string() })),
  routes: v.record(v.string(), v.array(v.string())),
});

export const topicRoutingVectors = checking(routingCase, (one) => {
  const table = brokerWith('topic');
  for (const { queue, key } of one.bindings) bindQueue(table, queue, key, NO_FIELDS);
  for (const [key, expected] of Object.entries(one.routes)) {
    const wrong = difference(`key "${key}"`, reached(table, key, NO_FIELDS), [...expected].sort());
    if (wrong !== null) return wrong;
  }
  return null;
});

/** Anything that JSON holds. */
const fields = v.custom<HeaderRecord>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

const headersCase = v.looseObject({
  bindings: v.array(v.looseObject({ queue: v.string(), arguments: fields })),
  messages: v.array(v.looseObject({ headers: v.nullable(fields), queues: v.array(v.string()) })),
});

export const headersRoutingVectors = checking(headersCase, (one) => {
  const table = brokerWith('headers');
  for (const { queue, arguments: given } of one.bindings) bindQueue(table, queue, '', tableOf(given));
  for (const { headers, queues } of one.messages) {
    const sent = headers === null ? NO_FIELDS : tableOf(headers);
    const wrong = difference(`headers ${JSON.stringify(headers)}`, reached(table, '', sent), [...queues].sort());
    if (wrong !== null) return wrong;
  }
  return null;
});

const consistentHashCase = v.looseObject({
  key: v.string(),
  phash2: wholeNumber,
  buckets: v.record(v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/)), wholeNumber),
});

/** A bucket is told by an exchange that has as many queues, each with one bucket. */
export const consistentHashVectors = checking(consistentHashCase, (one) => {
  const hash = phash2OfText(one.key);
  const wrongHash = difference('phash2', hash, one.phash2);
  if (wrongHash !== null) return wrongHash;
  for (const [count, expected] of Object.entries(one.buckets)) {
    const buckets = Number(count);
    const wrongBucket = difference(`bucket of ${count}`, jumpHash(hash, buckets), expected);
    if (wrongBucket !== null) return wrongBucket;
    const table = brokerWith('x-consistent-hash');
    for (let bucket = 0; bucket < buckets; bucket++) bindQueue(table, `q${bucket}`, '1', NO_FIELDS);
    const wrongQueue = difference(`queue of ${count}`, reached(table, one.key, NO_FIELDS), [`q${expected}`]);
    if (wrongQueue !== null) return wrongQueue;
  }
  return null;
});
