/** Racks as the sticky assignors use them. [KA4] */
import type { AssignmentMember, ReplicaRacks } from './assignor.ts';
import { racksMatter, replicaRacks } from './group.ts';
import type { NumberedTopic } from './numbered-group.ts';

export interface StickyRacks {
  /** Whether partitions are matched to members by rack at all. */
  readonly matter: boolean;
  /** By member; undefined for none, and for all if racks do not matter. */
  readonly ofMembers: readonly (string | undefined)[];
  /** By partition; empty if no member names a rack. */
  readonly ofPartitions: readonly ReadonlySet<string>[];
  /**
   * How many members sit on a rack with a replica, by partition. Known as soon as any member names a rack, also if
   * racks do not matter: Kafka orders partitions by it even then.
   */
  readonly nearby: readonly number[];
}

export function racksOf(
  members: readonly AssignmentMember[],
  topics: readonly NumberedTopic[],
  replicas: ReplicaRacks,
): StickyRacks {
  const membersOn = new Map<string, number>();
  for (const { rack } of members) if (rack) membersOn.set(rack, (membersOn.get(rack) ?? 0) + 1);
  if (membersOn.size === 0) return { matter: false, ofMembers: [], ofPartitions: [], nearby: [] };

  const ofPartitions = topics.flatMap((topic) =>
    Array.from({ length: topic.partitions }, (_, partition) => replicaRacks(replicas, topic.name, partition)),
  );
  const matter = racksMatter(new Set(membersOn.keys()), ofPartitions);
  return {
    matter,
    ofMembers: matter ? members.map((member) => member.rack || undefined) : [],
    ofPartitions,
    nearby: ofPartitions.map((racks) => [...racks].reduce((sum, rack) => sum + (membersOn.get(rack) ?? 0), 0)),
  };
}

/** Whether the member names a rack on which the partition has no replica. */
export function mismatch(racks: StickyRacks, member: number, partition: number): boolean {
  const rack = racks.ofMembers[member];
  return rack !== undefined && racks.ofPartitions[partition]?.has(rack) !== true;
}

/** Whether the member names a rack on which the partition has a replica. */
export function isNear(racks: StickyRacks, member: number, partition: number): boolean {
  const rack = racks.ofMembers[member];
  return rack !== undefined && racks.ofPartitions[partition]?.has(rack) === true;
}
