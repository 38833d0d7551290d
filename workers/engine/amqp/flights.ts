/** What moves along edges of RabbitMQ, for whoever watches. */
import { writeFlight } from '../observe/flights.ts';
import type { Run } from '../state.ts';

export function noteAmqpFlight(
  run: Run,
  edge: number,
  arriveNs: number,
  kind: number,
  color: number,
  instance = -1,
): void {
  if (run.flights === null) return;
  writeFlight(run.flights, { edge, departNs: run.nowNs, arriveNs, kind, messages: 1, color, partition: -1, instance });
}
