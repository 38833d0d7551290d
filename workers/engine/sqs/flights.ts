/** What moves along edges of SQS and SNS, for whoever watches. */
import { writeFlight } from '../observe/flights.ts';
import type { Run } from '../state.ts';

export function noteSqsFlight(
  run: Run,
  edge: number,
  arriveNs: number,
  kind: number,
  messages: number,
  color: number,
  instance = -1,
): void {
  if (run.flights === null) return;
  writeFlight(run.flights, { edge, departNs: run.nowNs, arriveNs, kind, messages, color, partition: -1, instance });
}
