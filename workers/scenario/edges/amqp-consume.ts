import { choice, integer, milliseconds, text, toggle } from '../fields.ts';
import { defineProtocol } from './definition.ts';
import { network } from './network.ts';

const AMQP = 'AMQP 0-9-1';

/** A channel of each instance that the queue pushes messages to. */
export const amqpConsume = defineProtocol({
  edge: 'amqpConsume',
  from: ['queue'],
  to: ['consumer', 'client'],
  label: 'Consume',
  summary:
    'The queue pushes messages to the instances in turn, as many as the prefetch allows before acknowledgements.',
  version: 1,
  parameters: {
    ack: choice({
      label: 'Acknowledgement',
      help: 'After the work (a crash doubles), before it (a crash loses), or automatic: the broker forgets a message as soon as it is sent.',
      broker: 'no-ack',
      origin: AMQP,
      options: { after: 'After the work', before: 'Before the work', auto: 'Automatic' },
      default: 'after',
    }),
    prefetch: integer({
      label: 'Prefetch',
      help: 'Messages that an instance may hold without acknowledgement. Automatic acknowledgement ignores it.',
      unit: 'messages',
      broker: 'prefetch-count',
      origin: 'RabbitMQ 4.3',
      default: 0,
      min: 0,
      max: 65_535,
      special: { value: 0, meaning: 'no limit' },
    }),
    prefetchShared: toggle({
      label: 'Prefetch for the whole channel',
      help: 'All consumers of an instance share the prefetch, instead of each having its own. Classic queues only; denied by default since 4.3.',
      broker: 'global',
      origin: 'RabbitMQ 4.3',
      default: false,
      advanced: true,
    }),
    onFailure: choice({
      label: 'When handling fails',
      help: 'The message goes back to the queue, or is rejected: dropped, or dead-lettered where the queue says so.',
      broker: 'requeue',
      origin: AMQP,
      options: { requeue: 'Requeue', reject: 'Reject' },
      default: 'requeue',
      when: { parameter: 'ack', is: ['after'] },
    }),
    priority: integer({
      label: 'Consumer priority',
      help: 'Consumers with a higher one are served first, as long as their prefetch lets them.',
      unit: 'count',
      broker: 'x-priority',
      origin: 'RabbitMQ 4.3',
      default: 0,
      min: -1000,
      max: 1000,
      advanced: true,
    }),
    exclusive: toggle({
      label: 'Exclusive',
      help: 'Nobody else may consume from the queue.',
      broker: 'exclusive',
      origin: AMQP,
      default: false,
      advanced: true,
    }),
    streamOffset: text({
      label: 'Stream offset',
      help: 'Where reading a stream begins: first, last, next, a number, or an age such as 1h.',
      broker: 'x-stream-offset',
      origin: 'RabbitMQ 4.3',
      default: 'next',
      maxLength: 40,
      advanced: true,
    }),
    heartbeatMs: milliseconds({
      label: 'Heartbeat',
      help: 'How often both ends of an idle connection say that they are there. A consumer that was not heard of for three of them has its messages taken back.',
      broker: 'heartbeat',
      origin: 'RabbitMQ 4.3',
      default: 60_000,
      min: 100,
      max: 3_600_000,
      advanced: true,
      simplified: 'Detection takes three intervals; a process that died is noticed at once, by its socket.',
    }),
    network,
  },
  startingValues: { prefetch: 20 },
});
