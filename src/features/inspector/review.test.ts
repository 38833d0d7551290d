import { expect, it } from 'vitest';
import type { ScenarioEdge, ScenarioNode } from '../../../workers/scenario/document.ts';
import { meanMs, meanRate } from '../../../workers/scenario/review/flows.ts';
import { reviewDesign } from './review.ts';

const at = { position: { x: 0, y: 0 } };
const producer: ScenarioNode = { ...at, id: 'p', kind: 'producer', name: 'Shop' };
const topic: ScenarioNode = { ...at, id: 't', kind: 'topic', name: 'Orders', partitions: 2 };
const consumer: ScenarioNode = { ...at, id: 'c', kind: 'consumer', name: 'Billing', instances: 2 };
const publish: ScenarioEdge = { id: 'e1', kind: 'publish', from: 'p', to: 't' };
const subscribe: ScenarioEdge = { id: 'e2', kind: 'subscribe', from: 't', to: 'c', commit: 'after' };

function rules(nodes: readonly ScenarioNode[], edges: readonly ScenarioEdge[]): readonly string[] {
  return reviewDesign({ nodes, edges }).map((finding) => finding.rule);
}

it('has nothing to say about a sound design', () => {
  expect(rules([producer, topic, consumer], [publish, subscribe])).toEqual([]);
});

it('sees what is not connected and what nobody reads', () => {
  expect(rules([producer, topic, consumer], [])).toEqual(['loose', 'loose', 'loose']);
  expect(rules([producer, topic], [publish])).toEqual(['unread']);
});

it('sees idle instances, and offers as many as there are partitions', () => {
  const [finding] = reviewDesign({
    nodes: [producer, topic, { ...consumer, instances: 5 }],
    edges: [publish, subscribe],
  });
  expect(finding?.rule).toBe('idle-instances');
  expect(finding?.mend).toEqual({ label: 'Use 2', parameter: 'instances', value: 2 });
});

it('sees that more arrives than can be done', () => {
  const busy: ScenarioNode = { ...producer, arrivals: { type: 'poisson', ratePerSecond: 200 } };
  expect(rules([busy, topic, consumer], [publish, subscribe])).toEqual(['overload']);
});

it('sees settings that lose, double or reorder', () => {
  expect(rules([producer, topic, consumer], [publish, { ...subscribe, commit: 'before' }])).toEqual(['commit-before']);
  expect(rules([producer, topic, consumer], [{ ...publish, acks: '1', enableIdempotence: false }, subscribe])).toEqual([
    'retries-double',
  ]);
  expect(rules([producer, topic, consumer], [{ ...publish, acks: '0', enableIdempotence: false }, subscribe])).toEqual([
    'acks-0',
  ]);
  expect(rules([producer, topic, { ...consumer, concurrency: 4 }], [publish, subscribe])).toEqual([
    'parallel-disorder',
  ]);
  expect(rules([producer, { ...topic, minInsyncReplicas: 2 }, consumer], [publish, subscribe])).toEqual(['min-insync']);
});

it('knows rates and means', () => {
  expect(meanRate({ type: 'bursts', size: 20, everyMs: 2000, spreadMs: 0 })).toBe(10);
  expect(meanMs({ type: 'uniform', min: 5, max: 15 })).toBe(10);
  expect(meanMs({ type: 'empirical', values: [1, 2, 6] })).toBe(3);
});
