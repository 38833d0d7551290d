import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, visibleNetwork, type Example } from './example.ts';

const EAGER_Y = 120;
const COOPERATIVE_Y = 470;
const CONSUMER_Y = 820;

/** Of a classic group that notices an end within a second. */
const CLASSIC = { sessionTimeoutMs: 1000, heartbeatIntervalMs: 300, initialRebalanceDelayMs: 0 } as const;
/** By lane: the beginning of its ids. */
const LANES = ['e', 'k', 'c'] as const;

function lane(prefix: string, name: string, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-sensors`,
      kind: 'producer',
      name: 'sensors',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'constant', ratePerSecond: 40 },
      key: { type: 'uniform', keys: 200 },
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `readings ${name}`,
      position: { x: COLUMN.topic, y: middleY - 120 },
      partitions: 6,
    },
    {
      id: `${prefix}-store`,
      kind: 'consumer',
      name: `storage ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 100 },
      instances: 4,
      workMs: { type: 'constant', mean: 20 },
    },
  ];
}

function edges(
  prefix: string,
  members: Partial<Extract<ScenarioEdge, { kind: 'subscribe' }>>,
): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-sensors`,
      to: `${prefix}-log`,
      network: visibleNetwork(40),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-store`,
      commit: 'after',
      autoOffsetReset: 'earliest',
      maxPollRecords: 5,
      ...members,
      network: visibleNetwork(25),
    },
  ];
}

/** A rolling deployment: one instance after another is killed and started again. */
const DEPLOYED_MS = [4000, 6500, 9000, 11_500];

export const rebalanceStorm: Example = {
  id: 'rebalance-storm',
  theme: 'groups',
  title: 'A rebalance storm',
  question: 'Why does a deployment stop everybody, and not only who is restarted?',
  summary:
    'Four instances are restarted one after another. With an eager assignor every death and every return makes all of them give everything up and meet again; with a cooperative one, and with the consumer protocol, only what moves stands still. Compare the tails of the latency, then try static members.',
  scenario: playingScenario({
    title: 'A rebalance storm',
    notes:
      'In a classic group with an eager assignor a rebalance waits until everybody has given up all partitions; a cooperative one (KIP-429) moves only some, in two rounds. With the consumer protocol (KIP-848) the broker moves one member at a time.',
    seed: 2,
    nodes: [
      laneFrame('f1', 'Classic protocol, eager', EAGER_Y, 280),
      laneFrame('f2', 'Classic protocol, cooperative', COOPERATIVE_Y, 280),
      laneFrame('f3', 'Consumer protocol', CONSUMER_Y, 280),
      ...lane('e', 'eager', EAGER_Y),
      ...lane('k', 'cooperative', COOPERATIVE_Y),
      ...lane('c', 'consumer', CONSUMER_Y),
      laneNote(
        'n1',
        EAGER_Y,
        'From 4 s on all four give everything up and meet again, for each death and each return. Try static members with an id for each and a session of 3 s: a restart is no rebalance.',
        'red',
      ),
      laneNote(
        'n2',
        COOPERATIVE_Y,
        'The same restarts, with an assignor that leaves partitions where they are: who keeps one reads on, and only what moves waits for a second round.',
        'yellow',
      ),
      laneNote(
        'n3',
        CONSUMER_Y,
        'No rounds at all: the broker moves one member at a time. Who has to give up says so, and who waits for a partition waits alone.',
        'green',
      ),
    ],
    edges: [
      ...edges('e', { assignor: 'range', ...CLASSIC }),
      ...edges('k', { assignor: 'cooperative-sticky', ...CLASSIC }),
      ...edges('c', { groupProtocol: 'consumer', groupSessionTimeoutMs: 1000, groupHeartbeatIntervalMs: 300 }),
    ],
    faults: DEPLOYED_MS.flatMap((atMs, instance) =>
      LANES.map((prefix) => ({
        id: `${prefix}-restart-${instance}`,
        atMs,
        do: 'crash' as const,
        target: `${prefix}-store`,
        instance,
        forMs: 1200,
      })),
    ),
    checks: LANES.map((prefix) => ({ id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-store` })),
    panels: ['guarantees', 'latency'],
  }),
};
