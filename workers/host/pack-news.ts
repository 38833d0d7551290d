/** What has moved and gone wrong since the last frame: the part of a frame behind its gauges. */
import { ANOMALY_CAPACITY, FLIGHT_CAPACITY, type Run, readersOf } from '../engine/engine.ts';
import { ANOMALY, FLIGHT, MAX_FLIGHTS, type Layout } from '../protocol/frame.ts';
import type { FramePlan } from './frame-plan.ts';

/** What has been sent already, and who fills frames until the layout changes. Outside the run; one a page. */
export interface Packer {
  flights: number;
  anomalies: number;
  plan: FramePlan | null;
}

export function createPacker(): Packer {
  return { flights: 0, anomalies: 0, plan: null };
}

/** The flights of this interval: all when they fit, else every n-th. */
export function flightsToSend(run: Run, packer: Packer): { count: number; leftOut: number } {
  const ring = run.flights;
  if (ring === null) return { count: 0, leftOut: 0 };
  if (packer.flights > ring.count) packer.flights = 0;
  const since = ring.count - packer.flights;
  const kept = Math.min(since, FLIGHT_CAPACITY);
  const stride = Math.ceil(kept / MAX_FLIGHTS);
  const count = kept === 0 ? 0 : Math.ceil(kept / stride);
  return { count, leftOut: since - count };
}

export function packFlights(run: Run, packer: Packer, values: Float64Array, at: number, count: number): void {
  const ring = run.flights;
  if (ring === null) return;
  const kept = Math.min(ring.count - packer.flights, FLIGHT_CAPACITY);
  const stride = Math.max(1, Math.ceil(kept / MAX_FLIGHTS));
  for (let i = 0; i < count; i += 1) {
    const row = (ring.count - kept + i * stride) & (FLIGHT_CAPACITY - 1);
    const to = at + i * FLIGHT.size;
    values[to + FLIGHT.edge] = ring.edge[row]!;
    values[to + FLIGHT.departNs] = ring.departNs[row]!;
    values[to + FLIGHT.arriveNs] = ring.arriveNs[row]!;
    values[to + FLIGHT.kind] = ring.kind[row]!;
    values[to + FLIGHT.count] = ring.messages[row]!;
    values[to + FLIGHT.color] = ring.color[row]!;
    values[to + FLIGHT.partition] = ring.partition[row]!;
    values[to + FLIGHT.instance] = ring.instance[row]!;
  }
  packer.flights = ring.count;
}

export function anomaliesToSend(run: Run, packer: Packer): number {
  const { count } = run.anomalies;
  // After a step back the ring is shorter than what was sent: nothing new has been found.
  if (packer.anomalies > count) packer.anomalies = count;
  return Math.min(count - packer.anomalies, ANOMALY_CAPACITY);
}

export function packAnomalies(
  run: Run,
  packer: Packer,
  layout: Layout,
  values: Float64Array,
  at: number,
  count: number,
): void {
  const ring = run.anomalies;
  const active = run.subscriptions.filter((subscription) => subscription.active);
  for (let i = 0; i < count; i += 1) {
    const row = (ring.count - count + i) & (ANOMALY_CAPACITY - 1);
    const to = at + i * ANOMALY.size;
    const place = ring.place[row]!;
    const subscription = place >= 0 ? active.indexOf(run.subscriptions[place]!) : -1;
    values[to + ANOMALY.timeNs] = ring.timeNs[row]!;
    values[to + ANOMALY.kind] = ring.kind[row]!;
    values[to + ANOMALY.node] = layout.nodeIds.indexOf(nodeOfAnomaly(run, place));
    values[to + ANOMALY.message] = ring.message[row]!;
    values[to + ANOMALY.subscription] = subscription;
  }
  packer.anomalies = ring.count;
}

/** Where an anomaly happened: at the first consumer of its subscription, or at its source. */
function nodeOfAnomaly(run: Run, place: number): string {
  if (place < 0) return run.edges[run.sources[-1 - place]!.edge]!.from;
  return readersOf(run, run.subscriptions[place]!)[0] ?? '';
}
