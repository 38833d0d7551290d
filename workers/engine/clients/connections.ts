/** A producer client's connections with brokers. */
import type { Run } from '../state.ts';
import type { ClientState, Connection, Request } from './client-state.ts';

/** @param broker index into `brokers`, -1 for whichever broker leads a topic that has brokers to itself */
export function openConnection(broker: number): Connection {
  return {
    broker,
    inFlight: [],
    lastForwardNs: 0,
    lastBackwardNs: 0,
    atBroker: [],
    brokerBusy: false,
    quota: null,
    mutedUntilNs: 0,
    throttledUntilNs: 0,
  };
}

/** The connection that a request of this client travels on. */
export function connectionOf(client: ClientState, request: Request): Connection {
  return client.connections[request.connection]!;
}

/** [PR3] [KQ2] Whether another request may be sent: not too many wait for their answer, and none told the client to wait. */
export function takesMore(run: Run, { inFlight, throttledUntilNs }: Connection, maxInFlight: number): boolean {
  return inFlight.length < maxInFlight && throttledUntilNs <= run.nowNs;
}

/** Requests under way over all connections. */
export function requestsInFlight({ connections }: ClientState): number {
  let count = 0;
  for (const { inFlight } of connections) count += inFlight.length;
  return count;
}
