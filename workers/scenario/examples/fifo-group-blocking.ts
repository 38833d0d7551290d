import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { playingScenario, visibleNetwork, type Example } from './example.ts';
import { COLUMN, laneFrame, laneNote } from './queue-lane.ts';

const FIFO_Y = 150;
const STANDARD_Y = 560;

function lane(prefix: string, fifo: boolean, middleY: number): readonly ScenarioNode[] {
  const queue = { kind: 'sqs' as const, ...(fifo && { fifo: true }), visibilityTimeoutMs: 1500 };
  return [
    {
      id: `${prefix}-accounts`,
      kind: 'producer',
      name: 'accounts',
      position: { x: COLUMN.producer, y: middleY - 145 },
      arrivals: { type: 'constant', ratePerSecond: 24 },
      key: { type: 'uniform', keys: 5 },
    },
    {
      id: `${prefix}-queue`,
      name: fifo ? 'bookings.fifo' : 'bookings',
      position: { x: COLUMN.topic, y: middleY - 145 },
      ...queue,
    },
    {
      id: `${prefix}-dead`,
      name: fifo ? 'dead bookings.fifo' : 'dead bookings',
      position: { x: COLUMN.topic, y: middleY + 25 },
      ...queue,
    },
    {
      id: `${prefix}-ledger`,
      kind: 'consumer',
      name: fifo ? 'ledger, FIFO' : 'ledger, standard',
      position: { x: COLUMN.consumer, y: middleY - 145 },
      instances: 4,
      workMs: { type: 'exponential', mean: 60 },
      poisonRate: 0.01,
    },
  ];
}

function edges(prefix: string): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-send`,
      kind: 'sqsSend',
      from: `${prefix}-accounts`,
      to: `${prefix}-queue`,
      network: visibleNetwork(50),
    },
    {
      id: `${prefix}-receive`,
      kind: 'sqsReceive',
      from: `${prefix}-queue`,
      to: `${prefix}-ledger`,
      maxNumberOfMessages: 5,
      waitTimeMs: 20_000,
      network: visibleNetwork(50),
    },
    { id: `${prefix}-redrive`, kind: 'redrive', from: `${prefix}-queue`, to: `${prefix}-dead`, maxReceiveCount: 3 },
  ];
}

export const fifoGroupBlocking: Example = {
  id: 'fifo-group-blocking',
  theme: 'order',
  title: 'One poisoned message holds up its group',
  question: 'What does a FIFO queue pay for keeping order?',
  summary:
    'One booking in a hundred cannot be handled. In the FIFO queue nothing of its account goes on until it has failed three times and is moved to the dead letters: the others wait, in order. The standard queue goes on at once, and out of order.',
  scenario: playingScenario({
    title: 'One poisoned message holds up its group',
    notes:
      'A FIFO queue locks a message group while one of its messages is in flight. Order per account is kept, at the price that one bad message stops its account for as long as it takes to give it up. The dead-letter queue ends the wait, and leaves a hole in the order.',
    seed: 5,
    nodes: [
      laneFrame('f1', 'FIFO: accounts are message groups', FIFO_Y, 340),
      laneFrame('f2', 'Standard', STANDARD_Y, 340),
      ...lane('f', true, FIFO_Y),
      ...lane('s', false, STANDARD_Y),
      laneNote(
        'n1',
        FIFO_Y,
        'Watch the visible messages pile up behind a poisoned one, and go all at once when it is dead. Lower the receives on the redrive edge to 1: shorter waits, more dead letters.',
        'blue',
      ),
      laneNote(
        'n2',
        STANDARD_Y,
        'Nobody waits for a poisoned message here. But four workers take messages of one account side by side: see how many took effect out of order.',
        'red',
      ),
    ],
    edges: [...edges('f'), ...edges('s')],
    checks: ['f', 's'].map((prefix) => ({
      id: `${prefix}-order`,
      claim: 'orderPerKey' as const,
      of: `${prefix}-ledger`,
    })),
    panels: ['guarantees', 'lag'],
  }),
};
