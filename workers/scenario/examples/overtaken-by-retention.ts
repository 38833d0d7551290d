import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const SHORT_Y = 80;
const LONG_Y = 350;

function lane(prefix: string, name: string, middleY: number, retentionMs: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-cameras`,
      kind: 'producer',
      name: 'cameras',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'constant', ratePerSecond: 5 },
      key: { type: 'uniform', keys: 8 },
      sizeBytes: 200_000,
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `images ${name}`,
      position: { x: COLUMN.topic, y: middleY - 60 },
      retentionMs,
      segmentMs: 900,
      retentionCheckIntervalMs: 500,
    },
    {
      id: `${prefix}-analysis`,
      kind: 'consumer',
      name: `analysis ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 60 },
      workMs: { type: 'constant', mean: 400 },
    },
  ];
}

function edges(prefix: string): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-cameras`,
      to: `${prefix}-log`,
      network: visibleNetwork(60),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-analysis`,
      commit: 'after',
      maxPollRecords: 5,
      ...QUICK_GROUP,
      network: visibleNetwork(40),
    },
  ];
}

export const overtakenByRetention: Example = {
  id: 'overtaken-by-retention',
  theme: 'log',
  title: 'A slow consumer is overtaken by retention',
  question: 'What if a consumer is slower than the log forgets?',
  summary:
    'The analysis does half of what comes in. Above, the log keeps 3.5 seconds: from about 10 s on whole segments go before they are read, the position is below the log start, and reading goes on behind the hole. Below, the log keeps everything, and everything is late.',
  scenario: playingScenario({
    title: 'A slow consumer is overtaken by retention',
    notes:
      'Retention does not ask who has read what. It deletes whole segments, so it takes a second of images at once; the group learns of it by OFFSET_OUT_OF_RANGE and auto.offset.reset, here earliest.',
    seed: 6,
    nodes: [
      laneFrame('f1', 'Kept for three and a half seconds', SHORT_Y, 210),
      laneFrame('f2', 'Kept for ever', LONG_Y, 210),
      ...lane('s', 'short', SHORT_Y, 3500),
      ...lane('l', 'long', LONG_Y, -1),
      laneNote(
        'n1',
        SHORT_Y,
        'The bracket is the log start. From 10 s on it overtakes the group: what it passes has expired, acknowledged and never applied. Try a retention of 30 s, or a second partition and instance.',
        'red',
      ),
      laneNote(
        'n2',
        LONG_Y,
        'Nothing is lost and nothing is in time: the lag grows by 2.5 a second. Retention has to outlast the longest backlog, so watch the age of the lag, not only its size.',
        'yellow',
      ),
    ],
    edges: [...edges('s'), ...edges('l')],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 's-analysis' },
      { id: 'c2', claim: 'noLoss', of: 'l-analysis' },
    ],
    panels: ['guarantees', 'lag'],
  }),
};
