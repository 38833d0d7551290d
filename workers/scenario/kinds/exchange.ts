import { choice, text, toggle } from '../fields.ts';
import { defineNode } from './definition.ts';

const HASHES = { parameter: 'type', is: ['x-consistent-hash'] } as const;

/** Holds nothing: hands each message to the queues and exchanges whose bindings it matches. */
export const exchange = defineNode({
  kind: 'exchange',
  family: 'queues',
  label: 'Exchange',
  summary: 'Holds nothing: hands each message to the queues and exchanges whose bindings it matches.',
  defaultName: 'Exchange',
  version: 1,
  parameters: {
    type: choice({
      label: 'Type',
      help: 'What it compares: the whole routing key, nothing, the words of the key, or headers. The last three choose one binding for each message.',
      broker: 'type',
      origin: 'AMQP 0-9-1, RabbitMQ',
      options: {
        direct: 'direct',
        fanout: 'fanout',
        topic: 'topic',
        headers: 'headers',
        'x-consistent-hash': 'x-consistent-hash',
        'x-modulus-hash': 'x-modulus-hash',
        'x-random': 'x-random',
      },
      default: 'direct',
    }),
    hashHeader: text({
      label: 'Hashed header',
      help: 'Name of the header whose value is hashed instead of the routing key. Empty for the routing key.',
      broker: 'hash-header',
      default: '',
      maxLength: 128,
      when: HASHES,
    }),
    hashProperty: choice({
      label: 'Hashed property',
      help: 'The property that is hashed instead of the routing key.',
      broker: 'hash-property',
      options: {
        none: 'none',
        message_id: 'message_id',
        correlation_id: 'correlation_id',
        timestamp: 'timestamp',
      },
      default: 'none',
      when: HASHES,
    }),
    internal: toggle({
      label: 'Internal',
      help: 'Takes messages from other exchanges only; what publishes to it directly is refused.',
      broker: 'internal',
      origin: 'AMQP 0-9-1',
      default: false,
      advanced: true,
    }),
  },
  startingValues: { type: 'topic' },
});
