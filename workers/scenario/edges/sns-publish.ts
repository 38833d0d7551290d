import { sendingCalls } from './aws-client.ts';
import { defineProtocol } from './definition.ts';
import { fifoSending } from './fifo-sending.ts';
import { network } from './network.ts';

/** A client that publishes messages to a topic of SNS. */
export const snsPublish = defineProtocol({
  edge: 'snsPublish',
  from: ['producer', 'client', 'consumer'],
  to: ['sns'],
  label: 'Publish',
  summary: 'A client of SNS: it publishes messages one by one or in batches, and repeats calls that fail.',
  version: 1,
  parameters: {
    ...fifoSending('Amazon SNS', 'topic', 'standard queues behind it share it fairly.'),
    ...sendingCalls,
    network,
  },
  startingValues: { network: { latencyMs: { type: 'constant', mean: 8 } } },
});
