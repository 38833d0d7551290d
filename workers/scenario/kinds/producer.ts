import { arrivalsSchema } from '../values/arrivals.ts';
import { keySchema } from '../values/key.ts';
import { integer, milliseconds, probability, shape } from '../fields.ts';
import { defineNode } from './definition.ts';

/** A source of events: facts happen here and are published along its `publish` edges. */
export const producer = defineNode({
  kind: 'producer',
  family: 'sources',
  label: 'Producer',
  summary: 'A source of events. Facts happen here and are published to a topic, an exchange, a queue or a table.',
  defaultName: 'Producer',
  version: 1,
  parameters: {
    arrivals: shape(arrivalsSchema, {
      label: 'Arrivals',
      help: 'When facts happen at this source.',
      default: { type: 'poisson', ratePerSecond: 10 },
    }),
    key: shape(keySchema, {
      label: 'Key',
      help: 'The key of each message: messages of one key should stay in order. Kafka keeps one key in one partition, RabbitMQ may route by it, and a FIFO queue groups by it.',
      default: { type: 'uniform', keys: 12 },
    }),
    sizeBytes: integer({
      label: 'Message size',
      help: 'Size of one message, header included.',
      unit: 'bytes',
      default: 200,
      min: 1,
      max: 1_048_576,
    }),
    tombstoneRate: probability({
      label: 'Deletions',
      help: 'Share of messages whose value is null: a tombstone, which deletes its key from a compacted topic.',
      default: 0,
      simplified: 'A deletion has the size of any other message.',
      advanced: true,
    }),
    limit: integer({
      label: 'Stop after',
      help: 'Number of facts after which the source falls silent.',
      unit: 'messages',
      default: 0,
      min: 0,
      max: 1_000_000_000,
      special: { value: 0, meaning: 'no limit' },
    }),
    startMs: milliseconds({
      label: 'Start at',
      help: 'Simulated time of the first possible fact.',
      default: 0,
      min: 0,
      max: 86_400_000,
      advanced: true,
    }),
    stopMs: milliseconds({
      label: 'Stop at',
      help: 'Simulated time after which no fact happens.',
      default: 0,
      min: 0,
      max: 86_400_000,
      advanced: true,
      special: { value: 0, meaning: 'never' },
    }),
  },
  startingValues: {},
});
