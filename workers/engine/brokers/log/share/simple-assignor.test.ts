import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AssignmentMember } from '../assignors/assignor.ts';
import { assignSimple } from './simple-assignor.ts';

function member(id: string, topics: readonly string[], owned: readonly number[] = []): AssignmentMember {
  return { id, topics, owned: owned.map((partition) => ({ topic: topics[0]!, partition })) };
}

function told(topics: Record<string, number>, members: readonly AssignmentMember[]): Record<string, string> {
  const entries = [...assignSimple(topics, members)].map(
    ([id, list]) => [id, list.map(({ topic, partition }) => `${topic}${partition}`).join(' ')] as const,
  );
  return Object.fromEntries(entries);
}

describe('[KW10] the simple assignor', () => {
  test('five members of three partitions: two readers each, six places', () => {
    const members = ['a', 'b', 'c', 'd', 'e'].map((id) => member(id, ['t']));
    expect(told({ t: 3 }, members)).toEqual({ a: 't0 t2', b: 't0', c: 't1', d: 't1', e: 't2' });
  });

  test('two members of three partitions: one reader each', () => {
    expect(told({ t: 3 }, [member('a', ['t']), member('b', ['t'])])).toEqual({ a: 't0 t2', b: 't1' });
  });

  test('members keep what they have as far as the numbers allow', () => {
    expect(told({ t: 3 }, [member('a', ['t'], [0, 1, 2]), member('b', ['t'])])).toEqual({ a: 't0 t1', b: 't2' });
  });

  test('with different subscriptions each topic is shared out among its own', () => {
    expect(told({ t: 1, u: 2 }, [member('a', ['t', 'u']), member('b', ['u'])])).toEqual({ a: 't0 u0', b: 'u1' });
  });

  test('without members or partitions there is nothing', () => {
    expect(told({ t: 3 }, [])).toEqual({});
    expect(told({}, [member('a', ['t'])])).toEqual({ a: '' });
  });

  test('every partition is read, members differ by one, and nobody reads one twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.uniqueArray(fc.nat(8), { maxLength: 9 }), { minLength: 1, maxLength: 9 }),
        (partitions, held) => {
          const members = held.map((owned, place) => member(`m${place}`, ['t'], owned));
          const lists = [...assignSimple({ t: partitions }, members).values()];
          const counts = lists.map((list) => list.length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          const readers = Math.ceil(members.length / partitions);
          for (let partition = 0; partition < partitions; partition += 1) {
            const reading = lists.filter((list) => list.some((each) => each.partition === partition)).length;
            expect(reading).toBeGreaterThan(0);
            expect(reading).toBeLessThanOrEqual(readers);
          }
        },
      ),
    );
  });
});
