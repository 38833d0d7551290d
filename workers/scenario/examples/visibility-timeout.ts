import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { playingScenario, visibleNetwork, type Example } from './example.ts';
import { COLUMN, laneFrame, laneNote } from './queue-lane.ts';

const SHORT_Y = 90;
const EXTENDED_Y = 380;

function lane(prefix: string, extended: boolean, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-uploads`,
      kind: 'producer',
      name: 'uploads',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'poisson', ratePerSecond: 1.5 },
      key: { type: 'uniform', keys: 6 },
    },
    {
      id: `${prefix}-queue`,
      kind: 'sqs',
      name: extended ? 'videos, extended' : 'videos',
      position: { x: COLUMN.topic, y: middleY - 70 },
      visibilityTimeoutMs: 2000,
      disorderRate: 0,
    },
    {
      id: `${prefix}-encoder`,
      kind: 'consumer',
      name: extended ? 'encoder, extending' : 'encoder',
      position: { x: COLUMN.consumer, y: middleY - 90 },
      instances: 4,
      workMs: { type: 'uniform', min: 800, max: 2800 },
    },
  ];
}

function edges(prefix: string, extendEveryMs: number): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-send`,
      kind: 'sqsSend',
      from: `${prefix}-uploads`,
      to: `${prefix}-queue`,
      network: visibleNetwork(60),
    },
    {
      id: `${prefix}-receive`,
      kind: 'sqsReceive',
      from: `${prefix}-queue`,
      to: `${prefix}-encoder`,
      waitTimeMs: 20_000,
      ...(extendEveryMs > 0 && { extendEveryMs }),
      network: visibleNetwork(60),
    },
  ];
}

export const visibilityTimeout: Example = {
  id: 'visibility-timeout',
  theme: 'delivery',
  title: 'A visibility timeout shorter than the work',
  question: 'Why does a queue hand out a message that somebody is working on?',
  summary:
    'A received message is hidden for two seconds, and encoding a video takes up to three: it comes back while it is being worked on, and is encoded twice. Below, the same workers hide what they hold anew every second, and nothing is doubled.',
  scenario: playingScenario({
    title: 'A visibility timeout shorter than the work',
    notes:
      'SQS cannot tell a worker that is slow from one that is dead: it waits for the visibility timeout and no longer. A timeout well above the longest work, or a heartbeat that extends it, keeps duplicates away; a long timeout alone makes every crash a long wait.',
    seed: 3,
    nodes: [
      laneFrame('f1', 'Hidden for 2 s, worked on for up to 3', SHORT_Y, 220),
      laneFrame('f2', 'Hidden anew every second', EXTENDED_Y, 220),
      ...lane('s', false, SHORT_Y),
      ...lane('e', true, EXTENDED_Y),
      laneNote(
        'n1',
        SHORT_Y,
        'Each bar is a message in flight: it shrinks until the message comes back. One that comes back during the work is done twice. Try a timeout of 4 s.',
        'red',
      ),
      laneNote(
        'n2',
        EXTENDED_Y,
        'A heartbeat fills the bars again before they end. It costs a call each time: compare the calls of both queues. Crash a worker: its message is back after 2 s.',
        'green',
      ),
    ],
    edges: [...edges('s', 0), ...edges('e', 1000)],
    checks: ['s', 'e'].flatMap((prefix) => [
      { id: `${prefix}-twice`, claim: 'noDuplicateEffects' as const, of: `${prefix}-encoder` },
      { id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-encoder` },
    ]),
    panels: ['guarantees', 'trace'],
  }),
};
