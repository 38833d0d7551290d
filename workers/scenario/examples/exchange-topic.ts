import {
  binding,
  consumerAt,
  consuming,
  COLUMN,
  exchangeAt,
  noteAt,
  producerAt,
  publishing,
  queueAt,
  ROW,
} from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';

const KEYS = [
  'order.eu.created',
  'order.us.created',
  'order.eu.cancelled',
  'invoice.eu.created',
  'order.us.de.created',
];

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
      queueAt('new-orders', 'new orders', 0),
      queueAt('europe', 'Europe', ROW),
      queueAt('audit', 'audit', 2 * ROW),
      consumerAt('warehouse', 'warehouse', 0),
      consumerAt('tax', 'tax office', ROW),
      consumerAt('auditor', 'auditor', 2 * ROW),
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
    edges: [
      publishing('shop', 'events'),
      binding('events', 'new-orders', { bindingKeys: 'order.*.created' }),
      binding('events', 'europe', { bindingKeys: '*.eu.*' }),
      binding('events', 'audit', { bindingKeys: '#' }),
      consuming('new-orders', 'warehouse'),
      consuming('europe', 'tax'),
      consuming('audit', 'auditor'),
    ],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'auditor' },
      { id: 'c2', claim: 'noDuplicateEffects', of: 'auditor' },
    ],
    panels: ['guarantees', 'flow'],
  }),
};
