import { integer } from '../fields.ts';
import { defineProtocol } from './definition.ts';

/** The redrive policy of a queue: where messages go that were received too often. */
export const redrive = defineProtocol({
  edge: 'redrive',
  from: ['sqs'],
  to: ['sqs'],
  label: 'Dead letters',
  summary: 'A message that was received as often as is allowed goes to the other queue with the next receive.',
  version: 1,
  parameters: {
    maxReceiveCount: integer({
      label: 'Receives, most',
      help: 'How often a message may be received. With 1, a receive whose answer gets lost is enough.',
      unit: 'count',
      broker: 'maxReceiveCount',
      origin: 'Amazon SQS',
      default: 10,
      min: 1,
      max: 1000,
    }),
    moveBackPerSecond: integer({
      label: 'Moved back per second',
      help: 'At this rate a redrive moves dead letters back to where they came from.',
      unit: 'per second',
      broker: 'MaxNumberOfMessagesPerSecond',
      origin: 'Amazon SQS',
      default: 500,
      min: 1,
      max: 500,
    }),
  },
  startingValues: { maxReceiveCount: 3 },
});
