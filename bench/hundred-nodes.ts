/**
 * The scenario that the page is traced with: 100 nodes, about 2,000 messages on the wire at any time.
 *
 * 25 lanes of a producer, a topic with 3 partitions and two groups. Each producer sends 50 messages a second over 400 ms
 * of latency, and both groups fetch over another 200 ms: 25 × 50 × (0.4 + 0.2 + 0.2) = 1,000 messages travel, and as many
 * acknowledgements and commits come back.
 */
import type { Scenario, ScenarioEdge, ScenarioNode } from '../workers/scenario/document.ts';
import { encodeShare } from '../workers/scenario/share.ts';

const LANES = 25;
const COLUMNS = 5;

function constant(mean: number) {
  return { latencyMs: { type: 'constant' as const, mean } };
}

function lane(index: number): { nodes: ScenarioNode[]; edges: ScenarioEdge[] } {
  const x = (index % COLUMNS) * 1500;
  const y = Math.floor(index / COLUMNS) * 320;
  const groups = ['a', 'b'].map((name, row): ScenarioNode => {
    const position = { x: x + 1000, y: y + row * 160 };
    return {
      id: `${name}${index}`,
      kind: 'consumer',
      name: `${name} ${index}`,
      position,
      workMs: { type: 'exponential', mean: 10 },
    };
  });
  const reads = groups.map((group): ScenarioEdge => {
    const id = `read-${group.id}`;
    return {
      id,
      kind: 'subscribe',
      from: `t${index}`,
      to: group.id,
      autoOffsetReset: 'earliest',
      initialRebalanceDelayMs: 0,
      network: constant(200),
    };
  });
  return {
    nodes: [
      {
        id: `p${index}`,
        kind: 'producer',
        name: `source ${index}`,
        position: { x, y },
        arrivals: { type: 'poisson', ratePerSecond: 50 },
      },
      { id: `t${index}`, kind: 'topic', name: `topic ${index}`, position: { x: x + 420, y }, partitions: 3 },
      ...groups,
    ],
    edges: [
      {
        id: `send-${index}`,
        kind: 'publish',
        from: `p${index}`,
        to: `t${index}`,
        lingerMs: 0,
        maxInFlight: 100,
        acks: '1',
        enableIdempotence: false,
        network: constant(400),
      },
      ...reads,
    ],
  };
}

export const hundredNodes: Scenario = {
  format: 'sluice/1',
  title: '100 nodes, 2,000 messages in flight',
  notes: '',
  seed: 1,
  nodes: Array.from({ length: LANES }, (_, index) => lane(index).nodes).flat(),
  edges: Array.from({ length: LANES }, (_, index) => lane(index).edges).flat(),
  faults: [],
  checks: [],
  journal: [],
  view: { playing: true, panels: [] },
};

/** The fragment of a link to it. */
export function link(): Promise<string> {
  return encodeShare(hundredNodes);
}
