import { behind, COLUMN, exchangeAt, noteAt, producerAt, publishing, ROW } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';

const queues = behind('orders', [
  { queue: ['bills', 'bills'], consumer: ['billing', 'billing'] },
  {
    queue: ['parcels', 'parcels'],
    consumer: ['shipping', 'shipping'],
    does: { workMs: { type: 'constant', mean: 80 } },
  },
  {
    queue: ['facts', 'facts'],
    consumer: ['analytics', 'analytics'],
    does: { workMs: { type: 'constant', mean: 160 } },
  },
]);

export const exchangeFanout: Example = {
  id: 'exchange-fanout',
  theme: 'routing',
  title: 'Fanout exchange: a copy for everybody',
  question: 'How do several services each get every message?',
  summary:
    'Every queue that is bound gets a copy of every order, and each is read at its own pace: analytics is slow, its queue grows, and nobody else notices. A queue that is bound later gets what comes from then on.',
  scenario: playingScenario({
    title: 'Fanout exchange: a copy for everybody',
    notes:
      'A fanout exchange looks at no key. Copies are independent: each queue has its own, which is acknowledged, redelivered or lost by itself. Draw an edge to one more queue while it runs.',
    seed: 2,
    nodes: [
      producerAt('shop', 'shop', ROW, ['ann', 'bob', 'cid', 'dee'], 8),
      exchangeAt('orders', 'orders', ROW - 10, { type: 'fanout' }),
      ...queues.nodes,
      noteAt(
        'n1',
        COLUMN.exchange,
        2 * ROW + 20,
        'One order in, three copies out. The routing key is there and plays no part.',
        'blue',
      ),
      noteAt(
        'n2',
        COLUMN.consumer,
        3 * ROW,
        'Six orders a second are all that analytics can do, and eight come: its queue grows. Give it a second instance.',
        'red',
      ),
    ],
    edges: [publishing('shop', 'orders'), ...queues.edges],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'billing' },
      { id: 'c2', claim: 'latencyBelow', of: 'billing', ms: 1000 },
      { id: 'c3', claim: 'latencyBelow', of: 'analytics', ms: 1000 },
    ],
    panels: ['guarantees', 'lag'],
  }),
};
