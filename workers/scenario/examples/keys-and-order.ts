import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const KEYED_Y = 110;
const ROUND_Y = 430;

/** The same work twice; only the partitioner differs. */
function lane(prefix: string, name: string, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-orders`,
      kind: 'producer',
      name: 'orders',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'poisson', ratePerSecond: 10 },
      key: { type: 'uniform', keys: 9 },
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `orders ${name}`,
      position: { x: COLUMN.topic, y: middleY - 110 },
      partitions: 3,
    },
    {
      id: `${prefix}-shipping`,
      kind: 'consumer',
      name: `shipping ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 90 },
      instances: 3,
      workMs: { type: 'exponential', mean: 150 },
    },
  ];
}

function edges(prefix: string, partitioner: 'default' | 'roundRobin'): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-orders`,
      to: `${prefix}-log`,
      partitioner,
      network: visibleNetwork(80),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-shipping`,
      commit: 'after',
      maxPollRecords: 5,
      ...QUICK_GROUP,
      network: visibleNetwork(60),
    },
  ];
}

export const keysAndOrder: Example = {
  id: 'keys-and-order',
  theme: 'order',
  title: 'Keys and order over partitions',
  question: 'In which order are my messages processed?',
  summary:
    'The same orders go through two topics of three partitions. Above, the key chooses the partition and every customer’s orders stay in order; below, they are dealt out in turn and overtake each other.',
  scenario: playingScenario({
    title: 'Keys and order over partitions',
    notes:
      'A topic is ordered within a partition, not across them. Colours are keys: above each colour stays in one strip, below it is spread over all three.',
    seed: 11,
    nodes: [
      laneFrame('f1', 'The key chooses the partition', KEYED_Y, 260),
      laneFrame('f2', 'Round robin, the key is ignored', ROUND_Y, 260),
      ...lane('k', 'by key', KEYED_Y),
      ...lane('r', 'in turn', ROUND_Y),
      laneNote(
        'n1',
        KEYED_Y,
        'Each colour is a key and stays in one partition, so one instance sees it in order. Try a single key: order holds, but two instances have nothing to do.',
        'green',
      ),
      laneNote(
        'n2',
        ROUND_Y,
        'One key is now worked on by three instances at once, and the faster one wins: the swap arrows count orders overtaken by a later one. Try one partition.',
        'red',
      ),
    ],
    edges: [...edges('k', 'default'), ...edges('r', 'roundRobin')],
    checks: [
      { id: 'c1', claim: 'orderPerKey', of: 'k-shipping' },
      { id: 'c2', claim: 'orderPerKey', of: 'r-shipping' },
    ],
    panels: ['guarantees', 'ordering'],
  }),
};
