/** Readers that remember an id, and transactions that commit in another order than that of ids. Every law after every event. */
import { describe, expect, test } from 'vitest';
import { lab } from '../testing/lab.ts';
import { at, constant, scenario, type PollSettings } from '../testing/scenario-builder.ts';

const every = (ms: number) => ({ intervalMs: constant(ms) });

/** A row whose transaction goes on for 50 ms, and one that is committed meanwhile. */
const outbox = (poll: PollSettings) =>
  scenario()
    .producer('slow', { arrivals: at(10) })
    .producer('quick', { arrivals: at(22) })
    .store('s')
    .consumer('c', { workMs: constant(1) })
    .insert('slow', 's', { transactionMs: constant(50) })
    .insert('quick', 's')
    .poll('s', 'c', { ...every(10), batchSize: 10, ...poll });

describe('a reader that remembers the last id', () => {
  test('[TB2] [TB22] skips a row that is committed after one with a larger id, and the ledger says that it is lost', () => {
    const one = lab(outbox({ read: 'afterLastId' })).until(59);
    expect(one.subscription('s', '')).toMatchObject({ applied: 1, lost: 0 });
    one.until(200);
    expect(one.life(1)).toEqual(['produced@10', 'sent@10', 'inserted@60', 'skipped@60', 'acknowledged@60']);
    expect(one.subscription('s', '')).toMatchObject({ owed: 2, applied: 1, lost: 1, inFlight: 0 });
    expect(one.report().nodes.find(({ id }) => id === 's')!.figures).toMatchObject({ rowsPassedOver: 1, tableRows: 1 });
    expect(one.run.messages.live).toBe(0);
  });

  test('[TB5] [TB22] who looks for what is ready finds it', () => {
    const one = lab(outbox({ read: 'ready' })).until(200);
    expect(one.subscription('s', '')).toMatchObject({ applied: 2, lost: 0, outOfOrderGlobal: 0 });
  });

  test.each(['ready', 'afterLastId'] as const)(
    '[TB22] what it has passed waits for another consumer that has no instances: %s',
    (read) => {
      const one = lab(
        outbox({ read: 'afterLastId' })
          .consumer('idle', { instances: 0 })
          .poll('s', 'idle', { ...every(10), read }),
      ).until(200);
      expect(one.subscription('s', '')).toMatchObject({ applied: 1, lost: 0, inFlight: 1 });
      one.set('nodes', 'idle', { instances: 1 }).until(300);
      expect(one.subscription('s', '')).toMatchObject({ applied: 2, lost: 0, inFlight: 0 });
    },
  );

  test('[TB22] loses what another instance gives back after it has gone on', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 1) })
        .store('s')
        .consumer('c', { instances: 2, workMs: constant(100) })
        .insert('p', 's')
        .poll('s', 'c', { ...every(10), batchSize: 1, read: 'afterLastId' })
        .fault({ atMs: 105, do: 'pause', target: 'c', instance: 0 })
        .fault({ atMs: 150, do: 'crash', target: 'c', instance: 0 }),
    ).until(1000);
    const { applied, lost, inFlight } = one.subscription('s', '');
    expect({ applied, lost, inFlight }).toEqual({ applied: 1, lost: 1, inFlight: 0 });
  });

  test('[TB22] stays before a row whose work failed, until it is given up', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0, 0, 0) })
        .store('s')
        .consumer('c', { failureRate: 1, workMs: constant(1) })
        .insert('p', 's')
        .poll('s', 'c', { ...every(10), batchSize: 1, read: 'afterLastId', maxAttempts: 2 }),
    ).until(1000);
    expect(one.subscription('s', '')).toMatchObject({ delivered: 6, dropped: 3, lost: 0, inFlight: 0 });
  });

  test('[TB22] [ED10] who looks for what is ready from now on misses nothing more', () => {
    const one = lab(outbox({ read: 'afterLastId' })).until(40);
    one.set('edges', 's-c', { read: 'ready' }).until(200);
    expect(one.subscription('s', '')).toMatchObject({ applied: 2, lost: 0 });
  });

  test('[TB22] passes nothing while somebody else looks for what is ready', () => {
    const one = lab(
      outbox({ read: 'afterLastId' })
        .consumer('d', { workMs: constant(1) })
        .poll('s', 'd', every(35)),
    ).until(200);
    expect(one.subscription('s', '')).toMatchObject({ applied: 2, lost: 0 });
  });
});

describe('a transaction that goes on after its insert', () => {
  test('[TB23] keeps its connection until it commits', () => {
    const one = lab(outbox({}).build()).set('nodes', 's', { connections: 1 }).until(61);
    // The poll that came before it had the connection for a millisecond of work.
    expect(one.life(2)).toContain('inserted@61');
    expect(one.report().nodes.find(({ id }) => id === 's')!.figures['connectionWaits']).toBeGreaterThan(0);
  });

  test('[TB11] [TB23] is rolled back when its client dies', () => {
    const one = lab(outbox({}).fault({ atMs: 30, do: 'crash', target: 'slow' })).until(200);
    expect(one.source('slow-s')).toMatchObject({ unknown: 1, appended: 0 });
    expect(one.subscription('s', '')).toMatchObject({ owed: 2, applied: 1, gone: 1, inFlight: 0 });
  });

  test('[TB14] [TB23] and when the server stops, at whatever instant', () => {
    for (const atMs of [10, 11, 30, 59, 60, 61]) {
      const one = lab(outbox({ read: 'afterLastId' }).fault({ atMs, do: 'crash', target: 's', forMs: 20 })).until(2000);
      const { owed, applied, lost, gone, inFlight } = one.subscription('s', '');
      expect([owed, inFlight]).toEqual([applied + lost + gone, 0]);
    }
  });

  test('[TB20] [TB23] one that outlasts the patience of its client is tried again, and nobody knows', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(0) })
        .store('s')
        .insert('p', 's', { transactionMs: constant(50), timeoutMs: 20, retries: 2, retryBackoffMs: 10 }),
    ).until(1000);
    expect(one.source('p-s')).toMatchObject({ unknown: 1, retries: 2, appended: 0 });
    expect(one.subscription('s', '')).toMatchObject({ gone: 1, inFlight: 0 });
  });
});
