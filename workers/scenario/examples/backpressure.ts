import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { COLUMN, laneFrame, laneNote, playingScenario, QUICK_GROUP, visibleNetwork, type Example } from './example.ts';

type Publish = Extract<ScenarioEdge, { kind: 'publish' }>;

interface Lane {
  readonly prefix: string;
  readonly name: string;
  readonly middleY: number;
  readonly note: string;
  readonly color: 'yellow' | 'blue' | 'green' | 'red';
  readonly settings: Pick<Publish, 'onFull' | 'sampleEvery' | 'maxBlockMs'>;
}

const LANES: readonly Lane[] = [
  {
    prefix: 'b',
    name: 'Block',
    middleY: 100,
    note: 'Nothing is lost for as long as the source can wait: what it pays is time. Every reading is later than the one before, until the first has waited for 20 s.',
    color: 'yellow',
    settings: { maxBlockMs: 20_000 },
  },
  {
    prefix: 'd',
    name: 'Drop',
    middleY: 340,
    note: 'What finds no room is refused at once. The rest is fresh, and which readings are missing is a matter of luck.',
    color: 'red',
    settings: { onFull: 'drop' },
  },
  {
    prefix: 's',
    name: 'Sample',
    middleY: 580,
    note: 'Of six readings that find no room one is kept, and waits. What is missing is spread evenly over the time of pressure; it is as lost as with drop.',
    color: 'blue',
    settings: { onFull: 'sample', sampleEvery: 6 },
  },
  {
    prefix: 'a',
    name: 'Aggregate',
    middleY: 820,
    note: 'Readings of one sensor that find no room become one message. None is missing; but a message stands for several, and what each of them was nobody knows.',
    color: 'green',
    settings: { onFull: 'aggregate' },
  },
];

function nodesOf({ prefix, name, middleY, note, color }: Lane): readonly ScenarioNode[] {
  return [
    laneFrame(`${prefix}f`, name, middleY, 180),
    {
      id: `${prefix}-sensors`,
      kind: 'producer',
      name: `sensors, ${name.toLowerCase()}`,
      position: { x: COLUMN.producer, y: middleY - 70 },
      arrivals: { type: 'poisson', ratePerSecond: 30 },
      key: { type: 'uniform', keys: 6 },
    },
    {
      id: `${prefix}-log`,
      kind: 'topic',
      name: 'readings',
      position: { x: COLUMN.topic, y: middleY - 60 },
      partitions: 1,
    },
    {
      id: `${prefix}-trend`,
      kind: 'consumer',
      name: `trend, ${name.toLowerCase()}`,
      position: { x: COLUMN.consumer, y: middleY - 70 },
      workMs: { type: 'constant', mean: 2 },
    },
    laneNote(`${prefix}n`, middleY, note, color),
  ];
}

function edgesOf({ prefix, settings }: Lane): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-publish`,
      kind: 'publish',
      from: `${prefix}-sensors`,
      to: `${prefix}-log`,
      maxInFlight: 1,
      batchSize: 400,
      bufferMemory: 1600,
      network: visibleNetwork(60),
      ...settings,
    },
    {
      id: `${prefix}-subscribe`,
      kind: 'subscribe',
      from: `${prefix}-log`,
      to: `${prefix}-trend`,
      commit: 'after',
      ...QUICK_GROUP,
      network: visibleNetwork(30),
    },
  ];
}

export const backpressure: Example = {
  id: 'backpressure-four-ways',
  theme: 'load',
  title: 'Backpressure four ways',
  question: 'What becomes of what there is no room for?',
  summary:
    'Four identical sources make twice as much as their connection takes. One waits, one drops, one keeps a sample, one merges readings of a sensor. Each pays in another coin: time, loss, or precision. Select a publish edge to see how much.',
  scenario: playingScenario({
    title: 'Backpressure four ways',
    notes:
      'Each source makes 30 readings a second of six sensors; two fit into a request, one request is under way at a time, and an answer takes 120 ms: so 16 a second go through.',
    seed: 5,
    nodes: LANES.flatMap(nodesOf),
    edges: LANES.flatMap(edgesOf),
    checks: [
      { id: 'c1', claim: 'latencyBelow', of: 'b-trend', percentile: 95, ms: 2000 },
      { id: 'c2', claim: 'latencyBelow', of: 'a-trend', percentile: 95, ms: 2000 },
    ],
    panels: ['backpressure', 'latency'],
  }),
};
