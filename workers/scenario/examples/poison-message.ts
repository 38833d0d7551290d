import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { consuming, publishing } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';
import { COLUMN, laneFrame, laneNote } from './queue-lane.ts';

const CLASSIC_Y = 110;
const QUORUM_Y = 530;

function lane(prefix: string, name: string, middleY: number, type: 'classic' | 'quorum'): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-orders`,
      kind: 'producer',
      name: 'orders',
      position: { x: COLUMN.producer, y: middleY - 74 },
      arrivals: { type: 'constant', ratePerSecond: 8 },
      key: { type: 'unique' },
    },
    {
      id: `${prefix}-queue`,
      kind: 'queue',
      name,
      position: { x: COLUMN.topic, y: middleY - 70 },
      type,
      ...(type === 'quorum' ? { deliveryLimit: 3 } : {}),
    },
    {
      id: `${prefix}-worker`,
      kind: 'consumer',
      name: `packing, ${type}`,
      position: { x: COLUMN.consumer, y: middleY - 90 },
      instances: 2,
      workMs: { type: 'constant', mean: 80 },
      poisonRate: 0.03,
    },
  ];
}

const edges = (prefix: string): readonly ScenarioEdge[] => [
  publishing(`${prefix}-orders`, `${prefix}-queue`),
  consuming(`${prefix}-queue`, `${prefix}-worker`, { prefetch: 1, onFailure: 'requeue' }),
];

export const poisonMessage: Example = {
  id: 'poison-message',
  theme: 'queues',
  title: 'A poison message',
  question: 'What does one message that nobody can handle do to a queue?',
  summary:
    'Three orders of a hundred crash every handler. A classic queue puts a requeued message back where it was, at its head: soon both workers do nothing but fail. A quorum queue counts deliveries: after the third return a message is dead-lettered, and somebody can look at it.',
  scenario: playingScenario({
    title: 'A poison message',
    notes:
      'Requeue is right when the next attempt may go well. Poison never does. A delivery limit tells the two apart, and a place for dead letters keeps what it takes.',
    seed: 5,
    nodes: [
      laneFrame('f1', 'Classic queue, requeue: for ever', CLASSIC_Y, 260),
      laneFrame('f2', 'Quorum queue, delivery limit 3, then dead letters', QUORUM_Y, 440),
      ...lane('c', 'orders, classic', CLASSIC_Y, 'classic'),
      ...lane('q', 'orders, quorum', QUORUM_Y - 80, 'quorum'),
      { id: 'dead', kind: 'queue', name: 'dead letters', position: { x: COLUMN.topic, y: QUORUM_Y + 60 } },
      {
        id: 'clerk',
        kind: 'consumer',
        name: 'somebody looks',
        position: { x: COLUMN.consumer, y: QUORUM_Y + 70 },
        workMs: { type: 'constant', mean: 400 },
      },
      laneNote(
        'n1',
        CLASSIC_Y,
        'Two poison messages are enough: one in the hands of each worker, again and again.',
        'red',
      ),
      laneNote(
        'n2',
        QUORUM_Y,
        'Deliveries are counted. Returned once more than the limit allows, a message leaves for the dead letters, with the reason delivery_limit.',
        'green',
      ),
    ],
    edges: [
      ...edges('c'),
      ...edges('q'),
      { id: 'q-dead', kind: 'deadLetter', from: 'q-queue', to: 'dead' },
      consuming('dead', 'clerk', { prefetch: 1 }),
    ],
    checks: [
      { id: 'c1', claim: 'lagBelow', of: 'c-worker', messages: 20 },
      { id: 'c2', claim: 'lagBelow', of: 'q-worker', messages: 20 },
    ],
    panels: ['lag', 'guarantees'],
  }),
};
