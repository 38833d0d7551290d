import { describe, expect, test } from 'vitest';
import type { LogPosition } from '../../../scenario/document.ts';
import { lab, type Lab } from '../../testing/lab.ts';
import {
  QUICK_RETENTION,
  at,
  constant,
  latency,
  scenario,
  type SubscribeSettings,
} from '../../testing/scenario-builder.ts';

const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10, network: latency(1) } as const;
const ten = Array.from({ length: 10 }, (_, i) => 20 + i);

/** Ten records in one partition, appended at 20, 21, … 29 ms, each one there and applied at once. */
function stream(subscribe: SubscribeSettings = {}) {
  return scenario()
    .producer('p', { arrivals: at(...ten) })
    .topic('t')
    .consumer('c')
    .publish('p', 't')
    .subscribe('t', 'c', { ...quick, ...subscribe });
}

const seek = (to: LogPosition) => ({ do: 'seek', target: 'c', to }) as const;
const ledger = (run: Lab) => run.subscription('t', 'c');
const cursor = (run: Lab) => run.run.cursors[0]!;

describe('seek', () => {
  test('[KO8] [LG4] to the beginning: everything is applied once more, and counts as applied once', () => {
    const run = lab(stream()).until(50);
    expect(cursor(run).committed).toBe(10);
    run.fault(seek({ type: 'beginning' })).until(100);
    expect(ledger(run)).toMatchObject({
      owed: 10,
      applied: 10,
      duplicateEffects: 10,
      duplicateDeliveries: 10,
      lost: 0,
    });
    // Fetched at 52; the poll that hands it out waits until the place is saved, at 52 too.
    expect(run.hops('applied').slice(10, 12)).toEqual(['#1@52', '#2@52']);
    expect(cursor(run)).toMatchObject({ committed: 10, floor: 10, seekTo: -1 });
  });

  test('[KO8] to an offset, an instant, or back by a duration', () => {
    const replayed = (to: LogPosition): number => {
      const run = lab(stream()).until(50);
      return ledger(run.fault(seek(to)).until(100)).duplicateEffects;
    };
    expect(replayed({ type: 'offset', offset: 7 })).toBe(3);
    // Appended at 24 or later: 24 … 29.
    expect(replayed({ type: 'timestamp', timestampMs: 24 })).toBe(6);
    expect(replayed({ type: 'timestamp', timestampMs: 23.5 })).toBe(6);
    // At 50, what is not older than 22 ms was appended at 28 or 29.
    expect(replayed({ type: 'duration', durationMs: 22 })).toBe(2);
    expect(replayed({ type: 'timestamp', timestampMs: 40 })).toBe(0);
    expect(replayed({ type: 'end' })).toBe(0);
  });

  test('[KO8] [KO4] outside of the log auto.offset.reset decides', () => {
    const earliest = lab(stream())
      .until(50)
      .fault(seek({ type: 'offset', offset: 99 }))
      .until(100);
    expect(ledger(earliest).duplicateEffects).toBe(10);
    const latest = lab(stream({ autoOffsetReset: 'latest' })).until(50);
    expect(ledger(latest.fault(seek({ type: 'offset', offset: 99 })).until(100)).duplicateEffects).toBe(0);
  });

  test('[KO8] [LG9] forward past what was not read: skipped once that is saved, nothing owed of it', () => {
    // Each record takes 10 ms from 22 on: at 50 the third is in work, and its poll has one record.
    const slow = stream({ maxPollRecords: 1 }).build();
    const nodes = slow.nodes.map((node) => (node.kind === 'consumer' ? { ...node, workMs: constant(10) } : node));
    const run = lab({ ...slow, nodes }).until(50);
    run.fault(seek({ type: 'end' })).until(51);
    expect(ledger(run)).toMatchObject({ owed: 10, applied: 2, inFlight: 8 });
    run.until(200);
    expect(ledger(run)).toMatchObject({ owed: 3, applied: 3, skipped: 7, inFlight: 0, lost: 0 });
  });

  test('[KO8] [LG9] [LG19] and back to them: what was skipped is owed again', () => {
    const run = lab(stream({ autoOffsetReset: 'latest' }));
    // Nothing is saved before the first record is read; the group is told where the end is at 6 ms.
    run.until(50);
    expect(ledger(run)).toMatchObject({ owed: 10, applied: 10, skipped: 0 });
    const late = lab(stream({ autoOffsetReset: 'latest', initialRebalanceDelayMs: 24.5 }));
    late.until(60);
    // Positions known at 30.5: all ten are skipped.
    expect(ledger(late)).toMatchObject({ owed: 0, applied: 0, skipped: 10 });
    late.fault(seek({ type: 'offset', offset: 4 })).until(100);
    expect(ledger(late)).toMatchObject({ owed: 6, applied: 6, skipped: 4, duplicateEffects: 0 });
  });

  test('[KO8] [LG5] [LG19] what was lost is owed again, and applied it is not lost', () => {
    // Saved before the work, which takes 10 ms a record; the crash at 35 loses what one poll had handed out.
    const base = stream({ commit: 'before' }).build();
    const nodes = base.nodes.map((node) => (node.kind === 'consumer' ? { ...node, workMs: constant(10) } : node));
    const run = lab({ ...base, nodes }).until(45);
    run.fault({ do: 'crash', target: 'c', forMs: 5 }).until(400);
    const { lost, applied } = ledger(run);
    expect(lost).toBeGreaterThan(0);
    expect(lost + applied).toBe(10);
    run.fault(seek({ type: 'beginning' })).until(800);
    expect(ledger(run)).toMatchObject({ owed: 10, applied: 10, lost: 0, duplicateEffects: applied });
    expect(ledger(run).evidence['lost']).toEqual([]);
  });

  test('[KO2] [KO8] a member that has gone back saves the lower position, and lag grows by it', () => {
    const slow = stream({ maxPollRecords: 1 }).build();
    const run = lab(slow).until(50);
    run.set('nodes', 'c', { workMs: constant(10) });
    run.fault(seek({ type: 'beginning' }));
    // The place is saved at 51. Fetched at 52, applied at 62, saved at 63.
    expect(cursor(run.until(50.9))).toMatchObject({ committed: 10, floor: 0 });
    expect(cursor(run.until(62.9))).toMatchObject({ committed: 0, floor: 0 });
    expect(ledger(run).lag).toBe(10);
    expect(cursor(run.until(63))).toMatchObject({ committed: 1, floor: 1 });
    expect(ledger(run.until(200))).toMatchObject({ lag: 0, applied: 10, duplicateEffects: 10 });
  });

  test('[KO8] a member that crashes before it has saved anything lower: its successor knows nothing of the seek', () => {
    const slow = stream().build();
    const run = lab(slow).until(50);
    run.fault({ do: 'dropAcks', target: 't-c' });
    run.fault(seek({ type: 'beginning' })).until(50.5);
    expect(cursor(run)).toMatchObject({ committed: 10, floor: 0 });
    run.fault({ do: 'crash', target: 'c', forMs: 5 }).fault({ do: 'heal', target: 't-c' }).until(300);
    expect(cursor(run)).toMatchObject({ committed: 10, floor: 10 });
    expect(ledger(run)).toMatchObject({ applied: 10, duplicateEffects: 0, inFlight: 0 });
  });

  test('[KO8] of a group without members the saved position is set', () => {
    const run = lab(stream()).until(50).set('nodes', 'c', { instances: 0 }).until(60);
    run.fault(seek({ type: 'offset', offset: 8 }));
    expect(cursor(run)).toMatchObject({ committed: 8, floor: 8 });
    run.set('nodes', 'c', { instances: 1 }).until(200);
    expect(ledger(run)).toMatchObject({ applied: 10, duplicateEffects: 2 });
  });

  test('[KO8] only the partitions asked for, and only those of the instance asked for', () => {
    const two = scenario()
      .producer('p', { arrivals: at(...ten) })
      .topic('t', { partitions: 2 })
      .consumer('c', { instances: 2 })
      .publish('p', 't', { partitioner: 'roundRobin' })
      .subscribe('t', 'c', quick);
    const replayed = (choice: { instance?: number; partition?: number; topic?: string }): number =>
      ledger(
        lab(two)
          .until(50)
          .fault({ ...seek({ type: 'beginning' }), ...choice })
          .until(100),
      ).duplicateEffects;
    expect(replayed({})).toBe(10);
    expect(replayed({ partition: 1 })).toBe(5);
    expect(replayed({ instance: 0 })).toBe(5);
    expect(replayed({ instance: 0, partition: 1 })).toBe(0);
    expect(replayed({ topic: 'another' })).toBe(0);
  });
});

describe('pause and resume', () => {
  const pause = { do: 'pausePartitions', target: 'c' } as const;

  test('[KO10] nothing is fetched meanwhile, and the member stays', () => {
    const run = lab(stream()).until(24.5);
    run.fault(pause).until(200);
    // The first was asked for before it was there, the second with the fetch that followed; the next is on its way.
    expect(ledger(run)).toMatchObject({ applied: 2, inFlight: 8, lost: 0 });
    expect(run.run.groups[0]!.rebalances).toBe(1);
    run.fault({ do: 'resumePartitions', target: 'c' }).until(300);
    expect(ledger(run)).toMatchObject({ applied: 10, duplicateDeliveries: 0, inFlight: 0 });
    expect(run.hops('applied')[2]).toBe('#3@202');
  });

  test('[KO10] for a time', () => {
    const run = lab(stream())
      .until(24.5)
      .fault({ ...pause, forMs: 100 });
    expect(ledger(run.until(124)).applied).toBe(2);
    expect(ledger(run.until(127)).applied).toBe(10);
  });

  test('[KO10] what a poll has handed out is finished, what was only fetched comes again', () => {
    const base = stream({ maxPollRecords: 2 }).build();
    const nodes = base.nodes.map((node) => (node.kind === 'consumer' ? { ...node, workMs: constant(10) } : node));
    const run = lab({ ...base, nodes })
      .until(45)
      .fault(pause)
      .until(300);
    const { applied } = ledger(run);
    expect(applied).toBeLessThan(10);
    expect(ledger(run.fault({ do: 'resumePartitions', target: 'c' }).until(600))).toMatchObject({
      applied: 10,
      duplicateDeliveries: 0,
    });
  });

  test('[KO10] a partition that is given up forgets it', () => {
    const run = lab(stream()).until(24.5).fault(pause).until(40);
    run.fault({ do: 'restart', target: 'c' }).until(300);
    expect(ledger(run).applied).toBe(10);
  });
});

describe('auto.offset.reset', () => {
  test('[KO9] none: the poll throws, the consumer leaves and is down, and says why', () => {
    const run = lab(stream({ autoOffsetReset: 'none' })).until(100);
    expect(run.run.instances[0]).toMatchObject({ failure: 0, phase: 'down' });
    // Told at 4, positions known at 6, the leave at the coordinator at 7.
    expect(run.run.groups[0]!.state).toBe('empty');
    expect(ledger(run)).toMatchObject({ owed: 10, applied: 0, inFlight: 10 });
    run.set('edges', 't-c', { autoOffsetReset: 'earliest' }).until(200);
    expect(ledger(run)).toMatchObject({ applied: 10 });
    expect(run.run.instances[0]!.failure).toBe(-1);
  });

  test('[KO9] none: a position that retention has taken away throws, too', () => {
    const run = lab(stream({ autoOffsetReset: 'earliest' })).until(50);
    run
      .set('edges', 't-c', { autoOffsetReset: 'none' })
      .set('nodes', 't', { ...QUICK_RETENTION, retentionMs: 10 })
      .until(100);
    expect(run.run.topics[0]!.partitions[0]).toMatchObject({ start: 10, end: 10 });
    expect(run.run.instances[0]!.failure).toBe(-1);
    run.fault(seek({ type: 'offset', offset: 3 })).until(200);
    expect(run.run.instances[0]).toMatchObject({ failure: 1, phase: 'down' });
  });

  test('[KO1] by_duration: at the first record that is not older', () => {
    // Positions are known at 36.5; 10 ms back is 26.5, so 27, 28 and 29.
    const run = lab(stream({ autoOffsetReset: 'by_duration', offsetResetMs: 10, initialRebalanceDelayMs: 30.5 }));
    expect(ledger(run.until(100))).toMatchObject({ owed: 3, applied: 3, skipped: 7 });
  });
});
