import { choice, milliseconds } from '../fields.ts';
import { sendingCalls } from './aws-client.ts';
import { defineProtocol } from './definition.ts';
import { network } from './network.ts';

/** A client that sends messages to a queue. */
export const sqsSend = defineProtocol({
  edge: 'sqsSend',
  from: ['producer', 'client', 'consumer'],
  to: ['sqs'],
  label: 'Send',
  summary: 'A client of SQS: it sends messages one by one or in batches, and repeats calls that fail.',
  version: 1,
  parameters: {
    messageGroupId: choice({
      label: 'Message group',
      help: 'What a message is grouped by. On a FIFO queue order holds within a group; on a standard queue groups share it fairly.',
      broker: 'MessageGroupId',
      origin: 'Amazon SQS',
      options: { fifo: 'Its key, on a FIFO queue', key: 'Its key', one: 'One group for all', none: 'None' },
      default: 'fifo',
      simplified: 'Messages without a key are one group.',
    }),
    deduplicationId: choice({
      label: 'Deduplication id',
      help: 'FIFO: what tells a repeated send from a new message. By key, a second message of a key within five minutes is dropped.',
      broker: 'MessageDeduplicationId',
      origin: 'Amazon SQS',
      options: { message: 'One for each message', key: 'The key', none: 'None (by content)' },
      default: 'message',
    }),
    delayMs: milliseconds({
      label: 'Delay',
      help: 'How long a message cannot be received, instead of what the queue says. A FIFO queue refuses one.',
      broker: 'DelaySeconds',
      origin: 'Amazon SQS',
      default: -1,
      min: -1,
      max: 900_000,
      special: { value: -1, meaning: 'as the queue says' },
    }),
    ...sendingCalls,
    network,
  },
  startingValues: { network: { latencyMs: { type: 'constant', mean: 8 } } },
});
