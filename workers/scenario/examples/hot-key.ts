import { COLUMN, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const MIDDLE_Y = 160;

export const hotKey: Example = {
  id: 'hot-key',
  theme: 'load',
  title: 'A hot key',
  question: 'Why does one instance drown while five have nothing to do?',
  summary:
    'One customer orders more than all others together. A key has one partition, and a partition one reader: that one lags more and more, and neither more partitions nor more instances help it. Set the key to uniform and watch the lag go.',
  scenario: playingScenario({
    title: 'A hot key',
    notes:
      'Order per key costs parallelism per key. What helps is a finer key, fewer records for it, or quicker work; not more partitions.',
    seed: 11,
    nodes: [
      {
        id: 'orders',
        kind: 'producer',
        name: 'orders',
        position: { x: COLUMN.producer, y: MIDDLE_Y - 70 },
        arrivals: { type: 'constant', ratePerSecond: 40 },
        key: { type: 'zipf', keys: 40, exponent: 2 },
      },
      {
        id: 'log',
        kind: 'topic',
        name: 'orders-by-customer',
        position: { x: COLUMN.topic, y: MIDDLE_Y - 140 },
        partitions: 6,
      },
      {
        id: 'stock',
        kind: 'consumer',
        name: 'stock',
        position: { x: COLUMN.consumer, y: MIDDLE_Y - 130 },
        instances: 6,
        workMs: { type: 'constant', mean: 60 },
      },
      laneNote(
        'n1',
        MIDDLE_Y,
        'Six instances manage 100 orders a second together, and 40 come. But most are of one customer, so one partition gets more than its reader’s 16. Look at the lag of each strip.',
        'yellow',
      ),
    ],
    edges: [
      { id: 'publish', kind: 'publish', from: 'orders', to: 'log', network: visibleNetwork(60) },
      {
        id: 'subscribe',
        kind: 'subscribe',
        from: 'log',
        to: 'stock',
        commit: 'after',
        maxPollRecords: 5,
        ...QUICK_GROUP,
        network: visibleNetwork(25),
      },
    ],
    checks: [
      { id: 'c1', claim: 'orderPerKey', of: 'stock' },
      { id: 'c2', claim: 'lagBelow', of: 'stock', messages: 100 },
    ],
    panels: ['guarantees', 'lag'],
  }),
};
