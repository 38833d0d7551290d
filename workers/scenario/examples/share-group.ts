import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const GROUP_Y = 110;
const SHARE_Y = 470;

function lane(prefix: string, name: string, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-orders`,
      kind: 'producer',
      name: 'orders',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'constant', ratePerSecond: 10 },
      key: { type: 'uniform', keys: 30 },
    },
    {
      id: `${prefix}-jobs`,
      kind: 'topic',
      name: `jobs ${name}`,
      position: { x: COLUMN.topic, y: middleY - 80 },
      partitions: 2,
    },
    {
      id: `${prefix}-print`,
      kind: 'consumer',
      name: `print shop ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 120 },
      instances: 5,
      workMs: { type: 'uniform', min: 250, max: 550 },
      poisonRate: 0.025,
    },
  ];
}

function edges(
  prefix: string,
  settings: Partial<Extract<ScenarioEdge, { kind: 'subscribe' }>>,
): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-orders`,
      to: `${prefix}-jobs`,
      network: visibleNetwork(80),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-jobs`,
      to: `${prefix}-print`,
      ...settings,
      maxPollRecords: 1,
      network: visibleNetwork(25),
    },
  ];
}

export const shareGroup: Example = {
  id: 'share-group-work-queue',
  title: 'A share group as a work queue',
  theme: 'groups',
  question: 'Can more consumers than partitions all have work?',
  summary:
    'Five instances on two partitions. In the consumer group above three of them stand idle; in the share group below all five take jobs, each locked for one of them. A job that fails comes back, is tried four times, and is then archived: the queue goes on, and the order is gone.',
  scenario: playingScenario({
    title: 'A share group as a work queue',
    notes:
      'In a share group members compete for records instead of dividing partitions: a record is locked, worked on, and accepted or released. That makes a queue of a log, with redelivery and a delivery limit, and without order.',
    seed: 6,
    nodes: [
      laneFrame('f1', 'Consumer group: a partition has one reader', GROUP_Y, 300),
      laneFrame('f2', 'Share group: members compete for records', SHARE_Y, 300),
      ...lane('g', 'divided', GROUP_Y),
      ...lane('s', 'shared', SHARE_Y),
      laneNote(
        'n1',
        GROUP_Y,
        'Two partitions, so two of five instances work and the lag grows. A job that cannot be done is passed over: it is lost.',
        'red',
      ),
      laneNote(
        'n2',
        SHARE_Y,
        'Boxes below the records: in hand until the lock ends, done, or coming back with the number of its delivery. After four a job is archived. Pause an instance and see its job go to another.',
        'green',
      ),
    ],
    edges: [
      ...edges('g', { commit: 'after', ...QUICK_GROUP }),
      ...edges('s', {
        groupProtocol: 'share',
        share: {
          acknowledgementMode: 'explicit',
          onFailure: 'release',
          autoOffsetReset: 'earliest',
          lockDurationMs: 1500,
          deliveryCountLimit: 4,
          sessionTimeoutMs: 1500,
          heartbeatIntervalMs: 300,
        },
      }),
    ],
    checks: [
      { id: 'g-lag', claim: 'lagBelow', of: 'g-print', messages: 25 },
      { id: 's-lag', claim: 'lagBelow', of: 's-print', messages: 25 },
      { id: 's-twice', claim: 'noDuplicateEffects', of: 's-print' },
      { id: 'g-order', claim: 'orderPerKey', of: 'g-print' },
      { id: 's-order', claim: 'orderPerKey', of: 's-print' },
    ],
    panels: ['guarantees', 'lag'],
  }),
};
