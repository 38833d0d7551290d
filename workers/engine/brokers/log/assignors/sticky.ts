/**
 * Kafka's two sticky assignors: as even as possible, and as little moved as possible. [KA7] [KA10]
 *
 * `sticky` is for eager groups, whose members have given everything up before they join; what they held is a hint.
 * `cooperative-sticky` comes to the same result, and then leaves out what another member still has to give up.
 *
 * Worked example, topic `a` with 4 partitions, x holding a0 a1 a2 a3, and y joins:
 *   both                     x keeps a0 a1, y is to have a2 a3
 *   sticky                   x: a0 a1          y: a2 a3
 *   cooperative-sticky       x: a0 a1          y: nothing yet. x gives up a2 and a3 and asks for another rebalance,
 *                                              in which nobody holds them and y is given both.
 *
 * Source: apache/kafka `clients/…/consumer/{StickyAssignor,CooperativeStickyAssignor}.java`,
 * `clients/…/consumer/internals/AbstractStickyAssignor.java`.
 */
import type { Assignment, AssignmentMember, AssignorClient, PartitionCounts, ReplicaRacks } from './assignor.ts';
import { haveEqualSubscriptions } from './group.ts';
import { assignEqual } from './sticky-equal.ts';
import { claimed, namedAssignment, numberedGroup } from './numbered-group.ts';
import type { NumberedGroup } from './numbered-group.ts';
import { assignAsLibrdkafka } from './sticky-librdkafka.ts';
import { assignMixed } from './sticky-mixed.ts';

export function assignSticky(
  topics: PartitionCounts,
  members: readonly AssignmentMember[],
  replicas: ReplicaRacks,
  client: AssignorClient,
): Assignment {
  const group = numberedGroup(topics, members, replicas);
  return namedAssignment(group, members, target(group, client).lists);
}

export function assignCooperativeSticky(
  topics: PartitionCounts,
  members: readonly AssignmentMember[],
  replicas: ReplicaRacks,
  client: AssignorClient,
): Assignment {
  const group = numberedGroup(topics, members, replicas);
  const { lists, moving = movingBetween(group, lists) } = target(group, client);
  return namedAssignment(
    group,
    members,
    lists.map((list) => list.filter((partition) => !moving.has(partition))),
  );
}

interface Target {
  readonly lists: readonly (readonly number[])[];
  /** What another member has to give up first, where the algorithm kept account of it. */
  readonly moving?: ReadonlySet<number>;
}

function target(group: NumberedGroup, client: AssignorClient): Target {
  if (group.members.length === 0) return { lists: [] };
  if (client === 'librdkafka') return { lists: assignAsLibrdkafka(group) };
  return haveEqualSubscriptions(group.members) ? assignEqual(group) : { lists: assignMixed(group) };
}

/** What somebody newly gets and somebody else, whatever its generation, says to hold and does not keep. */
function movingBetween(group: NumberedGroup, lists: readonly (readonly number[])[]): ReadonlySet<number> {
  const added = new Set<number>();
  const givenUp = new Set<number>();
  for (const [rank, member] of group.members.entries()) {
    const before = new Set(claimed(member, group.topicsByName));
    const after = new Set(lists[rank]);
    for (const partition of after) if (!before.has(partition)) added.add(partition);
    for (const partition of before) if (!after.has(partition)) givenUp.add(partition);
  }
  return new Set([...added].filter((partition) => givenUp.has(partition)));
}
