import { choice, text, toggle } from '../fields.ts';
import { defineProtocol } from './definition.ts';

const BINDING = { parameter: 'alternate', is: [false] } as const;

/** What an exchange hands to a queue or to another exchange. Nothing is in between: both are on one broker. */
export const bind = defineProtocol({
  edge: 'bind',
  from: ['exchange'],
  to: ['queue', 'exchange'],
  label: 'Bind',
  summary: 'Says which messages of the exchange go on to the queue or exchange at the other end.',
  version: 1,
  parameters: {
    bindingKeys: text({
      label: 'Binding keys',
      help: 'What the exchange compares with the routing key: all of it (direct), words with * for one and # for any number (topic), or a weight (x-consistent-hash). One a line, each a binding of its own.',
      broker: 'routing-key',
      origin: 'AMQP 0-9-1',
      default: '',
      maxLength: 20_000,
      when: BINDING,
    }),
    xMatch: choice({
      label: 'Match',
      help: 'Whether all headers below must fit, or any of them. Names that begin with x- take part in the last two only. Only a headers exchange looks at it.',
      broker: 'x-match',
      origin: 'RabbitMQ 4.3',
      options: { all: 'all', any: 'any', 'all-with-x': 'all-with-x', 'any-with-x': 'any-with-x' },
      default: 'all',
      when: BINDING,
    }),
    headers: text({
      label: 'Headers',
      help: 'Arguments of the binding, one a line: name = value. A number, true, false and "quoted text" are what they are, null asks only whether the header is there, all else is text.',
      broker: 'arguments',
      origin: 'AMQP 0-9-1',
      default: '',
      maxLength: 20_000,
      when: BINDING,
    }),
    alternate: toggle({
      label: 'Alternate exchange',
      help: 'No binding: the exchange at the other end takes what this one has no binding for.',
      broker: 'alternate-exchange',
      origin: 'RabbitMQ 4.3',
      default: false,
    }),
  },
  startingValues: {},
});
