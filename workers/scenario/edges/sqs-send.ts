import { milliseconds } from '../fields.ts';
import { sendingCalls } from './aws-client.ts';
import { defineProtocol } from './definition.ts';
import { fifoSending } from './fifo-sending.ts';
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
    ...fifoSending('Amazon SQS', 'queue', 'on a standard queue groups share it fairly.'),
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
