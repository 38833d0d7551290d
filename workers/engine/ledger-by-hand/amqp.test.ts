/**
 * Ledgers of small runs of RabbitMQ, worked out on paper. A fact takes 2 ms to the broker and its confirm 2 ms back; a delivery takes 1 ms,
 * its work 5 ms unless it says otherwise, and an acknowledgement 1 ms. Latency is 8 ms when nothing is in the way: 2 + 1 + 5.
 */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, latency, scenario, type ScenarioBuilder } from '../testing/scenario-builder.ts';
import { sourceLedger, sourceLedgerOf, subscriptionLedger, subscriptionLedgerOf } from '../testing/whole-ledger.ts';

interface Parts {
  readonly publish?: Parameters<ScenarioBuilder['amqpPublish']>[2];
  readonly queue?: Parameters<ScenarioBuilder['queue']>[1];
  readonly consume?: Parameters<ScenarioBuilder['amqpConsume']>[2];
  readonly consumer?: Parameters<ScenarioBuilder['consumer']>[1];
}

function line(facts: readonly number[], { publish, queue, consume, consumer }: Parts = {}): ScenarioBuilder {
  return scenario()
    .producer('p', { arrivals: at(...facts), key: { type: 'fixed', key: 'a' } })
    .queue('q', queue)
    .consumer('c', { workMs: constant(5), ...consumer })
    .amqpPublish('p', 'q', { network: latency(2), ...publish })
    .amqpConsume('q', 'c', { network: latency(1), prefetch: 1, ...consume });
}

const source = (place: Lab) => sourceLedgerOf(place, 'p-q');
const read = (place: Lab, queue = 'q') => subscriptionLedgerOf(place, queue, '');
const THREE = sourceLedger({ attempted: 3, acknowledged: 3, appended: 3 });

describe('three facts, at 100, 101 and 102', () => {
  const FACTS = [100, 101, 102];

  // #1 is worked on from 103 to 108, and acknowledged at 109; then #2 is sent: 110 to 115; then #3: 117 to 122.
  test('[RC3] prefetch 1: each waits until the one before is acknowledged', () => {
    const place = lab(line(FACTS)).until(1000);
    expect(source(place)).toEqual(THREE);
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 3, delivered: 3, applied: 3, waits: [3, 9, 15], latencies: [8, 14, 20] }),
    );
  });

  // #2 and #3 are there at 104 and 105: the worker goes on at 108 and 113.
  test('[RC3] automatic acknowledgement: they wait in memory', () => {
    const place = lab(line(FACTS, { consume: { ack: 'auto' } })).until(1000);
    expect(source(place)).toEqual(THREE);
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 3, delivered: 3, applied: 3, waits: [3, 7, 11], latencies: [8, 12, 16] }),
    );
  });

  test('[LG5] automatic acknowledgement: a process that dies at 110 takes #2 along, half done, and #3', () => {
    const dying = line(FACTS, { consume: { ack: 'auto' } }).fault({ atMs: 110, do: 'crash', target: 'c', forMs: 5 });
    const place = lab(dying).until(1000);
    expect(source(place)).toEqual(THREE);
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 3,
        delivered: 2,
        applied: 1,
        lost: 2,
        verdict: 'at-most-once',
        waits: [3, 7],
        latencies: [8],
        evidence: { lost: ['#2@110', '#3@110'] },
      }),
    );
  });

  // With a prefetch of 2, #2 is in memory at 104 and #3 at 110, after #1 was acknowledged at 109. The process dies at 111; the broker knows at
  // 112, and has both back. Up at 115 it is connected at 116: #2 is there at 117 again, worked on until 122, and #3 until 127.
  test('[RQ2] [RC11] acknowledgement after the work: what it held comes again, in its old order', () => {
    const dying = line(FACTS, { consume: { prefetch: 2 } }).fault({ atMs: 111, do: 'crash', target: 'c', forMs: 4 });
    const place = lab(dying).until(1000);
    expect(source(place)).toEqual(THREE);
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 3,
        delivered: 4,
        applied: 3,
        duplicateDeliveries: 1,
        waits: [3, 7, 20],
        latencies: [8, 21, 25],
      }),
    );
    expect(place.figures('q')).toMatchObject({ redelivered: 2 });
  });

  // The acknowledgement of #1 is lost at 108, and #1 stays in the hands of the connection: of two places one is left. #2 is worked on
  // from 108 to 113, #3 from 115 to 120. When the process dies, the broker takes #1 back at 131; connected at 136, it is worked on from 137 to 142.
  test('[RC11] [LG4] an acknowledgement that is lost: the message comes again with the next connection, and is applied twice', () => {
    const dropping = line(FACTS, { consume: { prefetch: 2 } })
      .fault({ atMs: 107, do: 'dropAcks', target: 'q-c', forMs: 2 })
      .fault({ atMs: 130, do: 'crash', target: 'c', forMs: 5 });
    const place = lab(dropping).until(1000);
    expect(source(place)).toEqual(THREE);
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 3,
        delivered: 4,
        applied: 3,
        duplicateDeliveries: 1,
        duplicateEffects: 1,
        verdict: 'at-least-once',
        waits: [3, 7, 13],
        latencies: [8, 12, 18],
        evidence: { duplicateEffect: ['#1@142'] },
      }),
    );
  });
});

describe('what fails is given back', () => {
  const failing = (prefetch: number) =>
    lab(line([100, 101], { consume: { prefetch }, consumer: { failureRate: 1 } })).until(109.5);
  const TWO = sourceLedger({ attempted: 2, acknowledged: 2, appended: 2 });

  // #1 fails at 108, is back at the head at 109, and comes again at 110. It succeeds at 115; #2 is worked on from 117 to 122.
  test('[RC13] [RQ2] one at a time: it is next again', () => {
    const place = failing(1).set('nodes', 'c', { failureRate: 0 }).until(1000);
    expect(source(place)).toEqual(TWO);
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 2,
        delivered: 3,
        applied: 2,
        duplicateDeliveries: 1,
        waits: [3, 16],
        latencies: [15, 21],
      }),
    );
  });

  // #2 is in memory meanwhile, and worked on from 108 to 113; #1 from there to 118: one place late.
  test('[LG8] with more in hand what follows overtakes it', () => {
    const place = failing(2).set('nodes', 'c', { failureRate: 0 }).until(1000);
    expect(source(place)).toEqual(TWO);
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 2,
        delivered: 3,
        applied: 2,
        duplicateDeliveries: 1,
        outOfOrderPerKey: 1,
        outOfOrderGlobal: 1,
        disorderCauses: { redelivery: 1 },
        disorderDistanceMax: 1,
        order: 'none',
        waits: [3, 7],
        latencies: [18, 12],
        evidence: { outOfOrder: ['#1@118'] },
      }),
    );
  });
});

describe('[RQ7] messages live for 10 ms in the queue, and work takes 15', () => {
  // #1 is worked on from 103 to 118. #2 has been in the queue since 103, #3 since 104.
  const short = line([100, 101, 102], { queue: { messageTtlMs: 10 }, consumer: { workMs: constant(15) } });
  const FIRST = { owed: 3, delivered: 1, applied: 1, waits: [3], latencies: [18] };

  test('[LG7] they expire', () => {
    const place = lab(short).until(1000);
    expect(source(place)).toEqual(THREE);
    expect(read(place)).toEqual(
      subscriptionLedger({
        ...FIRST,
        expired: 2,
        verdict: 'at-most-once',
        evidence: { expired: ['#2@113', '#3@114'] },
      }),
    );
  });

  // There at 113 and 114, and produced at 101 and 102.
  test('[RD1] [LG24] or are kept as dead letters', () => {
    const place = lab(short.queue('dlq').deadLetter('q', 'dlq')).until(200);
    expect(source(place)).toEqual(THREE);
    expect(read(place)).toEqual(
      subscriptionLedger({ ...FIRST, deadLettered: 2, evidence: { deadLettered: ['#2@113', '#3@114'] } }),
    );
    expect(read(place, 'dlq')).toEqual(
      subscriptionLedger({ owed: 2, inFlight: 2, unseen: 2, unseenOldestMs: 99, lag: 2, lagMax: 2 }),
    );
  });
});

// #1 is worked on from 103 to 113, #2 from 115 to 125. #3 is to live until 109; when #2 has gone, at 114, it is at the head, and found.
test('[RQ8] what has expired behind what lives longer is found when it is at the head', () => {
  const place = lab(
    line([100, 101], { consumer: { workMs: constant(10) } })
      .producer('s', { arrivals: at(102) })
      .amqpPublish('s', 'q', { network: latency(2), expirationMs: 5 }),
  ).until(1000);
  expect(sourceLedgerOf(place, 's-q')).toEqual(sourceLedger({ attempted: 1, acknowledged: 1, appended: 1 }));
  expect(read(place)).toEqual(
    subscriptionLedger({
      owed: 3,
      delivered: 2,
      applied: 2,
      expired: 1,
      verdict: 'at-most-once',
      waits: [3, 14],
      latencies: [13, 24],
      evidence: { expired: ['#3@114'] },
    }),
  );
});

describe('[RQ5] one may wait, and work takes 20 ms', () => {
  // #1 is with the consumer from 102 on, and worked on from 103 to 123; #2 waits from 103 on. #3 comes at 104, #4 at 105.
  const full = (overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx') =>
    line([100, 101, 102, 103], { queue: { maxLength: 1, overflow }, consumer: { workMs: constant(20) } });
  const REFUSING = sourceLedger({
    attempted: 4,
    acknowledged: 2,
    refused: 2,
    appended: 2,
    refusals: { 'queue full': 2 },
  });
  // #2 is worked on from 125 to 145.
  const FIRST_TWO = subscriptionLedger({ owed: 2, delivered: 2, applied: 2, waits: [3, 24], latencies: [23, 44] });

  // #2 goes at 104, and #3 at 105; each counts as dropped when its source hears that it had arrived.
  test('drop-head: the oldest goes', () => {
    const place = lab(full('drop-head')).until(1000);
    expect(source(place)).toEqual(sourceLedger({ attempted: 4, acknowledged: 4, appended: 4 }));
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 4,
        delivered: 2,
        applied: 2,
        dropped: 2,
        verdict: 'at-most-once',
        waits: [3, 22],
        latencies: [23, 42],
        evidence: { dropped: ['#2@105', '#3@106'] },
      }),
    );
    expect(place.hops('removed from the queue')).toEqual(['#2@104', '#3@105']);
  });

  test('reject-publish: the newest is refused, and its source is told', () => {
    const place = lab(full('reject-publish')).until(1000);
    expect(source(place)).toEqual(REFUSING);
    expect(read(place)).toEqual(FIRST_TWO);
  });

  // #3 and #4 are dead letters at 104 and 105, and worked on by `d` from 105 to 106 and from 107 to 108.
  test('[LG11] reject-publish-dlx: it is refused, and applied all the same by who reads the dead letters', () => {
    const place = lab(
      full('reject-publish-dlx')
        .queue('dlq')
        .consumer('d', { workMs: constant(1) })
        .deadLetter('q', 'dlq')
        .amqpConsume('dlq', 'd', { network: latency(1), prefetch: 1 }),
    ).until(1000);
    expect(source(place)).toEqual(REFUSING);
    expect(read(place)).toEqual(FIRST_TWO);
    expect(read(place, 'dlq')).toMatchObject({ owed: 0, delivered: 2, applied: 0, unexpected: 2, inFlight: 0 });
  });
});

describe('confirms', () => {
  // #2 is in the queue at 112; its confirm is lost there.
  test('[RC12] [LG6] of a message whose confirm is lost its source knows nothing, and it is applied', () => {
    const place = lab(line([100, 110, 120]).fault({ atMs: 111, do: 'dropAcks', target: 'p-q', forMs: 4 })).until(1000);
    expect(source(place)).toEqual(sourceLedger({ attempted: 3, acknowledged: 2, unknown: 1, appended: 3 }));
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 3, delivered: 3, applied: 3, recovered: 1, waits: [3, 3, 3], latencies: [8, 8, 8] }),
    );
  });

  test('[RP1] without them it knows nothing of any', () => {
    const place = lab(line([100, 110, 120], { publish: { confirms: false } })).until(1000);
    expect(source(place)).toEqual(sourceLedger({ attempted: 3, unknown: 3, appended: 3 }));
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 3, delivered: 3, applied: 3, recovered: 3, waits: [3, 3, 3], latencies: [8, 8, 8] }),
    );
  });

  // One may be unconfirmed: #2 leaves when #1 is confirmed, at 104, and #3 at 108. In the queue at 106 and 110, in work from 110 and 117 on.
  test('[RC12] [BP1] with one in flight the others wait outside', () => {
    const place = lab(line([100, 101, 102], { publish: { maxInFlight: 1 } })).until(1000);
    expect(source(place)).toEqual(THREE);
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 3, delivered: 3, applied: 3, waits: [3, 9, 15], latencies: [8, 14, 20] }),
    );
  });
});
