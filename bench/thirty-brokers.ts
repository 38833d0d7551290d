/**
 * A company's cluster: 30 brokers on 3 racks, 20 topics of 50 partitions with three replicas each, a producer a topic, and
 * 50 groups of two or three instances. 2,000 facts a second, each read by two or three groups.
 */
import type { Scenario, ScenarioEdge, ScenarioNode } from '../workers/scenario/document.ts';

const TOPICS = 20;
const GROUPS = 50;
const COLUMNS = 4;

function at(index: number, column: number): { x: number; y: number } {
  return { x: (index % COLUMNS) * 1500 + column, y: 400 + Math.floor(index / COLUMNS) * 620 };
}

function topic(index: number): { nodes: ScenarioNode[]; edges: ScenarioEdge[] } {
  const [producer, log] = [`p${index}`, `t${index}`];
  const arrivals = { type: 'poisson' as const, ratePerSecond: 100 };
  const key = { type: 'uniform' as const, keys: 2000 };
  return {
    nodes: [
      { id: producer, kind: 'producer', name: `source ${index}`, position: at(index, 0), arrivals, key },
      {
        id: log,
        kind: 'topic',
        name: `topic ${index}`,
        position: at(index, 320),
        partitions: 50,
        replicationFactor: 3,
        minInsyncReplicas: 2,
      },
    ],
    edges: [
      { id: `h${index}`, kind: 'host', from: 'brokers', to: log },
      { id: `w${index}`, kind: 'publish', from: producer, to: log },
    ],
  };
}

function group(index: number): { node: ScenarioNode; edge: ScenarioEdge } {
  const [id, from] = [`c${index}`, `t${index % TOPICS}`];
  const place = at(index % TOPICS, 840);
  const position = { x: place.x, y: place.y + Math.floor(index / TOPICS) * 200 };
  const workMs = { type: 'exponential' as const, mean: 5 };
  return {
    node: { id, kind: 'consumer', name: `group ${index}`, position, instances: 2 + (index % 2), workMs },
    edge: { id: `r${index}`, kind: 'subscribe', from, to: id, autoOffsetReset: 'earliest', initialRebalanceDelayMs: 0 },
  };
}

const topics = Array.from({ length: TOPICS }, (_, index) => topic(index));
const groups = Array.from({ length: GROUPS }, (_, index) => group(index));

export const thirtyBrokers: Scenario = {
  format: 'sluice/1',
  title: '30 brokers, 1,000 partitions, 50 groups',
  notes: '',
  seed: 1,
  nodes: [
    {
      id: 'brokers',
      kind: 'cluster',
      name: 'brokers',
      position: { x: 0, y: 0 },
      brokers: 30,
      racks: 3,
      brokerSessionTimeoutMs: 3000,
      brokerHeartbeatIntervalMs: 500,
    },
    ...topics.flatMap(({ nodes }) => nodes),
    ...groups.map(({ node }) => node),
  ],
  edges: [...topics.flatMap(({ edges }) => edges), ...groups.map(({ edge }) => edge)],
  faults: [{ id: 'dies', atMs: 5000, do: 'crash', target: 'brokers', instance: 7, forMs: 8000 }],
  checks: [],
  journal: [],
  view: { playing: true, panels: [] },
};
