/**
 * Ledgers of small runs of a table as a queue, worked out on paper. Nothing takes time but the work: 3 ms a row. Both instances poll at
 * once at 0, and then 10 ms after they were done or found nothing: at 10, 20, … while nothing happens.
 */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, constant, latency, scenario, type PollSettings } from '../testing/scenario-builder.ts';
import { sourceLedger, sourceLedgerOf, subscriptionLedger, subscriptionLedgerOf } from '../testing/whole-ledger.ts';

function table(facts: readonly number[], poll: PollSettings, instances = 2) {
  return scenario()
    .producer('p', { arrivals: at(...facts) })
    .store('s')
    .consumer('c', { instances, workMs: constant(3) })
    .insert('p', 's')
    .poll('s', 'c', { intervalMs: constant(10), batchSize: 1, pollAgain: 'never', ...poll });
}

const source = (place: Lab) => sourceLedgerOf(place, 'p-s');
const read = (place: Lab) => subscriptionLedgerOf(place, 's', '');

describe('two rows, of 15 and 16, and two that poll at 20', () => {
  const TWO = sourceLedger({ attempted: 2, acknowledged: 2, appended: 2 });
  const run = (poll: PollSettings) => lab(table([15, 16], poll)).until(1000);

  // Both find the first row, and both are done at 23; both poll at 33, find the second one, and are done at 36.
  test('[TB7] without locks both work on both', () => {
    const place = run({ locking: 'none' });
    expect(source(place)).toEqual(TWO);
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 2,
        delivered: 4,
        applied: 2,
        duplicateDeliveries: 2,
        duplicateEffects: 2,
        verdict: 'at-least-once',
        waits: [5, 17],
        latencies: [8, 20],
        evidence: { duplicateEffect: ['#1@23', '#2@36'] },
      }),
    );
  });

  // The second waits at the first row until that is deleted at 23, looks at it again for 6 µs, and goes on to the second one.
  test('[TB6] FOR UPDATE: the second waits for the first', () => {
    const place = run({ locking: 'rowLock' });
    expect(source(place)).toEqual(TWO);
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 2, delivered: 2, applied: 2, waits: [5, 7.006], latencies: [8, 10.006] }),
    );
  });

  test('[TB5] SKIP LOCKED: the second takes the second row', () => {
    const place = run({ locking: 'skipLocked' });
    expect(source(place)).toEqual(TWO);
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 2, delivered: 2, applied: 2, waits: [5, 4], latencies: [8, 7] }),
    );
  });
});

describe('one that polls, and dies at 21', () => {
  const ONE = sourceLedger({ attempted: 1, acknowledged: 1, appended: 1 });
  const dying = (poll: PollSettings) =>
    lab(table([15], poll, 1).fault({ atMs: 21, do: 'crash', target: 'c', forMs: 4 })).until(1000);

  // Up at 25 it polls at once, since its polls begin at once.
  test('[TB11] in a transaction: the row is found again', () => {
    const place = dying({ claim: 'transaction' });
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 1,
        delivered: 2,
        applied: 1,
        duplicateDeliveries: 1,
        waits: [5],
        latencies: [13],
      }),
    );
  });

  test('[TB12] claimed by status: it stays claimed, for ever', () => {
    const place = dying({ claim: 'status' });
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 1, delivered: 1, inFlight: 1, lag: 1, lagMax: 1, waits: [5] }),
    );
  });

  // The lease ends at 40; the reaper looks at 50, 100, … and the next poll, 10 ms after the one of 45, finds it.
  test('[TB12] claimed by status with a lease: it is given back', () => {
    const place = dying({ claim: 'status', leaseMs: 20, reapEveryMs: 50 });
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(
      subscriptionLedger({ owed: 1, delivered: 2, applied: 1, duplicateDeliveries: 1, waits: [5], latencies: [43] }),
    );
  });

  test('[LG5] deleted when it is found: it is lost', () => {
    const place = dying({ claim: 'delete' });
    expect(source(place)).toEqual(ONE);
    expect(read(place)).toEqual(
      subscriptionLedger({
        owed: 1,
        delivered: 1,
        lost: 1,
        verdict: 'at-most-once',
        waits: [5],
        evidence: { lost: ['#1@21'] },
      }),
    );
  });
});

// Found at 20, failed at 23 and given back; found again at 33 and 46, and given up then, after three attempts.
test('[TB15] a row whose work fails is tried as often as is allowed', () => {
  const failing = table([15], { maxAttempts: 3, retryDelayMs: 0 }, 1).consumer('d', { instances: 0 });
  const place = lab(failing).set('nodes', 'c', { failureRate: 1 }).until(1000);
  expect(read(place)).toEqual(
    subscriptionLedger({
      owed: 1,
      delivered: 3,
      dropped: 1,
      duplicateDeliveries: 2,
      verdict: 'at-most-once',
      waits: [5],
      evidence: { dropped: ['#1@49'] },
    }),
  );
});

// The answer to the insert of 15 is lost. At 35 the client gives up, and inserts again at 40: a second row, found at 43 after the first one was at 20.
test('[TB20] an insert whose answer is lost is made twice', () => {
  const place = lab(
    scenario()
      .producer('p', { arrivals: at(15) })
      .store('s')
      .consumer('c', { workMs: constant(3) })
      .insert('p', 's', { network: latency(1), timeoutMs: 20, retries: 1, retryBackoffMs: 5 })
      .poll('s', 'c', { intervalMs: constant(10), batchSize: 1, pollAgain: 'never' })
      .fault({ atMs: 14, do: 'dropAcks', target: 'p-s', forMs: 3 }),
  ).until(1000);
  expect(source(place)).toEqual(sourceLedger({ attempted: 1, acknowledged: 1, retries: 1, appended: 2 }));
  // Polls at 20 (done at 23), 33, 43 (done at 46).
  expect(read(place)).toEqual(
    subscriptionLedger({
      owed: 1,
      delivered: 2,
      applied: 1,
      duplicateDeliveries: 1,
      duplicateEffects: 1,
      verdict: 'at-least-once',
      waits: [5],
      latencies: [8],
      evidence: { duplicateEffect: ['#1@46'] },
    }),
  );
});
