/** What moves between tables and their clients, for whoever watches. */
import { M } from '../ledger/layout.ts';
import { FLIGHT_OF, writeFlight } from '../observe/flights.ts';
import type { EdgeState, Run } from '../state.ts';

/** @param row of a message, -1 for a statement that carries none */
export function noteFlight(
  run: Run,
  edge: EdgeState,
  kind: keyof typeof FLIGHT_OF,
  arriveNs: number,
  messages: number,
  row: number,
  instance: number,
): void {
  if (run.flights === null) return;
  writeFlight(run.flights, {
    edge: run.edges.indexOf(edge),
    departNs: run.nowNs,
    arriveNs,
    kind: FLIGHT_OF[kind],
    messages,
    color: row < 0 ? -1 : run.messages.int[row + M.key]!,
    partition: -1,
    instance,
  });
}
