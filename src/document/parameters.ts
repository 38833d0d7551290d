/** Writing parameters into the sparse document: what equals its default is left out, what hangs together goes together. */
import type { Design, ScenarioEdge, ScenarioNode } from '../../workers/scenario/document.ts';
import { protocols } from '../../workers/scenario/edges/table.ts';
import { fieldMeta } from '../../workers/scenario/fields.ts';
import { nodeKinds } from '../../workers/scenario/kinds/table.ts';
import { samePlain } from '../../workers/scenario/plain.ts';
import { resolveEdge, resolveNode } from '../../workers/scenario/resolve.ts';
import { protocolOf, STREAM_PREFETCH } from '../../workers/scenario/rules.ts';
import { defaultOf, entriesOf } from '../../workers/scenario/schema-walk.ts';

type Values = Readonly<Record<string, unknown>>;
type Schema = Parameters<typeof defaultOf>[0];

export type Path = readonly string[];

function isRecord(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `value` with what stands at `path` replaced. */
function withAt(value: unknown, [name, ...rest]: Path, replacement: unknown): unknown {
  if (name === undefined) return replacement;
  const members = isRecord(value) ? value : {};
  return { ...members, [name]: withAt(members[name], rest, replacement) };
}

/** The value as the document holds it: undefined when it equals the default; of a group only what differs. */
function sparse(schema: Schema, value: unknown): unknown {
  if (value === undefined) return undefined;
  const fallback = defaultOf(schema);
  const entries = entriesOf(schema);
  // Of groups (whose default is empty) each member has a default of its own; a shape is written as a whole.
  if (entries === undefined || !isRecord(value) || !samePlain(fallback, {})) {
    return samePlain(value, fallback) ? undefined : value;
  }
  const kept = Object.entries(value)
    .map(([name, member]) => [name, name in entries ? sparse(entries[name] as Schema, member) : member] as const)
    .filter(([, member]) => member !== undefined);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function nodeEntries(node: ScenarioNode): Readonly<Record<string, unknown>> {
  return nodeKinds[node.kind].parameters;
}

function edgeEntries(design: Design, edge: ScenarioEdge): Readonly<Record<string, unknown>> {
  const protocol = protocolOf(design, edge);
  return protocol === undefined ? {} : protocols[protocol].parameters;
}

/** What a person calls a parameter, in lower case: "batch size". */
export function labelOfParameter(design: Design, item: ScenarioNode | ScenarioEdge, [name = '']: Path): string {
  const entries = 'position' in item ? nodeEntries(item) : edgeEntries(design, item);
  const meta = Object.hasOwn(entries, name) ? fieldMeta(entries[name] as Schema) : undefined;
  return (meta?.label ?? name).toLowerCase();
}

function withMember<Item extends object>(item: Item, name: string, value: unknown): Item {
  const { [name]: _, ...rest } = item as Record<string, unknown>;
  return (value === undefined ? rest : { ...rest, [name]: value }) as Item;
}

/** `undefined` as the value returns the parameter (or the member at the end of the path) to its default. */
function withParameter<Item extends object>(
  item: Item,
  resolved: Values,
  entries: Readonly<Record<string, unknown>>,
  path: Path,
  value: unknown,
): Item {
  const [top, ...rest] = path;
  if (top === undefined || !Object.hasOwn(entries, top)) throw new Error(`There is no parameter "${path.join('.')}".`);
  const schema = entries[top] as Schema;
  if (value === undefined && rest.length === 0) return withMember(item, top, undefined);
  return withMember(item, top, sparse(schema, withAt(resolved[top], rest, value)));
}

/** A node with one parameter set. The result may be invalid. @throws Error for a parameter that there is not. */
export function nodeWith(node: ScenarioNode, path: Path, value: unknown): ScenarioNode {
  return withParameter(node, resolveNode(node), nodeEntries(node), path, value);
}

/** The same for an edge. Settings that Kafka ties together follow the one that the person set. */
export function edgeWith(design: Design, edge: ScenarioEdge, path: Path, value: unknown): ScenarioEdge {
  const entries = edgeEntries(design, edge);
  const changed = withParameter(edge, resolveEdge(edge), entries, path, value);
  return tiedSettings(changed, path[0] ?? '').reduce(
    (tied, [name, setting]) => withMember(tied, name, sparse(entries[name] as Schema, setting)),
    changed,
  );
}

/**
 * Idempotence needs acks all, retries, and at most 5 requests in flight. Whoever sets one of these against it gives it
 * up; whoever turns it on gets what it needs.
 */
function tiedSettings(edge: ScenarioEdge, set: string): readonly (readonly [string, unknown])[] {
  if (edge.kind !== 'publish') return [];
  // What is out of its range counts as absent here; it is refused later.
  const { acks = 'all', enableIdempotence = true, retries = 1, maxInFlight = 5 } = edge;
  if (!enableIdempotence) return [];
  if (acks === 'all' && retries > 0 && maxInFlight <= 5) return [];
  if (set !== 'enableIdempotence') return [['enableIdempotence', false]];
  return [
    ['acks', 'all'],
    ...(retries > 0 ? [] : [['retries', undefined] as const]),
    ...(maxInFlight <= 5 ? [] : [['maxInFlight', 5] as const]),
  ];
}

/** The group in which an edge reads; null for edges that do not, and for consumers that are a group of their own. */
function groupOf(design: Design, edge: ScenarioEdge): string | null {
  const reader = edge.kind === 'subscribe' ? design.nodes.find(({ id }) => id === edge.to) : undefined;
  return reader?.kind === 'consumer' && reader.group ? `${edge.from} ${reader.group}` : null;
}

/**
 * Members of one group share the partitions by one assignor. All edges that read in the group of `leader` take its
 * assignor; with `follow`, it takes theirs.
 */
export function withCommonAssignor(design: Design, leader: string, { follow }: { readonly follow: boolean }): Design {
  const edge = design.edges.find(({ id }) => id === leader);
  const group = edge === undefined ? null : groupOf(design, edge);
  if (edge === undefined || edge.kind !== 'subscribe' || group === null) return design;
  const mates = design.edges.filter((other) => other.id !== leader && groupOf(design, other) === group);
  if (mates.length === 0) return design;
  const changing = new Set(follow ? [leader] : mates.map(({ id }) => id));
  const assignor = (follow ? (mates[0] as typeof edge) : edge).assignor;
  return {
    ...design,
    edges: design.edges.map((other) => (changing.has(other.id) ? withMember(other, 'assignor', assignor) : other)),
  };
}

/** Consumers of a queue that becomes a stream: RabbitMQ would refuse those without a prefetch of their own, or that do not acknowledge. */
export function withReadersOfStream(design: Design, queue: string): Design {
  const edges = design.edges.map((edge) => {
    if (edge.kind !== 'amqpConsume' || edge.from !== queue) return edge;
    const { ack, prefetch = 0, prefetchShared: _, ...rest } = edge;
    return { ...rest, ...(ack === 'before' && { ack }), prefetch: prefetch > 0 ? prefetch : STREAM_PREFETCH };
  });
  return { ...design, edges };
}
