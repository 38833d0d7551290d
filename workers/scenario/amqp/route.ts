/**
 * Where a message goes. From the exchange that it was published to it spreads along bindings between exchanges, always with its own
 * keys. Each exchange is visited once, so circles end, and each queue gets one copy, however many paths lead there. An exchange
 * where nothing matches hands on to its alternate exchange.
 *
 * Source: rabbitmq-server, rabbit_exchange.erl (route1, process_alternate, process_route).
 */
import { matches, queuesByName, routesOf, type Draw, type Envelope } from './matching.ts';
import { DEFAULT, type RoutingTable } from './routing-table.ts';

/** How a message came to an exchange. */
export type Arrival =
  | { readonly by: 'publish' }
  /** Place of the binding. */
  | { readonly by: 'binding'; readonly place: number }
  /** Index of the exchange that could not route it. */
  | { readonly by: 'alternate'; readonly of: number };

export interface Visit {
  readonly exchange: number;
  readonly arrival: Arrival;
  /** Places of the bindings that matched. */
  readonly matched: readonly number[];
  /** Queues that the default exchange knows by name. */
  readonly named: readonly number[];
}

/** The exchanges that a message comes to, in the order in which it does, broadly first. */
export function visits(table: RoutingTable, exchange: number, envelope: Envelope, draw: Draw): readonly Visit[] {
  const { exchanges } = routesOf(table);
  const seen: Visit[] = [];
  const reached = new Uint8Array(exchanges.length);
  const waiting: { exchange: number; arrival: Arrival }[] = [];
  const reach = (index: number, arrival: Arrival) => {
    if (reached[index] === 1 || !table.exchanges[index]) return;
    reached[index] = 1;
    waiting.push({ exchange: index, arrival });
  };
  reach(exchange, { by: 'publish' });
  for (const at of waiting) {
    const byName = at.exchange === DEFAULT;
    const named = byName ? queuesByName(table, envelope) : [];
    const matched = byName ? [] : matches(table, at.exchange, envelope, draw);
    seen.push({ ...at, matched, named });
    for (const place of matched) {
      const { to, destination } = table.bindings[place]!;
      if (to === 'exchange') reach(destination, { by: 'binding', place });
    }
    const { alternate, choices } = exchanges[at.exchange]!;
    if (matched.length === 0 && choices.length === 0 && alternate >= 0)
      reach(alternate, { by: 'alternate', of: at.exchange });
  }
  return seen;
}

/** The queues that get a message, each once, by ascending index. None: it is returned if it was mandatory, and lost otherwise. */
export function route(table: RoutingTable, exchange: number, envelope: Envelope, draw: Draw): number[] {
  return queuesOf(table, visits(table, exchange, envelope, draw));
}

/** The queues that visits reach, by ascending index. */
export function queuesOf(table: RoutingTable, seen: readonly Visit[]): number[] {
  const queues = new Set<number>();
  for (const { matched, named } of seen) {
    for (const queue of named) queues.add(queue);
    for (const place of matched) {
      const { to, destination } = table.bindings[place]!;
      if (to === 'queue') queues.add(destination);
    }
  }
  return [...queues].sort((a, b) => a - b);
}
