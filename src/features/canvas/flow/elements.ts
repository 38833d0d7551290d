/**
 * From the design to what React Flow draws. Elements keep their identity while what they show stays the same, so that
 * a change of one node renders one node, and a frame of the simulation renders none.
 */
import { Position, type Edge, type Node, type NodeHandle } from '@xyflow/react';
import type { Design, ScenarioEdge, ScenarioNode } from '../../../../workers/scenario/document.ts';
import type { NodeKind } from '../../../../workers/scenario/kinds/table.ts';
import { portsOf } from '../connecting/ports.ts';
import type { Point } from '../edges/edge-curve.ts';
import { nodeSize, type Size } from '../faces/node-size.ts';
import { edgeLabel, nodeLabel } from './describe.ts';

/** Structure only: what runs is read from the frames by each face itself. */
type FlowNodeData = {
  readonly node: ScenarioNode;
  /** Ids of the edges that leave the node, in document order. */
  readonly edgesOut: readonly string[];
};
export type FlowNode = Node<FlowNodeData, NodeKind>;
type FlowEdgeData = { readonly edge: ScenarioEdge };
export type FlowEdge = Edge<FlowEdgeData, 'channel'>;

/** What a drag or a resize shows before it becomes a change of the document. */
export interface Draft {
  readonly position?: Point;
  readonly size?: Size;
}

export interface Selection {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
}

interface NodeSources {
  readonly node: ScenarioNode;
  readonly draft: Draft | undefined;
  readonly selected: boolean;
  readonly label: string;
  readonly edgesOut: readonly string[];
}

/** Radius within which a handle may be grasped, in flow coordinates; the dot drawn is smaller. */
const HANDLE_SIZE = 12;

function handlesOf(kind: NodeKind, { width, height }: Size): NodeHandle[] {
  const ports = portsOf(kind);
  const y = height / 2 - HANDLE_SIZE / 2;
  const common = { y, width: HANDLE_SIZE, height: HANDLE_SIZE };
  return [
    ...(ports.in ? [{ ...common, type: 'target' as const, position: Position.Left, x: -HANDLE_SIZE / 2 }] : []),
    ...(ports.out
      ? [{ ...common, type: 'source' as const, position: Position.Right, x: width - HANDLE_SIZE / 2 }]
      : []),
  ];
}

function flowNode({ node, draft, selected, label, edgesOut }: NodeSources): FlowNode {
  const size = draft?.size ?? nodeSize(node);
  const behind = node.kind === 'frame';
  return {
    id: node.id,
    type: node.kind,
    position: draft?.position ?? node.position,
    ...(node.parent === undefined ? {} : { parentId: node.parent }),
    data: { node, edgesOut },
    width: size.width,
    height: size.height,
    measured: size,
    handles: handlesOf(node.kind, size),
    selected,
    ariaLabel: label,
    zIndex: behind ? -1 : 1,
    connectable: portsOf(node.kind).in || portsOf(node.kind).out,
    // The area of a frame belongs to the canvas, so that one can select and pan inside it.
    ...(behind ? { dragHandle: '.frame-grip', style: { pointerEvents: 'none' as const } } : {}),
  };
}

function sameSources(a: NodeSources, b: NodeSources): boolean {
  return (
    a.node === b.node &&
    a.draft === b.draft &&
    a.selected === b.selected &&
    a.label === b.label &&
    a.edgesOut.length === b.edgesOut.length &&
    a.edgesOut.every((id, index) => id === b.edgesOut[index])
  );
}

/**
 * Ids of the nodes in the order in which the keyboard walks them: frames first (they are drawn behind), then along the
 * flow from sources to sinks. It does not depend on positions, so that moving a node does not move the focus.
 */
export function walkOrder({ nodes, edges }: Pick<Design, 'nodes' | 'edges'>): readonly string[] {
  const depth = new Map<string, number>(nodes.map(({ id, kind }) => [id, kind === 'frame' ? -1 : 0]));
  // A longest path has at most one edge less than there are nodes; a cycle stops the walk at that bound.
  for (let round = 0; round < nodes.length; round += 1) {
    let changed = false;
    for (const { from, to } of edges) {
      const next = Math.min((depth.get(from) ?? 0) + 1, nodes.length);
      if (from !== to && next > (depth.get(to) ?? 0)) {
        depth.set(to, next);
        changed = true;
      }
    }
    if (!changed) break;
  }
  const order = nodes.map(({ id }, index) => ({ id, index, depth: depth.get(id) ?? 0 }));
  return order.toSorted((a, b) => a.depth - b.depth || a.index - b.index).map(({ id }) => id);
}

/** A function from the design to nodes that remembers what it made last. One per canvas. */
export function createNodeMapper() {
  let known = new Map<string, { readonly sources: NodeSources; readonly made: FlowNode }>();
  return (
    design: Pick<Design, 'nodes' | 'edges'>,
    selection: Selection,
    drafts: ReadonlyMap<string, Draft>,
  ): FlowNode[] => {
    const byId = new Map(design.nodes.map((node) => [node.id, node]));
    const selected = new Set(selection.nodes);
    const next: typeof known = new Map();
    for (const id of walkOrder(design)) {
      const node = byId.get(id)!;
      const sources: NodeSources = {
        node,
        draft: drafts.get(id),
        selected: selected.has(id),
        label: nodeLabel(node, design),
        edgesOut: design.edges.filter(({ from }) => from === id).map((edge) => edge.id),
      };
      const before = known.get(id);
      next.set(
        id,
        before !== undefined && sameSources(before.sources, sources) ? before : { sources, made: flowNode(sources) },
      );
    }
    known = next;
    return Array.from(next.values(), ({ made }) => made);
  };
}

/** A function from the design to edges that remembers what it made last. One per canvas. */
export function createEdgeMapper() {
  let known = new Map<string, { readonly edge: ScenarioEdge; readonly label: string; readonly made: FlowEdge }>();
  return (design: Pick<Design, 'nodes' | 'edges'>, selection: Selection): FlowEdge[] => {
    const selected = new Set(selection.edges);
    const next: typeof known = new Map();
    for (const edge of design.edges) {
      const label = edgeLabel(edge, design);
      const before = known.get(edge.id);
      const isSelected = selected.has(edge.id);
      const unchanged =
        before !== undefined && before.edge === edge && before.label === label && before.made.selected === isSelected;
      next.set(edge.id, unchanged ? before : { edge, label, made: flowEdge(edge, label, isSelected) });
    }
    known = next;
    return Array.from(next.values(), ({ made }) => made);
  };
}

function flowEdge(edge: ScenarioEdge, label: string, selected: boolean): FlowEdge {
  return {
    id: edge.id,
    type: 'channel',
    source: edge.from,
    target: edge.to,
    data: { edge },
    selected,
    ariaLabel: label,
    interactionWidth: 18,
  };
}
