import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const ONE_Y = 80;
const ALL_Y = 380;
const BROKERS_Y = 680;

function lane(prefix: string, name: string, middleY: number): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-shop`,
      kind: 'producer',
      name: 'shop',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'constant', ratePerSecond: 90 },
      key: { type: 'uniform', keys: 24 },
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `orders, ${name}`,
      position: { x: COLUMN.topic, y: middleY - 100 },
      partitions: 3,
      replicationFactor: 3,
      minInsyncReplicas: 2,
    },
    {
      id: `${prefix}-billing`,
      kind: 'consumer',
      name: `billing, ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 70 },
      instances: 1,
      workMs: { type: 'constant', mean: 5 },
    },
  ];
}

function edges(prefix: string, members: Partial<Extract<ScenarioEdge, { kind: 'publish' }>>): readonly ScenarioEdge[] {
  return [
    { id: `${prefix}-host`, kind: 'host', from: 'brokers', to: `${prefix}-log` },
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-shop`,
      to: `${prefix}-log`,
      ...members,
      network: visibleNetwork(40),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-billing`,
      commit: 'after',
      ...QUICK_GROUP,
      network: visibleNetwork(40),
    },
  ];
}

export const brokerLoss: Example = {
  id: 'broker-loss',
  theme: 'cluster',
  title: 'A broker dies: acks 1 against acks all',
  question: 'What do I lose when a broker dies?',
  summary:
    'Three brokers replicate two topics, and one broker dies after five seconds. With acks 1 the leader’s word counted, and what its followers had not fetched yet is gone although it was acknowledged. With acks all the producer waits a little longer for every answer, and nothing is lost.',
  scenario: playingScenario({
    title: 'A broker dies: acks 1 against acks all',
    notes:
      'Followers fetch from the leader and are always a little behind. A new leader is elected from the replicas in sync, and the log is from then on what that one has. Replication is slow here so that it can be watched.',
    seed: 1,
    nodes: [
      laneFrame('f1', 'acks 1: the leader has it', ONE_Y, 240),
      laneFrame('f2', 'acks all: every replica in sync has it', ALL_Y, 240),
      laneFrame('f3', 'The brokers of both', BROKERS_Y, 240),
      ...lane('o', 'acks 1', ONE_Y),
      ...lane('a', 'acks all', ALL_Y),
      {
        id: 'brokers',
        kind: 'cluster',
        name: 'brokers',
        position: { x: COLUMN.producer, y: BROKERS_Y - 100 },
        brokers: 3,
        brokerLatencyMs: 60,
        brokerSessionTimeoutMs: 1500,
        brokerHeartbeatIntervalMs: 300,
        autoLeaderRebalanceEnable: false,
      },
      laneNote(
        'n1',
        ONE_Y,
        'At 5 s a broker dies with orders that only it had. They were acknowledged, and are lost: click them to see where they were cut off.',
        'red',
      ),
      laneNote(
        'n2',
        ALL_Y,
        'The same broker leads here, too. What had not reached the others was never acknowledged, and is sent again to the new leader.',
        'green',
      ),
      laneNote(
        'n3',
        BROKERS_Y,
        'Solid: leader. Tinted: in sync. A frame: behind. The broker is back at 11 s, cuts its log and catches up. Click any broker to kill it.',
        'blue',
      ),
    ],
    edges: [...edges('o', { acks: '1' }), ...edges('a', { acks: 'all' })],
    faults: [{ id: 'dies', atMs: 5000, do: 'crash', target: 'brokers', instance: 1, forMs: 6000 }],
    checks: ['o', 'a'].map((prefix) => ({ id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-billing` })),
    panels: ['guarantees', 'trace'],
  }),
};
