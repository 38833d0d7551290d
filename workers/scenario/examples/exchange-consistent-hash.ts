import { binding, consumerAt, consuming, COLUMN, exchangeAt, noteAt, publishing, queueAt, ROW } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';

export const exchangeConsistentHash: Example = {
  id: 'exchange-consistent-hash',
  theme: 'routing',
  title: 'Consistent hash: order per customer on many queues',
  question: 'Can I share out work among queues and keep the order of each customer?',
  summary:
    'The exchange hashes the routing key, so all that one customer does is in one queue, and one consumer reads it in order. Binding keys are weights: the third queue has twice the share. When a queue is added about its share of customers moves there, and nobody else does.',
  scenario: playingScenario({
    title: 'Consistent hash: order per customer on many queues',
    notes:
      'A single queue with three consumers would be as fast and lose the order. Here each customer has a queue, as a key has a partition in Kafka. Select the exchange and type k7: the hash and its bucket are shown.',
    seed: 5,
    nodes: [
      {
        id: 'shop',
        kind: 'producer',
        name: 'shop',
        position: { x: COLUMN.producer, y: ROW },
        arrivals: { type: 'poisson', ratePerSecond: 24 },
        key: { type: 'uniform', keys: 40 },
      },
      exchangeAt('spread', 'by customer', ROW - 10, { type: 'x-consistent-hash' }),
      ...['one', 'two', 'three'].flatMap((name, row) => [
        queueAt(`q${row}`, `lane ${name}`, row * ROW),
        consumerAt(`w${row}`, `worker ${name}`, row * ROW, { workMs: { type: 'uniform', min: 20, max: 100 } }),
      ]),
      noteAt(
        'n1',
        COLUMN.exchange,
        2 * ROW + 20,
        'Weights 1, 1 and 2 are four buckets. Of forty customers about twenty are in the third lane.',
        'blue',
      ),
      noteAt(
        'n2',
        COLUMN.producer,
        2 * ROW + 20,
        'Add a queue and bind it with weight 1: some customers move, and their old messages may be overtaken by new ones.',
        'yellow',
      ),
    ],
    edges: [
      publishing('shop', 'spread'),
      ...['1', '1', '2'].flatMap((weight, row) => [
        binding('spread', `q${row}`, { bindingKeys: weight }),
        consuming(`q${row}`, `w${row}`),
      ]),
    ],
    checks: [
      { id: 'c1', claim: 'orderPerKey', of: 'w0' },
      { id: 'c2', claim: 'orderPerKey', of: 'w1' },
      { id: 'c3', claim: 'orderPerKey', of: 'w2' },
    ],
    panels: ['guarantees', 'ordering'],
  }),
};
