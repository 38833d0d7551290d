import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, scenario, type ConsumerSettings, type ScenarioBuilder } from '../testing/scenario-builder.ts';

const burst = (count: number, atMs = 0): ReturnType<typeof at> => at(...Array.from({ length: count }, () => atMs));

/** A quick autoscaler: looks every second, and may do what it likes. */
const QUICK = {
  enabled: true,
  lagThreshold: 10,
  pollIntervalMs: 1000,
  syncPeriodMs: 1000,
  cooldownMs: 5000,
  stabilizationMs: 4000,
  scaleUpPods: 500,
  startupMs: 0,
} as const;

function shop(arrivals: ReturnType<typeof at>, settings: ConsumerSettings = {}): ScenarioBuilder {
  return scenario()
    .producer('p', { arrivals })
    .topic('t', { partitions: 4 })
    .consumer('c', {
      instances: 1,
      workMs: constant(1000),
      ...settings,
      autoscale: { ...QUICK, ...settings.autoscale },
    })
    .publish('p', 't', { partitioner: 'roundRobin' })
    .subscribe('t', 'c', { maxPollRecords: 1 });
}

function figure(found: Lab, name: string): number {
  return found.report().nodes.find(({ id }) => id === 'c')!.figures[name]!;
}

/** Instances asked for at the end of each of these milliseconds. */
const wantedAt = (found: Lab, ...instants: readonly number[]): number[] =>
  instants.map((ms) => figure(found.until(ms), 'instancesWanted'));

describe('up', () => {
  test('[AS2] by the lag, and never beyond the partitions', () => {
    const found = lab(shop(burst(25)));
    expect(wantedAt(found, 999, 1000)).toEqual([1, 3]);
    expect(wantedAt(lab(shop(burst(90))), 1000)).toEqual([4]);
  });

  test('[AS2] beyond the partitions where idle consumers are allowed', () => {
    const idle = lab(shop(burst(90), { autoscale: { allowIdleConsumers: true } }));
    expect(wantedAt(idle, 1000)).toEqual([9]);
    expect(
      idle
        .until(9000)
        .readers('t')
        .filter((line) => line.endsWith(':')),
    ).toHaveLength(5);
  });

  test('[AS11] a new instance works after its start-up time, and costs from the decision on', () => {
    const found = lab(shop(burst(25), { autoscale: { startupMs: 500 } })).until(1499);
    expect([figure(found, 'instances'), figure(found, 'instancesUp')]).toEqual([3, 1]);
    expect(figure(found.until(1500), 'instancesUp')).toBe(3);
    expect(figure(found, 'instanceSeconds')).toBeCloseTo(1.5 + 2 * 0.5, 6);
  });

  test('[AS1] nothing is decided while the lag cannot be read', () => {
    const found = lab(shop(burst(25)).fault({ atMs: 900, do: 'crash', target: 't' }));
    expect(wantedAt(found, 5000)).toEqual([1]);
  });

  test('[AS9] a share group has no cap by partitions', () => {
    const found = lab(
      scenario()
        .producer('p', { arrivals: burst(90) })
        .topic('t', { partitions: 2 })
        .consumer('c', { instances: 1, workMs: constant(1000), autoscale: QUICK })
        .publish('p', 't')
        .subscribe('t', 'c', { groupProtocol: 'share' }),
    );
    expect(wantedAt(found, 1000)).toEqual([9]);
  });

  test('[AS10] a stuck partition counts as none, and keeps the consumer awake', () => {
    const stuck = lab(shop(burst(25), { workMs: constant(60_000), autoscale: { excludePersistentLag: true } }));
    expect(wantedAt(stuck, 30_000)).toEqual([1]);
    expect(figure(stuck, 'backlogSeen')).toBe(25);
  });
});

describe('down', () => {
  test('[AS7] after the window, in good order: nobody works on a message twice', () => {
    const found = lab(shop(burst(25), { autoscale: { min: 1 } }));
    expect(wantedAt(found, 1000, 4000, 12_000, 20_000)).toEqual([3, 3, 1, 1]);
    const { applied, duplicateDeliveries } = found.subscription('t', 'c');
    expect([applied, duplicateDeliveries]).toEqual([25, 0]);
  });

  test('[AS4] to 0 after the cool-down, and up again with the next message', () => {
    const found = lab(shop(at(0, 20_000)));
    expect(wantedAt(found, 1000, 5000, 6000, 19_999, 20_000)).toEqual([1, 1, 0, 0, 1]);
    expect(figure(found, 'instances')).toBe(1);
    expect(found.until(23_000).subscription('t', 'c').applied).toBe(2);
  });

  test('[AS4] never to 0 where the least is more', () => {
    expect(wantedAt(lab(shop(at(0), { autoscale: { min: 1 } })), 60_000)).toEqual([1]);
  });

  test('[AS2] where nothing was ever saved, a reset to the latest keeps it awake', () => {
    const latest = (more: object): Lab =>
      lab(
        scenario()
          .topic('t', { partitions: 4 })
          .consumer('c', { instances: 1, autoscale: { ...QUICK, ...more } })
          .subscribe('t', 'c', { autoOffsetReset: 'latest', commit: 'manual' }),
      );
    expect(wantedAt(latest({}), 60_000)).toEqual([1]);
    expect(wantedAt(latest({ scaleToZeroOnInvalidOffset: true }), 60_000)).toEqual([0]);
  });
});

describe('while it runs', () => {
  test('it is switched on and off', () => {
    const found = lab(shop(burst(90), { autoscale: { enabled: false } })).until(2500);
    expect(figure(found, 'instances')).toBe(1);
    found.set('nodes', 'c', { autoscale: QUICK });
    expect(wantedAt(found, 3500)).toEqual([4]);
    found.set('nodes', 'c', { autoscale: {} }).until(5000);
    expect(figure(found, 'instances')).toBe(1);
  });

  test('a number set by hand is where it goes on from', () => {
    const found = lab(shop(burst(90))).until(500);
    found.set('nodes', 'c', { instances: 2 });
    expect(wantedAt(found, 500, 1000)).toEqual([2, 4]);
  });

  test('a smaller limit holds at the next look', () => {
    const found = lab(shop(burst(90))).until(1500);
    found.set('nodes', 'c', { autoscale: { ...QUICK, max: 2 } });
    expect(wantedAt(found, 1999, 2000)).toEqual([4, 2]);
  });

  test('one that is still starting goes without ever having run', () => {
    const found = lab(shop(burst(25), { autoscale: { startupMs: 5000 } })).until(1500);
    found.set('nodes', 'c', { instances: 2 }).until(1600);
    expect(figure(found, 'instances')).toBe(2);
    expect(figure(found, 'instanceSeconds')).toBeCloseTo(1.6 + 0.6 + 0.5, 6);
  });
});
