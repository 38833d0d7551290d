/** As many nodes as one likes: lanes of a producer, a topic with three partitions and a consumer, each with the same load. */

const NODES_A_LANE = 3;
export const LANE_RATE = 500;

export function lanesDocument(nodes: number, seed: number): unknown {
  const lanes = Array.from({ length: Math.round(nodes / NODES_A_LANE) }, (_, index) => index);
  return {
    format: 'sluice/1',
    title: `${nodes} nodes`,
    seed,
    nodes: lanes.flatMap((index) => [
      { id: `p${index}`, kind: 'producer', arrivals: { type: 'poisson', ratePerSecond: LANE_RATE } },
      {
        id: `t${index}`,
        kind: 'topic',
        partitions: 3,
        retentionMs: 1000,
        segmentMs: 100,
        retentionCheckIntervalMs: 100,
      },
      { id: `c${index}`, kind: 'consumer', workMs: { type: 'exponential', mean: 1 } },
    ]),
    edges: lanes.flatMap((index) => [
      { kind: 'publish', from: `p${index}`, to: `t${index}` },
      {
        kind: 'subscribe',
        from: `t${index}`,
        to: `c${index}`,
        autoOffsetReset: 'earliest',
        initialRebalanceDelayMs: 0,
      },
    ]),
  };
}
