/**
 * A share group at its coordinator (KIP-932): there are no rounds. Whoever joins or goes changes the assignment at once, and
 * the others learn of it with their next heartbeat; nobody has to give anything up first.
 */
import { fromMs } from '../../../core/time.ts';
import { at, OP, PRIORITY } from '../../../events.ts';
import { latencyNs, patientLatencyNs } from '../../../network.ts';
import { release } from '../../../pool.ts';
import type { Run } from '../../../state.ts';
import type { AssignmentMember, TopicPartition } from '../assignors/assignor.ts';
import { coordinatorEdge, groupSettings, heartbeatMs } from '../coordination.ts';
import type { MemberState } from '../log-state.ts';
import { topicsOfGroup } from '../members.ts';
import { NONE, takeAcknowledgements } from './share-acknowledge.ts';
import { wakeShareReaders } from './share-fetch.ts';
import { releaseHeld } from './share-records.ts';
import { assignSimple } from './simple-assignor.ts';
import { logSubscription, logSubscriptions } from '../subscription.ts';

/** [KW10] A member is in: it is told its partitions at once. */
export function joinShareGroup(run: Run, groupIndex: number, memberIndex: number): void {
  reassign(run, groupIndex, memberIndex);
  const { instance } = run.members[memberIndex]!;
  const edge = coordinatorEdge(run, run.instances[instance]!);
  const delay = edge === null ? 0 : patientLatencyNs(run, edge, edge.forward);
  at(run, run.nowNs + delay, PRIORITY.client, OP.shareAssignmentArrives, instance, memberIndex);
}

/** [KW10] Shares the partitions out anew. Members whose part changed are told with their next heartbeat, but for `told`. */
export function reassign(run: Run, groupIndex: number, told = NONE): void {
  const group = run.groups[groupIndex]!;
  const { topics, cursorOf } = topicsOfGroup(run, groupIndex);
  const members = group.members.map((index) => run.members[index]!);
  const result = assignSimple(
    topics,
    members.map((member) => describe(run, member)),
  );
  group.generation += 1;
  group.state = members.length > 0 ? 'stable' : 'empty';
  group.sinceNs = run.nowNs;
  for (const [place, member] of members.entries()) {
    const assigned = (result.get(member.id) ?? []).map((part) => cursorOf.get(part.topic)![part.partition]!);
    const same = assigned.length === member.assigned.length && assigned.every((each, i) => each === member.assigned[i]);
    member.assigned = assigned;
    if (!same && group.members[place] !== told) tellWithHeartbeat(run, group.members[place]!);
  }
}

function describe(run: Run, member: MemberState): AssignmentMember {
  const { links } = run.consumers[run.instances[member.instance]!.consumer]!;
  return {
    id: member.id,
    topics: links.map((link) => run.topics[logSubscription(run, run.links[link]!.subscription).topic]!.id),
    owned: member.assigned.map((cursor) => partitionOf(run, cursor)),
  };
}

function partitionOf(run: Run, cursorIndex: number): TopicPartition {
  const cursor = run.cursors[cursorIndex]!;
  return { topic: run.topics[logSubscription(run, cursor.subscription).topic]!.id, partition: cursor.partition };
}

function tellWithHeartbeat(run: Run, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  const instance = run.instances[member.instance]!;
  const edge = coordinatorEdge(run, instance);
  const settings = groupSettings(run, instance);
  if (edge === null || settings === null) return;
  const intervalNs = fromMs(heartbeatMs(settings));
  const beats = Math.floor((run.nowNs - member.joinedNs) / intervalNs) + 1;
  const atNs = member.joinedNs + beats * intervalNs + latencyNs(run, edge, edge.forward);
  at(run, atNs, PRIORITY.client, OP.shareAssignmentArrives, member.instance, memberIndex);
}

/** [KW8] A member is gone: what it held comes back, and the others take its partitions over. */
export function leaveShareGroup(run: Run, memberIndex: number): void {
  releaseMemberRecords(run, memberIndex);
  reassign(run, run.members[memberIndex]!.group);
}

/** [KW8] Everything that a member holds in all topics of its group comes back. */
function releaseMemberRecords(run: Run, memberIndex: number): void {
  const { group } = run.members[memberIndex]!;
  for (const subscription of logSubscriptions(run)) {
    if (subscription.group === group) releaseShare(run, subscription.index, memberIndex);
  }
}

/** The same in one topic. */
export function releaseShare(run: Run, subscriptionIndex: number, memberIndex: number): void {
  const { cursors, topic } = logSubscription(run, subscriptionIndex);
  for (const cursor of cursors) if (run.cursors[cursor]!.share!.start >= 0) releaseHeld(run, cursor, memberIndex);
  wakeShareReaders(run, topic);
}

/** [KW8] The broker notices that a process is gone by its connection. Over a cut edge it notices nothing. */
export function shareConnectionCloses(run: Run, index: number, memberIndex: number): void {
  if (coordinatorEdge(run, run.instances[index]!)?.cut === true || run.members[memberIndex]!.gone) return;
  releaseMemberRecords(run, memberIndex);
}

/** A process that leaves in good order acknowledges first. */
export function lastAcknowledgements(run: Run, row: number, cut: boolean): void {
  if (row === NONE) return;
  if (cut) release(run.acknowledgements, row);
  else takeAcknowledgements(run, row);
}
