/** A producer client's connections with brokers. */
import type { ClientState, Connection, Request } from './client-state.ts';

/** @param broker index into `brokers`, -1 for whichever broker leads a topic that has brokers to itself */
export function openConnection(broker: number): Connection {
  return { broker, inFlight: [], lastForwardNs: 0, lastBackwardNs: 0, atBroker: [], brokerBusy: false };
}

/** The connection that a request of this client travels on. */
export function connectionOf(client: ClientState, request: Request): Connection {
  return client.connections[request.connection]!;
}

/** Requests under way over all connections. */
export function requestsInFlight({ connections }: ClientState): number {
  let count = 0;
  for (const { inFlight } of connections) count += inFlight.length;
  return count;
}
