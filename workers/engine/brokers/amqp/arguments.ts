/** The arguments of queue.declare, as clients write them. */
import { fieldOf, tableOf, type HeaderRecord, type HeaderTable } from '../../../scenario/amqp/headers.ts';
import { internalError, preconditionFailed, type Refusal } from '../../../scenario/amqp/refusal.ts';
import type { QueueArguments, QueueType } from './state.ts';
import { intervalNs } from './stream.ts';

/** A queue without any argument. Segment size: rabbitmq.com/docs/streams. */
export const NO_ARGUMENTS: QueueArguments = {
  type: 'classic',
  durable: true,
  autoDelete: false,
  maxLength: -1,
  maxLengthBytes: -1,
  overflow: 'drop-head',
  messageTtlNs: -1,
  expiresNs: -1,
  maxPriority: 0,
  singleActiveConsumer: false,
  deliveryLimit: null,
  deadLetterExchange: null,
  deadLetterRoutingKey: null,
  deadLetterStrategy: 'at-most-once',
  delayedRetryType: 'disabled',
  delayedRetryMinNs: -1,
  delayedRetryMaxNs: -1,
  maxAgeNs: -1,
  segmentBytes: 500_000_000,
};

const NS_PER_MS = 1_000_000;
const TYPES: readonly QueueType[] = ['classic', 'quorum', 'stream'];
const OVERFLOWS = ['drop-head', 'reject-publish', 'reject-publish-dlx'] as const;
const STRATEGIES = ['at-most-once', 'at-least-once'] as const;
const RETRIES = ['disabled', 'all', 'failed', 'returned'] as const;
const MODES = ['default', 'lazy'] as const;
const PRIORITY_MAX = 255;

/** What belongs to other types of queues; other names mean nothing to any, and are let pass (capabilities of the queue types, 3.10). */
const UNSUPPORTED: Readonly<Record<QueueType, readonly string[]>> = {
  classic: ['x-delivery-limit', 'x-dead-letter-strategy', 'x-max-age', 'x-stream-max-segment-size-bytes'],
  quorum: ['x-max-priority', 'x-queue-mode', 'x-max-age', 'x-stream-max-segment-size-bytes'],
  stream: [
    'x-expires',
    'x-message-ttl',
    'x-dead-letter-exchange',
    'x-dead-letter-routing-key',
    'x-dead-letter-strategy',
    'x-max-length',
    'x-max-priority',
    'x-overflow',
    'x-queue-mode',
    'x-single-active-consumer',
    'x-delivery-limit',
  ],
};

/** The broker looks at an age only when it makes the stream. */
const INVALID_AGE = -2;

/** Collects what is wrong; the first thing counts. */
interface Reading {
  readonly given: HeaderTable;
  wrong: string | null;
}

/** @returns why the broker does not accept them, where it does not */
export function readArguments(
  record: HeaderRecord,
  { durable, autoDelete }: { readonly durable: boolean; readonly autoDelete: boolean },
): QueueArguments | Refusal {
  const reading: Reading = { given: tableOf(record), wrong: null };
  const ms = (name: string, least: number) => {
    const value = whole(reading, name, least);
    return value < 0 ? -1 : value * NS_PER_MS;
  };
  const type = oneOf(reading, 'x-queue-type', TYPES);
  const limit = fieldOf(reading.given, 'x-delivery-limit');
  const read: QueueArguments = {
    type,
    durable,
    autoDelete,
    maxLength: whole(reading, 'x-max-length', 0),
    maxLengthBytes: whole(reading, 'x-max-length-bytes', 0),
    overflow: oneOf(reading, 'x-overflow', OVERFLOWS),
    messageTtlNs: ms('x-message-ttl', 0),
    expiresNs: ms('x-expires', 1),
    maxPriority: Math.max(0, whole(reading, 'x-max-priority', 0, PRIORITY_MAX)),
    singleActiveConsumer: flag(reading, 'x-single-active-consumer'),
    deliveryLimit: limit === undefined ? null : whole(reading, 'x-delivery-limit', -1),
    deadLetterExchange: text(reading, 'x-dead-letter-exchange'),
    deadLetterRoutingKey: text(reading, 'x-dead-letter-routing-key'),
    deadLetterStrategy: oneOf(reading, 'x-dead-letter-strategy', STRATEGIES),
    delayedRetryType: oneOf(reading, 'x-delayed-retry-type', RETRIES),
    delayedRetryMinNs: ms('x-delayed-retry-min', 1),
    delayedRetryMaxNs: ms('x-delayed-retry-max', 1),
    maxAgeNs: age(reading),
    segmentBytes: Math.max(
      1,
      whole(reading, 'x-stream-max-segment-size-bytes', 1, Infinity, NO_ARGUMENTS.segmentBytes),
    ),
  };
  if (read.deadLetterRoutingKey !== null && read.deadLetterExchange === null) {
    wrong(reading, 'x-dead-letter-routing-key');
  }
  oneOf(reading, 'x-queue-mode', MODES);
  for (const name of UNSUPPORTED[type]) if (fieldOf(reading.given, name) !== undefined) wrong(reading, name);
  if (reading.wrong !== null) return preconditionFailed(`invalid arg '${reading.wrong}'`);
  if (read.maxAgeNs === INVALID_AGE) return internalError('invalid_max_age');
  // Quorum queues do not know it, and fall back to what is usual.
  return type === 'quorum' && read.overflow === 'reject-publish-dlx' ? { ...read, overflow: 'drop-head' } : read;
}

function wrong(reading: Reading, name: string): void {
  reading.wrong ??= name;
}

function whole(reading: Reading, name: string, least: number, most = Infinity, otherwise = -1): number {
  const value = fieldOf(reading.given, name);
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
  wrong(reading, name);
  return otherwise;
}

function oneOf<Name extends string>(reading: Reading, name: string, names: readonly Name[]): Name {
  const value = fieldOf(reading.given, name) ?? names[0];
  const found = names.find((each) => each === value);
  if (found === undefined) wrong(reading, name);
  return found ?? names[0]!;
}

function text(reading: Reading, name: string): string | null {
  const value = fieldOf(reading.given, name);
  if (value === undefined) return null;
  if (typeof value === 'string') return value;
  wrong(reading, name);
  return null;
}

function flag(reading: Reading, name: string): boolean {
  const value = fieldOf(reading.given, name) ?? false;
  if (typeof value !== 'boolean') wrong(reading, name);
  return value === true;
}

function age(reading: Reading): number {
  const value = text(reading, 'x-max-age');
  if (value === null) return -1;
  return intervalNs(value) ?? INVALID_AGE;
}
