/** The model written for itself alone: no event queue, no names, no accounts. What there is to reach. */
import { nextExponential } from '../../workers/engine/core/ziggurat.ts';
import { arrivalsPerMs, openDraws, SERVICE_MS, type Served } from './model.ts';

/** Arrival times of those who wait; a power of two that no run at load 0.9 outgrows. */
const LINE = 2 ** 16;

export function serveByHand(servers: number, customers: number, seed: number): Served {
  const { streams, arrivals, services } = openDraws(seed);
  const meanGapMs = 1 / arrivalsPerMs(servers);
  const line = new Float64Array(LINE);
  let head = 0;
  let tail = 0;
  // Ends of the services under way, latest first, so that the next one is at the end and the shortest move is common.
  const endMs = new Float64Array(servers);
  const sinceMs = new Float64Array(servers);
  let busy = 0;
  let arrivalMs = meanGapMs * nextExponential(streams, arrivals);
  let served = 0;
  let sojournMs = 0;
  while (served < customers) {
    let nowMs = arrivalMs;
    let since = arrivalMs;
    if (busy === 0 || arrivalMs < endMs[busy - 1]!) {
      arrivalMs += meanGapMs * nextExponential(streams, arrivals);
      if (busy === servers) {
        line[tail++ & (LINE - 1)] = since;
        continue;
      }
    } else {
      busy -= 1;
      nowMs = endMs[busy]!;
      sojournMs += nowMs - sinceMs[busy]!;
      served += 1;
      if (head === tail) continue;
      since = line[head++ & (LINE - 1)]!;
    }
    const end = nowMs + SERVICE_MS * nextExponential(streams, services);
    let row = busy++;
    while (row > 0 && endMs[row - 1]! < end) {
      endMs[row] = endMs[row - 1]!;
      sinceMs[row] = sinceMs[row - 1]!;
      row -= 1;
    }
    endMs[row] = end;
    sinceMs[row] = since;
  }
  return { customers: served, meanSojournMs: sojournMs / served };
}
