/** From a sparse document to one with every default filled in: what the engine reads. */
import * as v from 'valibot';
import { edgeSchema, nodeSchema, type Design, type ScenarioEdge, type ScenarioNode } from './document.ts';
import type { Plain } from './plain.ts';
import { splitUnknown } from './schema-walk.ts';

export type ResolvedNode = v.InferOutput<typeof nodeSchema>;
export type ResolvedEdge = v.InferOutput<typeof edgeSchema>;
export type NodeOf<Kind extends ResolvedNode['kind']> = Extract<ResolvedNode, { kind: Kind }>;
export type EdgeOf<Kind extends ResolvedEdge['kind']> = Extract<ResolvedEdge, { kind: Kind }>;

/** Most requests in flight with which a broker can still tell a duplicate batch: it remembers five a producer. */
export const IDEMPOTENT_IN_FLIGHT_MAX = 5;

/**
 * Members that a newer program wrote and this one does not know are left aside.
 *
 * @throws valibot's `ValiError` for a node that `validate` would have refused.
 */
export function resolveNode(node: ScenarioNode): ResolvedNode {
  const first = v.safeParse(nodeSchema, node);
  return first.success ? first.output : v.parse(nodeSchema, splitUnknown(nodeSchema, node as unknown as Plain).known);
}

/**
 * Besides defaults it applies what a Kafka client derives from settings that were left out (`effectivePublish`).
 *
 * @throws valibot's `ValiError` for an edge that `validate` would have refused.
 */
export function resolveEdge(edge: ScenarioEdge): ResolvedEdge {
  const first = v.safeParse(edgeSchema, edge);
  const complete = first.success
    ? first.output
    : v.parse(edgeSchema, splitUnknown(edgeSchema, edge as unknown as Plain).known);
  return complete.kind === 'publish' ? effectivePublish(edge, complete) : complete;
}

/**
 * What a Kafka producer makes of its settings: idempotence, on by default, is off where another setting rules it out; a
 * delivery timeout that was not given is never shorter than linger and request timeout together. (Where such settings were
 * given explicitly Kafka refuses to start; validation reports that.) Source: ProducerConfig and KafkaProducer of Kafka 4.0.
 */
function effectivePublish(given: ScenarioEdge, edge: EdgeOf<'publish'>): EdgeOf<'publish'> {
  const enableIdempotence =
    edge.enableIdempotence && edge.acks === 'all' && edge.maxInFlight <= IDEMPOTENT_IN_FLIGHT_MAX && edge.retries > 0;
  const least = edge.lingerMs + edge.requestTimeoutMs;
  const isGiven = 'deliveryTimeoutMs' in given && given.deliveryTimeoutMs !== undefined;
  return {
    ...edge,
    enableIdempotence,
    deliveryTimeoutMs: isGiven ? edge.deliveryTimeoutMs : Math.max(edge.deliveryTimeoutMs, least),
  };
}

export interface ResolvedDesign {
  readonly nodes: readonly ResolvedNode[];
  readonly edges: readonly ResolvedEdge[];
}

/** @throws valibot's `ValiError` for a design that `validate` would have refused. */
export function resolveDesign(design: Pick<Design, 'nodes' | 'edges'>): ResolvedDesign {
  return { nodes: design.nodes.map(resolveNode), edges: design.edges.map(resolveEdge) };
}
