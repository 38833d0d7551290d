import { COLUMN, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const MIDDLE_Y = 130;

export const growingLag: Example = {
  id: 'growing-lag',
  theme: 'load',
  title: 'A slow consumer and growing lag',
  question: 'When does a backlog stop being harmless?',
  summary:
    'Traffic rises past what one instance can do. The queue hides it for a while, then the lag alert fires and every message is late. Add instances while it runs and watch how long the backlog takes to drain.',
  scenario: playingScenario({
    title: 'A slow consumer and growing lag',
    notes:
      'One instance works off ten emails a second. The load rises from 4 to 16 a second within ten seconds and stays there.',
    seed: 2,
    nodes: [
      {
        id: 'signups',
        kind: 'producer',
        name: 'sign-ups',
        position: { x: COLUMN.producer, y: MIDDLE_Y - 70 },
        arrivals: { type: 'ramp', fromPerSecond: 4, toPerSecond: 16, overMs: 10_000 },
        key: { type: 'uniform', keys: 400 },
      },
      {
        id: 'log',
        kind: 'topic',
        name: 'sign-ups',
        position: { x: COLUMN.topic, y: MIDDLE_Y - 130 },
        partitions: 6,
      },
      {
        id: 'mailer',
        kind: 'consumer',
        name: 'mailer',
        position: { x: COLUMN.consumer, y: MIDDLE_Y - 60 },
        instances: 1,
        workMs: { type: 'exponential', mean: 100 },
      },
      laneNote(
        'n1',
        MIDDLE_Y,
        'From about 5 s on more arrives than one instance can do: the lag grows until the check at 30 fails, and latency with it. Add two instances and see how long the backlog lasts.',
        'yellow',
      ),
    ],
    edges: [
      { id: 'publish', kind: 'publish', from: 'signups', to: 'log', network: visibleNetwork(60) },
      {
        id: 'subscribe',
        kind: 'subscribe',
        from: 'log',
        to: 'mailer',
        commit: 'after',
        maxPollRecords: 10,
        ...QUICK_GROUP,
        network: visibleNetwork(30),
      },
    ],
    checks: [
      { id: 'c1', claim: 'lagBelow', of: 'mailer', messages: 30 },
      { id: 'c2', claim: 'latencyBelow', of: 'mailer', percentile: 95, ms: 3000 },
    ],
    panels: ['lag', 'latency'],
  }),
};
