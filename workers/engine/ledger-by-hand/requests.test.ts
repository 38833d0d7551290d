/**
 * Requests and replies over RabbitMQ, worked out on paper. Each of the four ways takes 1 ms, and so does an acknowledgement or a confirm. A request of
 * 100 is worked on from 102 to 132; its reply leaves then, is confirmed at 134, and is in the client's hands at 134, too.
 */
import { expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, latency, scenario, type ClientSettings } from '../testing/scenario-builder.ts';
import { sourceLedger, sourceLedgerOf, subscriptionLedger, subscriptionLedgerOf } from '../testing/whole-ledger.ts';

function exchange(client: ClientSettings): Lab {
  const way = { network: latency(1) };
  return lab(
    scenario()
      .client('c', { arrivals: at(100), ...client })
      .queue('ask')
      .queue('answer')
      .consumer('r', { workMs: constant(30) })
      .amqpPublish('c', 'ask', way)
      .amqpConsume('ask', 'r', way)
      .amqpPublish('r', 'answer', way)
      .amqpConsume('answer', 'c', way),
  ).until(1000);
}

const ONE = sourceLedger({ attempted: 1, acknowledged: 1, appended: 1 });
/** What a client counts, without means and rates. */
const counts = (place: Lab) => {
  const { asked, answered, givenUp, waiting, requestsSent, timedOut, lateAnswers, duplicateAnswers, strayAnswers } =
    place.figures('c');
  return { asked, answered, givenUp, waiting, requestsSent, timedOut, lateAnswers, duplicateAnswers, strayAnswers };
};

const NOTHING = {
  asked: 1,
  answered: 0,
  givenUp: 0,
  waiting: 0,
  requestsSent: 1,
  timedOut: 0,
  lateAnswers: 0,
  duplicateAnswers: 0,
  strayAnswers: 0,
};

test('[RR1] with patience there is an answer after 34 ms', () => {
  const place = exchange({ timeoutMs: 100 });
  expect(counts(place)).toEqual({ ...NOTHING, answered: 1 });
  expect(place.figures('c')['roundTripMeanMs']).toBeCloseTo(34, 6);
  expect(sourceLedgerOf(place, 'c-ask')).toEqual(ONE);
  expect(sourceLedgerOf(place, 'r-answer')).toEqual(ONE);
  expect(subscriptionLedgerOf(place, 'ask', '')).toEqual(
    subscriptionLedger({ owed: 1, delivered: 1, applied: 1, waits: [2], latencies: [32] }),
  );
  // The reply is a fact of 132.
  expect(subscriptionLedgerOf(place, 'answer', '')).toEqual(
    subscriptionLedger({ owed: 1, delivered: 1, applied: 1, waits: [2], latencies: [2] }),
  );
});

test('[RR2] [RR3] without it is given up at 120, and the reply is late; to the queues all was well', () => {
  const place = exchange({ timeoutMs: 20 });
  expect(counts(place)).toEqual({ ...NOTHING, givenUp: 1, timedOut: 1, lateAnswers: 1 });
  expect(place.figures('c')).not.toHaveProperty('roundTripMeanMs');
  expect(subscriptionLedgerOf(place, 'ask', '')).toEqual(
    subscriptionLedger({ owed: 1, delivered: 1, applied: 1, waits: [2], latencies: [32] }),
  );
  expect(subscriptionLedgerOf(place, 'answer', '')).toEqual(
    subscriptionLedger({ owed: 1, delivered: 1, applied: 1, waits: [2], latencies: [2] }),
  );
});

// Asked again at 125; that request is in the responder's memory at 127, and worked on from 134, when the reply is confirmed, to 164. The
// first reply is the answer, 34 ms after the first attempt; the second one, at 166, is a duplicate.
test('[RR2] [RR3] asked again, it is answered twice', () => {
  const place = exchange({ timeoutMs: 20, retries: 1, retryBackoffMs: 5 });
  expect(counts(place)).toEqual({ ...NOTHING, answered: 1, requestsSent: 2, timedOut: 1, duplicateAnswers: 1 });
  expect(place.figures('c')['roundTripMeanMs']).toBeCloseTo(34, 6);
  const TWO = sourceLedger({ attempted: 2, acknowledged: 2, appended: 2 });
  expect(sourceLedgerOf(place, 'c-ask')).toEqual(TWO);
  expect(sourceLedgerOf(place, 'r-answer')).toEqual(TWO);
  expect(subscriptionLedgerOf(place, 'ask', '')).toEqual(
    subscriptionLedger({ owed: 2, delivered: 2, applied: 2, waits: [2, 9], latencies: [32, 39] }),
  );
  expect(subscriptionLedgerOf(place, 'answer', '')).toEqual(
    subscriptionLedger({ owed: 2, delivered: 2, applied: 2, waits: [2, 2], latencies: [2, 2] }),
  );
});
