import type { EdgeChange, NodeChange } from '@xyflow/react';
import { useCallback, useMemo, useState } from 'react';
import { moveNodes, select } from '../../../document/actions.ts';
import type { Placed } from '../../../document/arrange.ts';
import { documentStore, useDocument } from '../../../document/store.ts';
import type { Point } from '../edges/edge-curve.ts';
import { nodeSize } from '../faces/node-size.ts';
import { absolutePosition, placeIn } from '../placing/frames.ts';
import { createEdgeMapper, createNodeMapper, type Draft, type FlowEdge, type FlowNode } from './elements.ts';

type Drafts = ReadonlyMap<string, Draft>;
const NO_DRAFTS: Drafts = new Map();

/**
 * The design as React Flow's elements, and React Flow's changes as the document's. A drag or a resize shows at once as a
 * draft and becomes one change of the document when it ends.
 */
export function useFlowElements() {
  const design = useDocument((state) => state.design);
  const selection = useDocument((state) => state.selection);
  const [drafts, setDrafts] = useState<Drafts>(NO_DRAFTS);
  const [mapNodes] = useState(createNodeMapper);
  const [mapEdges] = useState(createEdgeMapper);
  const nodes = useMemo(() => mapNodes(design, selection, drafts), [mapNodes, design, selection, drafts]);
  const edges = useMemo(() => mapEdges(design, selection), [mapEdges, design, selection]);

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    selectNodes(changes);
    setDrafts((before) => {
      const after = draftsAfter(changes, before);
      return after.size === 0 && before.size === 0 ? before : after;
    });
    const places = placesAfter(changes);
    if (places.length > 0) moveNodes(places, { commit: true });
  }, []);
  const onEdgesChange = useCallback((changes: EdgeChange<FlowEdge>[]) => selectEdges(changes), []);
  return { nodes, edges, onNodesChange, onEdgesChange };
}

/** The ids selected after `changes`; null when none of them is about that. */
function selectedAfter(
  changes: readonly (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[],
  before: readonly string[],
): readonly string[] | null {
  const selected = new Set(before);
  let touched = false;
  for (const change of changes) {
    if (change.type !== 'select') continue;
    touched = true;
    if (change.selected) selected.add(change.id);
    else selected.delete(change.id);
  }
  return touched ? [...selected] : null;
}

function selectNodes(changes: readonly NodeChange<FlowNode>[]): void {
  const { selection } = documentStore.getState();
  const nodes = selectedAfter(changes, selection.nodes);
  if (nodes !== null) select({ ...selection, nodes });
}

function selectEdges(changes: readonly EdgeChange<FlowEdge>[]): void {
  const { selection } = documentStore.getState();
  const edges = selectedAfter(changes, selection.edges);
  if (edges !== null) select({ ...selection, edges });
}

/** Nodes of which this batch says that they are being resized: their moves are part of that, and no drag. */
function resizing(changes: readonly NodeChange<FlowNode>[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap((change) => (change.type === 'dimensions' && change.resizing !== undefined ? [change.id] : [])),
  );
}

function draftsAfter(changes: readonly NodeChange<FlowNode>[], before: Drafts): Drafts {
  const drafts = new Map(before);
  const resized = resizing(changes);
  for (const change of changes) {
    if (change.type === 'position') {
      const ongoing = change.dragging === true || resized.has(change.id);
      if (ongoing && change.position !== undefined)
        drafts.set(change.id, { ...drafts.get(change.id), position: change.position });
      else if (!ongoing) drafts.delete(change.id);
    } else if (change.type === 'dimensions' && resized.has(change.id)) {
      if (change.resizing === false) drafts.delete(change.id);
      else if (change.dimensions !== undefined)
        drafts.set(change.id, { ...drafts.get(change.id), size: change.dimensions });
    }
  }
  return drafts;
}

/** Where the nodes whose move has ended are now, and in which frame. */
function placesAfter(changes: readonly NodeChange<FlowNode>[]): readonly Placed[] {
  const resized = resizing(changes);
  const { design } = documentStore.getState();
  const moved = new Map<string, Point>();
  for (const change of changes) {
    if (change.type !== 'position' || change.dragging === true || resized.has(change.id)) continue;
    if (change.position !== undefined) moved.set(change.id, change.position);
  }
  return Array.from(moved, ([id, position]) => {
    const node = design.nodes.find((other) => other.id === id);
    // A node that moves along with its frame stays in it.
    if (node === undefined || (node.parent !== undefined && moved.has(node.parent))) return { id, position };
    const at = absolutePosition(design, { ...node, position });
    return { id, ...placeIn(design, { kind: node.kind, size: nodeSize(node) }, at) };
  });
}
