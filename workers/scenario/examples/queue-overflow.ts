import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { consuming, publishing } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';
import { COLUMN, laneFrame, laneNote } from './queue-lane.ts';

const DROP_Y = 100;
const REJECT_Y = 420;
const DEAD_Y = 790;

type Overflow = 'drop-head' | 'reject-publish' | 'reject-publish-dlx';

function lane(prefix: string, overflow: Overflow, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-sensors`,
      kind: 'producer',
      name: 'sensors',
      position: { x: COLUMN.producer, y: middleY - 74 },
      arrivals: { type: 'poisson', ratePerSecond: 12 },
      key: { type: 'uniform', keys: 6 },
    },
    {
      id: `${prefix}-queue`,
      kind: 'queue',
      name: overflow,
      position: { x: COLUMN.topic, y: middleY - 70 },
      maxLength: 10,
      overflow,
    },
    {
      id: `${prefix}-trend`,
      kind: 'consumer',
      name: `trend, ${overflow}`,
      position: { x: COLUMN.consumer, y: middleY - 70 },
      workMs: { type: 'constant', mean: 120 },
    },
  ];
}

const edges = (prefix: string): readonly ScenarioEdge[] => [
  publishing(`${prefix}-sensors`, `${prefix}-queue`),
  consuming(`${prefix}-queue`, `${prefix}-trend`, { prefetch: 1 }),
];

export const queueOverflow: Example = {
  id: 'queue-overflow',
  theme: 'queues',
  title: 'A full queue, three ways',
  question: 'Who pays when a queue is full?',
  summary:
    'Twelve readings a second come, eight are read, and ten may wait. Drop-head gives up the oldest, which had been confirmed. Reject-publish refuses the newest, and its publisher is told. With dlx what is refused is kept besides, in a queue of dead letters.',
  scenario: playingScenario({
    title: 'A full queue, three ways',
    notes:
      'The limit counts what is ready; what a consumer holds does not count. Compare what each way costs: confirmed and dropped, refused and told, or kept apart.',
    seed: 8,
    nodes: [
      laneFrame('f1', 'drop-head: the oldest goes', DROP_Y, 240),
      laneFrame('f2', 'reject-publish: the newest is refused', REJECT_Y, 240),
      laneFrame('f3', 'reject-publish-dlx: refused, and kept', DEAD_Y, 380),
      ...lane('d', 'drop-head', DROP_Y),
      ...lane('r', 'reject-publish', REJECT_Y),
      ...lane('x', 'reject-publish-dlx', DEAD_Y - 80),
      { id: 'x-dead', kind: 'queue', name: 'no room', position: { x: COLUMN.topic, y: DEAD_Y + 40 } },
      {
        id: 'x-archive',
        kind: 'consumer',
        name: 'archive',
        position: { x: COLUMN.consumer, y: DEAD_Y + 50 },
        workMs: { type: 'constant', mean: 20 },
      },
      laneNote('n1', DROP_Y, 'Readings are fresh, and every third one is gone although it had been confirmed.', 'red'),
      laneNote(
        'n2',
        REJECT_Y,
        'Nothing that was confirmed is missing. The publisher knows of every refusal, and has to do something.',
        'yellow',
      ),
      laneNote(
        'n3',
        DEAD_Y,
        'Refused all the same, so a publisher that tries again makes a second copy of what is kept.',
        'blue',
      ),
    ],
    edges: [
      ...edges('d'),
      ...edges('r'),
      ...edges('x'),
      { id: 'x-no-room', kind: 'deadLetter', from: 'x-queue', to: 'x-dead' },
      consuming('x-dead', 'x-archive'),
    ],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'd-trend' },
      { id: 'c2', claim: 'noLoss', of: 'r-trend' },
      { id: 'c3', claim: 'availabilityAbove', of: 'd-sensors', share: 0.95 },
      { id: 'c4', claim: 'availabilityAbove', of: 'r-sensors', share: 0.95 },
    ],
    panels: ['guarantees', 'flow'],
  }),
};
