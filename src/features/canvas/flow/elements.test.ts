import { describe, expect, it } from 'vitest';
import type { ScenarioEdge, ScenarioNode } from '../../../../workers/scenario/document.ts';
import { createEdgeMapper, createNodeMapper, walkOrder } from './elements.ts';

const node = (id: string, kind: ScenarioNode['kind']): ScenarioNode => ({
  id,
  kind,
  name: id,
  position: { x: 0, y: 0 },
});
const edge = (id: string, kind: ScenarioEdge['kind'], from: string, to: string): ScenarioEdge => ({
  id,
  kind,
  from,
  to,
});

const design = {
  nodes: [node('billing', 'consumer'), node('orders', 'topic'), node('web', 'producer'), node('area', 'frame')],
  edges: [edge('a', 'publish', 'web', 'orders'), edge('b', 'subscribe', 'orders', 'billing')],
};
const none = { nodes: [], edges: [] };

describe('from the design to the flow', () => {
  it('keeps every element that shows the same', () => {
    const nodes = createNodeMapper();
    const edges = createEdgeMapper();
    const firstNodes = nodes(design, none, new Map());
    const firstEdges = edges(design, none);
    const again = { nodes: [...design.nodes], edges: [...design.edges] };
    nodes(again, none, new Map()).forEach((made, index) => expect(made).toBe(firstNodes[index]));
    edges(again, none).forEach((made, index) => expect(made).toBe(firstEdges[index]));
  });

  it('makes only those anew that changed', () => {
    const nodes = createNodeMapper();
    const before = nodes(design, none, new Map());
    const after = nodes(design, { nodes: ['orders'], edges: [] }, new Map([['web', { position: { x: 5, y: 5 } }]]));
    const changed = after.filter((made) => !before.includes(made)).map(({ id }) => id);
    expect(changed.toSorted()).toEqual(['orders', 'web']);
  });

  it('names a node with what it is connected to', () => {
    const [, , orders] = createNodeMapper()(design, none, new Map());
    expect(orders!.ariaLabel).toBe('Topic orders, 1 partition; connected from web; connected to billing');
  });

  it('names an edge with its ends and essentials', () => {
    const [publish, subscribe] = createEdgeMapper()(design, none);
    expect(publish!.ariaLabel).toBe('Publish from web to orders, acks all, idempotent');
    expect(subscribe!.ariaLabel).toBe('Subscription from orders to billing, auto commit, range');
  });

  it('holds only structure in its data', () => {
    const [made] = createNodeMapper()(design, none, new Map());
    expect(Object.keys(made!.data)).toEqual(['node', 'edgesOut']);
  });
});

describe('the order of the keyboard', () => {
  it('goes along the flow, frames first', () => {
    expect(walkOrder(design)).toEqual(['area', 'web', 'orders', 'billing']);
  });

  it('ends on a cycle', () => {
    const cycle = [edge('a', 'subscribe', 'orders', 'billing'), edge('b', 'publish', 'billing', 'orders')];
    expect(walkOrder({ nodes: design.nodes, edges: cycle })).toHaveLength(4);
  });
});
