import { describe, expect, test } from 'vitest';
import { createRun, type Run } from '../engine.ts';
import { scenario } from '../testing/scenario-builder.ts';
import { DISORDER_CAUSES } from './accounts.ts';
import { allocateMessage, MESSAGE_FLAG, NO_KEY, UNIQUE_KEYS_AT } from './messages.ts';
import { judgeOrder } from './order.ts';
import { M } from './layout.ts';

interface Given {
  readonly sequence: number;
  readonly key?: number;
  readonly flags?: number;
  readonly producedNs?: number;
  readonly parallel?: boolean;
}

/** A run with one source, one topic and one group, in which nothing has happened. */
function quietRun(): Run {
  return createRun(scenario().producer('p').topic('t').consumer('c').publish('p', 't').subscribe('t', 'c').build());
}

/** Effects take place in this order; gives the cause found for each, null where it was in order. */
function causes(run: Run, ...effects: readonly Given[]): (string | null)[] {
  return effects.map(({ sequence, key = 3, flags = 0, producedNs = 10, parallel = false }) => {
    const row = allocateMessage(run.messages, 1, run.messages.shelf);
    run.messages.int[row + M.source] = 0;
    run.messages.num[row + M.sequence] = sequence;
    run.messages.int[row + M.key] = key;
    run.messages.int[row + M.flags] = flags;
    run.messages.num[row + M.producedNs] = producedNs;
    return judgeOrder(run, run.subscriptions[0]!, row, parallel);
  });
}

describe('order', () => {
  test('[LG8] a message is late when a later one of its key was applied, by so many places', () => {
    const run = quietRun();
    // 2 and 1 come after 5: three and four places late. 6 is in order again.
    expect(causes(run, { sequence: 0 }, { sequence: 5 }, { sequence: 2 }, { sequence: 1 }, { sequence: 6 })).toEqual([
      null,
      null,
      'partitions',
      'partitions',
      null,
    ]);
    expect(run.subscriptions[0]!.ledger).toMatchObject({
      outOfOrderPerKey: 2,
      outOfOrderGlobal: 2,
      disorderDistanceMax: 4,
    });
    expect(run.subscriptions[0]!.ledger.causes[DISORDER_CAUSES.indexOf('partitions')]).toBe(2);
  });

  test('[LG8] positions beyond four bytes make the book wider and keep what it has', () => {
    const run = quietRun();
    causes(run, { sequence: 7, key: 1 }, { sequence: 2 ** 31 - 1, key: 2 }, { sequence: 2 ** 31, key: 3 });
    expect(
      causes(run, { sequence: 6, key: 1 }, { sequence: 2 ** 31 - 2, key: 2 }, { sequence: 2 ** 40, key: 1 }),
    ).toEqual(['partitions', 'partitions', null]);
    expect(run.subscriptions[0]!.ledger.disorderDistanceMax).toBe(1);
  });

  test('[LG8] keys are in order by themselves, also when a new key makes the book longer', () => {
    const run = quietRun();
    causes(run, { sequence: 4, key: 1 }, { sequence: 3, key: 900 }, { sequence: 2, key: 5000 });
    expect(run.subscriptions[0]!.ledger).toMatchObject({ outOfOrderPerKey: 0, outOfOrderGlobal: 2 });
    expect(causes(run, { sequence: 1, key: 1 })).toEqual(['partitions']);
  });

  test('[LG8] without a key, and with a key of its own, a message has global order only', () => {
    for (const key of [NO_KEY, UNIQUE_KEYS_AT, UNIQUE_KEYS_AT + 7]) {
      const run = quietRun();
      expect(causes(run, { sequence: 1, key }, { sequence: 0, key })).toEqual([null, null]);
      expect(run.subscriptions[0]!.ledger).toMatchObject({ outOfOrderPerKey: 0, outOfOrderGlobal: 1 });
    }
  });

  test('[LG8] the cause is the first that fits', () => {
    const { retried, copied, redelivered } = MESSAGE_FLAG;
    const late = (given: Omit<Given, 'sequence'>, change: (run: Run) => void = () => {}): string | null => {
      const run = quietRun();
      change(run);
      return causes(run, { sequence: 1 }, { sequence: 0, ...given })[1]!;
    };
    const repartitioned = (run: Run): void => {
      run.topics[0]!.repartitionedNs = 10;
    };
    const rebalances = (count: number) => (run: Run) => {
      run.groups[0]!.rebalances = count;
    };
    const all = { flags: retried | copied | redelivered, parallel: true };
    expect(late({ ...all, producedNs: 10 }, repartitioned)).toBe('repartition');
    expect(late({ ...all, producedNs: 11 }, repartitioned)).toBe('retry');
    expect(late({ ...all, producedNs: 0 })).toBe('retry');
    expect(late({ ...all, flags: copied | redelivered })).toBe('duplication');
    expect(late({ ...all, flags: redelivered })).toBe('parallel workers');
    expect(late({ flags: redelivered })).toBe('rebalance');
    // The first rebalance is how a group comes to be.
    expect(late({}, rebalances(2))).toBe('rebalance');
    expect(late({}, rebalances(1))).toBe('partitions');
  });
});
