import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

const SCALED_Y = 160;
const FIXED_Y = 640;

/** Ten seconds of work for eight, and then nothing for half a minute. */
const RUSH = { type: 'bursts', size: 500, everyMs: 60_000, spreadMs: 10_000 } as const;

type Consumer = Extract<ScenarioNode, { kind: 'consumer' }>;

function lane(prefix: string, middleY: number, settings: Pick<Consumer, 'name' | 'instances' | 'autoscale'>) {
  const nodes: ScenarioNode[] = [
    {
      id: `${prefix}-orders`,
      kind: 'producer',
      name: 'orders',
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: RUSH,
      key: { type: 'uniform', keys: 400 },
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: 'order log',
      position: { x: COLUMN.topic, y: middleY - 150 },
      partitions: 8,
    },
    {
      id: `${prefix}-packing`,
      kind: 'consumer',
      position: { x: COLUMN.consumer, y: middleY - 160 },
      workMs: { type: 'exponential', mean: 100 },
      ...settings,
    },
  ];
  const edges: ScenarioEdge[] = [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-orders`,
      to: `${prefix}-log`,
      network: visibleNetwork(60),
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-packing`,
      commit: 'after',
      maxPollRecords: 5,
      ...QUICK_GROUP,
      network: visibleNetwork(30),
    },
  ];
  return { nodes, edges };
}

const scaled = lane('s', SCALED_Y, {
  name: 'packing, scaled',
  instances: 1,
  autoscale: {
    enabled: true,
    max: 8,
    lagThreshold: 20,
    startupMs: 3000,
    scaleUpPods: 8,
    pollIntervalMs: 2000,
    syncPeriodMs: 2000,
    stabilizationMs: 8000,
    cooldownMs: 6000,
  },
});
const fixed = lane('f', FIXED_Y, { name: 'packing, fixed', instances: 3 });

export const autoscaling: Example = {
  id: 'autoscaling-on-lag',
  theme: 'load',
  title: 'Instances that follow the lag',
  question: 'What does scaling on lag save, and what does it cost?',
  summary:
    'The same rush hits a consumer that KEDA and the HPA scale between 0 and 8, and one with three instances for ever. The first reacts late, asks for more than it needs and keeps it for a while; then it sleeps and costs nothing. Compare instance-seconds and latency.',
  scenario: playingScenario({
    title: 'Instances that follow the lag',
    notes:
      'Every minute 500 orders come within 10 s, and one instance packs ten a second. The autoscaler looks every 2 s, an instance takes 3 s to start, and it stays 8 s longer than needed: a tenth of what Kubernetes has by default.',
    seed: 11,
    nodes: [
      laneFrame('sf', 'Scaled on lag', SCALED_Y, 400),
      ...scaled.nodes,
      laneNote(
        'n1',
        SCALED_Y - 80,
        'Lag divided by 20 is what it asks for, up to 8. While new instances start the lag still grows, so it asks for all eight: more than this rush needs.',
        'yellow',
      ),
      laneNote(
        'n2',
        SCALED_Y + 90,
        'When the lag is gone it keeps them for the window of 8 s, then down to one, and after the cool-down to none. The first orders of the next rush wait for it.',
        'blue',
      ),
      laneFrame('ff', 'Three, always', FIXED_Y, 400),
      ...fixed.nodes,
      laneNote(
        'n3',
        FIXED_Y,
        'Three instances are there at once and never enough: the rush takes 25 s to work off, and until the next one they are paid for doing nothing.',
        'green',
      ),
    ],
    edges: [...scaled.edges, ...fixed.edges],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 's-packing' },
      { id: 'c2', claim: 'noDuplicateEffects', of: 's-packing' },
    ],
    panels: ['backpressure', 'lag'],
  }),
};
