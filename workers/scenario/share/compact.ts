/**
 * The compact form of a document: a tuple instead of an object with names, nodes and edges as tuples too, ends of edges as
 * places in the list of nodes, short names (`names.ts`) for all other members, defaults left out. It is plain JSON.
 *
 *   [format, title, notes, seed, nodes, edges, faults, checks, journal, view, versions, others]   trailing empty ones left out
 *   node: [kind, id, name or 0 when it is the id, x, y, others]
 *   edge: [kind, id, from, to, others]                       from and to: place of the node, else its id
 */
import type { Scenario, ScenarioEdge, ScenarioNode } from '../document.ts';
import { FORMAT_VERSION } from '../migrate.ts';
import { isPlainObject, type Plain, type PlainObject } from '../plain.ts';
import { withoutDefaults } from '../schema-walk.ts';
import { edgeSchemaOf, nodeSchemaOf } from '../validate/item.ts';
import { codeOf, nameOf } from './names.ts';

/**
 * The scenario as it comes back from its compact form: parameters that equal their default are gone, and what is measured
 * in pixels is whole.
 */
export function canonicalScenario(scenario: Scenario): Scenario {
  const { view } = scenario;
  const { viewport } = view;
  return {
    ...scenario,
    nodes: scenario.nodes.map(canonicalNode),
    edges: scenario.edges.map(canonicalEdge),
    view:
      viewport === undefined
        ? view
        : { ...view, viewport: { ...wholePixels(viewport), zoom: Math.round(viewport.zoom * 1000) / 1000 } },
  };
}

function canonicalNode(node: ScenarioNode): ScenarioNode {
  const sparse = sparseItem(node, nodeSchemaOf(node.kind)) as unknown as ScenarioNode;
  return { ...sparse, position: wholePixels(node.position) };
}

function canonicalEdge(edge: ScenarioEdge): ScenarioEdge {
  return sparseItem(edge, edgeSchemaOf(edge.kind)?.schema) as unknown as ScenarioEdge;
}

function sparseItem(
  item: ScenarioNode | ScenarioEdge,
  schema: Parameters<typeof withoutDefaults>[0] | undefined,
): PlainObject {
  const plain = item as unknown as PlainObject;
  return schema === undefined ? plain : withoutDefaults(schema, plain);
}

function wholePixels({ x, y }: { readonly x: number; readonly y: number }): { x: number; y: number } {
  return { x: Math.round(x) || 0, y: Math.round(y) || 0 };
}

const HEAD = ['title', 'notes', 'seed', 'nodes', 'edges', 'faults', 'checks', 'journal', 'view', 'versions'] as const;

/** @param scenario canonical */
export function compactForm(scenario: Scenario): Plain {
  const document = scenario as unknown as PlainObject;
  const places = new Map(scenario.nodes.map((node, place) => [node.id, place]));
  const others = Object.entries(document).filter(
    ([name]) => name !== 'format' && !HEAD.includes(name as (typeof HEAD)[number]),
  );
  const tuple: Plain[] = [
    FORMAT_VERSION,
    scenario.title,
    scenario.notes,
    scenario.seed,
    scenario.nodes.map(compactNode),
    scenario.edges.map((edge) => compactEdge(edge, places)),
    ...(['faults', 'checks', 'journal', 'view'] as const).map((name) => shortened(document[name] ?? null)),
    shortened(document['versions'] ?? {}),
    shortened(Object.fromEntries(others)),
  ];
  while (isEmpty(tuple.at(-1))) tuple.pop();
  return tuple;
}

function isEmpty(value: Plain | undefined): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function compactNode(node: ScenarioNode): Plain {
  const { kind, id, name, position, ...rest } = node;
  return [kind, id, name === id ? 0 : name, position.x, position.y, ...othersOf(rest)];
}

function compactEdge(edge: ScenarioEdge, places: ReadonlyMap<string, number>): Plain {
  const { kind, id, from, to, ...rest } = edge;
  return [kind, id, places.get(from) ?? from, places.get(to) ?? to, ...othersOf(rest)];
}

function othersOf(rest: object): Plain[] {
  return Object.keys(rest).length === 0 ? [] : [shortened(rest as PlainObject)];
}

function shortened(value: Plain): Plain {
  if (Array.isArray(value)) return (value as readonly Plain[]).map(shortened);
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).filter((entry): entry is [string, Plain] => entry[1] !== undefined);
  return Object.fromEntries(entries.map(([name, member]) => [codeOf(name), shortened(member)]));
}

/** The document of a compact form, not yet judged; undefined for what is none. */
export function documentOf(compact: Plain): PlainObject | undefined {
  if (!Array.isArray(compact)) return undefined;
  const [format, ...members] = compact as readonly Plain[];
  if (typeof format !== 'number' || !Number.isInteger(format)) return undefined;
  const document: Record<string, Plain> = { format: `sluice/${format}` };
  const [nodes, edges] = [listAt(members, 3), listAt(members, 4)];
  const ids = nodes.map((node) => (Array.isArray(node) ? (node[1] as Plain) : null));
  for (const [place, name] of HEAD.entries()) {
    const member = members[place];
    if (member === undefined) continue;
    if (name === 'nodes') document[name] = nodes.map(expandedNode);
    else if (name === 'edges') document[name] = edges.map((edge) => expandedEdge(edge, ids));
    else document[name] = expanded(member);
  }
  const others = expanded(members[HEAD.length] ?? {});
  return isPlainObject(others) ? { ...others, nodes: [], edges: [], ...document } : undefined;
}

function listAt(members: readonly Plain[], place: number): readonly Plain[] {
  const list = members[place];
  return Array.isArray(list) ? (list as readonly Plain[]) : [];
}

function expandedNode(node: Plain): Plain {
  if (!Array.isArray(node)) return node;
  const [kind = null, id = null, name = 0, x = null, y = null, rest = {}] = node as readonly Plain[];
  return { id, kind, name: name === 0 ? id : name, position: { x, y }, ...memberObject(rest) };
}

function expandedEdge(edge: Plain, ids: readonly Plain[]): Plain {
  if (!Array.isArray(edge)) return edge;
  const [kind = null, id = null, from = null, to = null, rest = {}] = edge as readonly Plain[];
  const end = (place: Plain): Plain => (typeof place === 'number' ? (ids[place] ?? place) : place);
  return { id, kind, from: end(from), to: end(to), ...memberObject(rest) };
}

function memberObject(rest: Plain): PlainObject {
  const members = expanded(rest);
  return isPlainObject(members) ? members : {};
}

/** Codes that are not known come from a newer list; they stay as they are and are told apart by validation. */
function expanded(value: Plain): Plain {
  if (Array.isArray(value)) return (value as readonly Plain[]).map(expanded);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([code, member]) => [nameOf(code) ?? code, expanded(member)]));
}
