import { describe, expect, test } from 'vitest';
import { applyChanges, changeProblem, designAt, diffDesigns } from './change.ts';
import type { Design, DesignChange, Scenario, ScenarioEdge, ScenarioNode } from './document.ts';

const at = { x: 0, y: 0 };
const source: ScenarioNode = { id: 'p', kind: 'producer', name: 'orders', position: at };
const log: ScenarioNode = { id: 't', kind: 'topic', name: 'log', position: at, partitions: 3 };
const edge = (id: string): ScenarioEdge => ({ id, kind: 'publish', from: 'p', to: 't' });
const empty: Design = { nodes: [], edges: [], faults: [], checks: [] };
const design: Design = { ...empty, nodes: [source, log], edges: [edge('a'), edge('b'), edge('c')] };

describe('applying changes', () => {
  test('set replaces, unset takes away, and the rest is shared', () => {
    const change: DesignChange = { op: 'change', in: 'nodes', id: 't', set: { retentionMs: 5 }, unset: ['partitions'] };
    const after = applyChanges(design, [change]);
    expect(after.nodes[1]).toEqual({ id: 't', kind: 'topic', name: 'log', position: at, retentionMs: 5 });
    expect(after.nodes[0]).toBe(source);
    expect(after.edges).toBe(design.edges);
  });

  test('an index beyond the end means the end', () => {
    const after = applyChanges(design, [{ op: 'add', in: 'edges', item: edge('d'), at: 99 }]);
    expect(after.edges.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('a change that does not fit throws, and changeProblem says so beforehand', () => {
    const gone: DesignChange = { op: 'remove', in: 'nodes', id: 'x' };
    expect(changeProblem(design, gone)).toBe('"x" is not there');
    expect(() => applyChanges(design, [gone])).toThrow('"x" is not there');
    expect(changeProblem(design, { op: 'add', in: 'nodes', item: log })).toBe('"t" is there already');
    expect(changeProblem(design, { op: 'change', in: 'edges', id: 'a', set: { to: 'p' } })).toBe(
      '"to" cannot be changed',
    );
  });
});

describe('finding changes', () => {
  test('the worked example: one removal, one move, one change, one addition', () => {
    const before = { ...design, edges: [edge('a'), edge('b'), edge('c')] };
    const after = { ...design, edges: [edge('c'), { ...edge('a'), acks: '0' as const }, edge('d')] };
    const changes = diffDesigns(before, after);
    expect(applyChanges(before, changes)).toEqual(after);
    expect(changes.map((change) => change.op)).toEqual(['remove', 'remove', 'add', 'change', 'add']);
  });

  test('the same design needs no change, also when it was copied', () => {
    expect(diffDesigns(design, structuredClone(design))).toEqual([]);
  });

  test('an item that becomes another kind is removed and added', () => {
    const after: Design = { ...empty, nodes: [{ id: 'p', kind: 'note', name: 'orders', position: at }, log] };
    expect(diffDesigns({ ...empty, nodes: [source, log] }, after)).toEqual([
      { op: 'remove', in: 'nodes', id: 'p' },
      { op: 'add', in: 'nodes', item: after.nodes[0], at: 0 },
    ]);
  });

  test('no edge ever lacks an end on the way', () => {
    const changes = diffDesigns(design, empty).map((change) => change.in);
    expect(changes).toEqual(['edges', 'edges', 'edges', 'nodes', 'nodes']);
    expect(diffDesigns(empty, design).map((change) => change.in)).toEqual([
      'nodes',
      'nodes',
      'edges',
      'edges',
      'edges',
    ]);
  });
});

describe('a run', () => {
  const scenario: Scenario = {
    format: 'sluice/1',
    title: '',
    notes: '',
    seed: 1,
    ...design,
    view: {},
    journal: [
      {
        atMs: 100,
        edit: [{ op: 'add', in: 'nodes', item: { id: 'k', kind: 'consumer', name: 'billing', position: at } }],
      },
      { atMs: 200, fault: { do: 'crash', target: 'k' } },
      { atMs: 300, edit: [{ op: 'change', in: 'nodes', id: 'k', set: { instances: 4 } }] },
    ],
  };

  test('the design at an instant has the edits up to and including it', () => {
    expect(designAt(scenario, 99).nodes).toHaveLength(2);
    expect(designAt(scenario, 100).nodes).toHaveLength(3);
    expect(designAt(scenario, 299).nodes[2]).not.toHaveProperty('instances');
    expect(designAt(scenario, 300).nodes[2]).toHaveProperty('instances', 4);
  });
});
