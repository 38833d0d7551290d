/** From a sparse document to one with every default filled in. */
import * as v from 'valibot';
import { edgeSchema, nodeSchema, type Design, type ScenarioEdge, type ScenarioNode } from './document.ts';

export type ResolvedNode = v.InferOutput<typeof nodeSchema>;
export type ResolvedEdge = v.InferOutput<typeof edgeSchema>;
export type NodeOf<Kind extends ResolvedNode['kind']> = Extract<ResolvedNode, { kind: Kind }>;
export type EdgeOf<Kind extends ResolvedEdge['kind']> = Extract<ResolvedEdge, { kind: Kind }>;

/** @throws valibot's `ValiError` for a node that `validate` would have refused. */
export function resolveNode(node: ScenarioNode): ResolvedNode {
  return v.parse(nodeSchema, node);
}

/** @throws valibot's `ValiError` for an edge that `validate` would have refused. */
export function resolveEdge(edge: ScenarioEdge): ResolvedEdge {
  return v.parse(edgeSchema, edge);
}

export interface ResolvedDesign {
  readonly nodes: readonly ResolvedNode[];
  readonly edges: readonly ResolvedEdge[];
}

/** @throws valibot's `ValiError` for a design that `validate` would have refused. */
export function resolveDesign(design: Pick<Design, 'nodes' | 'edges'>): ResolvedDesign {
  return { nodes: design.nodes.map(resolveNode), edges: design.edges.map(resolveEdge) };
}
