import { number, toggle } from '../fields.ts';
import { defineNode } from './definition.ts';

const SNS = 'Amazon SNS';

/** A topic of SNS: it keeps nothing, and sends a copy on to each of its subscriptions. */
export const sns = defineNode({
  kind: 'sns',
  family: 'queues',
  label: 'SNS topic',
  summary: 'Sends a copy of each message on to every queue that subscribes, as far as its filter policy lets it.',
  defaultName: 'SNS topic',
  version: 1,
  parameters: {
    fifo: toggle({
      label: 'FIFO',
      help: 'A FIFO topic sends on the messages of a group in their order, one after another, and drops repeated ones. FIFO queues subscribe to no other topic.',
      broker: 'FifoTopic',
      origin: SNS,
      default: false,
      simplified: 'Of a group one message is under way to a queue at a time, and a topic takes any number of calls.',
    }),
    contentBasedDeduplication: toggle({
      label: 'Deduplicate by content',
      help: 'A message without a deduplication id gets one from its content.',
      broker: 'ContentBasedDeduplication',
      origin: SNS,
      default: false,
      simplified: 'No two messages have the same content: only repeated calls are dropped.',
      when: { parameter: 'fifo', is: [true] },
    }),
    pricePerMillion: number({
      label: 'Dollars a million requests',
      section: 'What calls cost',
      help: 'Every call that publishes is a request, and each further 64 KB that it carries is another one. Copies to queues cost nothing.',
      origin: 'AWS price list, US East',
      default: -1,
      min: -1,
      max: 1000,
      special: { value: -1, meaning: '$0.50, of a FIFO topic $0.30' },
      simplified: 'No free tier; what a FIFO topic costs by the byte and by the copy is left out.',
    }),
  },
  startingValues: {},
});
