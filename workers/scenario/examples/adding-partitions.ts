import type { JournalEntry, ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const GROWN_Y = 110;
const PLANNED_Y = 450;
const GROWTH_MS = 6000;

function lane(prefix: string, name: string, middleY: number, partitions: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-accounts`,
      kind: 'producer',
      name: 'accounts',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'constant', ratePerSecond: 20 },
      key: { type: 'uniform', keys: 9 },
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `bookings ${name}`,
      position: { x: COLUMN.topic, y: middleY - 110 },
      partitions,
    },
    {
      id: `${prefix}-ledger`,
      kind: 'consumer',
      name: `ledger ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 90 },
      instances: 2,
      workMs: { type: 'exponential', mean: 100 },
    },
  ];
}

function edges(prefix: string): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-accounts`,
      to: `${prefix}-log`,
      network: visibleNetwork(60),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-ledger`,
      commit: 'after',
      maxPollRecords: 2,
      ...QUICK_GROUP,
      network: visibleNetwork(40),
    },
  ];
}

/** Both lanes get a third instance; only the first one needs more partitions for it. */
const growth: JournalEntry = {
  atMs: GROWTH_MS,
  edit: [
    { op: 'change', in: 'nodes', id: 'g-log', set: { partitions: 3 } },
    { op: 'change', in: 'nodes', id: 'g-ledger', set: { instances: 3 } },
    { op: 'change', in: 'nodes', id: 'p-ledger', set: { instances: 3 } },
  ],
};

export const addingPartitions: Example = {
  id: 'adding-partitions',
  theme: 'order',
  title: 'Adding partitions breaks order',
  question: 'Can I add a partition to a topic that is in use?',
  summary:
    'Two instances cannot keep up, so at 6 s both ledgers get a third one. Above, that takes a third partition: keys map anew, and a booking overtakes earlier ones of its account that still wait in the old partition. Below, the topic had partitions to spare, and order holds.',
  scenario: playingScenario({
    title: 'Adding partitions breaks order',
    notes:
      'A key goes to the partition hash mod N, and N changes when partitions are added. Records that are in the log stay where they are, so a key has its past in one partition and its future in another, read by two instances.',
    seed: 5,
    nodes: [
      laneFrame('f1', 'Two partitions, a third one at 6 s', GROWN_Y, 260),
      laneFrame('f2', 'Six partitions from the start', PLANNED_Y, 300),
      ...lane('g', 'grown', GROWN_Y, 2),
      ...lane('p', 'planned', PLANNED_Y - 20, 6),
      laneNote(
        'n1',
        GROWN_Y,
        'At 6 s a third partition comes with a third instance: colours change their strip, and later bookings are done while earlier ones wait. Click an overtaken one to see its life.',
        'red',
      ),
      laneNote(
        'n2',
        PLANNED_Y,
        'The same third instance, but there were partitions for it: they move from hand to hand, no key changes its strip. Try adding a seventh partition.',
        'green',
      ),
    ],
    edges: [...edges('g'), ...edges('p')],
    checks: [
      { id: 'c1', claim: 'orderPerKey', of: 'g-ledger' },
      { id: 'c2', claim: 'orderPerKey', of: 'p-ledger' },
    ],
    journal: [growth],
    panels: ['guarantees', 'ordering'],
  }),
};
