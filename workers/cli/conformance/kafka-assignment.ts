/** Runs the vectors about who is assigned which partitions. */
import * as v from 'valibot';
import { assignAll } from '../../engine/brokers/log/assignors/assignor.ts';
import type {
  Assignment,
  AssignmentMember,
  AssignorName,
  PartitionCounts,
  ReplicaRacks,
} from '../../engine/brokers/log/assignors/assignor.ts';
import { compareText } from '../../engine/brokers/log/assignors/group.ts';
import { assignServerRange, assignServerUniform } from '../../engine/brokers/log/assignors/server.ts';
import { difference, checking } from './cases.ts';
import type { Runner } from './cases.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const partitions = v.array(v.tuple([v.string(), count]));

const member = v.object({
  id: v.string(),
  topics: v.array(v.string()),
  owned: v.optional(partitions, []),
  generation: v.optional(v.pipe(v.number(), v.safeInteger())),
  subGeneration: v.optional(v.pipe(v.number(), v.safeInteger())),
  instanceId: v.optional(v.string()),
  rack: v.optional(v.string()),
});

const rebalance = v.object({
  topics: v.record(v.string(), count),
  members: v.array(member),
  replicaRacks: v.optional(v.record(v.string(), v.array(v.array(v.nullable(v.string())))), {}),
  expected: v.record(v.string(), partitions),
  compare: v.picklist(['sets', 'properties']),
  counts: v.array(count),
  countsVary: v.optional(v.boolean(), false),
  retainedFromOwned: v.optional(count),
  retainedRange: v.optional(v.tuple([count, count])),
});
type Rebalance = v.InferOutput<typeof rebalance>;

type Assign = (topics: PartitionCounts, members: readonly AssignmentMember[], racks: ReplicaRacks) => Assignment;

function classic(name: AssignorName): Assign {
  return (topics, members, racks) => assignAll(name, topics, members, racks);
}

const BY_CLASS: Readonly<Record<'StickyAssignor' | 'CooperativeStickyAssignor', Assign>> = {
  StickyAssignor: classic('sticky'),
  CooperativeStickyAssignor: classic('cooperative-sticky'),
};

export const assignmentRunners: Readonly<Record<string, Runner>> = {
  'kafka-assign-range/1': rebalances(classic('range')),
  'kafka-assign-range-rack/1': rebalances(classic('range')),
  'kafka-assign-roundrobin/1': rebalances(classic('roundrobin')),
  'kafka-assign-sticky/1': rebalances(classic('sticky')),
  'kafka-assign-sticky-rack/1': rebalances(classic('sticky')),
  'kafka-assign-cooperative-sticky/1': rebalances(classic('cooperative-sticky')),
  'kafka-assign-cooperative-sticky-rack/1': rebalances(classic('cooperative-sticky')),
  'kafka-assign-server-range/1': rebalances(assignServerRange),
  'kafka-assign-server-uniform/1': rebalances(assignServerUniform),
  'kafka-assign-scenarios/1': checking(
    v.object({
      assignor: v.picklist(['StickyAssignor', 'CooperativeStickyAssignor']),
      steps: v.pipe(v.array(v.object({ ...rebalance.entries, event: v.string() })), v.minLength(1)),
    }),
    ({ assignor, steps }) => {
      for (const [index, step] of steps.entries()) {
        const reason = checkRebalance(BY_CLASS[assignor], step);
        if (reason !== null) return `step ${index}, ${step.event}: ${reason}`;
      }
      return null;
    },
  ),
};

function rebalances(assign: Assign): Runner {
  return checking(rebalance, (one) => checkRebalance(assign, one));
}

function checkRebalance(assign: Assign, one: Rebalance): string | null {
  const assignment = assign(one.topics, one.members.map(readMember), one.replicaRacks);
  const wrong =
    one.compare === 'sets'
      ? difference('assignment', bySets(assignment), bySets(expectedOf(one)))
      : checkValidity(one, assignment);
  return wrong ?? checkCounts(one, assignment) ?? checkRetained(one, assignment);
}

function readMember(read: v.InferOutput<typeof member>): AssignmentMember {
  const { id, topics, owned, generation, subGeneration, instanceId, rack } = read;
  return {
    id,
    topics,
    owned: owned.map(([topic, partition]) => ({ topic, partition })),
    ...(generation !== undefined && { generation }),
    ...(subGeneration !== undefined && { subscriptionGeneration: subGeneration }),
    ...(instanceId !== undefined && { instanceId }),
    ...(rack !== undefined && { rack }),
  };
}

function expectedOf({ expected }: Rebalance): Assignment {
  return new Map(
    Object.entries(expected).map(([id, list]) => [id, list.map(([topic, partition]) => ({ topic, partition }))]),
  );
}

/** Members by id, each with the names of its partitions in order. */
function byMember(assignment: Assignment): readonly (readonly [string, readonly string[]])[] {
  return [...assignment]
    .sort(([a], [b]) => compareText(a, b))
    .map(([id, list]) => [id, list.map(({ topic, partition }) => `${topic}-${partition}`)] as const);
}

/** The same with the partitions sorted: what may be compared as text where their order means nothing. */
function bySets(assignment: Assignment): readonly (readonly [string, readonly string[]])[] {
  return byMember(assignment).map(([id, names]) => [id, [...names].sort(compareText)] as const);
}

/** Every partition exists, goes to one subscriber at most, and the members are the group's. */
function checkValidity({ topics, members }: Rebalance, assignment: Assignment): string | null {
  const ids = members.map(({ id }) => id).sort(compareText);
  const wrongMembers = difference('members', [...assignment.keys()].sort(compareText), ids);
  if (wrongMembers !== null) return wrongMembers;
  // Recorded at the inner door, a topic that nobody subscribes to may be assigned to anybody.
  const wanted = new Set(members.flatMap((one) => one.topics));
  const seen = new Set<string>();
  for (const { id, topics: subscribed } of members) {
    for (const { topic, partition } of assignment.get(id) ?? []) {
      const name = `${topic}-${partition}`;
      if (partition >= (topics[topic] ?? 0)) return `${name} does not exist, and ${id} is assigned it`;
      if (wanted.has(topic) && !subscribed.includes(topic)) return `${id} is assigned ${name} without wanting it`;
      if (seen.has(name)) return `${name} is assigned twice`;
      seen.add(name);
    }
  }
  return null;
}

/** How many partitions members have, in descending order; only the sum where that itself varies. */
function checkCounts({ counts, countsVary }: Rebalance, assignment: Assignment): string | null {
  const got = [...assignment.values()].map((list) => list.length).sort((a, b) => b - a);
  if (countsVary) return difference('assigned in all', sumOf(got), sumOf(counts));
  const expected = [...counts].sort((a, b) => b - a);
  return difference('counts', got, expected);
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, one) => sum + one, 0);
}

function checkRetained(one: Rebalance, assignment: Assignment): string | null {
  const { members, retainedFromOwned: exactly, retainedRange } = one;
  const [least, most] = retainedRange ?? [exactly, exactly];
  if (least === undefined || most === undefined) return null;
  const retained = members.flatMap(({ id, owned }) => {
    const names = new Set((assignment.get(id) ?? []).map(({ topic, partition }) => `${topic}-${partition}`));
    return owned.filter(([topic, partition]) => names.has(`${topic}-${partition}`));
  }).length;
  if (retained >= least && retained <= most) return null;
  return `kept by their owners: expected ${least === most ? least : `${least} to ${most}`}, got ${retained}`;
}

/** Tables of Kafka 0.9's own classes: lists are in the order in which the assignor gave them. */
export const goldenAssignments = checking(
  v.object({
    partitions: v.record(v.string(), count),
    subscriptions: v.record(v.string(), v.array(v.string())),
    range: v.record(v.string(), v.array(v.string())),
    roundrobin: v.record(v.string(), v.array(v.string())),
  }),
  (one) => {
    const members = Object.entries(one.subscriptions).map(([id, topics]) => ({ id, topics, owned: [] }));
    const inOrder = (name: AssignorName): unknown => byMember(assignAll(name, one.partitions, members, {}));
    return (
      difference('range', inOrder('range'), sortedByMember(one.range)) ??
      difference('roundrobin', inOrder('roundrobin'), sortedByMember(one.roundrobin))
    );
  },
);

function sortedByMember(table: Readonly<Record<string, readonly string[]>>): unknown {
  return Object.entries(table).sort(([a], [b]) => compareText(a, b));
}
