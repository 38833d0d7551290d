/**
 * The sticky assignment of librdkafka, the client library behind those of C, Python, Go, .NET and Node. [KA13]
 *
 * It knows one algorithm, the one of Java's clients for different subscriptions (`sticky-mixed.ts`). Where all members
 * subscribe to the same topics and hold something, partitions come in another order: the members with the most give
 * their lowest ones first.
 *
 * Worked example, topic `a` with 4 partitions, x holding all of them, y joins:
 *   order: a0 a1 a2 a3; a0: 4 against 0 → y; a1: 3 against 1 → y; 2 against 2 is even
 *   x: a2 a3          y: a0 a1          where Java's client lets x keep a0 a1
 *
 * Source: confluentinc/librdkafka `src/rdkafka_sticky_assignor.c` (sortPartitions, balance).
 */
import { haveEqualSubscriptions } from './group.ts';
import type { NumberedGroup } from './numbered-group.ts';
import { assignMixed, assigningOrder } from './sticky-mixed.ts';

/** @returns by member */
export function assignAsLibrdkafka(group: NumberedGroup): readonly number[][] {
  const fresh = group.owned.every((owned) => owned.size === 0);
  const dealt = !fresh && haveEqualSubscriptions(group.members);
  return assignMixed(group, dealt ? dealtOrder(group) : assigningOrder(group));
}

/** The member with the most left gives its lowest partition, of several such members the last by id; then what nobody holds. */
function dealtOrder(group: NumberedGroup): readonly number[] {
  const left = group.owned.map((owned) => [...owned].sort((a, b) => a - b));
  const order: number[] = [];
  for (;;) {
    const most = left.reduce((best, list, rank) => (list.length >= left[best]!.length ? rank : best), 0);
    const next = left[most]?.shift();
    if (next === undefined) break;
    order.push(next);
  }
  const held = new Set(order);
  return [...order, ...assigningOrder(group).filter((partition) => !held.has(partition))];
}
