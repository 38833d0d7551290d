/**
 * The group coordinator of the newer protocol (KIP-848): members send heartbeats and nothing else, and each is brought to
 * the target assignment by itself. [KN1]
 *
 * Worked example, partitions 0–3, x holds all of them at epoch 1, y comes with epoch 0:
 *   y's heartbeat: the group's epoch is 2, the target x: 0 1, y: 2 3. Both are x's: y waits at epoch 2, with nothing.
 *   x's heartbeat: it is told 0 1 and stays at epoch 1 until a heartbeat of its own names neither 2 nor 3 any more.
 *   That heartbeat: 2 and 3 are free, x is at epoch 2, stable. y's next heartbeat: it is told 2 3, and is stable.
 *
 * Source: group-coordinator `GroupMetadataManager.consumerGroupHeartbeat`, `CurrentAssignmentBuilder`.
 */
import { fromMs } from '../../core/time.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import type { LinkState } from '../../handlers/handler-state.ts';
import { patientLatencyNs } from '../../network.ts';
import type { Run } from '../../state.ts';
import { assignServerRange, assignServerUniform } from './assignors/server.ts';
import type { AssignmentMember } from './assignors/assignor.ts';
import { coordinatorEdge, groupSettings } from './coordination.ts';
import { removeMember } from './group.ts';
import { BEAT_ANSWER } from './heartbeats.ts';
import type { GroupState, MemberState } from './log-state.ts';
import {
  addMember,
  instanceIdOf,
  partitionOf,
  replaceMember,
  setState,
  staticMemberOf,
  staticName,
  topicsOf,
  topicsOfGroup,
} from './members.ts';

/** [KN1] A heartbeat reaches the coordinator. It is answered at once. */
export function heartbeatArrives(run: Run, index: number, ticket: number): void {
  const instance = run.instances[index]!;
  if (instance.beat.ticket !== ticket || instance.process.crashed || instance.stopped) return;
  const edge = coordinatorEdge(run, instance);
  const settings = groupSettings(run, instance);
  if (edge === null || settings === null || edge.cut) return;
  const groupIndex = run.consumers[instance.consumer]!.group;
  const group = run.groups[groupIndex]!;
  if (group.members.length === 0) group.protocol = 'consumer';
  if (group.protocol === 'consumer') handle(run, groupIndex, index, settings);
  else instance.beat.answer = BEAT_ANSWER.otherProtocol;
  at(run, run.nowNs + patientLatencyNs(run, edge, edge.forward), PRIORITY.client, OP.heartbeatReturns, index, ticket);
}

function handle(run: Run, groupIndex: number, index: number, settings: LinkState['settings']): void {
  const group = run.groups[groupIndex]!;
  const { beat } = run.instances[index]!;
  const memberIndex = admit(run, groupIndex, index, settings);
  if (memberIndex < 0) return;
  const member = run.members[memberIndex]!;
  member.lastBeatNs = run.nowNs;
  noteSubscription(run, group, member);
  if (group.generation > group.targetEpoch) computeTargets(run, groupIndex);
  reconcile(run, memberIndex, beat.owned, settings);
  beat.answer = BEAT_ANSWER.ok;
  beat.answerEpoch = member.epoch;
  beat.answerAssigned = [...member.assigned];
  judgeState(run, group);
}

/** [KN2] Who sends epoch 0 joins; whoever is not known, or at another epoch, is fenced. -1 for nobody. */
function admit(run: Run, groupIndex: number, index: number, settings: LinkState['settings']): number {
  const instance = run.instances[index]!;
  const { beat } = instance;
  if (instance.member < 0) return join(run, groupIndex, index, settings);
  const member = run.members[instance.member]!;
  const current =
    beat.epoch === member.epoch || (beat.epoch === member.previousEpoch && ownsNoMore(member, beat.owned ?? []));
  if (!member.gone && current) return instance.member;
  // Its client drops everything and joins as a new member, so the old one makes room.
  removeMember(run, instance.member);
  beat.answer = member.fenced ? BEAT_ANSWER.fencedInstance : BEAT_ANSWER.fenced;
  return -1;
}

function ownsNoMore(member: MemberState, owned: readonly number[]): boolean {
  return owned.every((cursor) => member.assigned.includes(cursor));
}

/** [KN7] A static member comes back only after it has said so, or when its session has run out. */
function join(run: Run, groupIndex: number, index: number, settings: LinkState['settings']): number {
  const earlier = staticMemberOf(run, groupIndex, instanceIdOf(run, index, settings));
  if (earlier < 0) {
    run.groups[groupIndex]!.generation += 1;
    return addMember(run, groupIndex, index, settings);
  }
  if (!run.members[earlier]!.away) {
    run.instances[index]!.beat.answer = BEAT_ANSWER.unreleased;
    return -1;
  }
  const member = replaceMember(run, earlier, index);
  run.members[member]!.epoch = 0;
  run.members[member]!.previousEpoch = 0;
  return member;
}

/** [KN1] Another subscription, or topics with more partitions: another epoch. */
function noteSubscription(run: Run, group: GroupState, member: MemberState): void {
  const topics = topicsOf(run, run.instances[member.instance]!);
  const known = member.topics.length === 0 || sameTexts(member.topics, topics);
  if (!known || group.stale) group.generation += 1;
  group.stale = false;
  member.topics = topics;
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text) => b.includes(text));
}

/** [KN3] The assignor that most members ask for shares out anew; what it goes by is the target so far. */
function computeTargets(run: Run, groupIndex: number): void {
  const group = run.groups[groupIndex]!;
  const { topics, cursorOf } = topicsOfGroup(run, groupIndex);
  const members = group.members.map((index) => run.members[index]!);
  const range = members.filter((member) => assignorOf(run, member) === 'range').length;
  const assign = 2 * range > members.length ? assignServerRange : assignServerUniform;
  const result = assign(
    topics,
    members.map((member) => describe(run, member)),
  );
  for (const member of members)
    member.target = (result.get(member.id) ?? []).map((part) => cursorOf.get(part.topic)![part.partition]!);
  group.targetEpoch = group.generation;
  group.rebalances += 1;
}

function assignorOf(run: Run, member: MemberState): string | undefined {
  return groupSettings(run, run.instances[member.instance]!)?.remoteAssignor;
}

function describe(run: Run, member: MemberState): AssignmentMember {
  return {
    id: member.id,
    topics: topicsOf(run, run.instances[member.instance]!),
    owned: member.target.map((cursor) => partitionOf(run, cursor)),
    ...staticName(member),
  };
}

/** [KN4] Takes a member on towards the target, as far as what it owns and what others still hold allow. */
function reconcile(
  run: Run,
  memberIndex: number,
  owned: readonly number[] | null,
  settings: LinkState['settings'],
): void {
  const member = run.members[memberIndex]!;
  const { targetEpoch } = run.groups[member.group]!;
  // Who does not say what it owns may still own everything.
  const owns = (cursors: readonly number[]): boolean =>
    owned === null || cursors.some((cursor) => owned.includes(cursor));
  if (member.reconciling === 'stable' && member.epoch === targetEpoch) return;
  if (member.reconciling === 'unrevoked' && owns(member.revoking)) return;
  const epoch = member.reconciling === 'unrevoked' ? member.epoch + 1 : member.epoch;
  const kept = member.assigned.filter((cursor) => member.target.includes(cursor));
  const revoking = member.assigned.filter((cursor) => !member.target.includes(cursor));
  if (revoking.length > 0 && owns(revoking)) {
    hold(run, memberIndex, kept, revoking);
    member.reconciling = 'unrevoked';
    moveToEpoch(member, epoch);
    // [KN5] As long as its polls may be apart.
    const dueNs = run.nowNs + fromMs(settings.maxPollIntervalMs);
    at(run, dueNs, PRIORITY.broker, OP.revocationTimesOut, memberIndex, member.epoch);
    return;
  }
  const missing = member.target.filter((cursor) => !kept.includes(cursor));
  const free = missing.filter((cursor) => run.cursors[cursor]!.owner < 0);
  hold(run, memberIndex, [...kept, ...free], []);
  member.reconciling = free.length < missing.length ? 'unreleased' : 'stable';
  moveToEpoch(member, targetEpoch);
}

function moveToEpoch(member: MemberState, epoch: number): void {
  if (member.epoch === epoch) return;
  member.previousEpoch = member.epoch;
  member.epoch = epoch;
}

/** What a member is assigned, and what it still has to give up; the rest of what it had is free. */
function hold(run: Run, memberIndex: number, assigned: number[], revoking: number[]): void {
  const member = run.members[memberIndex]!;
  for (const cursor of [...member.assigned, ...member.revoking])
    if (run.cursors[cursor]!.owner === memberIndex) run.cursors[cursor]!.owner = -1;
  for (const cursor of [...assigned, ...revoking]) run.cursors[cursor]!.owner = memberIndex;
  member.assigned = assigned;
  member.revoking = revoking;
}

/** [KN5] Too long in giving up: the member is fenced, and what it held is free. */
export function revocationTimesOut(run: Run, memberIndex: number, epoch: number): void {
  const member = run.members[memberIndex]!;
  if (member.gone || member.reconciling !== 'unrevoked' || member.epoch !== epoch) return;
  removeMember(run, memberIndex);
  judgeState(run, run.groups[member.group]!);
}

/** Stable when every member is at the target; for a person to see. */
function judgeState(run: Run, group: GroupState): void {
  const settled = group.members.every((index) => {
    const { reconciling, epoch } = run.members[index]!;
    return reconciling === 'stable' && epoch === group.targetEpoch;
  });
  const state = settled && group.targetEpoch === group.generation ? 'stable' : 'reconciling';
  if (group.members.length > 0 && group.state !== state) setState(run, group, state);
}
