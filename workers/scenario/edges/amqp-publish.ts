import { integer, milliseconds, text, toggle } from '../fields.ts';
import { defineProtocol } from './definition.ts';
import { network } from './network.ts';
import { onFull } from './on-full.ts';

const AMQP = 'AMQP 0-9-1';

const CONFIRMED = { parameter: 'confirms', is: [true] } as const;

/** A channel that publishes to an exchange; to a queue it publishes by the default exchange. */
export const amqpPublish = defineProtocol({
  edge: 'amqpPublish',
  from: ['producer', 'client', 'consumer'],
  to: ['exchange', 'queue'],
  label: 'Publish',
  summary: 'Publishes to an exchange, or by the default exchange straight to a queue.',
  version: 1,
  parameters: {
    routingKey: text({
      label: 'Routing key',
      help: "What exchanges compare with binding keys. {key} stands for the message's key. To a queue the key is that queue's name, whatever stands here.",
      broker: 'routing-key',
      origin: AMQP,
      default: '{key}',
      maxLength: 255,
    }),
    headers: text({
      label: 'Headers',
      help: 'One a line: name = value. A number, true, false, null and "quoted text" are what they are, all else is text; {key} in a text stands for the message\'s key.',
      broker: 'headers',
      origin: AMQP,
      default: '',
      maxLength: 20_000,
      section: 'Message',
    }),
    mandatory: toggle({
      label: 'Mandatory',
      help: 'A message that no queue gets is returned; without this it is dropped, and confirmed all the same.',
      broker: 'mandatory',
      origin: AMQP,
      default: false,
    }),
    confirms: toggle({
      label: 'Publisher confirms',
      help: 'The broker says for each message that it has it. Without them the publisher never learns what became of it.',
      broker: 'confirm.select',
      origin: 'RabbitMQ 4.3',
      default: false,
    }),
    maxInFlight: integer({
      label: 'Unconfirmed, most',
      help: 'Messages that may wait for their confirm. Beyond there is no room, nor is there while the broker blocks publishers.',
      unit: 'messages',
      default: 1000,
      min: 1,
      max: 1_000_000,
      when: CONFIRMED,
    }),
    ...onFull,
    persistent: toggle({
      label: 'Persistent',
      help: 'In a durable queue the message survives a restart of the broker.',
      broker: 'delivery-mode',
      origin: AMQP,
      default: false,
      section: 'Message',
    }),
    priority: integer({
      label: 'Priority',
      help: 'Queues with priorities deliver higher ones first.',
      unit: 'count',
      broker: 'priority',
      origin: AMQP,
      default: -1,
      min: -1,
      max: 255,
      special: { value: -1, meaning: 'none' },
      section: 'Message',
    }),
    expirationMs: milliseconds({
      label: 'Expiration',
      help: 'Its own time to live in a queue; the shorter one counts.',
      broker: 'expiration',
      origin: AMQP,
      default: -1,
      min: -1,
      max: 8_640_000_000,
      special: { value: -1, meaning: 'never' },
      section: 'Message',
    }),
    cc: text({
      label: 'CC',
      help: 'Further routing keys, one a line; consumers see them.',
      broker: 'CC',
      origin: 'RabbitMQ 4.3',
      default: '',
      maxLength: 20_000,
      advanced: true,
    }),
    bcc: text({
      label: 'BCC',
      help: 'Further routing keys, one a line, taken off before delivery.',
      broker: 'BCC',
      origin: 'RabbitMQ 4.3',
      default: '',
      maxLength: 20_000,
      advanced: true,
    }),
    network,
  },
  startingValues: { confirms: true, persistent: true },
});
