import type { ScenarioNode } from '../document.ts';
import { consuming, publishing } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';
import { COLUMN, laneFrame, laneNote } from './queue-lane.ts';

const MIXED_Y = 150;
const APART_Y = 600;

function sender(id: string, name: string, y: number, perSecond: number): ScenarioNode {
  return {
    id,
    kind: 'producer',
    name,
    position: { x: COLUMN.producer, y },
    arrivals: { type: 'constant', ratePerSecond: perSecond },
    key: { type: 'unique' },
  };
}

function reader(id: string, name: string, y: number): ScenarioNode {
  return {
    id,
    kind: 'consumer',
    name,
    position: { x: COLUMN.consumer, y },
    workMs: { type: 'constant', mean: 40 },
  };
}

export const ttlHeadOfQueue: Example = {
  id: 'ttl-head-of-queue',
  theme: 'queues',
  title: 'Time to live, and who stands in front',
  question: 'When does an expired message leave its queue?',
  summary:
    'Prices are worth nothing after a second, reports live for a minute, and the reader is away from 3 s to 15 s. In one queue prices expire behind a report: nobody will get them, and still they are counted, and take room, until they come to the head. In two queues they go when their time is over.',
  scenario: playingScenario({
    title: 'Time to live, and who stands in front',
    notes:
      'A message expires only at the head of its queue. The shorter of queue and message counts. So what lives for different times belongs into different queues.',
    seed: 2,
    nodes: [
      laneFrame('f1', 'One queue for both', MIXED_Y, 340),
      laneFrame('f2', 'A queue for each', APART_Y, 420),
      sender('m-prices', 'prices, 1 s', MIXED_Y - 150, 8),
      sender('m-reports', 'reports, 60 s', MIXED_Y + 10, 1),
      { id: 'm-queue', kind: 'queue', name: 'mixed', position: { x: COLUMN.topic, y: MIXED_Y - 70 } },
      reader('m-reader', 'dashboard', MIXED_Y - 70),
      laneNote(
        'n1',
        MIXED_Y,
        'Ready grows with what is long dead. A limit on the length would drop live messages for it.',
        'red',
      ),
      sender('a-prices', 'prices, 1 s', APART_Y - 190, 8),
      sender('a-reports', 'reports, 60 s', APART_Y + 20, 1),
      { id: 'a-fast', kind: 'queue', name: 'prices', position: { x: COLUMN.topic, y: APART_Y - 190 } },
      { id: 'a-slow', kind: 'queue', name: 'reports', position: { x: COLUMN.topic, y: APART_Y + 20 } },
      reader('a-fast-reader', 'dashboard, prices', APART_Y - 190),
      reader('a-slow-reader', 'dashboard, reports', APART_Y + 20),
      laneNote(
        'n2',
        APART_Y,
        'All prices live equally long, so the oldest is always at the head: what is ready is alive.',
        'green',
      ),
    ],
    edges: [
      publishing('m-prices', 'm-queue', { expirationMs: 1000 }),
      publishing('m-reports', 'm-queue', { expirationMs: 60_000 }),
      consuming('m-queue', 'm-reader'),
      publishing('a-prices', 'a-fast', { expirationMs: 1000 }),
      publishing('a-reports', 'a-slow', { expirationMs: 60_000 }),
      consuming('a-fast', 'a-fast-reader'),
      consuming('a-slow', 'a-slow-reader'),
    ],
    faults: ['m-reader', 'a-fast-reader', 'a-slow-reader'].map((target) => ({
      id: `${target}-away`,
      do: 'crash',
      target,
      atMs: 3000,
      forMs: 12_000,
    })),
    checks: [
      { id: 'c1', claim: 'lagBelow', of: 'm-reader', messages: 30 },
      { id: 'c2', claim: 'lagBelow', of: 'a-fast-reader', messages: 30 },
    ],
    panels: ['lag', 'guarantees'],
  }),
};
