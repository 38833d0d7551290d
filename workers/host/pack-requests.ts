/** Packing what became of a client's requests. */
import { quantiles } from '../engine/engine.ts';
import type { RequesterState } from '../engine/requests/requester-state.ts';
import { REQUESTS } from '../protocol/frame-requests.ts';

const PERCENTILES = [0.99, 0.5] as const;
const found = new Float64Array(2);

export function packRequests(requester: RequesterState, at: number, values: Float64Array): void {
  values[at + REQUESTS.asked] = requester.asks.tail;
  values[at + REQUESTS.answered] = requester.answered;
  values[at + REQUESTS.givenUp] = requester.givenUp;
  values[at + REQUESTS.abandoned] = requester.abandoned;
  values[at + REQUESTS.waiting] = requester.open;
  values[at + REQUESTS.timedOut] = requester.timedOut;
  values[at + REQUESTS.late] = requester.late;
  values[at + REQUESTS.duplicates] = requester.duplicates;
  values[at + REQUESTS.strays] = requester.strays;
  if (requester.roundTrip.total === 0) return;
  quantiles(requester.roundTrip, PERCENTILES, found);
  values[at + REQUESTS.p99Ns] = found[0]!;
  values[at + REQUESTS.p50Ns] = found[1]!;
}
