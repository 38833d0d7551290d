/** Where a message would go in a design as it is drawn, and why: `explainRoute` in terms of nodes and edges. */
import type { Design } from '../document.ts';
import { drawnRouting, type DrawnRouting } from './drawn-routing.ts';
import { explainRoute, type ExplainedVisit } from './explain-route.ts';
import type { HeaderTable } from './headers.ts';
import type { Envelope } from './matching.ts';
import { exchangeIndex, type Binding } from './routing-table.ts';

export interface DrawnVerdict {
  /** Id of the edge. */
  readonly edge: string;
  readonly key: string;
  readonly arguments: HeaderTable;
  /** Id of the queue or exchange at its other end. */
  readonly to: string;
  readonly matches: boolean;
  readonly because: string;
}

export interface DrawnVisit {
  /** Id of the exchange. */
  readonly exchange: string;
  /** The edge along which the message came, null where it was published; and whether it came as to an alternate exchange. */
  readonly edge: string | null;
  readonly asAlternate: boolean;
  readonly verdicts: readonly DrawnVerdict[];
  /** Matches nothing and has no alternate: here the message ends, unless it came to other exchanges as well. */
  readonly deadEnd: boolean;
}

export interface DrawnRoute {
  readonly visits: readonly DrawnVisit[];
  readonly queues: readonly { readonly queue: string; readonly certain: boolean }[];
  /** Edges along which it goes, and the nodes that it comes to. */
  readonly edges: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
}

/** @returns null when there is no such exchange */
export function drawnRoute(
  design: Pick<Design, 'nodes' | 'edges'>,
  exchange: string,
  envelope: Envelope,
): DrawnRoute | null {
  const drawn = drawnRouting(design);
  const start = exchangeIndex(drawn.table, exchange);
  if (start < 0) return null;
  const told = explainRoute(drawn.table, start, envelope);
  const visits = told.visits.map((visit) => drawnVisit(drawn, visit));
  const queues = told.queues.map(({ queue, certain }) => ({ queue: drawn.table.queues[queue]!, certain }));
  const matched = visits.flatMap(({ verdicts }) => verdicts.filter(({ matches }) => matches).map(({ edge }) => edge));
  const followed = visits.flatMap(({ edge }) => edge ?? []);
  return {
    visits,
    queues,
    edges: new Set([...matched, ...followed]),
    nodes: new Set([...visits.map((visit) => visit.exchange), ...queues.map(({ queue }) => queue)]),
  };
}

function drawnVisit(drawn: DrawnRouting, { exchange, arrival, verdicts, deadEnd }: ExplainedVisit): DrawnVisit {
  const { table, edges, alternates } = drawn;
  const edge =
    arrival.by === 'publish'
      ? null
      : arrival.by === 'binding'
        ? edges[arrival.place]!
        : (alternates.get(table.exchanges[arrival.of]!.name) ?? null);
  return {
    exchange: table.exchanges[exchange]!.name,
    edge,
    asAlternate: arrival.by === 'alternate',
    deadEnd,
    verdicts: verdicts.map(({ place, matches, because }) => {
      const binding = table.bindings[place]!;
      const { key, arguments: given } = binding;
      return { edge: edges[place]!, key, arguments: given, to: destinationOf(drawn, binding), matches, because };
    }),
  };
}

function destinationOf({ table }: DrawnRouting, { to, destination }: Binding): string {
  return to === 'queue' ? table.queues[destination]! : table.exchanges[destination]!.name;
}
