import { describe, expect, it } from 'vitest';
import {
  ANOMALY,
  ANOMALY_KIND,
  FLIGHT,
  HEADER,
  PUBLISH,
  STATUS,
  type Layout,
} from '../../../../workers/protocol/frame.ts';
import { emptyScene, rateOn, settle, takeFrame } from './flight-scene.ts';

const MS = 1e6;

function layoutOf(edgeIds: readonly string[], version = 1): Layout {
  const edges = Object.fromEntries(
    edgeIds.map((id, index) => [
      id,
      { kind: 'publish' as const, at: HEADER.size + index * PUBLISH.size, subscription: -1 },
    ]),
  );
  return {
    version,
    length: HEADER.size + edgeIds.length * PUBLISH.size,
    nodeIds: ['web', 'orders'],
    edgeIds,
    nodes: {},
    edges,
    subscriptions: [],
    groups: [],
  };
}

interface FrameParts {
  readonly atMs: number;
  readonly flights?: readonly { readonly edge: number; readonly departMs: number; readonly arriveMs: number }[];
  readonly anomalies?: readonly { readonly node: number; readonly kind: (typeof ANOMALY_KIND)[number] }[];
  readonly appended?: number;
  readonly status?: number;
}

function frameOf(
  layout: Layout,
  { atMs, flights = [], anomalies = [], appended = 0, status = STATUS.playing }: FrameParts,
) {
  const flightsAt = layout.length;
  const anomaliesAt = flightsAt + flights.length * FLIGHT.size;
  const values = new Float64Array(anomaliesAt + anomalies.length * ANOMALY.size);
  Object.assign(values, {
    [HEADER.timeNs]: atMs * MS,
    [HEADER.status]: status,
    [HEADER.speed]: 1,
    [HEADER.flightsAt]: flightsAt,
    [HEADER.flights]: flights.length,
    [HEADER.anomaliesAt]: anomaliesAt,
    [HEADER.anomalies]: anomalies.length,
    [HEADER.size + PUBLISH.appended]: appended,
  });
  flights.forEach(({ edge, departMs, arriveMs }, index) => {
    values.set([edge, departMs * MS, arriveMs * MS, 0, 1, 3, 0, -1], flightsAt + index * FLIGHT.size);
  });
  anomalies.forEach(({ node, kind }, index) => {
    values.set([atMs * MS, ANOMALY_KIND.indexOf(kind), node, 7, -1], anomaliesAt + index * ANOMALY.size);
  });
  return { values, layout };
}

const clockAt = (nowMs: number) => ({ nowMs, nowNs: nowMs * MS, speed: 1, exact: false });

describe('what moves over the canvas', () => {
  const layout = layoutOf(['a', 'b']);

  it('shows each flight until it is over', () => {
    const scene = emptyScene();
    takeFrame(scene, frameOf(layout, { atMs: 16, flights: [{ edge: 1, departMs: 10, arriveMs: 11 }] }), {
      nowMs: 16,
      still: false,
    });
    expect(settle(scene, clockAt(100))).toBe(true);
    expect(settle(scene, clockAt(600))).toBe(false);
    expect(scene.flights.count).toBe(0);
  });

  it('forgets everything under way when another instant is shown', () => {
    const scene = emptyScene();
    takeFrame(scene, frameOf(layout, { atMs: 5000, flights: [{ edge: 0, departMs: 4999, arriveMs: 9000 }] }), {
      nowMs: 16,
      still: false,
    });
    takeFrame(scene, frameOf(layout, { atMs: 100 }), { nowMs: 32, still: false });
    expect(scene.flights.count).toBe(0);
  });

  it('keeps a flight on its edge when edges are numbered anew, and drops it when its edge is gone', () => {
    const scene = emptyScene();
    const flights = [
      { edge: 0, departMs: 0, arriveMs: 900 },
      { edge: 1, departMs: 0, arriveMs: 900 },
    ];
    takeFrame(scene, frameOf(layout, { atMs: 1, flights }), { nowMs: 1, still: false });
    takeFrame(scene, frameOf(layoutOf(['c', 'd', 'b'], 2), { atMs: 2 }), { nowMs: 2, still: false });
    settle(scene, clockAt(3));
    expect(Array.from(scene.flights.edge.subarray(0, scene.flights.count))).toEqual([2]);
  });

  it('turns an edge into a density that knows its rate', () => {
    const scene = emptyScene();
    let appended = 0;
    for (let atMs = 0; atMs < 3000; atMs += 16) {
      appended += 16;
      const flights = Array.from({ length: 16 }, () => ({ edge: 0, departMs: atMs, arriveMs: atMs + 1 }));
      takeFrame(scene, frameOf(layout, { atMs, flights, appended }), { nowMs: atMs, still: false });
    }
    settle(scene, clockAt(3000));
    expect([...scene.density.dense]).toEqual([1, 0]);
    expect(scene.flights.count).toBe(0);
    expect(rateOn(scene, frameOf(layout, { atMs: 3000, appended }).values, 'a')).toBeCloseTo(1000, -2);
    expect(rateOn(scene, frameOf(layout, { atMs: 3000 }).values, 'b')).toBeNaN();
  });

  it('moves nothing for a person who asked for less motion, and knows every rate', () => {
    const scene = emptyScene();
    for (let atMs = 0; atMs < 2000; atMs += 16) {
      const flights = [{ edge: 0, departMs: atMs, arriveMs: atMs + 1 }];
      takeFrame(scene, frameOf(layout, { atMs, flights, appended: Math.floor(atMs / 100) }), {
        nowMs: atMs,
        still: true,
      });
    }
    expect(scene.flights.count).toBe(0);
    expect(rateOn(scene, frameOf(layout, { atMs: 2000, appended: 20 }).values, 'a')).toBeCloseTo(10, -1);
  });

  it('marks anomalies where they happened, several at once as one', () => {
    const scene = emptyScene();
    const anomalies = [
      { node: 1, kind: 'lost' as const },
      { node: 1, kind: 'lost' as const },
      { node: 1, kind: 'duplicateEffect' as const },
    ];
    takeFrame(scene, frameOf(layout, { atMs: 16, anomalies }), { nowMs: 16, still: false });
    expect(scene.pops.map(({ node, kind, count, lane }) => ({ node, kind, count, lane }))).toEqual([
      { node: 'orders', kind: 'lost', count: 2, lane: 0 },
      { node: 'orders', kind: 'duplicate', count: 1, lane: 1 },
    ]);
    settle(scene, clockAt(10_000));
    expect(scene.pops).toEqual([]);
  });

  it('is still while the run is sought', () => {
    const scene = emptyScene();
    takeFrame(
      scene,
      frameOf(layout, { atMs: 16, status: STATUS.seeking, flights: [{ edge: 0, departMs: 0, arriveMs: 1 }] }),
      { nowMs: 1, still: false },
    );
    expect(scene.flights.count).toBe(0);
  });
});
