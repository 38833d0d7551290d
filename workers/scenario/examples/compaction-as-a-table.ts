import type { Fault, ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const TABLE_Y = 120;
const HISTORY_Y = 470;
const LATE_MS = 15_000;

type TopicSettings = Partial<Extract<ScenarioNode, { kind: 'topic' }>>;

function lane(prefix: string, name: string, middleY: number, settings: TopicSettings): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-prices`,
      kind: 'producer',
      name: 'prices',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'constant', ratePerSecond: 8 },
      key: { type: 'uniform', keys: 6 },
      tombstoneRate: 0.06,
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `prices ${name}`,
      position: { x: COLUMN.topic, y: middleY - 60 },
      ...settings,
    },
    {
      id: `${prefix}-shop`,
      kind: 'consumer',
      name: `shop ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 120 },
      workMs: { type: 'constant', mean: 20 },
    },
    {
      id: `${prefix}-cache`,
      kind: 'consumer',
      name: `cache ${name}`,
      position: { x: COLUMN.consumer, y: middleY + 20 },
      workMs: { type: 'constant', mean: 80 },
    },
  ];
}

function edges(prefix: string): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-prices`,
      to: `${prefix}-log`,
      network: visibleNetwork(60),
    },
    ...['shop', 'cache'].map((reader): ScenarioEdge => ({
      id: `${prefix}-${reader}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-${reader}`,
      commit: 'after',
      maxPollRecords: 5,
      ...QUICK_GROUP,
      network: visibleNetwork(40),
    })),
  ];
}

/** The caches are started late. */
const lateStart = (prefix: string): Fault => ({
  id: `${prefix}-late`,
  atMs: 0,
  do: 'crash',
  target: `${prefix}-cache`,
  forMs: LATE_MS,
});

export const compactionAsATable: Example = {
  id: 'compaction-as-a-table',
  theme: 'log',
  title: 'A compacted log is a table',
  question: 'What does a compacted topic keep, and who misses what?',
  summary:
    'Six prices change all the time. Above, the cleaner keeps the last record of each: the strip fills with holes, and a cache that starts at 15 s has the table after a handful of records. Below, it has to read the whole history. Struck-through cells delete a price.',
  scenario: playingScenario({
    title: 'A compacted log is a table',
    notes:
      'Compaction never changes an offset or an order. It takes records that a later one of the same key stands for, in closed segments only. A reader that comes later misses versions, not the last one: they are superseded, not lost.',
    seed: 4,
    nodes: [
      laneFrame('f1', 'cleanup.policy compact', TABLE_Y, 290),
      laneFrame('f2', 'cleanup.policy delete, kept for ever', HISTORY_Y, 290),
      ...lane('t', 'table', TABLE_Y, {
        cleanupPolicy: 'compact',
        segmentBytes: 1600,
        minCleanableDirtyRatio: 0.3,
        cleanerBackoffMs: 1500,
        deleteRetentionMs: 6000,
      }),
      ...lane('h', 'history', HISTORY_Y, {}),
      laneNote(
        'n1',
        TABLE_Y,
        'Every 1.5 s the cleaner passes the closed segments. Dots are offsets whose record is superseded. Try a segment size of 16000: the active segment is never cleaned.',
        'green',
      ),
      laneNote(
        'n2',
        HISTORY_Y,
        'The same prices, nothing taken. The cache that starts at 15 s reads all 120 versions to know six prices, and the lag shows how long that takes.',
        'yellow',
      ),
    ],
    edges: [...edges('t'), ...edges('h')],
    faults: [lateStart('t'), lateStart('h')],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 't-shop' },
      { id: 'c2', claim: 'orderPerKey', of: 't-cache' },
    ],
    panels: ['guarantees', 'lag'],
  }),
};
