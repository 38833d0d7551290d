import { choice, integer, milliseconds } from '../fields.ts';
import { defineNode } from './definition.ts';

const RABBITMQ = 'RabbitMQ 4.3';

/** The broker that all exchanges and queues are on; without this node it is there with its defaults. */
export const rabbitmq = defineNode({
  kind: 'rabbitmq',
  family: 'queues',
  label: 'RabbitMQ',
  summary:
    'The broker that all exchanges and queues are on: it can be restarted, and it blocks publishers when memory runs short.',
  defaultName: 'RabbitMQ',
  version: 1,
  parameters: {
    release: choice({
      label: 'Version',
      help: 'Until 4.2 quorum queues have two priorities, 5 and more being the higher one, of which two messages come for each of the lower one; and a consumer timeout closes the channel, whatever the queue.',
      options: { '4.3': '4.3', '4.0': '4.0 to 4.2' },
      default: '4.3',
      simplified:
        'Of what else these versions differ in, nothing is shown. Changed while it runs, the broker has the other version at once.',
    }),
    memoryHighWatermark: integer({
      label: 'Memory high watermark',
      help: 'Bytes of messages in all queues beyond which publishers are blocked until there is less.',
      unit: 'bytes',
      broker: 'vm_memory_high_watermark',
      origin: RABBITMQ,
      default: -1,
      min: -1,
      max: 1_099_511_627_776,
      special: { value: -1, meaning: 'no limit' },
      simplified: 'Counts the bodies of messages; the broker counts all its memory, and has 0.6 of the machine.',
    }),
    confirmMs: milliseconds({
      label: 'Confirm of a persistent message',
      help: 'From its arrival in a durable classic queue until it is on disk and the broker says so. Transient messages are confirmed at once.',
      origin: 'RabbitMQ 4.0, median of a benchmark on one machine (rabbitmq.com/blog/2024/08/21)',
      default: 1.7,
      min: 0,
      max: 60_000,
      simplified: 'One delay stands for batches of writes.',
    }),
    quorumMs: milliseconds({
      label: 'Majority of a quorum queue',
      help: 'From its arrival until most members of a quorum queue, or of a stream, have the message.',
      origin: 'RabbitMQ 4.0, writes to disk of 5 to 15 ms (rabbitmq.com/blog/2024/08/21)',
      default: 10,
      min: 0,
      max: 60_000,
      simplified: 'One delay stands for the members, their disks and the network between them.',
    }),
    consumerTimeoutMs: milliseconds({
      label: 'Consumer timeout',
      help: 'How long a delivery may stay without acknowledgement before the broker closes the channel, or from 4.3 on a quorum queue takes the message back.',
      broker: 'consumer_timeout',
      origin: RABBITMQ,
      default: 1_800_000,
      min: 1000,
      max: 86_400_000,
    }),
  },
  startingValues: {},
});
