import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../../testing/lab.ts';
import { at, constant, scenario, type ScenarioBuilder, type TopicSettings } from '../../testing/scenario-builder.ts';

/** One partition; records of 100 bytes as `key@ms`, a tombstone as `key!@ms`; one producer a key and kind. */
function table(settings: TopicSettings, ...records: readonly string[]): ScenarioBuilder {
  const builder = scenario().topic('t', { cleanupPolicy: 'compact', cleanerBackoffMs: 100, ...settings });
  const instants = new Map<string, number[]>();
  for (const record of records) {
    const [name, ms] = record.split('@');
    instants.set(name!, [...(instants.get(name!) ?? []), Number(ms)]);
  }
  for (const [name, atMs] of instants) {
    const tombstone = name.endsWith('!');
    const id = tombstone ? `${name.slice(0, -1)}-null` : name;
    const key = { type: 'fixed', key: name.replace('!', '') } as const;
    builder
      .producer(id, { arrivals: at(...atMs), key, sizeBytes: 100, tombstoneRate: tombstone ? 1 : 0 })
      .publish(id, 't');
  }
  return builder;
}

/** The records that are there: `offset:key`, `!` for a tombstone. */
function kept({ run }: Lab): string {
  const log = run.topics[0]!.partitions[0]!;
  const found: string[] = [];
  for (let offset = log.start; offset < log.end; offset += 1) {
    const i = offset & log.mask;
    if (log.row[i]! < 0) continue;
    found.push(`${offset}:${run.fixedKeys[log.key[i]! - 100_000]!}${(log.flags[i]! & 2) === 0 ? '' : '!'}`);
  }
  return found.join(' ');
}

/** Segments of three records, a log that is cleaned when 40 % are dirty. */
const THREES = { segmentBytes: 300, minCleanableDirtyRatio: 0.4 } as const;
/** A record a segment, cleaned whenever something is dirty. */
const ONES = { segmentBytes: 100, minCleanableDirtyRatio: 0 } as const;

describe('compaction', () => {
  test('[KS5] the last record of every key in the closed segments stays, at its offset', () => {
    const run = lab(
      table(THREES, 'a@10', 'b@20', 'a@30', 'b@40', 'c@50', 'a!@60', 'c@70', 'd@110', 'd@120', 'a@130'),
    ).until(90);
    expect(kept(run)).toBe('0:a 1:b 2:a 3:b 4:c 5:a! 6:c');
    // 6:c is in the active segment: it neither goes nor makes 4:c go.
    expect(kept(run.until(100))).toBe('3:b 4:c 5:a! 6:c');
    const log = run.run.topics[0]!.partitions[0]!;
    expect([log.start, log.end, log.holes, log.totalBytes]).toEqual([0, 7, 3, 400]);
    // 300 clean and 300 dirty bytes: a half is more than 0.4.
    expect(kept(run.until(200))).toBe('3:b 5:a! 6:c 8:d 9:a');
    expect(run.hops('superseded')).toEqual(['#1@100', '#2@100', '#3@100', '#5@200', '#8@200']);
    expect(run.report().nodes[0]!.figures).toMatchObject({ records: 5, recordsAppended: 10, recordsCompacted: 5 });
  });

  test('[KS5] neighbouring segments are joined while what they were fits into segment.bytes', () => {
    const run = lab(table({ ...ONES, segmentBytes: 250 }, 'a@10', 'a@20', 'a@30', 'a@40', 'b@50')).until(200);
    // Closed: 0–1 (nothing left of it) and 2–3 (one record); active from 4 on. 0 + 100 bytes fit into 250.
    expect(kept(run)).toBe('3:a 4:b');
    expect(run.run.topics[0]!.partitions[0]!.segments.map(({ base, bytes }) => [base, bytes])).toEqual([
      [0, 100],
      [4, 100],
    ]);
  });

  test('[KS5] records without a key from before the topic was compacted go', () => {
    const run = lab(
      table({ ...ONES, cleanupPolicy: 'delete' }, 'a@10', 'b@60')
        .producer('none', { arrivals: at(20, 30), sizeBytes: 100 })
        .publish('none', 't'),
    ).until(80);
    run.set('nodes', 't', { cleanupPolicy: 'compact' });
    expect(kept(run.until(200))).toBe('0:a 3:b');
  });

  test('[KS6] a log that is not dirty enough is left alone', () => {
    // At 100: all is dirty. Later 100 clean bytes stand against 100 dirty ones: a half is not more than 0.5.
    const settings = { ...ONES, minCleanableDirtyRatio: 0.5 };
    const run = lab(table(settings, 'a@10', 'a@20', 'b@30', 'a@120', 'a@220')).until(200);
    expect(kept(run)).toBe('1:a 2:b 3:a');
    // 100 clean, 200 dirty: now it is cleaned.
    expect(kept(run.until(300))).toBe('2:b 3:a 4:a');
  });

  test('[KS6] max.compaction.lag.ms cleans what is dirty for too long', () => {
    const settings = { ...ONES, minCleanableDirtyRatio: 1, maxCompactionLagMs: 250 };
    // At 200 the first dirty record is 190 ms old, at 300 it is 290.
    const run = lab(table(settings, 'a@10', 'a@20', 'b@30')).until(200);
    expect(kept(run)).toBe('0:a 1:a 2:b');
    expect(kept(run.until(300))).toBe('1:a 2:b');
  });

  test('[KS6] what is younger than min.compaction.lag.ms is left alone', () => {
    const settings = { ...ONES, minCompactionLagMs: 75 };
    // At 100: 0:a is 90 ms old, 1:a 80, 2:a 70: only the first two may be cleaned. At 200 the third, too.
    const run = lab(table(settings, 'a@10', 'a@20', 'a@30', 'b@40')).until(100);
    expect(kept(run)).toBe('1:a 2:a 3:b');
    expect(kept(run.until(200))).toBe('2:a 3:b');
  });

  test('[KS6] the cleaner looks every 15 s, and only while there is something to clean', () => {
    const run = lab(table({ ...ONES, cleanerBackoffMs: 15_000 }, 'a@10', 'a@20', 'b@30')).until(14_999);
    expect(kept(run)).toBe('0:a 1:a 2:b');
    expect(kept(run.until(15_000))).toBe('1:a 2:b');
    expect(run.run.topics[0]!.cleaningDueNs).toBe(Infinity);
  });

  test('[KS7] a tombstone goes with the first cleaning delete.retention.ms after the one that passed it first', () => {
    // Passed at 100, so it stays until 250: not gone at 200, gone at 300.
    const run = lab(table({ ...ONES, deleteRetentionMs: 150 }, 'a!@10', 'b@20', 'c@110', 'd@210')).until(200);
    expect(kept(run)).toBe('0:a! 1:b 2:c');
    expect(kept(run.until(300))).toBe('1:b 2:c 3:d');
    expect(run.hops('deleted by retention')).toEqual(['#1@300']);
  });

  test('[KS7] a tombstone stays for as long as nothing is cleaned', () => {
    const run = lab(table({ ...ONES, deleteRetentionMs: 150 }, 'a!@10', 'b@20', 'c@110')).until(10_000);
    expect(kept(run)).toBe('0:a! 1:b 2:c');
  });

  test('[KS8] a record without a key is refused by a compacted topic', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(0, 10) })
        .topic('t', { cleanupPolicy: 'compact' })
        .publish('p', 't'),
    ).until(100);
    expect(run.source('p-t')).toMatchObject({ refused: 2, retries: 0, refusals: { 'invalid record': 2 } });
    expect(run.run.topics[0]!.partitions[0]!.end).toBe(0);
  });

  test('[KS4] compact,delete deletes old segments, too, when the cleaner looks', () => {
    const settings = { ...ONES, cleanupPolicy: 'compact,delete', retentionMs: 250 } as const;
    const run = lab(table(settings, 'a@10', 'b@20', 'c@310')).until(300);
    expect(run.hops('deleted by retention')).toEqual(['#1@300', '#2@300']);
    expect(kept(run.until(400))).toBe('2:c');
  });
});

describe('reading a compacted log', () => {
  test('[KS9] [LG21] what was compacted away before a group had it is superseded, and contradicts nothing', () => {
    const run = lab(
      table(ONES, 'a@10', 'a@20', 'a@30')
        .consumer('g')
        .subscribe('t', 'g')
        .fault({ do: 'pause', target: 'g', atMs: 0, forMs: 400 }),
    ).until(1000);
    expect(run.hops('applied')).toEqual(['#2@400', '#3@400']);
    expect(run.subscription('t', 'g')).toMatchObject({
      owed: 3,
      applied: 2,
      superseded: 1,
      inFlight: 0,
      lag: 0,
      verdict: 'exactly-once effect',
    });
    expect(run.subscription('t', 'g').evidence['superseded']![0]).toMatchObject({ message: 1, atMs: 100 });
    expect(run.run.cursors[0]).toMatchObject({ committed: 3, gaps: [], doneAhead: [] });
  });

  test('[KS9] a tombstone that went before a group had it has expired: the group does not learn of the deletion', () => {
    const run = lab(
      table({ ...ONES, deleteRetentionMs: 0 }, 'a!@10', 'b@20', 'c@110')
        .consumer('g')
        .subscribe('t', 'g')
        .fault({ do: 'pause', target: 'g', atMs: 0, forMs: 400 }),
    ).until(1000);
    expect(run.subscription('t', 'g')).toMatchObject({ owed: 3, applied: 2, expired: 1, verdict: 'at-most-once' });
  });

  test.each([1, 3])('[KS9] [KO3] positions step over holes, with %i workers', (concurrency) => {
    // Left: 1:a 3:b 5:c 6:d. Whoever finishes in which order, the group ends with everything saved.
    const run = lab(
      table(ONES, 'a@10', 'a@20', 'b@30', 'b@40', 'c@50', 'c@60', 'd@70')
        .consumer('g', { concurrency, workMs: { type: 'uniform', min: 10, max: 60 } })
        .subscribe('t', 'g', { maxPollRecords: 2 })
        .fault({ do: 'pause', target: 'g', atMs: 0, forMs: 150 }),
    ).until(2000);
    expect(kept(run)).toBe('1:a 3:b 5:c 6:d');
    expect(run.subscription('t', 'g')).toMatchObject({ applied: 4, superseded: 3, duplicateEffects: 0, lag: 0 });
    expect(run.run.cursors[0]).toMatchObject({ committed: 7, done: 7, handed: 7, gaps: [], doneAhead: [] });
  });

  test('[KS9] what an instance has in memory it applies, though the log has let go of it', () => {
    // All three are fetched by 30 and worked on from 10 on, 100 ms each; the cleaner comes at 100.
    const run = lab(
      table(ONES, 'a@10', 'a@20', 'a@30')
        .consumer('g', { workMs: constant(100) })
        .subscribe('t', 'g'),
    ).until(1000);
    expect(run.hops('superseded')).toEqual(['#1@100']);
    expect(run.subscription('t', 'g')).toMatchObject({ applied: 3, superseded: 0, lag: 0 });
  });

  test('[KS9] a group that comes later is owed what is there', () => {
    const run = lab(table(ONES, 'a@10', 'a@20', 'b@30').consumer('g')).until(500);
    run.edit({
      op: 'add',
      in: 'edges',
      item: { id: 't-g', from: 't', to: 'g', kind: 'subscribe', autoOffsetReset: 'earliest', commit: 'after' },
    });
    expect(run.until(60_000).subscription('t', 'g')).toMatchObject({ owed: 2, applied: 2, superseded: 0, lag: 0 });
  });
});
