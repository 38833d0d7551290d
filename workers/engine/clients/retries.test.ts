import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, latency, scenario, type ProducerSettings, type PublishSettings } from '../testing/scenario-builder.ts';

/** One producer, one partition, and a consumer that applies in no time. */
function shop(producer: ProducerSettings, publish: PublishSettings) {
  return scenario().producer('p', producer).topic('t').consumer('c').publish('p', 't', publish).subscribe('t', 'c');
}

/** Retries come 1 ms after the request timed out: that is the shortest backoff, and it has no jitter. */
const prompt = { requestTimeoutMs: 100, retryBackoffMs: 0, retryBackoffMaxMs: 0 } as const;

describe('a request that is lost, or its response', () => {
  test('[PR6] a lost request is sent again when the request times out, and appended once', () => {
    // The edge is cut while the request of 10 ms is under way; it times out at 110 ms, and 1 ms is the shortest backoff.
    const run = lab(
      shop({ arrivals: at(10) }, { ...prompt, network: latency(5), enableIdempotence: false }).fault({
        do: 'cut',
        target: 'p-t',
        atMs: 12,
        forMs: 20,
      }),
    ).until(500);
    expect(run.life(1).slice(0, 8)).toEqual([
      'produced@10',
      'sent@10',
      'request lost@15',
      'timed out@110',
      'retried@111',
      'sent@111',
      'appended@116',
      'fetched@116',
    ]);
    expect(run.hops('acknowledged')).toEqual(['#1@121']);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 0 });
  });

  test('[PR6] a lost response leads to a second copy without idempotence', () => {
    const run = lab(
      shop({ arrivals: at(10) }, { ...prompt, network: latency(5), enableIdempotence: false }).fault({
        do: 'dropAcks',
        target: 'p-t',
        atMs: 0,
        forMs: 50,
      }),
    ).until(500);
    expect(run.hops('appended')).toEqual(['#1@15', '#1@116']);
    expect(run.hops('response lost')).toEqual(['#1@15']);
    expect(run.source('p-t')).toMatchObject({ attempted: 1, acknowledged: 1, retries: 1, appended: 2 });
    expect(run.subscription('t', 'c')).toMatchObject({
      owed: 1,
      applied: 1,
      duplicateDeliveries: 1,
      duplicateEffects: 1,
    });
  });

  test('[PR3] [KI1] what is answered after a lost response is lost too: all is sent again, and the broker knows all of it', () => {
    // The answer to #1 is lost at 11 ms, and those to #2 to #5 find the connection broken. At 110 ms #1 has timed out; 1 ms
    // later it goes again, and each of the others when the one before has its answer. [PR7]
    const arrivals = at(...Array.from({ length: 30 }, (_, i) => 10 + i));
    const run = lab(
      shop({ arrivals }, { ...prompt, network: latency(1), batchSize: 0 }).fault({
        do: 'dropAcks',
        target: 'p-t',
        atMs: 11,
        forMs: 0.5,
      }),
    ).until(500);
    expect(run.hops('response lost')).toEqual(['#1@11', '#2@13', '#3@14', '#4@15', '#5@16']);
    expect(run.hops('sent').slice(4, 10)).toEqual(['#5@14', '#1@111', '#2@113', '#3@115', '#4@117', '#5@119']);
    expect(run.hops('dropped as duplicate')).toEqual(['#1@112', '#2@114', '#3@116', '#4@118', '#5@120']);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 30, retries: 5, appended: 30 });
    expect(run.subscription('t', 'c')).toMatchObject({ verdict: 'exactly-once effect', order: 'global' });
  });

  test('[KI1] and to none with it: the broker knows the batch and says so', () => {
    const run = lab(
      shop({ arrivals: at(10) }, { ...prompt, network: latency(5) }).fault({
        do: 'dropAcks',
        target: 'p-t',
        atMs: 0,
        forMs: 50,
      }),
    ).until(500);
    expect(run.hops('appended')).toEqual(['#1@15']);
    expect(run.hops('dropped as duplicate')).toEqual(['#1@116']);
    expect(run.hops('acknowledged')).toEqual(['#1@121']);
    expect(run.subscription('t', 'c')).toMatchObject({
      applied: 1,
      duplicateEffects: 0,
      verdict: 'exactly-once effect',
    });
  });

  test('[PR6] the client closes the connection: everything in flight fails with the oldest request', () => {
    // #1 at 10 and #2 at 50 get no answer; both time out at 110.
    const run = lab(
      shop({ arrivals: at(10, 50) }, { ...prompt, batchSize: 0, network: latency(5) }).fault({
        do: 'dropAcks',
        target: 'p-t',
        atMs: 0,
        forMs: 60,
      }),
    ).until(500);
    expect(run.hops('timed out')).toEqual(['#1@110', '#2@110']);
    // [PR7] With idempotence #2 waits for the answer to #1, 5 ms there and back.
    expect(run.hops('sent').slice(2)).toEqual(['#1@111', '#2@121']);
  });

  test('[PR4] retry.backoff.ms doubles up to its bound, with a fifth of jitter either way', () => {
    // Never an answer: attempts at 0, then request timeout + backoff apart. Backoffs 100, 200, 400, 400 (the bound), each
    // times 0.8 to 1.2.
    const run = lab(
      shop({ arrivals: at(0) }, { requestTimeoutMs: 1000, retryBackoffMs: 100, retryBackoffMaxMs: 400 }).fault({
        do: 'cut',
        target: 'p-t',
        atMs: 0,
      }),
    ).until(7000);
    const sent = run.hops('sent').map((hop) => Number(hop.split('@')[1]));
    const waits = sent.slice(1).map((ms, i) => ms - sent[i]! - 1000);
    expect(waits.length).toBe(5);
    [100, 200, 400, 400, 400].forEach((backoff, i) => {
      expect(waits[i]).toBeGreaterThanOrEqual(0.8 * backoff);
      expect(waits[i]).toBeLessThan(1.2 * backoff);
    });
  });

  test('[PR10] retries are limited: then the fate is unknown', () => {
    // Attempts at 0, 101 and 202; the third failure is the last one.
    const run = lab(
      shop({ arrivals: at(0) }, { ...prompt, retries: 2, deliveryTimeoutMs: 5000 }).fault({
        do: 'dropAcks',
        target: 'p-t',
        atMs: 0,
      }),
    ).until(1000);
    expect(run.hops('sent')).toEqual(['#1@0', '#1@101', '#1@202']);
    expect(run.hops('given up, fate unknown')).toEqual(['#1@302']);
    // It is in the log: its source does not know, the consumer has it.
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 1, recovered: 1, gone: 0 });
  });
});

describe('the delivery timeout', () => {
  const patient = { ...prompt, deliveryTimeoutMs: 250 } as const;

  test('[PR5] [PR10] a batch that was sent and never answered is unknown, and gone if no broker has it', () => {
    // Sent at 0, 101, 202; given up at 250.
    const run = lab(shop({ arrivals: at(0) }, { ...patient }).fault({ do: 'cut', target: 'p-t', atMs: 0 })).until(1000);
    expect(run.hops('given up, fate unknown')).toEqual(['#1@250']);
    expect(run.source('p-t')).toMatchObject({ attempted: 1, unknown: 1, refused: 0 });
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 1, gone: 1, lost: 0, verdict: 'at-most-once' });
  });

  test('[PR5] [PR10] a batch that was never sent is refused', () => {
    // One request at a time: #1 occupies the connection and is never answered; #2 waits behind it, #1's retries going
    // first, and is 250 ms old at 260.
    const run = lab(
      shop({ arrivals: at(0, 10) }, { ...patient, maxInFlight: 1, batchSize: 0 }).fault({
        do: 'cut',
        target: 'p-t',
        atMs: 0,
      }),
    ).until(1000);
    expect(run.hops('given up, fate unknown')).toEqual(['#1@250']);
    expect(run.hops('refused')).toEqual(['#2@260']);
    expect(run.source('p-t')).toMatchObject({ unknown: 1, refused: 1, refusals: { 'delivery timeout': 1 } });
    // What its source knows to be refused is owed to nobody.
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 1, gone: 1 });
  });

  test('[PR5] a batch that the broker refuses over and over is refused in the end', () => {
    // Too few replicas: every answer is a definite no, so the end is one too. 1 ms there and back, no backoff.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .topic('t', { replicationFactor: 2, minInsyncReplicas: 3 })
        .publish('p', 't', { ...patient, retryBackoffMs: 50, network: latency(1) }),
    ).until(1000);
    expect(run.source('p-t')).toMatchObject({ unknown: 0, refused: 1, appended: 0 });
    expect(run.hops('refused')).toEqual(['#1@250']);
  });
});

describe('order and retries', () => {
  /** #1 is lost on the way, #2 and #3 are not: the cut lasts from 10.5 to 11.5 ms, with 2 ms each way. */
  function overtaken(publish: PublishSettings) {
    return lab(
      shop(
        { arrivals: at(10, 12, 13), key: { type: 'fixed', key: 'k0' } },
        { ...prompt, batchSize: 0, network: latency(2), ...publish },
      ).fault({ do: 'cut', target: 'p-t', atMs: 10.5, forMs: 1 }),
    ).until(1000);
  }

  test('[PR7] without idempotence and with several requests in flight a retry comes after what followed it', () => {
    const run = overtaken({ enableIdempotence: false });
    // The answers to #2 and #3 come to a connection that has missed one: they go again too, each to the front.
    expect(run.hops('appended')).toEqual(['#2@14', '#3@15', '#3@113', '#2@113', '#1@113']);
    const { outOfOrderPerKey, disorderCauses, disorderDistanceMax, order } = run.subscription('t', 'c');
    expect({ outOfOrderPerKey, disorderCauses, disorderDistanceMax, order }).toEqual({
      outOfOrderPerKey: 1,
      disorderCauses: { retry: 1 },
      disorderDistanceMax: 2,
      order: 'none',
    });
  });

  test('[PR7] with one request in flight order is kept', () => {
    const run = overtaken({ enableIdempotence: false, maxInFlight: 1 });
    expect(run.hops('appended')).toEqual(['#1@113', '#2@117', '#3@121']);
    expect(run.subscription('t', 'c').order).toBe('global');
  });

  test('[KI2] [PR7] with idempotence the broker turns away what came too early, and order is kept', () => {
    // The first sequence a broker sees of a producer is 0, so #2 and #3 are turned away at 14 and 15, and so are their
    // retries that do not wait: they may not overtake #1, which is sent again at 111.
    const run = overtaken({});
    expect(run.hops('rejected').slice(0, 2)).toEqual(['#2@14', '#3@15']);
    expect(run.hops('appended').map((hop) => hop.split('@')[0])).toEqual(['#1', '#2', '#3']);
    expect(run.hops('appended')[0]).toBe('#1@113');
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 3, duplicateEffects: 0, order: 'global' });
  });

  test('[PR8] idempotence is off when a setting rules it out', () => {
    const run = overtaken({ maxInFlight: 6 });
    expect(run.subscription('t', 'c').order).toBe('none');
    expect(overtaken({ acks: '1' }).subscription('t', 'c').order).toBe('none');
  });
});

describe('a network that duplicates', () => {
  test('[NW3] a request that arrives twice is appended twice, and once with idempotence', () => {
    const twice = { ...latency(2), duplicate: 1 };
    const plain = lab(shop({ arrivals: at(10) }, { network: twice, enableIdempotence: false })).until(100);
    expect(plain.hops('appended')).toEqual(['#1@12', '#1@12']);
    expect(plain.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 1 });
    const idempotent = lab(shop({ arrivals: at(10) }, { network: twice })).until(100);
    expect(idempotent.hops('appended')).toEqual(['#1@12']);
    expect(idempotent.hops('dropped as duplicate')).toEqual(['#1@12']);
  });
});
