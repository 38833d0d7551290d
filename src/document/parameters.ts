/** Writing parameters into the sparse document: what equals its default is left out, what hangs together goes together. */
import type { Design, ScenarioEdge, ScenarioNode } from '../../workers/scenario/document.ts';
import { protocols } from '../../workers/scenario/edges/table.ts';
import { nodeKinds } from '../../workers/scenario/kinds/table.ts';
import { samePlain } from '../../workers/scenario/plain.ts';
import { resolveEdge, resolveNode } from '../../workers/scenario/resolve.ts';
import { protocolOf } from '../../workers/scenario/rules.ts';
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

/** A node with one parameter set. @throws Error when the result is no valid node: the message says what is wrong. */
export function nodeWith(node: ScenarioNode, path: Path, value: unknown): ScenarioNode {
  const changed = withParameter(node, resolveNode(node), nodeEntries(node), path, value);
  resolveNode(changed);
  return changed;
}

/** The same for an edge. Settings that Kafka ties together follow the one that the person set. */
export function edgeWith(design: Design, edge: ScenarioEdge, path: Path, value: unknown): ScenarioEdge {
  const entries = edgeEntries(design, edge);
  let changed = withParameter(edge, resolveEdge(edge), entries, path, value);
  for (const [name, tied] of tiedSettings(changed, path[0] ?? '')) {
    changed = withMember(changed, name, sparse(entries[name] as Schema, tied));
  }
  resolveEdge(changed);
  return changed;
}

/**
 * Idempotence needs acks all, retries, and at most 5 requests in flight. Whoever sets one of these against it gives it
 * up; whoever turns it on gets what it needs.
 */
function tiedSettings(edge: ScenarioEdge, set: string): readonly (readonly [string, unknown])[] {
  const resolved = resolveEdge(edge);
  if (resolved.kind !== 'publish' || !resolved.enableIdempotence) return [];
  const { acks, retries, maxInFlight } = resolved;
  if (acks === 'all' && retries > 0 && maxInFlight <= 5) return [];
  if (set !== 'enableIdempotence') return [['enableIdempotence', false]];
  return [
    ['acks', 'all'],
    ...(retries > 0 ? [] : [['retries', undefined] as const]),
    ...(maxInFlight <= 5 ? [] : [['maxInFlight', 5] as const]),
  ];
}
