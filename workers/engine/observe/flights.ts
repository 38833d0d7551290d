/**
 * Flights: what moves along edges, noted for whoever watches. The ring is not part of a checkpoint and the engine
 * never reads it, so watching changes nothing.
 */
import type { EdgeState, Run } from '../state.ts';

export const FLIGHT_CAPACITY = 8192;

export interface FlightRing {
  /** Flights ever written. */
  count: number;
  edge: Int32Array;
  departNs: Float64Array;
  arriveNs: Float64Array;
  kind: Uint8Array;
  messages: Int32Array;
  color: Int32Array;
  partition: Int32Array;
  instance: Int32Array;
}

export function createFlightRing(): FlightRing {
  return {
    count: 0,
    edge: new Int32Array(FLIGHT_CAPACITY),
    departNs: new Float64Array(FLIGHT_CAPACITY),
    arriveNs: new Float64Array(FLIGHT_CAPACITY),
    kind: new Uint8Array(FLIGHT_CAPACITY),
    messages: new Int32Array(FLIGHT_CAPACITY),
    color: new Int32Array(FLIGHT_CAPACITY),
    partition: new Int32Array(FLIGHT_CAPACITY),
    instance: new Int32Array(FLIGHT_CAPACITY),
  };
}

/** Kinds of flight; the same numbers as the protocol's `FLIGHT_KIND`. */
export const FLIGHT_OF = { data: 0, ack: 1, refusal: 2, retry: 3, lostData: 4, lostAck: 5, commit: 6 } as const;

export interface Flight {
  edge: number;
  departNs: number;
  arriveNs: number;
  kind: number;
  messages: number;
  color: number;
  partition: number;
  instance: number;
}

/** Called only while somebody watches, so that nobody pays for describing a flight that is not noted. */
export function writeFlight(ring: FlightRing, flight: Flight): void {
  const row = ring.count & (FLIGHT_CAPACITY - 1);
  ring.count += 1;
  ring.edge[row] = flight.edge;
  ring.departNs[row] = flight.departNs;
  ring.arriveNs[row] = flight.arriveNs;
  ring.kind[row] = flight.kind;
  ring.messages[row] = flight.messages;
  ring.color[row] = flight.color;
  ring.partition[row] = flight.partition;
  ring.instance[row] = flight.instance;
}

/** What an instance tells of its cursors moves: positions, or acknowledgements of a share group. */
export function notePositionsFlight(
  run: Run,
  edge: EdgeState,
  { instance, cursors }: { readonly instance: number; readonly cursors: readonly number[] },
  arriveNs: number,
): void {
  if (run.flights === null) return;
  writeFlight(run.flights, {
    edge: run.edges.indexOf(edge),
    departNs: run.nowNs,
    arriveNs,
    kind: FLIGHT_OF.commit,
    messages: cursors.length,
    color: -1,
    partition: run.cursors[cursors[0]!]!.partition,
    instance: run.instances[instance]!.index,
  });
}
