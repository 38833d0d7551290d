import { text, toggle } from '../fields.ts';
import { defineProtocol } from './definition.ts';
import { network } from './network.ts';

/** A queue's subscription to a topic of SNS. */
export const snsSubscribe = defineProtocol({
  edge: 'snsSubscribe',
  from: ['sns'],
  to: ['sqs'],
  label: 'Subscription',
  summary:
    'The topic sends on what the filter policy lets pass, and tries again for as long as the queue cannot be reached.',
  version: 1,
  parameters: {
    filterPolicy: text({
      label: 'Filter policy',
      help: 'JSON, as SNS has it: {"key": ["k1", {"prefix": "k2"}]}. Attributes of a message are key, source (the id of its producer) and bytes. Empty lets everything pass.',
      broker: 'FilterPolicy',
      origin: 'Amazon SNS',
      default: '',
      maxLength: 2000,
      simplified: 'Messages have these three attributes and no body, so FilterPolicyScope is MessageAttributes.',
    }),
    rawMessageDelivery: toggle({
      label: 'Raw delivery',
      help: 'The queue gets the message as it is, not wrapped into a JSON text that is about 600 bytes longer.',
      broker: 'RawMessageDelivery',
      origin: 'Amazon SNS',
      default: false,
      simplified: 'The wrapping counts only for the size limit of the queue.',
    }),
    network,
  },
  startingValues: { network: { latencyMs: { type: 'constant', mean: 20 } } },
});
