/** A producer client's connections with brokers. */
import { rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import type { ClientState, Connection, Request } from './client-state.ts';

/** @param broker index into `brokers`, -1 for whichever broker leads a topic that has brokers to itself */
export function openConnection(broker: number): Connection {
  return { broker, inFlight: [], sent: 0, lastForwardNs: 0, lastBackwardNs: 0, atBroker: [], brokerBusy: false };
}

/** The connection that a request of this client travels on. */
export function connectionOf(client: ClientState, request: Request): Connection {
  return client.connections[request.connection]!;
}

/**
 * [PR3] Whether another request may be sent. Answers come in the order of requests: where one got lost, those that were sent
 * after it count as unanswered too, whatever became of them.
 */
export function takesMore(run: Run, connection: Connection, maxInFlight: number): boolean {
  const oldest = connection.inFlight[0];
  return oldest === undefined || connection.sent - rowOf(run.requests, oldest).number < maxInFlight;
}

/** Requests under way over all connections. */
export function requestsInFlight({ connections }: ClientState): number {
  let count = 0;
  for (const { inFlight } of connections) count += inFlight.length;
  return count;
}
