import { describe, expect, test } from 'vitest';
import {
  at,
  constant,
  latency,
  scenario,
  type PollSettings,
  type ScenarioBuilder,
} from '../testing/scenario-builder.ts';
import { createRun, report, runUntil } from '../engine.ts';
import { lab, type Lab } from '../testing/lab.ts';

const EVERY_100 = { intervalMs: constant(100) };

/** Two facts, at 10 and at 20 ms, for pollers that work for 50 ms. */
function jobs(poll: PollSettings = {}, instances = 1, retries = 0): ScenarioBuilder {
  return scenario()
    .producer('p', { arrivals: at(10, 20) })
    .store('t')
    .consumer('c', { workMs: constant(50), instances })
    .insert('p', 't', { retries, timeoutMs: 30, retryBackoffMs: 10 })
    .poll('t', 'c', { ...EVERY_100, ...poll });
}

const counts = (run: Lab) => {
  const { applied, delivered, duplicateEffects, lost, gone, inFlight, dropped } = run.subscription('t', '');
  return { applied, delivered, duplicateEffects, lost, gone, inFlight, dropped };
};
const figures = (run: Lab) => run.report().nodes.find(({ id }) => id === 't')!.figures;

test('[TB1] [TB17] a row waits for a poll, is worked on and deleted; the next poll comes an interval after the end', () => {
  const run = lab(jobs()).until(1000);
  expect(run.life(1)).toEqual([
    'produced@10',
    'sent@10',
    'inserted@10',
    'acknowledged@10',
    'found by a poll@100',
    'work started@100',
    'applied@150',
  ]);
  expect(run.hops('found by a poll')).toEqual(['#1@100', '#2@150']);
  expect(counts(run)).toMatchObject({ applied: 2, delivered: 2, duplicateEffects: 0, inFlight: 0 });
  // At 0, 100 and 150, then empty at 200, 300, …
  expect(figures(run)).toMatchObject({ polls: 12, idlePolls: 10, rowsReady: 0, deadRows: 2, addedDelayMs: 110 });
});

test('[TB17] [AS11] staggered pollers that an autoscaler starts from none are spread over the interval, too', () => {
  const autoscale = { enabled: true, min: 0, lagThreshold: 1, pollIntervalMs: 100, syncPeriodMs: 100, startupMs: 0 };
  const drawn = jobs({ phase: 'staggered', batchSize: 1 }, 0).build();
  const nodes = drawn.nodes.map((node) => (node.kind === 'consumer' ? { ...node, autoscale } : node));
  expect(counts(lab({ ...drawn, nodes }).until(2000))).toMatchObject({ applied: 2, lost: 0 });
});

describe('[TB17] when pollers poll', () => {
  const polls = (settings: PollSettings) => {
    const run = lab(jobs({ batchSize: 1, ...settings })).until(400);
    return run.hops('found by a poll').map((hop) => hop.split('@')[1]);
  };

  test('again at once, or with the next interval', () => {
    expect(polls({ pollAgain: 'whenAny' })).toEqual(['100', '150']);
    expect(polls({ pollAgain: 'never' })).toEqual(['100', '250']);
    expect(polls({ pollAgain: 'whenFull' })).toEqual(['100', '150']);
    expect(polls({ pollAgain: 'whenFull', batchSize: 5 })).toEqual(['100', '100']);
  });

  test('at a fixed rate the interval counts from the beginning', () => {
    expect(polls({ pollAgain: 'never', schedule: 'fixedRate' })).toEqual(['100', '200']);
    const late = lab(jobs({ pollAgain: 'never', schedule: 'fixedRate', intervalMs: constant(30) })).until(400);
    // Work takes longer than the interval: the next poll is late, and comes at once.
    expect(late.hops('found by a poll')).toEqual(['#1@30', '#2@80']);
  });

  test('evenly apart, of as many as an autoscaler wants', () => {
    const autoscale = { enabled: true, min: 2, max: 2, startupMs: 0 };
    const nobody = jobs({ phase: 'staggered' }, 0).build();
    const nodes = nobody.nodes.map((node) => (node.kind === 'consumer' ? { ...node, autoscale } : node));
    const run = lab({ ...nobody, nodes }).until(1000);
    expect(counts(run)).toMatchObject({ applied: 2, inFlight: 0 });
  });

  test('evenly apart', () => {
    const run = lab(jobs({ phase: 'staggered' }, 4)).until(99);
    expect(run.hops('found by a poll')).toEqual(['#1@25', '#2@50']);
    expect(figures(run)['polls']).toBe(5);
  });
});

describe('[TB18] a crash in the middle of the work', () => {
  const crashed = (poll: PollSettings) =>
    lab(jobs(poll)).until(120).fault({ do: 'crash', target: 'c', forMs: 10 }).until(2000);

  test('a transaction is rolled back: the row is found again', () => {
    const run = crashed({ claim: 'transaction' });
    expect(counts(run)).toMatchObject({ applied: 2, delivered: 3, lost: 0, inFlight: 0 });
  });

  test('a claim by status is stuck', () => {
    const run = crashed({ claim: 'status' });
    expect(counts(run)).toMatchObject({ applied: 1, lost: 0, inFlight: 1 });
    expect(figures(run)).toMatchObject({ rowsClaimed: 1, rowsReady: 0 });
  });

  test('unless it has a lease', () => {
    const run = crashed({ claim: 'status', leaseMs: 300, reapEveryMs: 100 });
    expect(counts(run)).toMatchObject({ applied: 2, inFlight: 0 });
  });

  test('what was deleted when it was found is lost', () => {
    const run = crashed({ claim: 'delete' });
    expect(counts(run)).toMatchObject({ applied: 1, lost: 1, inFlight: 0 });
  });

  test('a crash between effect and commit doubles', () => {
    const run = lab(jobs({ network: latency(5) }))
      .until(172)
      .fault({ do: 'crash', target: 'c', forMs: 10 })
      .until(2000);
    expect(counts(run)).toMatchObject({ applied: 2, duplicateEffects: 1, inFlight: 0 });
  });
});

describe('locks', () => {
  test('[TB7] without them both pollers work on both rows', () => {
    const run = lab(jobs({ locking: 'none', phase: 'together', batchSize: 2 }, 2)).until(2000);
    expect(counts(run)).toMatchObject({ applied: 2, duplicateEffects: 2, inFlight: 0 });
  });

  test('[TB6] with FOR UPDATE the second waits until the first is done, and gets the other row', () => {
    const run = lab(jobs({ locking: 'rowLock', phase: 'together', network: latency(1) }, 2)).until(2000);
    expect(run.hops('found by a poll')).toEqual(['#1@103', '#2@155.006']);
    expect(counts(run)).toMatchObject({ applied: 2, duplicateEffects: 0 });
    expect(figures(run)).toMatchObject({ lockWaits: 2, lockWaitMs: 102.006 });
  });

  test('[TB5] with SKIP LOCKED they work side by side', () => {
    const run = lab(jobs({ phase: 'together' }, 2)).until(2000);
    expect(run.hops('found by a poll')).toEqual(['#1@100', '#2@100']);
  });

  test('[TB11] a frozen client keeps its locks', () => {
    const run = lab(jobs({ locking: 'rowLock', phase: 'together' }, 2))
      .until(120)
      .fault({ do: 'pause', target: 'c', instance: 0, forMs: 1000 })
      .until(1100);
    expect(counts(run)).toMatchObject({ applied: 0 });
    expect(counts(run.until(2000))).toMatchObject({ applied: 2, duplicateEffects: 0 });
  });
});

describe('[TB20] inserts', () => {
  test('an answer that is lost leaves the source in doubt, and the row is there', () => {
    const run = lab(jobs()).fault({ do: 'dropAcks', target: 'p-t', forMs: 1000 }).until(2000);
    expect(run.source('p-t')).toMatchObject({ unknown: 2, appended: 2 });
    expect(run.subscription('t', '')).toMatchObject({ applied: 2, recovered: 2 });
  });

  test('who tries again inserts it twice', () => {
    const run = lab(jobs({}, 1, 5))
      .fault({ do: 'dropAcks', target: 'p-t', forMs: 35 })
      .until(3000);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 2, retries: 2, appended: 4 });
    expect(counts(run)).toMatchObject({ applied: 2, duplicateEffects: 2, inFlight: 0 });
  });

  test('[TB16] unless the table knows better', () => {
    const run = lab(jobs({}, 1, 5))
      .set('edges', 'p-t', { uniqueKey: true })
      .fault({ do: 'dropAcks', target: 'p-t', forMs: 35 })
      .until(3000);
    expect(run.source('p-t')).toMatchObject({ acknowledged: 2, retries: 2, appended: 2 });
    expect(counts(run)).toMatchObject({ applied: 2, duplicateEffects: 0 });
  });

  test('over a cut edge nothing arrives: tried in vain it is unknown, and gone', () => {
    const run = lab(jobs()).fault({ do: 'cut', target: 'p-t', forMs: 500 }).until(2000);
    expect(run.source('p-t')).toMatchObject({ unknown: 2, appended: 0 });
    expect(counts(run)).toMatchObject({ gone: 2 });
  });

  test('a pool of one makes them wait', () => {
    const run = lab(jobs())
      .set('nodes', 't', { commitMs: constant(30) })
      .set('edges', 'p-t', { poolSize: 1, timeoutMs: 500 });
    expect(run.until(200).hops('acknowledged')).toEqual(['#1@40', '#2@70']);
  });

  test('a crash of the producer: what waited is refused, what was sent is unknown', () => {
    const run = lab(jobs())
      .set('nodes', 't', { commitMs: constant(30) })
      .set('edges', 'p-t', { poolSize: 1, timeoutMs: 500 });
    run.until(25).fault({ do: 'crash', target: 'p' }).until(1000);
    expect(run.source('p-t')).toMatchObject({ refused: 1, unknown: 1 });
    expect(run.subscription('t', '')).toMatchObject({ applied: 1, recovered: 1 });
  });
});

describe('the database fails', () => {
  test('[TB14] what is committed survives, work in progress is done again, inserts are refused', () => {
    const run = lab(jobs({}, 1, 0))
      .until(120)
      .fault({ do: 'crash', target: 't', forMs: 200 })
      .until(2000);
    // The effect at 150 happened; its transaction is no more.
    expect(counts(run)).toMatchObject({ applied: 2, duplicateEffects: 1, inFlight: 0 });
    const down = lab(jobs()).fault({ do: 'crash', target: 't', forMs: 200 }).until(2000);
    expect(down.source('p-t')).toMatchObject({ refused: 2 });
  });

  test('a paused one answers later', () => {
    const run = lab(jobs()).until(95).fault({ do: 'pause', target: 't', forMs: 300 }).until(2000);
    expect(run.hops('found by a poll')).toEqual(['#1@395', '#2@445']);
  });

  test('a slow one takes its time', () => {
    const run = lab(jobs()).set('nodes', 't', { readMs: constant(3), commitMs: constant(1) });
    run.fault({ do: 'slow', target: 't', factor: 2 }).until(300);
    expect(run.hops('acknowledged')).toEqual(['#1@18', '#2@28']);
  });

  test('[TB21] a cut between table and consumer holds everything up, and nothing is lost or doubled', () => {
    const run = lab(jobs()).until(120).fault({ do: 'cut', target: 't-c', forMs: 1000 }).until(1100);
    expect(figures(run)).toMatchObject({ rowsReady: 2, rowsLocked: 1 });
    expect(counts(run.until(3000))).toMatchObject({ applied: 2, duplicateEffects: 0, inFlight: 0 });
  });
});

describe('what fails', () => {
  const failing = (poll: PollSettings) =>
    lab(
      scenario()
        .producer('p', { arrivals: at(10) })
        .store('t')
        .consumer('c', { workMs: constant(1), poisonRate: 1 })
        .insert('p', 't')
        .poll('t', 'c', { ...EVERY_100, ...poll }),
    ).until(2000);

  test.each(['transaction', 'status'] as const)(
    '[TB15] %s: it is tried as often as allowed, a delay apart',
    (claim) => {
      const run = failing({ claim, maxAttempts: 3, retryDelayMs: 250 });
      expect(counts(run)).toMatchObject({ applied: 0, delivered: 3, dropped: 1, inFlight: 0 });
      expect(figures(run)).toMatchObject({ rowsFailed: 1 });
    },
  );

  test('[TB15] without a limit for ever', () => {
    expect(counts(failing({}))).toMatchObject({ applied: 0, delivered: 19, inFlight: 1 });
  });
});

describe('[TB13] rows that are kept', () => {
  test('they slow polls down until a clean-up', () => {
    const busy = (cleanupEveryMs: number) =>
      lab(
        scenario()
          .producer('p', { arrivals: { type: 'constant', ratePerSecond: 200 } })
          .store('t', { keptRowsMs: 50, cores: 1 })
          .consumer('c')
          .insert('p', 't')
          .poll('t', 'c', { ...EVERY_100, batchSize: 1000, done: 'mark', cleanupEveryMs }),
      ).until(4000);
    const [grows, swept] = [figures(busy(0)), figures(busy(500))];
    expect(grows['rowsKept']).toBeGreaterThan(600);
    expect(swept['rowsKept']).toBeLessThan(200);
    expect(grows['utilisation']).toBeGreaterThan(2 * swept['utilisation']!);
  });
});

describe('while the run is going', () => {
  test('[ED6] the interval, the batch and the way of taking rows change at once', () => {
    const run = lab(jobs({ intervalMs: constant(10_000) })).until(100);
    run.set('edges', 't-c', { intervalMs: constant(10), claim: 'delete' }).until(300);
    expect(run.hops('found by a poll')).toEqual(['#1@110', '#2@160']);
    expect(counts(run)).toMatchObject({ applied: 2 });
  });

  test('instances come and go in good order', () => {
    const run = lab(jobs({ batchSize: 1 }, 2))
      .until(110)
      .set('nodes', 'c', { instances: 1 })
      .until(140);
    expect(counts(run.until(1000))).toMatchObject({ applied: 2, duplicateEffects: 0 });
    run.set('nodes', 'c', { instances: 3 }).until(1500);
    expect(run.report().nodes.find(({ id }) => id === 'c')!.figures).toMatchObject({ instances: 3, instancesUp: 3 });
  });

  test('[ED4] an edge that is removed gives back what it held, and the table keeps it', () => {
    const run = lab(jobs({ batchSize: 2 }))
      .until(110)
      .edit({ op: 'remove', in: 'edges', id: 't-c' })
      .until(500);
    expect(counts(run)).toMatchObject({ applied: 0, inFlight: 2 });
    expect(figures(run)).toMatchObject({ rowsReady: 2, connections: 0 });
    run.edit({
      op: 'add',
      in: 'edges',
      item: { id: 'again', kind: 'poll', from: 't', to: 'c', phase: 'together', network: latency(0) },
    });
    expect(counts(run.until(1000))).toMatchObject({ applied: 2, duplicateEffects: 0, inFlight: 0 });
  });

  test('[ED4] a table that is removed leaves alone what is on its way elsewhere, and owed to nobody', () => {
    const one = lab(
      scenario()
        .producer('p', { arrivals: at(2, 3) })
        .producer('other', { arrivals: at(1) })
        .store('t')
        .topic('log')
        .insert('p', 't')
        .publish('other', 'log', { network: latency(1000) }),
    ).until(5);
    one.edit({ op: 'remove', in: 'edges', id: 'p-t' }, { op: 'remove', in: 'nodes', id: 't' }).until(4000);
    expect(one.source('other-log')).toMatchObject({ acknowledged: 1 });
    expect(one.run.messages.live).toBe(0);
  });

  test('a table that is removed is owed nothing', () => {
    const run = lab(jobs()).until(110);
    run.edit(
      { op: 'remove', in: 'edges', id: 't-c' },
      { op: 'remove', in: 'edges', id: 'p-t' },
      { op: 'remove', in: 'nodes', id: 't' },
    );
    expect(run.until(500).report().subscriptions).toEqual([]);
  });
});

describe('[TB4] [TB17] what polling was measured to cost', () => {
  const NEAR = { network: latency(0.05) };
  const measured = (ratePerSecond: number, instances: number, ms: number) => {
    const built = scenario()
      .producer('p', { arrivals: { type: 'poisson', ratePerSecond } })
      .consumer('c', { instances })
      .insert('p', 't', NEAR)
      .poll('t', 'c', { intervalMs: constant(ms), phase: 'random', ...NEAR })
      .build();
    const table = { id: 't', kind: 'store', name: 't', position: { x: 0, y: 0 } } as const;
    const run = createRun({ ...built, nodes: [table, ...built.nodes] });
    runUntil(run, 60e9);
    return report(run);
  };

  test.each([
    [50, 27, 40.3],
    [100, 51.6, 30.3],
    [250, 126.9, 22.3],
  ])(
    'every %d ms, one poller, 20 jobs a second: found after %d ms, %d polls a second, within 10 %%',
    (ms, mean, polls) => {
      const { nodes, subscriptions } = measured(20, 1, ms);
      const { polls: all = 0 } = nodes.find(({ id }) => id === 't')!.figures;
      expect(Math.abs(subscriptions[0]!.wait!.meanMs / mean - 1)).toBeLessThan(0.1);
      expect(Math.abs(all / 60 / polls - 1)).toBeLessThan(0.1);
    },
  );

  test('100 idle pollers every 100 ms are 1,000 statements a second, and some percent of a core', () => {
    const { figures: told } = measured(0, 100, 100).nodes.find(({ id }) => id === 't')!;
    expect(Math.abs(told['statementsPerSecond']! / 996 - 1)).toBeLessThan(0.02);
    // Of the two cores; 6 % of one were measured for the server alone.
    expect(2 * told['utilisation']!).toBeGreaterThan(0.05);
    expect(2 * told['utilisation']!).toBeLessThan(0.1);
  });
});

test('[TB19] a handler that inserts waits for the commit, and what it inserts is a message of its own', () => {
  const run = lab(
    scenario()
      .producer('p', { arrivals: at(10) })
      .store('t', { commitMs: constant(5) })
      .consumer('c')
      .store('u', { commitMs: constant(20) })
      .consumer('d')
      .insert('p', 't')
      .poll('t', 'c', EVERY_100)
      .insert('c', 'u')
      .poll('u', 'd', EVERY_100),
  ).until(1000);
  expect(run.life(2)[0]).toBe('produced@100');
  expect(run.hops('acknowledged')).toEqual(['#1@15', '#2@120']);
  expect(run.subscription('u', '')).toMatchObject({ applied: 1 });
});
