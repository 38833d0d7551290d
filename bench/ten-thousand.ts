/**
 * The run that seeking is measured with: a minute at 10,000 messages a second.
 *
 * One producer (Poisson), a topic with 12 partitions, a group of 12 instances. Everything else as a new drawing has it.
 */
import type { Scenario } from '../workers/scenario/document.ts';

export function tenThousandASecond(): Scenario {
  const position = { x: 0, y: 0 };
  return {
    format: 'sluice/1',
    title: 'Ten thousand a second',
    notes: '',
    seed: 1,
    nodes: [
      {
        id: 'p',
        kind: 'producer',
        name: 'source',
        position,
        arrivals: { type: 'poisson', ratePerSecond: 10_000 },
        key: { type: 'uniform', keys: 10_000 },
      },
      { id: 't', kind: 'topic', name: 'log', position, partitions: 12 },
      {
        id: 'c',
        kind: 'consumer',
        name: 'group',
        position,
        instances: 12,
        workMs: { type: 'exponential', mean: 1 },
      },
    ],
    edges: [
      { id: 'w', kind: 'publish', from: 'p', to: 't', lingerMs: 5 },
      { id: 'r', kind: 'subscribe', from: 't', to: 'c', autoOffsetReset: 'earliest', initialRebalanceDelayMs: 0 },
    ],
    faults: [],
    checks: [],
    journal: [],
    view: {},
  };
}
