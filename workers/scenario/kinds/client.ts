import { arrivalsSchema } from '../values/arrivals.ts';
import { distributionSchema } from '../values/distribution.ts';
import { integer, milliseconds, shape } from '../fields.ts';
import { defineNode } from './definition.ts';
import { producer } from './producer.ts';

const { key, sizeBytes, limit, startMs, stopMs } = producer.parameters;

const OPEN = { parameter: 'callers', is: [0] } as const;
const CLOSED = { parameter: 'callers', isNot: [0] } as const;

/** A source of requests: it publishes each with a correlation id, and matches the replies that it reads. */
export const client = defineNode({
  kind: 'client',
  family: 'sources',
  label: 'Client',
  summary: 'Asks, and waits for the answer: it publishes requests and reads the replies to them.',
  defaultName: 'Client',
  version: 1,
  parameters: {
    callers: integer({
      label: 'Callers',
      help: 'So many callers think, ask, and wait for their answer before they think again. 0: requests come as given below, whoever still waits.',
      unit: 'count',
      default: 0,
      min: 0,
      max: 100_000,
      special: { value: 0, meaning: 'any number' },
    }),
    thinkMs: shape(distributionSchema, {
      label: 'Think time',
      help: 'How long a caller thinks after an answer, or after it gave up, before it asks again.',
      default: { type: 'exponential', mean: 1000 },
      when: CLOSED,
    }),
    arrivals: shape(arrivalsSchema, {
      label: 'Arrivals',
      help: 'When requests are made, whatever has become of those before.',
      default: { type: 'poisson', ratePerSecond: 10 },
      when: OPEN,
    }),
    timeoutMs: milliseconds({
      label: 'Patience',
      help: 'How long a request waits for its answer. An answer that comes later is a late one.',
      default: 5000,
      min: 1,
      max: 3_600_000,
    }),
    retries: integer({
      label: 'Retries',
      help: 'How often a request that was not answered in time is sent again before the client gives up.',
      unit: 'count',
      default: 0,
      min: 0,
      max: 100,
    }),
    retryBackoffMs: milliseconds({
      label: 'Wait before a retry',
      help: 'Time between a request that timed out and the next attempt.',
      default: 0,
      min: 0,
      max: 3_600_000,
    }),
    key,
    sizeBytes,
    limit,
    startMs,
    stopMs,
  },
  startingValues: {},
});
