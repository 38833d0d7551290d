/**
 * The group coordinator (classic protocol): who is a member, when a rebalance starts and ends, who reads what.
 *
 * One round: somebody joins or is gone → `preparing`, every member learns with its next heartbeat and joins again →
 * all are in (or the time is up) → `completing`, the leader shares out the partitions → `stable`, everybody is told.
 */
import { fromMs } from '../../core/time.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import { patientLatencyNs } from '../../network.ts';
import type { GroupState, MemberState } from './log-state.ts';
import type { LinkState } from '../../handlers/handler-state.ts';
import type { EdgeState, Run } from '../../state.ts';
import { coordinatorEdge, groupSettings } from './coordination.ts';
import { assign, type AssignmentMember } from './assignors/assignor.ts';
import { BEAT_ANSWER } from './heartbeats.ts';
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
import { notify, watchSession } from './sessions.ts';
import { joinShareGroup, lastAcknowledgements, leaveShareGroup, reassign } from './share/share-group.ts';
import { logSubscriptions } from './subscription.ts';

/** [KG1] A join reaches the coordinator: of a new member, or of one that takes part in the rebalance. */
export function joinArrives(run: Run, index: number, ticket: number): void {
  const instance = run.instances[index]!;
  if (instance.joinTicket !== ticket || instance.process.crashed || instance.stopped) return;
  const edge = coordinatorEdge(run, instance);
  const settings = groupSettings(run, instance);
  if (edge === null || settings === null || edge.cut) return;
  const groupIndex = run.consumers[instance.consumer]!.group;
  const group = run.groups[groupIndex]!;
  if (group.members.length === 0) group.protocol = 'classic';
  else if (group.protocol === 'consumer') {
    // Another member was first, and speaks the newer protocol.
    instance.beat.answer = BEAT_ANSWER.otherProtocol;
    const answeredNs = run.nowNs + patientLatencyNs(run, edge, edge.forward);
    at(run, answeredNs, PRIORITY.client, OP.heartbeatReturns, index, instance.beat.ticket);
    return;
  }
  const known = instance.member >= 0;
  if (known && run.members[instance.member]!.gone) {
    // [KG8] It may still hold partitions that others own by now: first it has to give them up.
    const answeredNs = run.nowNs + patientLatencyNs(run, edge, edge.forward);
    at(run, answeredNs, PRIORITY.client, OP.rebalanceNotice, index, instance.member);
    return;
  }
  const earlier = known ? -1 : staticMemberOf(run, groupIndex, instanceIdOf(run, index, settings));
  if (earlier >= 0) {
    staticMemberReturns(run, earlier, index, edge);
    return;
  }
  const memberIndex = known ? instance.member : addMember(run, groupIndex, index, settings);
  if (group.kind === 'share') {
    joinShareGroup(run, groupIndex, memberIndex);
    return;
  }
  const member = run.members[memberIndex]!;
  member.joined = true;
  member.owned = instance.readers.flatMap((reader) => run.readers[reader]!.cursors);
  // [KG12] Whoever still holds something sent its join as a cooperative member, whatever its assignor is by now.
  member.assignor = member.owned.length > 0 ? 'cooperative-sticky' : settings.assignor;
  if (group.state === 'empty') startFirstRound(run, groupIndex, settings);
  else if (group.state === 'preparing') {
    if (!known) group.grown = true;
    completeIfAllJoined(run, groupIndex);
  } else prepareRebalance(run, groupIndex);
}

/**
 * [KG15] A process with the instance id of a member takes that member's place and its partitions. A stable group does not
 * rebalance for it: the answer to its join says that, and it asks for its assignment.
 */
function staticMemberReturns(run: Run, earlier: number, index: number, edge: EdgeState): void {
  const { group: groupIndex } = run.members[earlier]!;
  const group = run.groups[groupIndex]!;
  const fenced = run.members[earlier]!.instance === index ? -1 : earlier;
  const member = run.members[replaceMember(run, earlier, index)]!;
  if (fenced >= 0) notify(run, fenced);
  if (group.state === 'stable') {
    const answerNs = patientLatencyNs(run, edge, edge.forward);
    const syncNs = patientLatencyNs(run, edge, edge.backward) + patientLatencyNs(run, edge, edge.forward);
    const { joinTicket } = run.instances[index]!;
    at(run, run.nowNs + answerNs + syncNs, PRIORITY.client, OP.assignmentArrives, index, joinTicket);
    return;
  }
  member.joined = true;
  member.owned = [];
  if (group.state === 'completing') prepareRebalance(run, groupIndex);
  else completeIfAllJoined(run, groupIndex);
}

/** [KG2] An empty group waits a little for more members. */
function startFirstRound(run: Run, groupIndex: number, settings: LinkState['settings']): void {
  const group = run.groups[groupIndex]!;
  group.initial = true;
  group.grown = false;
  group.roundStartNs = run.nowNs;
  setState(run, group, 'preparing');
  group.deadlineNs = run.nowNs + fromMs(settings.initialRebalanceDelayMs);
  at(run, group.deadlineNs, PRIORITY.broker, OP.joinCompletes, groupIndex, group.ticket);
}

/** [KG2] Somebody joined while the first round waited: it waits once more, up to the poll interval in all. */
function extendFirstRound(run: Run, groupIndex: number): boolean {
  const group = run.groups[groupIndex]!;
  const first = group.members[0];
  const settings = first === undefined ? null : groupSettings(run, run.instances[run.members[first]!.instance]!);
  if (!group.initial || !group.grown || settings === null) return false;
  const latestNs = group.roundStartNs + fromMs(settings.maxPollIntervalMs);
  const deadlineNs = Math.min(latestNs, run.nowNs + fromMs(settings.initialRebalanceDelayMs));
  if (deadlineNs <= run.nowNs) return false;
  group.grown = false;
  group.deadlineNs = deadlineNs;
  at(run, deadlineNs, PRIORITY.broker, OP.joinCompletes, groupIndex, group.ticket);
  return true;
}

/** [KG3] A round starts: members that have not joined learn of it with their next heartbeat. */
export function prepareRebalance(run: Run, groupIndex: number): void {
  const group = run.groups[groupIndex]!;
  if (group.kind === 'share') {
    reassign(run, groupIndex);
    return;
  }
  if (group.state === 'preparing' || group.members.length === 0) {
    completeIfAllJoined(run, groupIndex);
    return;
  }
  setState(run, group, 'preparing');
  group.initial = false;
  group.roundStartNs = run.nowNs;
  let longestMs = 0;
  for (const memberIndex of group.members) {
    const member = run.members[memberIndex]!;
    const settings = groupSettings(run, run.instances[member.instance]!);
    if (settings !== null) longestMs = Math.max(longestMs, settings.maxPollIntervalMs);
    if (!member.joined) notify(run, memberIndex);
  }
  group.deadlineNs = run.nowNs + fromMs(longestMs);
  at(run, group.deadlineNs, PRIORITY.broker, OP.joinCompletes, groupIndex, group.ticket);
  completeIfAllJoined(run, groupIndex);
}

export function sessionExpires(run: Run, memberIndex: number, ticket: number): void {
  const member = run.members[memberIndex]!;
  if (member.gone || member.sessionTicket !== ticket) return;
  removeMember(run, memberIndex);
}

/** A member says that it leaves. Over a cut edge nobody hears it: the session ends by itself. */
export function leaveArrives(run: Run, index: number, member: number): void {
  const { group, instanceId } = run.members[member]!;
  // [KN7] A static member of the newer protocol says that it will be back: its place is kept for its session.
  const returns = instanceId !== '' && run.groups[group]!.protocol === 'consumer';
  if (coordinatorEdge(run, run.instances[index]!)?.cut === true) watchSession(run, member);
  else if (returns) run.members[member]!.away = true;
  else removeMember(run, member);
}

/** A member of a share group says that it leaves, and what became of its records. */
export function shareLeaveArrives(run: Run, index: number, member: number, row: number): void {
  const cut = coordinatorEdge(run, run.instances[index]!)?.cut === true;
  lastAcknowledgements(run, row, cut);
  leaveArrives(run, index, member);
}

/** [KG5] A member is gone: its partitions have no owner until the rebalance that follows. */
export function removeMember(run: Run, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  if (member.gone) return;
  member.gone = true;
  member.sessionTicket += 1;
  run.layoutVersion += 1;
  const group = run.groups[member.group]!;
  group.members = group.members.filter((index) => index !== memberIndex);
  if (group.kind === 'share') {
    leaveShareGroup(run, memberIndex);
    return;
  }
  for (const subscription of logSubscriptions(run)) {
    if (subscription.group !== member.group) continue;
    for (const cursorIndex of subscription.cursors) {
      if (run.cursors[cursorIndex]!.owner === memberIndex) run.cursors[cursorIndex]!.owner = -1;
    }
  }
  if (group.members.length === 0) {
    setState(run, group, 'empty');
    return;
  }
  // [KN1] The others learn of it with their heartbeats.
  if (group.protocol === 'consumer') group.generation += 1;
  else prepareRebalance(run, member.group);
}

function completeIfAllJoined(run: Run, groupIndex: number): void {
  const group = run.groups[groupIndex]!;
  if (group.state !== 'preparing' || group.initial || group.members.length === 0) return;
  if (group.members.every((index) => run.members[index]!.joined))
    at(run, run.nowNs, PRIORITY.broker, OP.joinCompletes, groupIndex, group.ticket);
}

/** [KG3] Everyone is in, or the time is up and those who did not come are removed. The leader gets to work. */
export function joinCompletes(run: Run, groupIndex: number, ticket: number): void {
  const group = run.groups[groupIndex]!;
  if (group.state !== 'preparing' || group.ticket !== ticket) return;
  const late = group.members.filter((index) => !run.members[index]!.joined);
  if (late.length > 0 && run.nowNs < group.deadlineNs) return;
  if (extendFirstRound(run, groupIndex)) return;
  for (const index of late) dropLate(run, group, index);
  const leader = group.members[0];
  if (leader === undefined) {
    setState(run, group, 'empty');
    return;
  }
  setState(run, group, 'completing');
  group.generation += 1;
  group.initial = false;
  const edge = coordinatorEdge(run, run.instances[run.members[leader]!.instance]!);
  const delay =
    edge === null ? 0 : patientLatencyNs(run, edge, edge.forward) + patientLatencyNs(run, edge, edge.backward);
  at(run, run.nowNs + delay, PRIORITY.broker, OP.syncCompletes, groupIndex, group.ticket);
}

function dropLate(run: Run, group: GroupState, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  member.gone = true;
  run.layoutVersion += 1;
  group.members = group.members.filter((index) => index !== memberIndex);
  for (const cursor of run.cursors) if (cursor.owner === memberIndex) cursor.owner = -1;
}

/** The leader's assignment is in: every member is told its part. */
export function syncCompletes(run: Run, groupIndex: number, ticket: number): void {
  const group = run.groups[groupIndex]!;
  if (group.state !== 'completing' || group.ticket !== ticket) return;
  shareOut(run, groupIndex);
  setState(run, group, 'stable');
  group.rebalances += 1;
  for (const memberIndex of group.members) {
    const member = run.members[memberIndex]!;
    const instance = run.instances[member.instance]!;
    member.joined = false;
    // A process that was restarted meanwhile is another member.
    if (instance.member !== memberIndex) continue;
    const edge = coordinatorEdge(run, instance);
    const delay = edge === null ? 0 : patientLatencyNs(run, edge, edge.forward);
    at(run, run.nowNs + delay, PRIORITY.client, OP.assignmentArrives, member.instance, instance.joinTicket);
  }
  if (group.members.some((index) => isOutdated(run, run.members[index]!))) prepareRebalance(run, groupIndex);
}

/** [KG12] The member joined with another assignor than it has by now. */
function isOutdated(run: Run, member: MemberState): boolean {
  const settings = groupSettings(run, run.instances[member.instance]!);
  return settings !== null && settings.assignor !== member.assignor;
}

/**
 * [KG12] [KG13] The assignor of a round: the one that its leader joined with. Cooperative members still read what they
 * have, and no other assignor waits until that is given up.
 */
function assignorOf(run: Run, group: GroupState): MemberState['assignor'] {
  const members = group.members.map((index) => run.members[index]!);
  return members.find((member) => member.assignor === 'cooperative-sticky')?.assignor ?? members[0]!.assignor;
}

/** Runs the assignor over the members' topics and writes down each one's cursors. */
function shareOut(run: Run, groupIndex: number): void {
  const group = run.groups[groupIndex]!;
  const { topics, cursorOf } = topicsOfGroup(run, groupIndex);
  const members = group.members.map((index) => describeMember(run, run.members[index]!, group.generation - 1));
  const leader = groupSettings(run, run.instances[run.members[group.members[0]!]!.instance]!);
  const result = assign(assignorOf(run, group), topics, members, {}, leader?.client);
  for (const index of group.members) {
    const member = run.members[index]!;
    const parts = result.get(member.id) ?? [];
    member.assigned = parts.map((part) => cursorOf.get(part.topic)![part.partition]!);
  }
}

function describeMember(run: Run, member: MemberState, generation: number): AssignmentMember {
  const instance = run.instances[member.instance]!;
  // [KG6] The sticky assignor of an eager member tells what it had been given, though that was given up for the join.
  const held = member.assignor === 'sticky' ? member.assigned : member.owned;
  return {
    id: member.id,
    topics: topicsOf(run, instance),
    owned: held.map((cursor) => partitionOf(run, cursor)),
    generation,
    ...staticName(member),
  };
}
