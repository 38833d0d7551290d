/**
 * Ledgers of small runs of what keeps its messages, logs and streams, and of who shares them, worked out on paper. A fact takes 2 ms to
 * the broker, and 1 ms from there to its reader.
 */
import { expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type SubscribeSettings,
  type TopicSettings,
} from '../testing/scenario-builder.ts';
import { sourceLedger, sourceLedgerOf, subscriptionLedger, subscriptionLedgerOf } from '../testing/whole-ledger.ts';

function log(facts: readonly number[], workMs: number, topic: TopicSettings, subscribe: SubscribeSettings = {}) {
  return scenario()
    .producer('p', { arrivals: at(...facts), key: { type: 'fixed', key: 'a' } })
    .topic('t', { partitions: 1, ...topic })
    .consumer('c', { workMs: constant(workMs) })
    .publish('p', 't', { network: latency(2) })
    .subscribe('t', 'c', { network: latency(1), ...subscribe });
}

// Looks at every 10 ms; what is older than 20 goes: #1 at 130, #2 at 140, #3 at 150. #1 is in work from 103 to 163, and #2 in memory since 113: both
// are applied all the same. #3 was asked for by nobody.
test('[LG7] [KS2] retention takes what nobody has fetched', () => {
  const place = lab(log([100, 110, 120], 60, { segmentMs: 1, retentionMs: 20, retentionCheckIntervalMs: 10 })).until(
    1000,
  );
  expect(sourceLedgerOf(place, 'p-t')).toEqual(sourceLedger({ attempted: 3, acknowledged: 3, appended: 3 }));
  expect(subscriptionLedgerOf(place, 't', 'c')).toEqual(
    subscriptionLedger({
      owed: 3,
      delivered: 2,
      applied: 2,
      expired: 1,
      rebalances: 1,
      verdict: 'at-most-once',
      waits: [3, 55],
      latencies: [63, 115],
      evidence: { expired: ['#3@150'] },
    }),
  );
});

// The cleaner looks at 150, when #1 to #4 are in closed segments: of these it keeps the last. #1 is in work from 103 to 203, and #2 in memory. #3 is
// superseded. At 206 the next fetch finds #4 and #5; their poll comes when #2 is done, at 305, and saved, at 307.
test('[LG21] [KS5] compaction takes what a later record stands for', () => {
  const compact = { cleanupPolicy: 'compact', segmentMs: 1, minCleanableDirtyRatio: 0, cleanerBackoffMs: 50 } as const;
  const place = lab(log([100, 110, 120, 130, 140], 100, compact)).until(160);
  expect(subscriptionLedgerOf(place, 't', 'c')).toMatchObject({ superseded: 1, inFlight: 4 });
  expect(subscriptionLedgerOf(place.until(1000), 't', 'c')).toEqual(
    subscriptionLedger({
      owed: 5,
      delivered: 4,
      applied: 4,
      superseded: 1,
      // At 200, with what is no more.
      lagMax: 5,
      rebalances: 1,
      // #4 and #5.
      replayable: 2,
      waits: [3, 95, 177, 267],
      latencies: [103, 195, 277, 367],
      evidence: { superseded: ['#3@150'] },
    }),
  );
});

// Locked at 102, the record is available again at 122; the member is done at 133, and its acknowledgement is void. It gets the record once more: locked
// at 134, worked on from 135 to 165. At 154 it has been delivered as often as it may be.
test('[KW6] [KW7] a lock that is shorter than the work', () => {
  const share = { lockDurationMs: 20, deliveryCountLimit: 2, autoOffsetReset: 'earliest' } as const;
  const place = lab(log([100], 30, {}, { groupProtocol: 'share', share })).until(1000);
  expect(subscriptionLedgerOf(place, 't', 'c')).toEqual(
    subscriptionLedger({
      owed: 1,
      delivered: 2,
      applied: 1,
      duplicateDeliveries: 1,
      duplicateEffects: 1,
      verdict: 'at-least-once',
      replayable: 1,
      waits: [3],
      latencies: [33],
      evidence: { duplicateEffect: ['#1@165'] },
    }),
  );
});

// Two messages fit. #1 is with `a` from 103 to 113 when #3 pushes it out at 104; #2 goes at 105, before `a` has room for it. `a` goes on with #3, from
// 115 to 125, and #4, from 127 to 137. `b` has room for all of them, and fails on each after 1 ms: from 103 on, one after the other. Their source
// hears 10 ms later than of a classic queue that they arrived, at 114 and so on; only then it counts what became of them.
test('[RS4] [RS3] a stream that is too short for one reader, and does not repeat itself for another', () => {
  const place = lab(
    scenario()
      .producer('p', { arrivals: at(100, 101, 102, 103), sizeBytes: 100, key: { type: 'none' } })
      .queue('s', { type: 'stream', segmentBytes: 100, maxLengthBytes: 200 })
      .consumer('a', { workMs: constant(10) })
      .consumer('b', { workMs: constant(1), failureRate: 1 })
      .amqpPublish('p', 's', { network: latency(2) })
      .amqpConsume('s', 'a', { network: latency(1), prefetch: 1 })
      .amqpConsume('s', 'b', { network: latency(1), prefetch: 10 }),
  ).until(1000);
  expect(sourceLedgerOf(place, 'p-s')).toEqual(sourceLedger({ attempted: 4, acknowledged: 4, appended: 4 }));
  expect(subscriptionLedgerOf(place, 's', 'a')).toEqual(
    subscriptionLedger({
      owed: 4,
      delivered: 3,
      applied: 3,
      expired: 1,
      replayable: 2,
      verdict: 'at-most-once',
      waits: [3, 13, 24],
      latencies: [13, 23, 34],
      evidence: { expired: ['#2@115'] },
    }),
  );
  expect(subscriptionLedgerOf(place, 's', 'b')).toEqual(
    subscriptionLedger({
      owed: 4,
      delivered: 4,
      dropped: 4,
      replayable: 2,
      verdict: 'at-most-once',
      waits: [3, 3, 3, 3],
      evidence: { dropped: ['#1@114', '#2@115', '#3@116', '#4@117'] },
    }),
  );
});
