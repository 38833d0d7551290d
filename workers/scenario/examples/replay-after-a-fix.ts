import { COLUMN, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const MIDDLE_Y = 120;

/** The bug: three deaths in the first seconds, each with what a poll had handed out. */
const DEATHS_MS = [3000, 4500, 6000];
export const REPLAY_MS = 12_000;

export const replayAfterAFix: Example = {
  id: 'replay-after-a-fix',
  theme: 'delivery',
  title: 'Replay after a bug fix',
  question: 'Can a log give back what a bug has lost?',
  summary:
    'The service saves its position before it works, and a bug kills it three times: what it had taken is lost to it, though it is still in the log. At 12 s, the bug being fixed, it goes back ten seconds: what was lost is applied after all, and everything else once more.',
  scenario: playingScenario({
    title: 'Replay after a bug fix',
    notes:
      'Reading does not delete. Going back gives a second chance to everything since then, so whoever replays needs handlers that bear a repetition.',
    seed: 3,
    nodes: [
      {
        id: 'shop',
        kind: 'producer',
        name: 'shop',
        position: { x: COLUMN.producer, y: MIDDLE_Y - 70 },
        arrivals: { type: 'constant', ratePerSecond: 12 },
        key: { type: 'uniform', keys: 12 },
      },
      {
        id: 'log',
        kind: 'topic',
        name: 'orders',
        position: { x: COLUMN.topic, y: MIDDLE_Y - 80 },
        partitions: 2,
      },
      {
        id: 'billing',
        kind: 'consumer',
        name: 'billing',
        position: { x: COLUMN.consumer, y: MIDDLE_Y - 70 },
        instances: 1,
        workMs: { type: 'constant', mean: 60 },
      },
      laneNote(
        'n1',
        MIDDLE_Y,
        'Watch "lost" grow at 3, 4.5 and 6 s, and go back to 0 after 12 s, when duplicates come instead. Its context menu replays from elsewhere: try the beginning.',
        'yellow',
      ),
    ],
    edges: [
      { id: 'publish', kind: 'publish', from: 'shop', to: 'log', network: visibleNetwork(60) },
      {
        id: 'subscribe',
        kind: 'subscribe',
        from: 'log',
        to: 'billing',
        commit: 'before',
        maxPollRecords: 10,
        ...QUICK_GROUP,
        sessionTimeoutMs: 400,
        heartbeatIntervalMs: 100,
        network: visibleNetwork(25),
      },
    ],
    faults: [
      ...DEATHS_MS.map((atMs, place) => ({
        id: `bug-${place + 1}`,
        atMs,
        do: 'crash' as const,
        target: 'billing',
        forMs: 500,
      })),
      {
        id: 'replay',
        atMs: REPLAY_MS,
        do: 'seek' as const,
        target: 'billing',
        to: { type: 'duration' as const, durationMs: 10_000 },
      },
    ],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'billing' },
      { id: 'c2', claim: 'noDuplicateEffects', of: 'billing' },
    ],
    panels: ['guarantees', 'lag'],
  }),
};
