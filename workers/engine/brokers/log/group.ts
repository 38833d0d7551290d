/**
 * The group coordinator (classic protocol): who is a member, when a rebalance starts and ends, who reads what.
 *
 * One round: somebody joins or is gone → `preparing`, every member learns with its next heartbeat and joins again →
 * all are in (or the time is up) → `completing`, the leader shares out the partitions → `stable`, everybody is told.
 */
import { fromMs } from '../../core/time.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import { latencyNs, patientLatencyNs } from '../../network.ts';
import type { GroupState, MemberState } from './log-state.ts';
import type { InstanceState, LinkState } from '../../handlers/handler-state.ts';
import type { Run } from '../../state.ts';
import { coordinatorEdge, groupSettings, heartbeatMs, sessionMs } from './coordination.ts';
import { joinShareGroup, lastAcknowledgements, leaveShareGroup, reassign } from './share/share-group.ts';
import { assign, type AssignmentMember, type TopicPartition } from './assignors/assignor.ts';

function setState(run: Run, group: GroupState, state: GroupState['state']): void {
  group.state = state;
  group.sinceNs = run.nowNs;
  group.ticket += 1;
}

/** [KG1] A join reaches the coordinator: of a new member, or of one that takes part in the rebalance. */
export function joinArrives(run: Run, index: number, ticket: number): void {
  const instance = run.instances[index]!;
  if (instance.joinTicket !== ticket || instance.process.crashed || instance.stopped) return;
  const edge = coordinatorEdge(run, instance);
  const settings = groupSettings(run, instance);
  if (edge === null || settings === null || edge.cut) return;
  const groupIndex = run.consumers[instance.consumer]!.group;
  const group = run.groups[groupIndex]!;
  const known = instance.member >= 0;
  if (known && run.members[instance.member]!.gone) {
    // [KG8] It may still hold partitions that others own by now: first it has to give them up.
    const answeredNs = run.nowNs + patientLatencyNs(run, edge, edge.forward);
    at(run, answeredNs, PRIORITY.client, OP.rebalanceNotice, index, instance.member);
    return;
  }
  const memberIndex = known ? instance.member : addMember(run, groupIndex, index, settings.assignor);
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

/** Member ids sort as their numbers do. */
function pad(n: number): string {
  return String(n).padStart(4, '0');
}

function addMember(run: Run, groupIndex: number, index: number, assignor: MemberState['assignor']): number {
  const instance = run.instances[index]!;
  const { id } = run.consumers[instance.consumer]!;
  const member: MemberState = {
    id: `${id}-${pad(instance.index)}-${pad(run.members.length)}`,
    group: groupIndex,
    instance: index,
    gone: false,
    left: false,
    joined: false,
    joinedNs: run.nowNs,
    assignor,
    owned: [],
    assigned: [],
    silent: false,
    sessionTicket: 0,
  };
  run.members.push(member);
  instance.member = run.members.length - 1;
  run.groups[groupIndex]!.members.push(instance.member);
  run.layoutVersion += 1;
  return instance.member;
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

/** Tells a member with the answer to its next heartbeat. */
function notify(run: Run, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  const instance = run.instances[member.instance]!;
  const edge = coordinatorEdge(run, instance);
  const settings = groupSettings(run, instance);
  if (edge === null || settings === null || !isHeard(run, member)) return;
  const tickNs = lastHeartbeatNs(run, member, settings) + fromMs(heartbeatMs(settings));
  at(
    run,
    tickNs + latencyNs(run, edge, edge.forward),
    PRIORITY.client,
    OP.rebalanceNotice,
    member.instance,
    memberIndex,
  );
}

/** [KG4] Heartbeats are sent every heartbeat.interval.ms from the join on; the latest one at or before now. */
function lastHeartbeatNs(run: Run, member: MemberState, settings: LinkState['settings']): number {
  const intervalNs = fromMs(heartbeatMs(settings));
  return member.joinedNs + Math.floor((run.nowNs - member.joinedNs) / intervalNs) * intervalNs;
}

/** True while the member's heartbeats reach the coordinator. */
function isHeard(run: Run, member: MemberState): boolean {
  const instance = run.instances[member.instance]!;
  const { process } = instance;
  const edge = coordinatorEdge(run, instance);
  const sameLife = instance.member >= 0 && run.members[instance.member] === member && !member.left;
  return sameLife && !process.crashed && !process.frozen && !instance.stopped && edge !== null && !edge.cut;
}

/** [KG5] Heartbeats of an instance stopped just now, or set in again: its session runs out, or goes on. */
export function heartbeatChanged(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.member < 0) return;
  watchSession(run, instance.member);
}

/** Starts or cancels the end of a member's session, by whether it is heard now. */
function watchSession(run: Run, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  const instance = run.instances[member.instance]!;
  const settings = groupSettings(run, instance);
  if (settings === null) return;
  if (member.gone || isHeard(run, member)) {
    member.silent = false;
    member.sessionTicket += 1;
    notifyIfNeeded(run, memberIndex);
    return;
  }
  // A second reason to be silent does not start the session anew.
  if (member.silent) return;
  member.silent = true;
  member.sessionTicket += 1;
  const endsNs = Math.max(run.nowNs, lastHeartbeatNs(run, member, settings) + fromMs(sessionMs(settings)));
  at(run, endsNs, PRIORITY.broker, OP.sessionExpires, memberIndex, member.sessionTicket);
}

/** A member that was silent for a while learns what it missed. */
function notifyIfNeeded(run: Run, memberIndex: number): void {
  const member = run.members[memberIndex]!;
  const instance = run.instances[member.instance]!;
  if (instance.member !== memberIndex || instance.process.crashed) return;
  const { kind, state } = run.groups[member.group]!;
  if (!member.gone && kind === 'consumer' && state !== 'preparing') return;
  const edge = coordinatorEdge(run, instance);
  if (edge === null || edge.cut) return;
  const delay = patientLatencyNs(run, edge, edge.backward) + patientLatencyNs(run, edge, edge.forward);
  const told = kind === 'share' ? OP.shareAssignmentArrives : OP.rebalanceNotice;
  at(run, run.nowNs + delay, PRIORITY.client, told, member.instance, memberIndex);
}

export function sessionExpires(run: Run, memberIndex: number, ticket: number): void {
  const member = run.members[memberIndex]!;
  if (member.gone || member.sessionTicket !== ticket) return;
  removeMember(run, memberIndex);
}

/** A member says that it leaves. Over a cut edge nobody hears it: the session ends by itself. */
export function leaveArrives(run: Run, index: number, member: number): void {
  if (coordinatorEdge(run, run.instances[index]!)?.cut === true) watchSession(run, member);
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
  for (const subscription of run.subscriptions) {
    if (subscription.group !== member.group) continue;
    for (const cursorIndex of subscription.cursors) {
      if (run.cursors[cursorIndex]!.owner === memberIndex) run.cursors[cursorIndex]!.owner = -1;
    }
  }
  if (group.members.length === 0) {
    setState(run, group, 'empty');
    return;
  }
  prepareRebalance(run, member.group);
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
  const topics: Record<string, number> = {};
  const cursorOf = new Map<string, readonly number[]>();
  for (const subscription of run.subscriptions) {
    if (subscription.group !== groupIndex || !subscription.active) continue;
    const topic = run.topics[subscription.topic]!;
    topics[topic.id] = topic.partitions.length;
    cursorOf.set(topic.id, subscription.cursors);
  }
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
  };
}

function topicsOf(run: Run, instance: InstanceState): string[] {
  const { links } = run.consumers[instance.consumer]!;
  return links.map((link) => run.topics[run.subscriptions[run.links[link]!.subscription]!.topic]!.id);
}

function partitionOf(run: Run, cursorIndex: number): TopicPartition {
  const cursor = run.cursors[cursorIndex]!;
  return { topic: run.topics[run.subscriptions[cursor.subscription]!.topic]!.id, partition: cursor.partition };
}
