/**
 * Messages under way, as rows in typed arrays.
 *
 * A hop of a millisecond would be over before an eye noticed. So while the run plays, a flight takes at least
 * `SHORTEST_MS` on the screen; at slow motion and while paused it is exactly where the simulated time says. An answer
 * leaves when the request it answers has arrived on the screen, and not while that is still being stretched.
 *
 * A flight has two clocks, therefore: simulated time (`departNs`, `arriveNs`) and the display's (`startMs`, `endMs`,
 * equal for a flight that is not stretched).
 */
import { FLIGHT, FLIGHT_KIND, HEADER, STATUS } from '../../../../workers/protocol/frame.ts';

/** Most flights drawn at once; further ones are left out, and the edge becomes a density long before that. */
export const CAPACITY = 10_000;
export const SHORTEST_MS = 450;
/** Simulated seconds per wall second up to which flights are shown exactly. */
const EXACT_UP_TO_SPEED = 0.1;

export interface Flights {
  count: number;
  /** Index into the frame layout's edges. */
  readonly edge: Uint16Array;
  readonly kind: Uint8Array;
  readonly color: Int32Array;
  readonly messages: Float64Array;
  readonly departNs: Float64Array;
  readonly arriveNs: Float64Array;
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
}

/** What the two clocks say, and how they relate. */
export interface Clock {
  readonly nowMs: number;
  readonly nowNs: number;
  /** Simulated seconds per wall second. */
  readonly speed: number;
  /** Flights are where simulated time says: paused or slow motion. */
  readonly exact: boolean;
}

export function noFlights(): Flights {
  return {
    count: 0,
    edge: new Uint16Array(CAPACITY),
    kind: new Uint8Array(CAPACITY),
    color: new Int32Array(CAPACITY),
    messages: new Float64Array(CAPACITY),
    departNs: new Float64Array(CAPACITY),
    arriveNs: new Float64Array(CAPACITY),
    startMs: new Float64Array(CAPACITY),
    endMs: new Float64Array(CAPACITY),
  };
}

/** The clock of a frame, at `nowMs` on the display's. */
export function clockOf(values: Float64Array, nowMs: number, nowNs: number): Clock {
  const speed = values[HEADER.speed]!;
  const playing = values[HEADER.status] === STATUS.playing;
  return { nowMs, nowNs, speed: speed > 0 ? speed : 1, exact: !playing || speed <= EXACT_UP_TO_SPEED };
}

/** Whether a flight of this kind goes against the edge's direction. */
export function goesBack(kind: number): boolean {
  return (
    kind === FLIGHT_KIND.ack ||
    kind === FLIGHT_KIND.refusal ||
    kind === FLIGHT_KIND.lostAck ||
    kind === FLIGHT_KIND.commit
  );
}

/** Whether a flight of this kind ends half-way. */
export function isLost(kind: number): boolean {
  return kind === FLIGHT_KIND.lostData || kind === FLIGHT_KIND.lostAck;
}

/** Adds the row of a frame that starts at `row`. Returns false when there is no room. */
export function addFlight(flights: Flights, values: Float64Array, row: number, clock: Clock): boolean {
  if (flights.count === CAPACITY) return false;
  const index = flights.count;
  const departNs = values[row + FLIGHT.departNs]!;
  const arriveNs = values[row + FLIGHT.arriveNs]!;
  const kind = values[row + FLIGHT.kind]!;
  const wallMs = (arriveNs - departNs) / (clock.speed * 1e6);
  const stretchMs = clock.exact ? 0 : Math.max(0, SHORTEST_MS - wallMs);
  const startMs = clock.nowMs + (departNs - clock.nowNs) / (clock.speed * 1e6) + (goesBack(kind) ? stretchMs : 0);
  flights.edge[index] = values[row + FLIGHT.edge]!;
  flights.kind[index] = kind;
  flights.color[index] = values[row + FLIGHT.color]!;
  flights.messages[index] = values[row + FLIGHT.count]!;
  flights.departNs[index] = departNs;
  flights.arriveNs[index] = arriveNs;
  flights.startMs[index] = startMs;
  flights.endMs[index] = clock.exact ? startMs : startMs + wallMs + stretchMs;
  flights.count = index + 1;
  return true;
}

/**
 * How far a flight has come, from 0 to 1; above 1 when it is over, below 0 when it has not begun. When the run is
 * paused, what is still under way takes its exact place, and what is only still on the screen flies on to its end.
 */
export function progressOf(flights: Flights, index: number, { nowMs, nowNs, exact }: Clock): number {
  const arriveNs = flights.arriveNs[index]!;
  const departNs = flights.departNs[index]!;
  const startMs = flights.startMs[index]!;
  const endMs = flights.endMs[index]!;
  const stretched = endMs > startMs;
  if (stretched && (!exact || nowNs >= arriveNs)) return (nowMs - startMs) / (endMs - startMs);
  if (nowNs >= arriveNs) return nowNs === departNs && exact ? 1 : 2;
  return (nowNs - departNs) / (arriveNs - departNs);
}

/** Forgets the flights that are over. Keeps no order. */
export function sweep(flights: Flights, clock: Clock): void {
  for (let index = flights.count - 1; index >= 0; index -= 1) {
    if (progressOf(flights, index, clock) <= 1) continue;
    const last = flights.count - 1;
    flights.edge[index] = flights.edge[last]!;
    flights.kind[index] = flights.kind[last]!;
    flights.color[index] = flights.color[last]!;
    flights.messages[index] = flights.messages[last]!;
    flights.departNs[index] = flights.departNs[last]!;
    flights.arriveNs[index] = flights.arriveNs[last]!;
    flights.startMs[index] = flights.startMs[last]!;
    flights.endMs[index] = flights.endMs[last]!;
    flights.count = last;
  }
}

/** Forgets the flights on one edge. */
export function clearEdge(flights: Flights, edge: number): void {
  for (let index = 0; index < flights.count; index += 1) {
    if (flights.edge[index] !== edge) continue;
    flights.arriveNs[index] = -Infinity;
    flights.endMs[index] = flights.startMs[index]!;
  }
}
