import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceReport, SubscriptionReport } from '../../simulation/polling.ts';
import { barShares, sourceSum, subscriptionSum, writtenParts } from './sums.ts';
import { deliveryVerdict, orderVerdict } from './verdicts.ts';

const quiet: SubscriptionReport = {
  family: 'log',
  topic: 't',
  group: 'g',
  consumers: ['c'],
  owed: 0,
  delivered: 0,
  applied: 0,
  lost: 0,
  gone: 0,
  expired: 0,
  superseded: 0,
  dropped: 0,
  deadLettered: 0,
  inFlight: 0,
  recovered: 0,
  unexpected: 0,
  duplicateDeliveries: 0,
  duplicateEffects: 0,
  repeatedWork: 0,
  outOfOrderPerKey: 0,
  outOfOrderGlobal: 0,
  disorderCauses: {},
  disorderDistanceMax: 0,
  skipped: 0,
  unseen: 0,
  unseenOldestMs: 0,
  lag: 0,
  lagMax: 0,
  rebalances: 0,
  replayable: 0,
  verdict: 'exactly-once effect',
  order: 'global',
  latency: null,
  wait: null,
  evidence: {},
};

const source: SourceReport = {
  edge: 'e',
  node: 'p',
  topic: 't',
  attempted: 100,
  acknowledged: 90,
  refused: 3,
  unknown: 2,
  waiting: 5,
  retries: 0,
  appended: 90,
  refusals: {},
};

describe('conservation sums', () => {
  it('add up, or say what is missing', () => {
    expect(sourceSum(source).missing).toBe(0);
    expect(sourceSum({ ...source, waiting: 4 }).missing).toBe(1);
    expect(subscriptionSum({ ...quiet, owed: 7, applied: 4, lost: 1, gone: 1, inFlight: 1 }).missing).toBe(0);
  });

  it('write what most runs do not know only when there is some of it', () => {
    const labels = (subscription: SubscriptionReport): string[] =>
      writtenParts(subscriptionSum(subscription)).map(({ label }) => label);
    expect(labels(quiet)).toEqual(['applied', 'in flight', 'lost']);
    expect(labels({ ...quiet, owed: 2, expired: 2 })).toEqual(['applied', 'in flight', 'lost', 'expired']);
    expect(writtenParts(sourceSum(source))).toHaveLength(4);
  });

  it('fill their bar exactly, and let nobody vanish', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 6 }), (counts) => {
        const shares = barShares(counts);
        const filled = shares.reduce((sum, share) => sum + share, 0);
        const total = counts.reduce((sum, count) => sum + count, 0);
        return (
          Math.abs(filled - (total === 0 ? 0 : 1)) < 1e-9 &&
          shares.every((share, index) => (counts[index] === 0 ? share === 0 : share >= 0.0119))
        );
      }),
    );
  });
});

describe('verdicts', () => {
  it('judge nothing before something happened', () => {
    expect(deliveryVerdict(quiet).tone).toBe('untested');
    expect(orderVerdict({ ...quiet, applied: 1 }).tone).toBe('untested');
  });

  it('say why not something stronger', () => {
    expect(deliveryVerdict({ ...quiet, applied: 10 }).title).toBe('Exactly-once effect');
    expect(deliveryVerdict({ ...quiet, applied: 10, duplicateEffects: 1, verdict: 'at-least-once' }).because).toBe(
      '1 effect took place again; nothing acknowledged is lost.',
    );
    expect(deliveryVerdict({ ...quiet, applied: 10, lost: 2, verdict: 'at-most-once' }).because).toBe(
      '2 messages lost; no effect took place twice.',
    );
    expect(
      orderVerdict({
        ...quiet,
        applied: 10,
        order: 'none',
        outOfOrderPerKey: 3,
        disorderDistanceMax: 2,
        disorderCauses: { rebalance: 1, retry: 2 },
      }).because,
    ).toBe('3 messages came after a later one of the same key, by up to 2 places: 2 by retry, 1 by rebalance.');
  });
});
