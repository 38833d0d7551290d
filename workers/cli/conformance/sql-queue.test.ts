import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runConformance } from './run.ts';
import { recordedTable } from './sql-queue.ts';

const RUNS = fileURLToPath(new URL('../../fixtures/postgres', import.meta.url));

const outcome = (...steps: object[]) =>
  recordedTable({ steps }, { format: 'broker-conformance/1', model: 'sql-queue' });
const insert = (...bodies: string[]) => ({ do: 'insert', bodies });
const claim = (consumer: string, found: string[] | null, more: object = {}) => ({
  do: 'claim',
  consumer,
  ...more,
  expect: found === null ? { answered: false } : { messages: found },
});
const locked = { inTransaction: true };

test('[TB2] [TB5] [TB6] [TB12] what PostgreSQL was seen to do holds in full', () => {
  const lines: string[] = [];
  const totals = runConformance([RUNS], '/', (line) => lines.push(line));
  expect({ totals, lines: lines.filter((line) => line.startsWith('fail')) }).toEqual({
    totals: { passed: 4, failed: 0, notCovered: 0, unreadable: 0 },
    lines: [],
  });
});

describe('other combinations of the same steps', () => {
  test('a rollback gives rows back, and what a waiter gets is what is left', () => {
    expect(
      outcome(
        insert('a', 'b', 'c'),
        claim('w1', ['a', 'b'], locked),
        claim('w2', null, { ...locked, waitedMs: 300 }),
        { do: 'deleteAndCommit', consumer: 'w1', body: 'b' },
        { do: 'answer', consumer: 'w2', expect: { messages: ['a'] } },
        { do: 'rollback', consumer: 'w2' },
        { do: 'inspect', expect: { messages: ['a', 'c'] } },
      ),
    ).toMatchObject({ verdict: 'pass' });
  });

  test('of rows that were claimed by status some are deleted, and the rest wait for the reaper', () => {
    expect(
      outcome(
        insert('a', 'b', 'c'),
        claim('w1', ['a', 'b'], { commit: true, leaseMs: 100, limit: 2 }),
        { do: 'deleteAndCommit', consumer: 'w1', bodies: ['b'] },
        { do: 'reap', expect: { messages: [] } },
        { do: 'wait', ms: 200 },
        { do: 'reap', expect: { messages: ['a'] } },
        claim('w2', ['a', 'c'], { commit: true, limit: 5 }),
      ),
    ).toEqual({ verdict: 'pass' });
  });
});

describe('a planted mistake is seen', () => {
  test.each([
    [[insert('a', 'b'), claim('w1', ['b'], locked)], 'step 1, claim'],
    [[insert('a'), claim('w1', ['a'], locked), claim('w2', ['a'], locked)], 'step 2, claim'],
    [[insert('a'), claim('w1', ['a'], locked), claim('w2', null, locked)], 'step 2, claim'],
    [[insert('a'), { do: 'pollAfterLastId', expect: { messages: [] } }], 'step 1, pollAfterLastId'],
  ])('%j', (steps, reason) => {
    expect(outcome(...steps)).toEqual({ verdict: 'fail', reason: expect.stringContaining(reason) as string });
  });
});

describe('what cannot be played is not covered', () => {
  test.each([
    [[{ do: 'vacuum' }], 'steps.0.do'],
    [[insert('a'), { ...claim('w', ['a']), color: 'red' }], 'steps.1.color'],
    [[insert('a'), claim('w', ['a'], locked), claim('w', ['a'], locked)], 'has a transaction open'],
    [[{ do: 'commit', transaction: 'x' }], 'has no transaction open'],
    [[insert('a'), { do: 'deleteAndCommit', consumer: 'w' }], 'does not hold these rows'],
  ])('%j', (steps, reason) => {
    expect(outcome(...steps)).toEqual({ verdict: 'not covered', reason: expect.stringContaining(reason) as string });
  });
});
