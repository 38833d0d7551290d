import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const WAITS_Y = 180;
const GOES_ON_Y = 680;

function lane(prefix: string, name: string, middleY: number, unclean: boolean): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-shop`,
      kind: 'producer',
      name: 'shop',
      position: { x: COLUMN.producer, y: middleY - 200 },
      arrivals: { type: 'constant', ratePerSecond: 10 },
      key: { type: 'uniform', keys: 8 },
    },
    {
      id: `${prefix}-brokers`,
      kind: 'cluster',
      name: `brokers, ${name}`,
      position: { x: COLUMN.producer, y: middleY - 20 },
      brokers: 2,
      uncleanLeaderElectionEnable: unclean,
      replicaLagTimeMaxMs: 1000,
      brokerSessionTimeoutMs: 1500,
      brokerHeartbeatIntervalMs: 300,
      brokerLatencyMs: 20,
      autoLeaderRebalanceEnable: false,
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: `orders, ${name}`,
      position: { x: COLUMN.topic, y: middleY - 60 },
      partitions: 1,
      replicationFactor: 2,
    },
    {
      id: `${prefix}-billing`,
      kind: 'consumer',
      name: `billing, ${name}`,
      position: { x: COLUMN.consumer, y: middleY - 70 },
      instances: 1,
      workMs: { type: 'constant', mean: 20 },
    },
  ];
}

function edges(prefix: string): readonly ScenarioEdge[] {
  return [
    { id: `${prefix}-host`, kind: 'host', from: `${prefix}-brokers`, to: `${prefix}-log` },
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-shop`,
      to: `${prefix}-log`,
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

/** The broker that leads each lane's partition; the other one is cut off, this one dies, and the other is back before it. */
const LEADERS = { w: 1, g: 0 } as const;

export const uncleanElection: Example = {
  id: 'unclean-election',
  theme: 'cluster',
  title: 'An unclean election: available or complete',
  question: 'May a replica that is behind become leader?',
  summary:
    'A follower is cut off for a while and leaves the in-sync replicas; then the leader dies, and the follower is back. Above, everybody waits for the dead leader, because only it has everything. Below, the follower may lead: orders flow again at once, and what it had missed is lost although it was acknowledged by all replicas in sync.',
  scenario: playingScenario({
    title: 'An unclean election: available or complete',
    notes:
      'unclean.leader.election.enable chooses between waiting and losing when no replica in sync is left. min.insync.replicas 2 would have refused the orders instead of taking them on one broker.',
    seed: 1,
    nodes: [
      laneFrame('f1', 'Waits for the leader: unclean.leader.election.enable = false', WAITS_Y, 440),
      laneFrame('f2', 'Goes on without it: unclean.leader.election.enable = true', GOES_ON_Y, 440),
      ...lane('w', 'waits', WAITS_Y, false),
      ...lane('g', 'goes on', GOES_ON_Y, true),
      laneNote(
        'n1',
        WAITS_Y,
        'From 3 s on the follower is out of touch, from 4 s billing pauses, at 8 s the leader dies. Nobody may lead until it is back at 16 s: orders wait, none is lost.',
        'green',
      ),
      laneNote(
        'n2',
        GOES_ON_Y,
        'The follower leads when it is back at 9 s, without the orders in between. Those that billing had not read are lost; click one. Set min.insync.replicas to 2.',
        'red',
      ),
    ],
    edges: [...edges('w'), ...edges('g')],
    faults: (['w', 'g'] as const)
      .flatMap((prefix) => [
        {
          id: `${prefix}-cut`,
          atMs: 3000,
          do: 'isolate' as const,
          target: `${prefix}-brokers`,
          instance: 1 - LEADERS[prefix],
          forMs: 6000,
        },
        { id: `${prefix}-deploy`, atMs: 4000, do: 'pause' as const, target: `${prefix}-billing`, forMs: 6000 },
        {
          id: `${prefix}-dies`,
          atMs: 8000,
          do: 'crash' as const,
          target: `${prefix}-brokers`,
          instance: LEADERS[prefix],
          forMs: 8000,
        },
      ])
      .toSorted((a, b) => a.atMs - b.atMs),
    checks: ['w', 'g'].map((prefix) => ({ id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-billing` })),
    panels: ['guarantees', 'trace'],
  }),
};
