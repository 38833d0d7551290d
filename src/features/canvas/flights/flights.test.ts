import { describe, expect, it } from 'vitest';
import { FLIGHT, FLIGHT_KIND } from '../../../../workers/protocol/frame.ts';
import { densityWidth, noDensity, observeDensity } from './density.ts';
import { addFlight, CAPACITY, clearEdge, noFlights, progressOf, SHORTEST_MS, sweep, type Clock } from './flights.ts';

const MS = 1e6;
const playing = (nowMs: number, speed = 1): Clock => ({ nowMs, nowNs: nowMs * speed * MS, speed, exact: false });
const paused = (nowMs: number, nowNs: number): Clock => ({ nowMs, nowNs, speed: 1, exact: true });

function row({ departMs = 0, arriveMs = 1, kind = 0, edge = 0 } = {}): Float64Array {
  const values = new Float64Array(FLIGHT.size);
  values[FLIGHT.edge] = edge;
  values[FLIGHT.departNs] = departMs * MS;
  values[FLIGHT.arriveNs] = arriveMs * MS;
  values[FLIGHT.kind] = kind;
  values[FLIGHT.count] = 1;
  return values;
}

describe('a message under way', () => {
  it('is stretched while the run plays, so that a millisecond can be seen', () => {
    const flights = noFlights();
    addFlight(flights, row(), 0, playing(0));
    expect(progressOf(flights, 0, playing(SHORTEST_MS / 2))).toBeCloseTo(0.5);
    expect(progressOf(flights, 0, playing(SHORTEST_MS))).toBeCloseTo(1);
  });

  it('keeps its own time when that is longer', () => {
    const flights = noFlights();
    addFlight(flights, row({ arriveMs: 2000 }), 0, playing(0));
    expect(progressOf(flights, 0, playing(1000))).toBeCloseTo(0.5);
    const fast = noFlights();
    addFlight(fast, row({ arriveMs: 2000 }), 0, playing(0, 2));
    expect(progressOf(fast, 0, playing(500, 2))).toBeCloseTo(0.5);
  });

  it('is exactly where simulated time says while paused', () => {
    const flights = noFlights();
    addFlight(flights, row({ arriveMs: 10 }), 0, paused(0, 0));
    expect(progressOf(flights, 0, paused(9999, 2.5 * MS))).toBeCloseTo(0.25);
    sweep(flights, paused(9999, 11 * MS));
    expect(flights.count).toBe(0);
  });

  it('takes its exact place when the run is paused, or flies on when it has really arrived', () => {
    const flights = noFlights();
    addFlight(flights, row({ arriveMs: 1 }), 0, playing(0));
    addFlight(flights, row({ arriveMs: 200 }), 0, playing(0));
    const then = paused(100, 100 * MS);
    expect(progressOf(flights, 0, then)).toBeCloseTo(100 / SHORTEST_MS);
    expect(progressOf(flights, 1, then)).toBeCloseTo(0.5);
    sweep(flights, paused(SHORTEST_MS + 1, 100 * MS));
    expect(flights.count).toBe(1);
  });

  it('leaves as an answer when its request has arrived on the screen', () => {
    const flights = noFlights();
    addFlight(flights, row({ departMs: 1, arriveMs: 2, kind: FLIGHT_KIND.ack }), 0, playing(0));
    expect(progressOf(flights, 0, playing(SHORTEST_MS - 10))).toBeLessThan(0);
    expect(progressOf(flights, 0, playing(SHORTEST_MS + 10))).toBeGreaterThan(0);
  });

  it('is left out when there is no room', () => {
    const flights = noFlights();
    for (let index = 0; index < CAPACITY; index += 1) addFlight(flights, row(), 0, playing(0));
    expect(addFlight(flights, row(), 0, playing(0))).toBe(false);
    expect(flights.count).toBe(CAPACITY);
  });

  it('is forgotten with its edge, and no other is', () => {
    const flights = noFlights();
    for (const edge of [0, 1, 0, 2, 0]) addFlight(flights, row({ edge }), 0, playing(0));
    clearEdge(flights, 0);
    sweep(flights, playing(1));
    expect(Array.from(flights.edge.slice(0, flights.count).toSorted())).toEqual([1, 2]);
  });
});

describe('density', () => {
  const watch = (perSecond: number, ms: number, density = noDensity(2), packed = 1) => {
    const became: number[] = [];
    for (let at = 0; at < ms; at += 16) {
      became.push(
        ...observeDensity(density, { counts: new Float64Array([(perSecond * 16) / 1000, 1]), elapsedMs: 16, packed }),
      );
    }
    return { density, became };
  };

  it('begins when single messages cannot be told apart, and says so once', () => {
    const { density, became } = watch(1000, 3000);
    expect(became).toEqual([0]);
    expect([...density.dense]).toEqual([1, 0]);
    expect(density.perSecond[0]).toBeGreaterThan(950);
  });

  it('does not begin below, nor flicker at the border', () => {
    expect([...watch(300, 3000).density.dense]).toEqual([0, 0]);
    const { density } = watch(1000, 3000);
    expect(watch(300, 3000, density).density.dense[0]).toBe(1);
    expect(watch(100, 3000, density).density.dense[0]).toBe(0);
  });

  it('counts what a frame had no room for', () => {
    expect(watch(300, 3000, noDensity(2), 0.5).density.dense[0]).toBe(1);
  });

  it('is thicker the more there are, within bounds', () => {
    expect(densityWidth(0)).toBe(2);
    expect(densityWidth(1000)).toBeCloseTo(5);
    expect(densityWidth(1e9)).toBe(9);
  });
});
