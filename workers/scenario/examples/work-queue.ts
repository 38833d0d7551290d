import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { consuming, publishing } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';
import { COLUMN, laneFrame, laneNote } from './queue-lane.ts';

const ONE_Y = 110;
const HUNDRED_Y = 450;

/** Jobs of very different sizes, and three workers. */
function lane(prefix: string, name: string, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-jobs`,
      kind: 'producer',
      name: 'uploads',
      position: { x: COLUMN.producer, y: middleY - 74 },
      arrivals: { type: 'bursts', size: 24, everyMs: 4000, spreadMs: 200 },
      key: { type: 'unique' },
    },
    {
      id: `${prefix}-queue`,
      kind: 'queue',
      name: `thumbnails, ${name}`,
      position: { x: COLUMN.topic, y: middleY - 70 },
    },
    {
      id: `${prefix}-worker`,
      kind: 'consumer',
      name: `workers, ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 100 },
      instances: 3,
      workMs: { type: 'hyperexponential', mean: 300, cv: 2 },
    },
  ];
}

function edges(prefix: string, prefetch: number): readonly ScenarioEdge[] {
  return [
    publishing(`${prefix}-jobs`, `${prefix}-queue`),
    consuming(`${prefix}-queue`, `${prefix}-worker`, { prefetch }),
  ];
}

export const workQueue: Example = {
  id: 'work-queue',
  theme: 'queues',
  title: 'A work queue: prefetch 1 and 100',
  question: 'How many messages should a worker hold?',
  summary:
    'Every four seconds two dozen jobs come at once, a few of them long. With a prefetch of 1 whoever is free takes the next one. With 100 they are dealt out at once, a third each: who got the long ones is late with all of its share, while the others stand idle.',
  scenario: playingScenario({
    title: 'A work queue: prefetch 1 and 100',
    notes:
      'The queue hands each message to the next consumer that has room. Prefetch is that room. A small one divides work by who is free; a large one hides the way between queue and worker when jobs are short.',
    seed: 4,
    nodes: [
      laneFrame('f1', 'Prefetch 1: whoever is free takes the next', ONE_Y, 280),
      laneFrame('f2', 'Prefetch 100: dealt out in turn, whatever they are', HUNDRED_Y, 280),
      ...lane('o', 'prefetch 1', ONE_Y),
      ...lane('h', 'prefetch 100', HUNDRED_Y),
      laneNote(
        'n1',
        ONE_Y,
        'What waits, waits in the queue, where any worker can take it. Between two jobs a worker waits for the next to arrive.',
        'green',
      ),
      laneNote(
        'n2',
        HUNDRED_Y,
        'Nothing is ready: all of it waits in workers, behind whatever these are busy with. Kill one: its share comes back at once, flagged redelivered.',
        'red',
      ),
    ],
    edges: [...edges('o', 1), ...edges('h', 100)],
    checks: [
      { id: 'c1', claim: 'latencyBelow', of: 'o-worker', percentile: 95, ms: 4500 },
      { id: 'c2', claim: 'latencyBelow', of: 'h-worker', percentile: 95, ms: 4500 },
    ],
    panels: ['latency', 'lag'],
  }),
};
