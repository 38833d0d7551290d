/**
 * Kafka's round robin assignor: all partitions of all topics are dealt out one by one around the ring of members. [KA6]
 *
 * Worked example, topics `a` and `b` with 3 partitions each, members x and y subscribed to both:
 *   dealt in the order        a0 a1 a2 b0 b1 b2
 *   to                        x  y  x  y  x  y
 *   so x has a0 a2 b1, and y has a1 b0 b2.
 * The ring goes on where it stood. Were y subscribed to `b` alone, x would be given a0 a1 a2, skipping y each time, and
 * b0 would go to y, whose turn it is.
 *
 * Source: apache/kafka `clients/…/consumer/RoundRobinAssignor.java`.
 */
import type { AssignmentMember, Assignment, PartitionCounts } from './assignor.ts';
import { compareMembers, emptyAssignment, groupTopics } from './group.ts';

export function assignRoundRobin(topics: PartitionCounts, members: readonly AssignmentMember[]): Assignment {
  const assignment = emptyAssignment(members);
  const ring = [...members].sort(compareMembers);
  let turn = 0;
  for (const { name, partitions, subscribers } of groupTopics(topics, members)) {
    if (subscribers.length === 0) continue;
    const subscribed = new Set(subscribers);
    for (let partition = 0; partition < partitions; partition += 1) {
      // Ends: the topic has at least one subscriber.
      while (!subscribed.has(at(ring, turn))) turn += 1;
      assignment.get(at(ring, turn).id)?.push({ topic: name, partition });
      turn += 1;
    }
  }
  return assignment;
}

function at(ring: readonly AssignmentMember[], turn: number): AssignmentMember {
  const member = ring[turn % ring.length];
  if (member === undefined) throw new Error('A ring without members has no turn.');
  return member;
}
