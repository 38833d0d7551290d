/**
 * Everything that moves over the canvas, between one frame of the simulation and the next: which flights are under way,
 * which edges are dense, which anomalies have just been found. No React, no DOM.
 */
import { FLIGHT, HEADER, PUBLISH, STATUS, SUBSCRIBE, type Layout } from '../../../../workers/protocol/frame.ts';
import { currentRate, emptyHistory, observe, type RateHistory } from '../faces/rate-history.ts';
import { collectPops, forgetPops, type Pop } from './anomaly-pops.ts';
import { noDensity, observeDensity, type Density } from './density.ts';
import { addFlight, clearEdge, clockOf, noFlights, sweep, type Clock, type Flights } from './flights.ts';

export interface FlightScene {
  readonly flights: Flights;
  readonly pops: Pop[];
  density: Density;
  layout: Layout | null;
  /** Simulated time and display time of the last frame taken in. */
  frameNs: number;
  frameMs: number;
  counts: Float64Array;
  /** Rates in messages per simulated second, for the edges that show a number. */
  readonly rates: Map<string, RateHistory>;
}

export function emptyScene(): FlightScene {
  return {
    flights: noFlights(),
    pops: [],
    density: noDensity(0),
    layout: null,
    frameNs: 0,
    frameMs: 0,
    counts: new Float64Array(0),
    rates: new Map(),
  };
}

/** Takes a frame in. `nowNs` is simulated time as shown; with `still`, no flights are kept. */
export function takeFrame(
  scene: FlightScene,
  frame: { readonly values: Float64Array; readonly layout: Layout },
  { nowMs, still }: { readonly nowMs: number; readonly still: boolean },
): void {
  const { values, layout } = frame;
  const timeNs = values[HEADER.timeNs]!;
  if (scene.layout !== layout) adoptLayout(scene, layout);
  if (timeNs < scene.frameNs || values[HEADER.status] === STATUS.seeking) scene.flights.count = 0;
  const advanced = timeNs > scene.frameNs;
  const clock = clockOf(values, nowMs, timeNs);
  const elapsedMs = nowMs - scene.frameMs;
  if (values[HEADER.status] !== STATUS.seeking) {
    collectPops(scene.pops, values, layout, nowMs);
    takeFlights(scene, values, { clock, still, elapsedMs });
  }
  if (advanced || timeNs < scene.frameNs) takeRates(scene, values, layout, still);
  scene.frameNs = timeNs;
  scene.frameMs = nowMs;
}

/** Flights keep their edge when the edges are numbered anew. */
function adoptLayout(scene: FlightScene, layout: Layout): void {
  const { flights } = scene;
  const before = scene.layout?.edgeIds ?? [];
  const places = new Map(layout.edgeIds.map((id, index) => [id, index]));
  for (let index = 0; index < flights.count; index += 1) {
    const place = places.get(before[flights.edge[index]!] ?? '');
    if (place !== undefined) flights.edge[index] = place;
    else flights.arriveNs[index] = flights.endMs[index] = -Infinity;
  }
  const density = noDensity(layout.edgeIds.length);
  for (const [index, id] of before.entries()) {
    const place = places.get(id);
    if (place === undefined) continue;
    density.perSecond[place] = scene.density.perSecond[index] ?? 0;
    density.dense[place] = scene.density.dense[index] ?? 0;
  }
  scene.density = density;
  scene.counts = new Float64Array(layout.edgeIds.length);
  scene.layout = layout;
}

function takeFlights(
  scene: FlightScene,
  values: Float64Array,
  { clock, still, elapsedMs }: { readonly clock: Clock; readonly still: boolean; readonly elapsedMs: number },
): void {
  const { flights, counts, density } = scene;
  const rows = values[HEADER.flights]!;
  const leftOut = values[HEADER.flightsLeftOut]!;
  counts.fill(0);
  for (let index = 0; index < rows; index += 1) {
    const row = values[HEADER.flightsAt]! + index * FLIGHT.size;
    const edge = values[row + FLIGHT.edge]!;
    counts[edge] = (counts[edge] ?? 0) + 1;
    if (still || density.dense[edge] === 1) continue;
    addFlight(flights, values, row, clock);
  }
  // While paused nothing passes, and steps by hand are no stream.
  if (values[HEADER.status] !== STATUS.playing) return;
  const packed = rows + leftOut > 0 ? rows / (rows + leftOut) : 1;
  for (const edge of observeDensity(density, {
    counts,
    elapsedMs: Math.min(elapsedMs, 250),
    packed: Math.max(packed, 1e-6),
  })) {
    clearEdge(flights, edge);
  }
}

/** Messages that have passed an edge since the start of the run. */
function passedEdge(values: Float64Array, layout: Layout, edgeId: string): number {
  const edge = layout.edges[edgeId];
  if (edge === undefined) return 0;
  return values[edge.at + (edge.kind === 'publish' ? PUBLISH.appended : SUBSCRIBE.fetched)]!;
}

function takeRates(scene: FlightScene, values: Float64Array, layout: Layout, still: boolean): void {
  for (const [index, id] of layout.edgeIds.entries()) {
    if (!still && scene.density.dense[index] !== 1) {
      scene.rates.delete(id);
      continue;
    }
    let history = scene.rates.get(id);
    if (history === undefined) scene.rates.set(id, (history = emptyHistory()));
    observe(history, values[HEADER.timeNs]!, passedEdge(values, layout, id), values[HEADER.speed]!);
  }
}

/** Messages per simulated second on an edge that shows its rate; NaN while that is not known. */
export function rateOn(scene: FlightScene, values: Float64Array, edgeId: string): number {
  const history = scene.rates.get(edgeId);
  if (history === undefined || scene.layout === null) return Number.NaN;
  return currentRate(history, values[HEADER.timeNs]!, passedEdge(values, scene.layout, edgeId));
}

/** Forgets what is over. Returns whether anything is still on the move. */
export function settle(scene: FlightScene, clock: Clock): boolean {
  sweep(scene.flights, clock);
  forgetPops(scene.pops, clock.nowMs);
  const playing = !clock.exact;
  return (
    scene.pops.length > 0 ||
    (scene.flights.count > 0 && (playing || anyStretched(scene.flights))) ||
    (playing && scene.density.dense.includes(1))
  );
}

function anyStretched(flights: Flights): boolean {
  for (let index = 0; index < flights.count; index += 1) {
    if (flights.endMs[index]! > flights.startMs[index]!) return true;
  }
  return false;
}
