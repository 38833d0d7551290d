import { describe, expect, test } from 'vitest';
import type { Design, ScenarioNode } from './document.ts';
import { protocols } from './edges/table.ts';
import { nodeKinds, type NodeKind } from './kinds/table.ts';
import {
  CLAIM_SUBJECTS,
  connectionBetween,
  FAULT_TARGETS,
  faultsOf,
  kindsThatMayFollow,
  kindsThatMayPrecede,
} from './rules.ts';

const KINDS = Object.keys(nodeKinds) as NodeKind[];
const at = { x: 0, y: 0 };

function designOf(...kinds: NodeKind[]): Design {
  const nodes = kinds.map((kind, index): ScenarioNode => ({
    id: `n${index}`,
    kind,
    name: `${kind} ${index}`,
    position: at,
  }));
  return { nodes, edges: [], faults: [], checks: [] };
}

describe('connections', () => {
  test('a producer publishes to a topic, with the starting values of that protocol', () => {
    expect(connectionBetween(designOf('producer', 'topic'), 'n0', 'n1')).toEqual({
      ok: true,
      kind: 'publish',
      protocol: 'publishToTopic',
      startingValues: protocols.publishToTopic.startingValues,
    });
  });

  test('a topic is read by a consumer, and a consumer may publish on', () => {
    const design = designOf('topic', 'consumer');
    expect(connectionBetween(design, 'n0', 'n1')).toMatchObject({ ok: true, kind: 'subscribe' });
    expect(connectionBetween(design, 'n1', 'n0')).toMatchObject({ ok: true, kind: 'publish' });
  });

  test('a topic does not publish, and the reason says how to draw the edge', () => {
    expect(connectionBetween(designOf('topic', 'producer'), 'n0', 'n1')).toEqual({
      ok: false,
      reason: 'A topic does not publish; draw the edge from the producer to the topic.',
    });
  });

  test('a reader of a stream begins with a prefetch that streams are read with', () => {
    const design = designOf('queue', 'consumer');
    const stream: Design = {
      ...design,
      nodes: [{ ...design.nodes[0]!, type: 'stream' } as ScenarioNode, design.nodes[1]!],
    };
    expect(connectionBetween(design, 'n0', 'n1')).toMatchObject({ startingValues: { prefetch: 20 } });
    expect(connectionBetween(stream, 'n0', 'n1')).toMatchObject({ startingValues: { prefetch: 100 } });
  });

  test('an edge that is there already is not drawn twice', () => {
    const design: Design = {
      ...designOf('producer', 'topic'),
      edges: [{ id: 'e', kind: 'publish', from: 'n0', to: 'n1' }],
    };
    const connection = connectionBetween(design, 'n0', 'n1');
    expect(connection).toMatchObject({ ok: false, reason: expect.stringContaining('already publishes') as string });
  });

  test('a topic is on one cluster', () => {
    const design = designOf('cluster', 'topic', 'cluster');
    expect(connectionBetween(design, 'n0', 'n1')).toMatchObject({ ok: true, kind: 'host' });
    const placed: Design = { ...design, edges: [{ id: 'e', kind: 'host', from: 'n0', to: 'n1' }] };
    expect(connectionBetween(placed, 'n2', 'n1')).toEqual({
      ok: false,
      reason: 'topic 1 is on cluster 0 already; delete that edge to place it elsewhere.',
    });
  });

  test('notes, a node itself and missing ends are refused', () => {
    const design = designOf('note', 'topic', 'frame');
    expect(connectionBetween(design, 'n0', 'n1')).toMatchObject({ ok: false });
    expect(connectionBetween(design, 'n1', 'n2')).toMatchObject({ ok: false });
    expect(connectionBetween(design, 'n1', 'n1')).toMatchObject({ ok: false });
    expect(connectionBetween(design, 'n1', 'gone')).toMatchObject({ ok: false });
  });

  test('every pair of kinds has either a protocol or one complete sentence why not', () => {
    for (const from of KINDS) {
      for (const to of KINDS) {
        const connection = connectionBetween(designOf(from, to), 'n0', 'n1');
        expect(connection.ok).toBe(kindsThatMayFollow(from).includes(to));
        expect(connection.ok).toBe(kindsThatMayPrecede(to).includes(from));
        if (!connection.ok) expect(connection.reason).toMatch(/^[A-Z].*\.$/);
      }
    }
  });

  test('what may follow and precede', () => {
    expect(kindsThatMayFollow('producer')).toEqual(['topic', 'exchange', 'queue', 'sqs', 'sns', 'store']);
    expect(kindsThatMayFollow('sqs')).toEqual(['client', 'sqs', 'consumer']);
    expect(kindsThatMayFollow('sns')).toEqual(['sqs']);
    expect(kindsThatMayFollow('exchange')).toEqual(['exchange', 'queue']);
    expect(kindsThatMayPrecede('queue')).toEqual(['producer', 'client', 'exchange', 'queue', 'consumer']);
    expect(kindsThatMayFollow('topic')).toEqual(['client', 'consumer']);
    expect(kindsThatMayPrecede('topic')).toEqual(['producer', 'client', 'cluster', 'consumer']);
    expect(kindsThatMayFollow('note')).toEqual([]);
  });
});

test('faults happen to what they can happen to', () => {
  expect(faultsOf('edge')).toEqual(['slow', 'cut', 'heal', 'dropAcks']);
  expect(faultsOf('consumer')).toEqual([
    'crash',
    'restart',
    'pause',
    'resume',
    'slow',
    'seek',
    'pausePartitions',
    'resumePartitions',
  ]);
  expect(faultsOf('queue')).toEqual(['purge']);
  expect(faultsOf('sqs')).toEqual(['purge', 'redrive']);
  expect(faultsOf('note')).toEqual([]);
  expect(Object.keys(FAULT_TARGETS)).toHaveLength(14);
  expect(new Set(Object.values(CLAIM_SUBJECTS))).toEqual(new Set(['consumer', 'producer']));
});
