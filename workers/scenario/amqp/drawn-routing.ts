/** The routing that a design draws: its exchanges, queues and bindings as a broker would have them declared. Names are ids of nodes. */
import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { resolveEdge, resolveNode, type EdgeOf, type NodeOf } from '../resolve.ts';
import { ALTERNATE_EXCHANGE, HASH_HEADER, HASH_PROPERTY } from './exchange-types.ts';
import { headersOf } from './header-text.ts';
import { tableOf, X_MATCH } from './headers.ts';
import type { Refusal } from './refusal.ts';
import {
  addQueue,
  bind,
  createRoutingTable,
  declareExchange,
  type BindingByName,
  type ExchangeDeclaration,
  type RoutingTable,
} from './routing-table.ts';

/** @param alternate id of the exchange that takes what it cannot route, null for none */
export function drawnExchange(node: NodeOf<'exchange'>, alternate: string | null): ExchangeDeclaration {
  const hashes = node.type === 'x-consistent-hash';
  return {
    name: node.id,
    type: node.type,
    durable: true,
    autoDelete: false,
    internal: node.internal,
    arguments: tableOf({
      ...(alternate !== null && { [ALTERNATE_EXCHANGE]: alternate }),
      ...(hashes && node.hashHeader !== '' && { [HASH_HEADER]: node.hashHeader }),
      ...(hashes && node.hashProperty !== 'none' && { [HASH_PROPERTY]: node.hashProperty }),
    }),
  };
}

/** The keys of a `bind` edge, one a line; without any the empty key is the only one. */
export function bindingKeysOf(lines: string): readonly string[] {
  const keys = lines.split('\n').filter((line) => line !== '');
  return keys.length === 0 ? [''] : keys;
}

/** The bindings that an edge draws; none if it names the alternate exchange. */
export function drawnBindings(edge: EdgeOf<'bind'>, to: BindingByName['to']): readonly BindingByName[] {
  if (edge.alternate) return [];
  const given = Object.fromEntries(headersOf(edge.headers));
  const table = tableOf(edge.xMatch === 'all' ? given : { ...given, [X_MATCH]: edge.xMatch });
  return bindingKeysOf(edge.bindingKeys).map((key) => ({
    source: edge.from,
    to,
    destination: edge.to,
    key,
    arguments: table,
  }));
}

export interface DrawnRouting {
  readonly table: RoutingTable;
  /** Ids of the edges that drew the bindings, by place; the first one where several drew the same. */
  readonly edges: readonly string[];
  /** Bindings that a broker would refuse; they are not in the table. */
  readonly refused: readonly { readonly edge: string; readonly key: string; readonly refusal: Refusal }[];
  /** The alternate exchange of each exchange, as the edge that names it. */
  readonly alternates: ReadonlyMap<string, string>;
}

interface Drawing {
  readonly nodes: readonly ScenarioNode[];
  readonly edges: readonly ScenarioEdge[];
}

/** @throws valibot's `ValiError` for a design that `validate` would have refused. */
export function drawnRouting({ nodes, edges }: Drawing): DrawnRouting {
  const table = createRoutingTable();
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const binds = edges.filter((edge) => edge.kind === 'bind').map((edge) => resolveEdge(edge) as EdgeOf<'bind'>);
  const alternates = new Map<string, string>();
  const namedBy = new Map<string, string>();
  for (const { id, from, to, alternate } of binds) {
    if (!alternate || kinds.get(to) !== 'exchange' || alternates.has(from)) continue;
    alternates.set(from, id);
    namedBy.set(from, to);
  }
  for (const node of nodes) {
    if (node.kind === 'queue') addQueue(table, table.queues.length, node.id);
    if (node.kind === 'exchange')
      declareExchange(table, drawnExchange(resolveNode(node) as NodeOf<'exchange'>, namedBy.get(node.id) ?? null));
  }
  const drawn: string[] = [];
  const refused: { edge: string; key: string; refusal: Refusal }[] = [];
  for (const edge of binds) {
    for (const wanted of drawnBindings(edge, kinds.get(edge.to) === 'queue' ? 'queue' : 'exchange')) {
      const refusal = bind(table, wanted);
      if (refusal !== null) refused.push({ edge: edge.id, key: wanted.key, refusal });
      while (drawn.length < table.bindings.length) drawn.push(edge.id);
    }
  }
  return { table, edges: drawn, refused, alternates };
}
