/** What a person or a script does to queues of SQS: purges, moves back, and who may have dead letters where. Laws after every event. */
import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, constant, scenario } from '../testing/scenario-builder.ts';

describe('a purge', () => {
  test('[SQ15] takes what is visible, delayed and in flight; who works on a message goes on, and it does not come back', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 1, 2) })
        .sqs('q', { visibilityTimeoutMs: 100 })
        .consumer('c', { workMs: constant(50) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c')
        .fault({ atMs: 10, do: 'purge', target: 'q' }),
    ).until(1000);
    expect(one.told('removed from the queue')).toEqual(['#1@10 purged', '#2@10 purged', '#3@10 purged']);
    expect(one.subscription('q', '')).toMatchObject({
      owed: 3,
      applied: 1,
      dropped: 2,
      lost: 0,
      inFlight: 0,
      duplicateEffects: 0,
    });
    expect(one.run.messages.live).toBe(0);
  });

  test('[SQ15] a second one within a minute does nothing', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 30_000) })
        .sqs('q')
        .sqsSend('p', 'q')
        .fault({ atMs: 10, do: 'purge', target: 'q' })
        .fault({ atMs: 60_009, do: 'purge', target: 'q' }),
    ).until(61_000);
    expect(one.subscription('q', '')).toMatchObject({ dropped: 1, inFlight: 1 });
    expect(one.fault({ do: 'purge', target: 'q' }).subscription('q', '')).toMatchObject({ dropped: 2, inFlight: 0 });
  });

  test('[SQ15] a FIFO queue forgets the ids that it knew', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 20), key: { type: 'fixed', key: 'a' } })
        .sqs('q', { fifo: true })
        .sqsSend('p', 'q', { deduplicationId: 'key' })
        .fault({ atMs: 10, do: 'purge', target: 'q' }),
    ).until(100);
    expect(one.subscription('q', '')).toMatchObject({ owed: 2, dropped: 1, inFlight: 1 });
  });
});

describe('dead letters', () => {
  const poison = (maxReceiveCount = 1) =>
    scenario()
      .producer('p', { arrivals: at(0, 1, 2, 3, 4) })
      .sqs('q', { visibilityTimeoutMs: 50 })
      .sqs('dlq')
      .consumer('c', { failureRate: 1, workMs: constant(1) })
      .sqsSend('p', 'q')
      .sqsReceive('q', 'c')
      .redrive('q', 'dlq', { maxReceiveCount, moveBackPerSecond: 10 });

  test('[SQ14] a script moves them back at the rate of the redrive policy', () => {
    const one = lab(poison().fault({ atMs: 1000, do: 'redrive', target: 'dlq' })).until(999);
    expect(one.subscription('dlq', '')).toMatchObject({ owed: 5, inFlight: 5 });
    one.set('nodes', 'c', { failureRate: 0 }).until(1250);
    // At 1.0, 1.1 and 1.2 s.
    expect(one.subscription('q', '')).toMatchObject({ applied: 3, deadLettered: 2 });
    one.until(2000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 5, deadLettered: 0, inFlight: 0 });
    expect(one.run.messages.live).toBe(0);
  });

  test('[SQ14] what still cannot be handled is back among the dead letters, and the task goes on', () => {
    const one = lab(poison()).until(999).fault({ do: 'redrive', target: 'dlq' }).until(10_000);
    const { deadLettered, inFlight, applied, lost } = one.subscription('q', '');
    expect({ deadLettered, inFlight, applied, lost }).toEqual({ deadLettered: 4, inFlight: 1, applied: 0, lost: 0 });
  });

  test('[SQ24] stay where they are if the other queue does not take them in, until it does', () => {
    const one = lab(poison()).set('nodes', 'dlq', { redriveAllowPolicy: 'denyAll' }).until(1000);
    expect(one.subscription('q', '')).toMatchObject({ deadLettered: 0, inFlight: 5 });
    one.set('nodes', 'dlq', { redriveAllowPolicy: 'byQueue', redriveSources: 'other' }).until(2000);
    expect(one.subscription('q', '')).toMatchObject({ deadLettered: 0, inFlight: 5 });
    one.set('nodes', 'dlq', { redriveAllowPolicy: 'byQueue', redriveSources: 'other, q' }).until(3000);
    expect(one.subscription('q', '')).toMatchObject({ deadLettered: 5, inFlight: 0 });
  });
});

describe('a receive whose answer gets lost', () => {
  const losing = (receiveRequestAttemptId: boolean) =>
    lab(
      scenario()
        .producer('p', { arrivals: at(0, 1), key: { type: 'fixed', key: 'a' } })
        .sqs('q', { fifo: true, visibilityTimeoutMs: 30_000 })
        .consumer('c', { workMs: constant(5) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c', { waitTimeMs: 50, timeoutMs: 500, maxNumberOfMessages: 10, receiveRequestAttemptId })
        .fault({ atMs: 0, do: 'dropAcks', target: 'q-c', forMs: 100 }),
    );

  test('[SF9] is repeated under its id, and gets the same messages at once', () => {
    const one = losing(true).until(2000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 2, duplicateEffects: 0, inFlight: 0 });
  });

  test('[SF9] without an id the group is locked until the visibility timeout ends', () => {
    const one = losing(false).until(2000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 0, inFlight: 2 });
    expect(one.until(32_000).subscription('q', '')).toMatchObject({ applied: 2, duplicateEffects: 0 });
  });

  test('[SF9] a crash between them is a new client, which asks under an id of its own', () => {
    const one = losing(true)
      .until(50)
      .fault({ do: 'crash', target: 'c' })
      .fault({ do: 'restart', target: 'c' })
      .until(2000);
    expect(one.subscription('q', '')).toMatchObject({ applied: 0, inFlight: 2 });
  });
});

describe('what calls cost', () => {
  const figuresOf = (one: ReturnType<typeof lab>, id: string) =>
    one.report().nodes.find((node) => node.id === id)!.figures;

  test('[SQ23] every call is a request, and each further 64 KB that it carries is another one', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0), sizeBytes: 200_000 })
        .sqs('q')
        .consumer('c', { workMs: constant(5) })
        .sqsSend('p', 'q')
        .sqsReceive('q', 'c'),
    ).until(1000);
    // A send and a receive of four requests each, a delete, and a receive that waits.
    expect(figuresOf(one, 'q')).toMatchObject({
      calls: 4,
      paidRequests: 10,
      emptyReceives: 0,
      emptyReceivesDollars: 0,
    });
    expect(figuresOf(one, 'q')['costDollars']).toBeCloseTo(10 * 0.4e-6, 12);
    one.set('nodes', 'q', { pricePerMillion: 100 });
    expect(figuresOf(one, 'q')['costDollars']).toBeCloseTo(0.001, 12);
  });

  test('[SQ23] empty receives cost as much as others', () => {
    const one = lab(
      scenario().sqs('q', { fifo: true }).consumer('c').sqsReceive('q', 'c', { waitTimeMs: 0, pollIntervalMs: 8 }),
    ).until(1000);
    // One every 10 ms, at 1, 11, 21, …
    expect(figuresOf(one, 'q')).toMatchObject({ receiveCalls: 100, emptyReceives: 100, paidRequests: 100 });
    expect(figuresOf(one, 'q')['emptyReceivesDollars']).toBeCloseTo(100 * 0.5e-6, 12);
  });
});
