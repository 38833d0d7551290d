import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type PublishSettings,
  type SubscribeSettings,
} from '../../testing/scenario-builder.ts';

/**
 * Facts at 10, 20, 30 and 40 ms; a consumer that takes 4 ms each and is 1 ms away from the broker. It joins at once and
 * reads from 5 ms on: join 1 + 1, assignment, positions 1 + 1, fetch.
 */
function reader(subscribe: SubscribeSettings, arrivals = at(10, 20, 30, 40), publish: PublishSettings = {}) {
  return scenario()
    .producer('p', { arrivals })
    .topic('t')
    .consumer('c', { workMs: constant(4) })
    .publish('p', 't', publish)
    .subscribe('t', 'c', { network: latency(1), ...subscribe });
}

/** The same with `count` records appended at 10 ms in one batch, so fetched together: in memory at 11. */
function batch(subscribe: SubscribeSettings, count: number) {
  return reader(subscribe, at(...Array.from({ length: count }, () => 9)), { lingerMs: 1 });
}

/** A crash of the only instance at that instant, for 5 ms; sessions are short so that the successor joins soon. */
const quick = { sessionTimeoutMs: 30, heartbeatIntervalMs: 10 } as const;
function crashed(subscribe: SubscribeSettings, atMs: number): Lab {
  return lab(reader({ ...quick, ...subscribe }).fault({ do: 'crash', target: 'c', atMs, forMs: 5 })).until(1000);
}

describe('where reading begins', () => {
  const before = at(0, 1, 2, 100);

  test('[KO1] earliest: without a saved position at the log start', () => {
    const run = lab(reader({ autoOffsetReset: 'earliest', initialRebalanceDelayMs: 50 }, before)).until(500);
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 4, applied: 4, skipped: 0 });
  });

  test('[KO1] [LG9] latest: at the end, and what lies before it is skipped, not lost', () => {
    const run = lab(reader({ autoOffsetReset: 'latest', initialRebalanceDelayMs: 50 }, before)).until(500);
    expect(run.hops('applied').map((hop) => hop.split('@')[0])).toEqual(['#4']);
    expect(run.subscription('t', 'c')).toMatchObject({
      owed: 1,
      applied: 1,
      skipped: 3,
      lost: 0,
      verdict: 'exactly-once effect',
    });
    // The position is the high watermark of the moment when the answer is back: join at 1, round until 51, the leader's
    // assignment at 53, told at 54, positions at 56.
    expect(run.hops('skipped')).toEqual(['#1@56', '#2@56', '#3@56']);
  });

  test('[KO1] the saved position after a restart', () => {
    // #1 and #2 are applied and saved when the process dies at 27; it comes back at 32.
    const run = crashed({ commit: 'after' }, 27);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 4, duplicateDeliveries: 0, lost: 0, lag: 0 });
    expect(run.hops('fetched').map((hop) => hop.split('@')[0])).toEqual(['#1', '#2', '#3', '#4']);
  });

  test('[KO1] latest with a saved position goes on there', () => {
    // Pending at the crash: nothing. #3 comes while it is down and is read after the restart.
    expect(crashed({ commit: 'after', autoOffsetReset: 'latest' }, 27).subscription('t', 'c')).toMatchObject({
      applied: 4,
      skipped: 0,
    });
  });
});

describe('when positions are saved', () => {
  test('[KO5] after the work: a crash between effect and commit doubles', () => {
    // #2 is appended at 20, in memory at 21, applied at 25; its commit reaches the coordinator at 26.
    const run = crashed({ commit: 'after' }, 25.5);
    expect(run.life(2).filter((hop) => /applied|committed/.test(hop))[0]).toBe('applied@25');
    // The commit was on its way already, and the broker takes it.
    expect(run.subscription('t', 'c').duplicateEffects).toBe(0);
    // At 25 exactly the crash comes first (faults do), so #2 is never applied by the first life.
    expect(crashed({ commit: 'after' }, 25).subscription('t', 'c')).toMatchObject({
      applied: 4,
      duplicateDeliveries: 1,
      duplicateEffects: 0,
    });
  });

  test('[KO5] [HD1] after the work: everything since the last commit is done again', () => {
    // Three at once: 10 ms, 4 ms each, one poll: in memory at 11, applied at 15, 19, 23 and saved at 24 only.
    const burst = (atMs: number) =>
      lab(batch({ ...quick, commit: 'after' }, 3).fault({ do: 'crash', target: 'c', atMs, forMs: 5 })).until(1000);
    const run = burst(20);
    expect(run.hops('applied').slice(0, 2)).toEqual(['#1@15', '#2@19']);
    expect(run.subscription('t', 'c')).toMatchObject({
      applied: 3,
      duplicateEffects: 2,
      duplicateDeliveries: 3,
      lost: 0,
      verdict: 'at-least-once',
    });
    expect(run.subscription('t', 'c').evidence.duplicateEffect!.map((row) => row.message)).toEqual([1, 2]);
  });

  test('[KO5] before the work: a crash between commit and effect loses', () => {
    // #1, #2, #3 in memory at 11, saved at 12 (answer at 13), applied at 17, 21, 25. At 20 two are not.
    const run = lab(
      batch({ ...quick, commit: 'before' }, 3).fault({ do: 'crash', target: 'c', atMs: 20, forMs: 5 }),
    ).until(1000);
    expect(run.hops('committed')).toEqual(['#1@12', '#2@12', '#3@12']);
    expect(run.hops('applied')).toEqual(['#1@17']);
    expect(run.subscription('t', 'c')).toMatchObject({
      applied: 1,
      lost: 2,
      duplicateEffects: 0,
      verdict: 'at-most-once',
    });
    expect(run.subscription('t', 'c').evidence.lost!.map(({ message, atMs }) => [message, atMs])).toEqual([
      [2, 20],
      [3, 20],
    ]);
  });

  test('[KO5] automatically: every poll after the interval saves what earlier polls handed out', () => {
    // One record a poll, all in memory at 11. The first interval of 6 ms counts from the start. Positions are known and
    // polled with at 6: position 0 is saved, next at 12. Polls at 11, 15, 19, 23 hand out a record each: that of 15 saves
    // #1, that of 23 the rest.
    const run = lab(batch({ commit: 'auto', autoCommitIntervalMs: 6, maxPollRecords: 1 }, 3)).until(30);
    expect(run.hops('applied')).toEqual(['#1@15', '#2@19', '#3@23']);
    expect(run.hops('committed')).toEqual(['#1@16', '#2@24', '#3@24']);
  });

  test('[KO5] automatically: a crash doubles what was done since, and loses nothing that one worker does in turn', () => {
    const run = lab(
      batch({ ...quick, commit: 'auto', autoCommitIntervalMs: 6, maxPollRecords: 1 }, 4).fault({
        do: 'crash',
        target: 'c',
        atMs: 22,
        forMs: 5,
      }),
    ).until(1000);
    // #1 and #2 applied, #1 saved, #3 in work.
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 4, duplicateEffects: 1, lost: 0 });
  });

  test('[KO5] automatically: with several workers a poll saves what is still being worked on, and a crash loses it', () => {
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10, 30, 50, 70) })
        .topic('t')
        .consumer('c', { concurrency: 3, workMs: { type: 'empirical', values: [100] } })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, network: latency(1), commit: 'auto', autoCommitIntervalMs: 5 })
        .fault({ do: 'crash', target: 'c', atMs: 60, forMs: 5 }),
    ).until(2000);
    // With workers to spare it polls on: commits 5 ms after the polls of 11 and 31. #3 takes the last worker, and nobody
    // polls. All three are in work at 60.
    expect(run.hops('committed').slice(0, 2)).toEqual(['#1@17', '#2@37']);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 2, lost: 2, verdict: 'at-most-once' });
  });

  test('[KO5] automatically: without new records the last positions are saved all the same', () => {
    const run = lab(reader({ commit: 'auto', autoCommitIntervalMs: 500 }));
    run.until(300);
    expect(run.subscription('t', 'c').lag).toBe(4);
    run.until(600);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 4, lag: 0 });
    expect(run.hops('committed').at(-1)).toBe('#4@501');
  });

  test('[KO3] with several workers the position stops below the lowest unfinished record', () => {
    // Three workers, records in memory at 11. The work of the first takes longest, so #2 and #3 are done first.
    const run = lab(
      scenario(2)
        .producer('p', { arrivals: at(10, 10, 10) })
        .topic('t')
        .consumer('c', { concurrency: 3, workMs: { type: 'uniform', min: 10, max: 100 } })
        .publish('p', 't')
        .subscribe('t', 'c', { network: latency(1), commit: 'after' }),
    );
    let seen = 0;
    for (let ms = 11; ms < 200; ms += 1) {
      run.until(ms);
      const done = new Set(run.hops('applied').map((hop) => Number(hop.slice(1).split('@')[0])));
      const { committed } = run.run.cursors[0]!;
      for (let message = 1; message <= committed; message += 1) expect(done.has(message)).toBe(true);
      if (done.size > 0 && !done.has(1)) seen += 1;
    }
    // The case that the rule is about occurred.
    expect(seen).toBeGreaterThan(0);
    expect(run.run.cursors[0]!.committed).toBe(3);
  });

  test('[KO6] a member that the group has removed cannot save positions', () => {
    // Frozen from 12 to 100 with #1 in work: the session ends, and the second instance takes over.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .topic('t')
        .consumer('c', { instances: 2, workMs: constant(4) })
        .publish('p', 't')
        .subscribe('t', 'c', { ...quick, network: latency(1), commit: 'after' })
        .fault({ do: 'pause', target: 'c', instance: 0, atMs: 12, forMs: 88 }),
    ).until(1000);
    const saved = run.hops('committed');
    expect(saved).toHaveLength(1);
    // Applied by both: by the second one first.
    expect(run.told('applied').map((hop) => hop.replace(/,.*/, ''))).toEqual([
      expect.stringContaining('instance 1'),
      '#1@100 instance 0',
    ]);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 1 });
  });
});

describe('fetching and lag', () => {
  test('[KF1] the broker answers as soon as one partition has something, and the reader asks again', () => {
    // 3 ms away. The fetch waits at the broker; #1 (10) is in memory at 13, the next fetch is there at 16 and finds #2 and
    // #3, which came meanwhile.
    const run = lab(reader({ network: latency(3) }, at(30, 32, 33))).until(200);
    expect(run.hops('fetched')).toEqual(['#1@33', '#2@39', '#3@39']);
  });

  test('[KF1] a partition that was emptied does not wait for another one that stays silent', () => {
    // All ten records are of one partition, two a poll; the other partition never has one.
    const run = lab(
      scenario()
        .producer('p', {
          arrivals: at(...Array.from({ length: 10 }, (_, i) => 10 + i)),
          key: { type: 'fixed', key: 'k0' },
        })
        .topic('t', { partitions: 2 })
        .consumer('c', { workMs: constant(20) })
        .publish('p', 't')
        .subscribe('t', 'c', { network: latency(1), maxPollRecords: 2 }),
    ).until(1000);
    expect(run.subscription('t', 'c')).toMatchObject({ applied: 10, lag: 0 });
  });

  test('[KF2] a fetch takes 1 MiB of a partition, the first record always', () => {
    // Records of 600,000 bytes: one a fetch.
    const run = lab(
      scenario()
        .producer('p', { arrivals: at(1, 1, 1), sizeBytes: 600_000 })
        .topic('t')
        .consumer('c')
        .publish('p', 't')
        .subscribe('t', 'c', { network: latency(1), initialRebalanceDelayMs: 10 }),
    ).until(100);
    const instants = run.hops('fetched').map((hop) => hop.split('@')[1]);
    expect(new Set(instants).size).toBe(3);
  });

  test('[KF3] max.poll.records only slices what was fetched', () => {
    const run = lab(batch({ maxPollRecords: 2, commit: 'after' }, 5)).until(500);
    expect(run.hops('fetched').map((hop) => hop.split('@')[1])).toEqual(['11', '11', '11', '11', '11']);
    // Polls of 2, 2 and 1: three commits.
    expect(new Set(run.hops('committed').map((hop) => hop.split('@')[1])).size).toBe(3);
  });

  test('[KO2] the saved position is the next offset to read, and only moves on', () => {
    const run = lab(batch({ commit: 'after', maxPollRecords: 1 }, 3));
    const saved: number[] = [];
    for (let ms = 0; ms <= 40; ms += 1) saved.push(run.until(ms).run.cursors[0]!.committed);
    // Position 0 with the first poll (6), then after each record.
    expect([...new Set(saved)]).toEqual([-1, 0, 1, 2, 3]);
    expect(run.told('committed').map((hop) => hop.split(' ').slice(1).join(' '))).toEqual([
      'partition 0, offset 0',
      'partition 0, offset 1',
      'partition 0, offset 2',
    ]);
  });

  test('[KO7] lag counts from the saved position to the high watermark', () => {
    const run = lab(batch({ commit: 'after' }, 3));
    const lags = [9, 10, 22, 23.5, 24].map((ms) => run.until(ms).subscription('t', 'c').lag);
    // Applied at 15, 19, 23 and saved together at 24.
    expect(lags).toEqual([0, 3, 3, 3, 0]);
  });
});
