import { text } from '../fields.ts';
import { defineProtocol } from './definition.ts';

/** Where a queue's dead letters go: an exchange, or by the default exchange another queue. */
export const deadLetter = defineProtocol({
  edge: 'deadLetter',
  from: ['queue'],
  to: ['exchange', 'queue'],
  label: 'Dead letters',
  summary: 'What the queue rejects, lets expire, or has no room for goes on to the other end.',
  version: 1,
  parameters: {
    deadLetterRoutingKey: text({
      label: 'Routing key',
      help: "Instead of the message's own; empty keeps that. To a queue the key is that queue's name, whatever stands here.",
      broker: 'x-dead-letter-routing-key',
      origin: 'RabbitMQ 4.3',
      default: '',
      maxLength: 255,
    }),
  },
  startingValues: {},
});
