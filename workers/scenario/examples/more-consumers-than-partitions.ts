import { COLUMN, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const MIDDLE_Y = 120;

export const moreConsumersThanPartitions: Example = {
  id: 'more-consumers-than-partitions',
  theme: 'groups',
  title: 'More consumers than partitions',
  question: 'Will two more consumers make it faster?',
  summary:
    'Five instances share three partitions, so two of them stand idle while the lag grows. Partitions, not consumers, are the limit: drag two more onto the topic and watch all five at work.',
  scenario: playingScenario({
    title: 'More consumers than partitions',
    notes:
      'Within a group a partition has one reader at a time. Instances beyond the number of partitions wait for work that never comes.',
    seed: 5,
    nodes: [
      {
        id: 'scans',
        kind: 'producer',
        name: 'scans',
        position: { x: COLUMN.producer, y: MIDDLE_Y - 70 },
        arrivals: { type: 'poisson', ratePerSecond: 18 },
        key: { type: 'uniform', keys: 400 },
      },
      {
        id: 'log',
        kind: 'topic',
        name: 'parcel-scans',
        position: { x: COLUMN.topic, y: MIDDLE_Y - 110 },
        partitions: 3,
      },
      {
        id: 'tracking',
        kind: 'consumer',
        name: 'tracking',
        position: { x: COLUMN.consumer, y: MIDDLE_Y - 120 },
        instances: 5,
        workMs: { type: 'exponential', mean: 180 },
      },
      laneNote(
        'n1',
        MIDDLE_Y,
        'Each instance manages about 5 scans a second and 18 arrive, but only three instances own a partition: the other two idle and the lag grows. Drag two partitions onto the topic.',
        'yellow',
      ),
    ],
    edges: [
      { id: 'publish', kind: 'publish', from: 'scans', to: 'log', network: visibleNetwork(60) },
      {
        id: 'subscribe',
        kind: 'subscribe',
        from: 'log',
        to: 'tracking',
        commit: 'after',
        maxPollRecords: 5,
        ...QUICK_GROUP,
        network: visibleNetwork(25),
      },
    ],
    checks: [
      { id: 'c1', claim: 'lagBelow', of: 'tracking', messages: 60 },
      { id: 'c2', claim: 'noLoss', of: 'tracking' },
    ],
    panels: ['guarantees', 'lag'],
  }),
};
