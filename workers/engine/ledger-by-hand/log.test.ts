/**
 * Ledgers of small runs of a log, worked out on paper. A fact takes 2 ms to the broker and its answer 2 ms back; what a reader gets
 * takes 1 ms, its work 3 ms, and saving its position 1 ms there and 1 ms back. Latency is 6 ms when nothing is in the way: 2 + 1 + 3.
 */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type PublishSettings,
  type ScenarioBuilder,
  type SubscribeSettings,
  type TopicSettings,
} from '../testing/scenario-builder.ts';
import { sourceLedger, sourceLedgerOf, subscriptionLedger, subscriptionLedgerOf } from '../testing/whole-ledger.ts';

interface Parts {
  readonly publish?: PublishSettings;
  readonly subscribe?: SubscribeSettings;
  readonly topic?: TopicSettings;
  readonly workMs?: number;
}

function line(facts: readonly number[], { publish, subscribe, topic, workMs = 3 }: Parts = {}): ScenarioBuilder {
  return scenario()
    .producer('p', { arrivals: at(...facts), key: { type: 'fixed', key: 'a' } })
    .topic('t', { partitions: 1, ...topic })
    .consumer('c', { workMs: constant(workMs) })
    .publish('p', 't', { network: latency(2), retryBackoffMs: 0, ...publish })
    .subscribe('t', 'c', { network: latency(1), ...subscribe });
}

const source = (place: Lab) => sourceLedgerOf(place, 'p-t');
const read = (place: Lab) => subscriptionLedgerOf(place, 't', 'c');

test('[LG3] [LG16] all is well: each fact waits 3 ms and has its effect after 6', () => {
  const place = lab(line([100, 110, 120])).until(1000);
  expect(source(place)).toEqual(sourceLedger({ attempted: 3, acknowledged: 3, appended: 3 }));
  expect(read(place)).toEqual(
    subscriptionLedger({
      owed: 3,
      delivered: 3,
      applied: 3,
      rebalances: 1,
      replayable: 3,
      waits: [3, 3, 3],
      latencies: [6, 6, 6],
    }),
  );
});

describe('the leader is down from 115 to 135', () => {
  const broken = (publish: PublishSettings) =>
    line([100, 110, 120, 130, 140], { publish }).fault({ atMs: 115, do: 'crash', target: 't', forMs: 20 });

  // #3 and #4 get there at 122 and 132, when nobody is. Nobody is told, so of all five the client knows nothing; of the three that
  // are in the log it may be glad.
  test('[PR10] [LG6] acks=0: what comes meanwhile is gone, and nobody knows of anything', () => {
    const place = lab(broken({ acks: '0' })).until(1000);
    expect(source(place)).toEqual(sourceLedger({ attempted: 5, unknown: 5, appended: 3 }));
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 5,
        delivered: 3,
        applied: 3,
        gone: 2,
        recovered: 3,
        rebalances: 1,
        replayable: 3,
        verdict: 'at-most-once',
        waits: [3, 3, 3],
        latencies: [6, 6, 6],
        evidence: { gone: ['#3@122', '#4@132'] },
      }),
    );
  });

  // #3 is turned away at 122; the client knows at 124, and asks again at 125, 130 and 135: the last one is there at 137. #4 is turned away at
  // 132, as #3 is again, and both are tried again at 135: four retries.
  const SOURCE = sourceLedger({ attempted: 5, acknowledged: 5, retries: 4, appended: 5 });
  const EACH_ONCE = { owed: 5, delivered: 5, applied: 5, rebalances: 1, replayable: 5 };

  // What comes back goes to the front: #3, and then #4 before it. Both are appended at 137. #4 is read at 138 and done at 141, its place saved
  // at 143, when #3 comes from memory; that is done at 146, and #5 is worked on from 148 to 151.
  test('[PR7] [LG8] acks=1: what is turned away comes again, and overtakes', () => {
    const place = lab(broken({ acks: '1' })).until(1000);
    expect(source(place)).toEqual(SOURCE);
    expect(read(place)).toEqual(
      subscriptionLedger({
        ...EACH_ONCE,
        outOfOrderPerKey: 1,
        outOfOrderGlobal: 1,
        disorderCauses: { retry: 1 },
        disorderDistanceMax: 1,
        order: 'none',
        waits: [3, 3, 23, 8, 8],
        latencies: [6, 6, 26, 11, 11],
        evidence: { outOfOrder: ['#3@146'] },
      }),
    );
  });

  // #4 waits for the answer to #3, which comes at 139: it is appended at 141 and in memory at 142, when #3 has just been done. From 143 on as above.
  test('[PR7] acks=all, idempotent: it keeps its place', () => {
    const place = lab(broken({ acks: 'all' })).until(1000);
    expect(source(place)).toEqual(SOURCE);
    expect(read(place)).toEqual(
      subscriptionLedger({ ...EACH_ONCE, waits: [3, 3, 18, 13, 8], latencies: [6, 6, 21, 16, 11] }),
    );
  });
});

describe('[KL4] the leader dies at 126, and at 144 a follower leads that is 10 ms behind', () => {
  const TOPIC = { replicationFactor: 3, minInsyncReplicas: 2, replicationMs: 10, electionMs: 18 };
  const broken = (publish: PublishSettings) =>
    line([100, 120, 160], { publish, topic: TOPIC }).fault({ atMs: 126, do: 'crash', target: 't', forMs: 200 });

  // #1 is appended at 102 and on all replicas at 112. #2 is appended at 122 and acknowledged at 124; at 132 it would have been replicated.
  // What the followers lack is cut off when the leader dies. #3 is appended at 162, and replicated at 172. So two are read, 10 ms later than
  // without replicas.
  test('[LG5] acks=1: what was acknowledged and not replicated is lost', () => {
    const place = lab(broken({ acks: '1' })).until(1000);
    expect(source(place)).toEqual(sourceLedger({ attempted: 3, acknowledged: 3, appended: 3 }));
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 3,
        delivered: 2,
        applied: 2,
        lost: 1,
        rebalances: 1,
        replayable: 2,
        verdict: 'at-most-once',
        waits: [13, 13],
        latencies: [16, 16],
        evidence: { lost: ['#2@126'] },
      }),
    );
  });

  // The request of #2 is with the leader when that dies; the client hears of it at 128. Attempts at 129, 134 and 139 are turned away at 131,
  // 136 and 141; that of 144 is appended at 146, replicated at 156, and has its effect at 160. #3 is appended at 162.
  test.each([true, false])('acks=all, idempotence %s: it is asked for again, and nothing is lost', (idempotent) => {
    const place = lab(broken({ acks: 'all', enableIdempotence: idempotent })).until(1000);
    expect(source(place)).toEqual(sourceLedger({ attempted: 3, acknowledged: 3, retries: 4, appended: 4 }));
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 3,
        delivered: 3,
        applied: 3,
        rebalances: 1,
        replayable: 3,
        waits: [13, 37, 13],
        latencies: [16, 40, 16],
      }),
    );
  });
});

describe('[FA6] answers to the producer disappear from 121 to 131', () => {
  // #2 is appended at 122, and its answer is lost. At 150 the client has waited for 30 ms, and sends it again at 151: there at 153.
  const dropping = (publish: PublishSettings) =>
    line([100, 120, 160], { publish: { requestTimeoutMs: 30, ...publish } }).fault({
      atMs: 121,
      do: 'dropAcks',
      target: 'p-t',
      forMs: 10,
    });
  const ONCE = {
    owed: 3,
    delivered: 3,
    applied: 3,
    rebalances: 1,
    replayable: 3,
    waits: [3, 3, 3],
    latencies: [6, 6, 6],
  };

  test('[KI1] acks=all, idempotent: the broker has it already', () => {
    const place = lab(dropping({ acks: 'all' })).until(1000);
    expect(source(place)).toEqual(sourceLedger({ attempted: 3, acknowledged: 3, retries: 1, appended: 3 }));
    expect(read(place)).toEqual(subscriptionLedger(ONCE));
  });

  // The second copy is read at 154 and has its effect at 157. First effects are in order all the same.
  test.each(['all', '1'] as const)(
    '[LG4] acks=%s, not idempotent: it is in the log twice, and applied twice',
    (acks) => {
      const place = lab(dropping({ acks, enableIdempotence: false })).until(1000);
      expect(source(place)).toEqual(sourceLedger({ attempted: 3, acknowledged: 3, retries: 1, appended: 4 }));
      expect(read(place)).toEqual(
        subscriptionLedger({
          ...ONCE,
          delivered: 4,
          duplicateDeliveries: 1,
          duplicateEffects: 1,
          replayable: 4,
          verdict: 'at-least-once',
          evidence: { duplicateEffect: ['#2@157'] },
        }),
      );
    },
  );

  test('[PR10] acks=0: nobody waits for them', () => {
    const place = lab(dropping({ acks: '0' })).until(1000);
    expect(source(place)).toEqual(sourceLedger({ attempted: 3, unknown: 3, appended: 3 }));
    expect(read(place)).toEqual(subscriptionLedger({ ...ONCE, recovered: 3 }));
  });
});

describe('the consumer dies, and its group takes it for dead at once', () => {
  // Three facts, 5 ms of work each: #1 from 103 to 108, saved at 109; #2 is read at 113 and worked on until 118.
  const dying = (atMs: number, commit: 'before' | 'after') =>
    line([100, 110, 200], {
      workMs: 5,
      subscribe: { commit, groupProtocol: 'consumer', groupSessionTimeoutMs: 30, groupHeartbeatIntervalMs: 10 },
    }).fault({ atMs, do: 'crash', target: 'c', forMs: 5 });

  test('[KO5] commit after: in the middle of its work, and the work is done again', () => {
    const place = lab(dying(115, 'after')).until(1000);
    const ledger = read(place);
    expect(ledger).toMatchObject({ owed: 3, delivered: 4, applied: 3, duplicateDeliveries: 1, duplicateEffects: 0 });
    expect(ledger).toMatchObject({ lost: 0, verdict: 'exactly-once effect', order: 'global' });
    expect(ledger.wait).toMatchObject({ count: 3, minMs: 3, maxMs: 3 });
    expect(ledger.latency).toMatchObject({ count: 3, minMs: 8 });
  });

  test('[KO5] commit after: between effect and commit, and the effect takes place twice', () => {
    const place = lab(dying(119, 'after').fault({ atMs: 117, do: 'cut', target: 't-c', forMs: 3 })).until(1000);
    const ledger = read(place);
    expect(ledger).toMatchObject({ owed: 3, delivered: 4, applied: 3, duplicateDeliveries: 1, duplicateEffects: 1 });
    expect(ledger).toMatchObject({ lost: 0, verdict: 'at-least-once', order: 'global' });
    expect(ledger.latency).toMatchObject({ count: 3, minMs: 8, maxMs: 8 });
  });

  // The position is saved before the work: there and back 2 ms, so #1 is worked on from 105 to 110, and #2 from 115 on.
  test('[KO5] [LG5] commit before: what it worked on is lost', () => {
    const place = lab(dying(117, 'before')).until(1000);
    const ledger = read(place);
    expect(ledger).toMatchObject({ owed: 3, delivered: 3, applied: 2, lost: 1, duplicateDeliveries: 0 });
    expect(ledger).toMatchObject({ verdict: 'at-most-once', order: 'global', evidence: { lost: ['#2@117'] } });
    expect(ledger.wait).toMatchObject({ count: 3, minMs: 5, maxMs: 5 });
    expect(ledger.latency).toMatchObject({ count: 2, minMs: 10, maxMs: 10 });
  });
});
