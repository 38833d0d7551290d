import { behind, COLUMN, exchangeAt, noteAt, producerAt, publishing, ROW } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';

const KEYS = [
  'order.eu.created',
  'order.us.created',
  'order.eu.cancelled',
  'invoice.eu.created',
  'order.us.de.created',
];

const queues = behind('events', [
  { queue: ['new-orders', 'new orders'], by: { bindingKeys: 'order.*.created' }, consumer: ['warehouse', 'warehouse'] },
  { queue: ['europe', 'Europe'], by: { bindingKeys: '*.eu.*' }, consumer: ['tax', 'tax office'] },
  { queue: ['audit', 'audit'], by: { bindingKeys: '#' }, consumer: ['auditor', 'auditor'] },
]);

export const exchangeTopic: Example = {
  id: 'exchange-topic',
  theme: 'routing',
  title: 'Topic exchange: patterns of words',
  question: 'What do * and # in a binding key match?',
  summary:
    'Routing keys are words between dots, and bindings are patterns: * stands for exactly one word, # for any number of them, none included. So order.*.created does not take order.us.de.created, and # takes everything. Each queue gets one copy, however many of its bindings match.',
  scenario: playingScenario({
    title: 'Topic exchange: patterns of words',
    notes:
      'Select the exchange and type a key: the way lights up, and each binding says why it matches or not. Try order.eu.created, order.created and an empty key, and see what one more dot does.',
    seed: 3,
    nodes: [
      producerAt('shop', 'shop', ROW, KEYS),
      exchangeAt('events', 'events', ROW - 10, { type: 'topic' }),
      ...queues.nodes,
      noteAt(
        'n1',
        COLUMN.producer,
        2 * ROW + 20,
        'order.us.de.created has four words, order.*.created takes three: the warehouse never hears of it.',
        'red',
      ),
      noteAt(
        'n2',
        COLUMN.exchange,
        2 * ROW + 20,
        'Change the first binding to order.#.created, and it gets these orders, too: # takes any number of words.',
        'yellow',
      ),
    ],
    edges: [publishing('shop', 'events'), ...queues.edges],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'auditor' },
      { id: 'c2', claim: 'noDuplicateEffects', of: 'auditor' },
    ],
    panels: ['guarantees', 'flow'],
  }),
};
