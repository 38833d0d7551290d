import { describe, expect, test } from 'vitest';
import type { Design, ScenarioNode } from '../../workers/scenario/document.ts';
import { examples } from '../../workers/scenario/examples/index.ts';
import { layOut } from './auto-layout.ts';

const SIZE = { width: 200, height: 100 };

function design(nodes: readonly ScenarioNode[], edges: readonly (readonly [string, string])[]): Design {
  return {
    nodes,
    edges: edges.map(([from, to], index) => ({ id: `e${index}`, kind: 'publish' as const, from, to })),
    faults: [],
    checks: [],
  };
}

function node(id: string, kind: ScenarioNode['kind'], x: number, y: number, parent?: string): ScenarioNode {
  return { id, kind, name: id, position: { x, y }, ...(parent === undefined ? {} : { parent }) };
}

function sizeIn(nodes: readonly ScenarioNode[]) {
  return (id: string) => {
    const found = nodes.find((candidate) => candidate.id === id);
    return found?.kind === 'frame' ? { width: found.width ?? 420, height: found.height ?? 260 } : SIZE;
  };
}

describe('automatic layout', () => {
  test('connections lead to the right, and the corner stays', () => {
    const nodes = [node('c', 'consumer', 100, 50), node('t', 'topic', 100, 400), node('p', 'producer', 900, 50)];
    const laid = layOut(
      design(nodes, [
        ['p', 't'],
        ['t', 'c'],
      ]),
      sizeIn(nodes),
    ).nodes;
    const x = (id: string) => laid.find((candidate) => candidate.id === id)?.position.x ?? Number.NaN;
    expect(x('p')).toBe(100);
    expect(x('t')).toBeGreaterThanOrEqual(x('p') + SIZE.width);
    expect(x('c')).toBeGreaterThanOrEqual(x('t') + SIZE.width);
    expect(Math.min(...laid.map(({ position }) => position.y))).toBe(50);
  });

  test('a frame is fitted around what it holds, as parent or only drawn around it', () => {
    const nodes = [
      { ...node('f', 'frame', 0, 0), width: 600, height: 300 },
      node('p', 'producer', 20, 60, 'f'),
      node('t', 'topic', 300, 60),
      node('n', 'note', 320, 180),
      node('c', 'consumer', 900, 0),
    ] as ScenarioNode[];
    const { nodes: laid } = layOut(
      design(nodes, [
        ['p', 't'],
        ['t', 'c'],
      ]),
      sizeIn(nodes),
    );
    const at = Object.fromEntries(laid.map((item) => [item.id, item]));
    const frame = at['f'];
    if (frame?.kind !== 'frame') throw new Error('Expected the frame.');
    const inside = [
      { x: (at['p']?.position.x ?? 0) + frame.position.x, y: (at['p']?.position.y ?? 0) + frame.position.y },
      at['t']?.position ?? { x: -1, y: -1 },
      at['n']?.position ?? { x: -1, y: -1 },
    ];
    for (const { x, y } of inside) {
      expect(x).toBeGreaterThan(frame.position.x);
      expect(y).toBeGreaterThan(frame.position.y);
      expect(x + SIZE.width).toBeLessThan(frame.position.x + (frame.width ?? 0));
      expect(y + SIZE.height).toBeLessThan(frame.position.y + (frame.height ?? 0));
    }
    expect(at['c']?.position.x).toBeGreaterThan(frame.position.x + (frame.width ?? 0) - SIZE.width);
  });

  test.each(examples.map(({ title, scenario }) => [title, scenario] as const))(
    '%s comes out without overlaps',
    (_, scenario) => {
      const { nodes } = layOut(scenario, sizeIn(scenario.nodes));
      const parents = new Map(nodes.map((item) => [item.id, item.position]));
      const boxes = nodes
        .filter(({ kind }) => kind !== 'frame' && kind !== 'note')
        .map(({ position, parent }) => {
          const within = parent === undefined ? undefined : parents.get(parent);
          return { x: position.x + (within?.x ?? 0), y: position.y + (within?.y ?? 0) };
        });
      for (const [index, a] of boxes.entries()) {
        for (const b of boxes.slice(index + 1)) {
          expect(Math.abs(a.x - b.x) >= SIZE.width || Math.abs(a.y - b.y) >= SIZE.height).toBe(true);
        }
      }
    },
  );

  test('an empty design stays as it is', () => {
    const empty = design([], []);
    expect(layOut(empty, sizeIn([]))).toBe(empty);
  });
});
