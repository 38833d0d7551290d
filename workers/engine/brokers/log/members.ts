/** Members of a group as the coordinator keeps them, and what they subscribe to. */
import type { InstanceState, LinkState } from '../../handlers/handler-state.ts';
import type { Run } from '../../state.ts';
import type { PartitionCounts, TopicPartition } from './assignors/assignor.ts';
import type { GroupState, MemberState } from './log-state.ts';
import { logSubscription, logSubscriptions } from './subscription.ts';

export function setState(run: Run, group: GroupState, state: GroupState['state']): void {
  group.state = state;
  group.sinceNs = run.nowNs;
  group.ticket += 1;
}

/** Member ids sort as their numbers do. */
function pad(n: number): string {
  return String(n).padStart(4, '0');
}

/** [KG1] A new member of the group for an instance. Returns its index. */
export function addMember(run: Run, groupIndex: number, index: number, settings: LinkState['settings']): number {
  const instance = run.instances[index]!;
  const { id } = run.consumers[instance.consumer]!;
  const member: MemberState = {
    id: `${id}-${pad(instance.index)}-${pad(run.members.length)}`,
    group: groupIndex,
    instance: index,
    gone: false,
    instanceId: instanceIdOf(run, index, settings),
    fenced: false,
    away: false,
    left: false,
    joined: false,
    joinedNs: run.nowNs,
    assignor: settings.assignor,
    owned: [],
    assigned: [],
    epoch: 0,
    previousEpoch: 0,
    reconciling: 'stable',
    revoking: [],
    target: [],
    topics: [],
    lastBeatNs: run.nowNs,
    silent: false,
    sessionTicket: 0,
  };
  run.members.push(member);
  instance.member = run.members.length - 1;
  run.groups[groupIndex]!.members.push(instance.member);
  run.layoutVersion += 1;
  return instance.member;
}

/** [KG15] `group.instance.id` of an instance; empty for a dynamic member. Share groups have no static ones. */
export function instanceIdOf(run: Run, index: number, settings: LinkState['settings']): string {
  const instance = run.instances[index]!;
  const { id } = run.consumers[instance.consumer]!;
  if (settings.staticMembership === 'none' || settings.groupProtocol === 'share') return '';
  return settings.staticMembership === 'each' ? `${id}-${pad(instance.index)}` : id;
}

/** For an assignor: the instance id of a static member. */
export function staticName({ instanceId }: MemberState): { readonly instanceId?: string } {
  return instanceId === '' ? {} : { instanceId };
}

/** The group's member of that instance id, as index into `members`; -1 if there is none, and for no id. */
export function staticMemberOf(run: Run, groupIndex: number, instanceId: string): number {
  if (instanceId === '') return -1;
  return run.groups[groupIndex]!.members.find((index) => run.members[index]!.instanceId === instanceId) ?? -1;
}

/** [KG15] Puts an instance in the place of a static member, with all that it has. Returns the new member's index. */
export function replaceMember(run: Run, earlier: number, index: number): number {
  const old = run.members[earlier]!;
  const instance = run.instances[index]!;
  const { id } = run.consumers[instance.consumer]!;
  run.members.push({
    ...old,
    id: `${id}-${pad(instance.index)}-${pad(run.members.length)}`,
    instance: index,
    left: false,
    away: false,
    joined: false,
    joinedNs: run.nowNs,
    lastBeatNs: run.nowNs,
    owned: [],
    assigned: [...old.assigned],
    revoking: [...old.revoking],
    target: [...old.target],
    topics: [...old.topics],
    silent: false,
    sessionTicket: 0,
  });
  const member = run.members.length - 1;
  old.gone = true;
  old.fenced = old.instance !== index;
  old.sessionTicket += 1;
  const group = run.groups[old.group]!;
  group.members = group.members.map((each) => (each === earlier ? member : each));
  for (const cursor of run.cursors) if (cursor.owner === earlier) cursor.owner = member;
  instance.member = member;
  run.layoutVersion += 1;
  return member;
}

/** Partitions of the topics that a group reads, and the cursors of each by partition. */
export function topicsOfGroup(
  run: Run,
  groupIndex: number,
): { readonly topics: PartitionCounts; readonly cursorOf: ReadonlyMap<string, readonly number[]> } {
  const topics: Record<string, number> = {};
  const cursorOf = new Map<string, readonly number[]>();
  for (const subscription of logSubscriptions(run)) {
    if (subscription.group !== groupIndex || !subscription.active) continue;
    const topic = run.topics[subscription.topic]!;
    topics[topic.id] = topic.partitions.length;
    cursorOf.set(topic.id, subscription.cursors);
  }
  return { topics, cursorOf };
}

/** The topics that an instance subscribes to, in the order of its edges. */
export function topicsOf(run: Run, instance: InstanceState): string[] {
  const { links } = run.consumers[instance.consumer]!;
  return links.map((link) => run.topics[logSubscription(run, run.links[link]!.subscription).topic]!.id);
}

export function partitionOf(run: Run, cursorIndex: number): TopicPartition {
  const cursor = run.cursors[cursorIndex]!;
  return { topic: run.topics[logSubscription(run, cursor.subscription).topic]!.id, partition: cursor.partition };
}
