/** Building consumers: instances, groups, `subscribe` edges and the subscriptions they read. */
import { crashPublishers } from '../clients/publishers.ts';
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import { refetch, stopReader } from '../brokers/log/fetch.ts';
import { removeMember } from '../brokers/log/group.ts';
import { forgetHeartbeats } from '../brokers/log/heartbeats.ts';
import { becomeNewMember, releaseCursors, sendJoin } from '../brokers/log/membership.ts';
import type { GroupState, LogSubscription } from '../brokers/log/log-state.ts';
import { createShareClient } from '../brokers/log/share/share-acknowledge.ts';
import { releaseShare } from '../brokers/log/share/share-group.ts';
import { createCursor } from '../brokers/log/topic.ts';
import { compileDistribution } from '../core/distributions.ts';
import { fromMs } from '../core/time.ts';
import { resizeCores } from '../handlers/cores.ts';
import { mayFail } from '../handlers/failures.ts';
import type { ConsumerState, LinkState } from '../handlers/handler-state.ts';
import {
  connectionChanged,
  crashInstance,
  createInstance,
  forgetGroup,
  resizeWorkers,
  scheduleRandomCrash,
  startInstance,
  startInstanceLater,
  stayInstance,
  stopInstance,
} from '../handlers/instance.ts';
import { poll } from '../handlers/poll.ts';
import { admitSubscription, dismissSubscription } from '../ledger/subscribers.ts';
import { createSubscription } from '../ledger/subscription.ts';
import { createAutoscaler, startLooking } from '../scaling/autoscaler-state.ts';
import { endInstance } from '../scaling/cost.ts';
import type { Run } from '../state.ts';
import { addEdgeState, place, rebalance, retune } from './places.ts';
import { addFeedClient, addPublisher } from './families.ts';
import { readOver } from './inlets.ts';
import { logSubscription, logSubscriptions } from '../brokers/log/subscription.ts';
import { joinRecords } from '../core/record-shape.ts';

export function addConsumer(run: Run, node: NodeOf<'consumer'>): void {
  const consumer: ConsumerState = {
    id: node.id,
    gone: false,
    settings: node,
    work: compileDistribution(node.workMs),
    group: groupNamed(run, nameOf(node), null),
    family: 'log',
    links: [],
    feeds: [],
    instances: [],
    sources: [],
    applied: 0,
    slowFactor: 1,
    transactional: false,
    failing: mayFail(node),
    requester: null,
    replies: null,
    autoscaler: node.autoscale.enabled ? createAutoscaler(node.instances) : null,
    paidNs: 0,
  };
  run.consumers.push(consumer);
  const index = run.consumers.length - 1;
  place(run, node.id, 'consumer', index);
  for (let i = 0; i < node.instances; i += 1) startInstance(run, createInstance(run, index));
  startLooking(run, index);
}

/**
 * The group of that name and kind, or of whatever kind if that is not known yet. What has been one kind of group does not
 * become another: a second group of a name tells its kind by it.
 */
function groupNamed(run: Run, wanted: string, kind: GroupState['kind'] | null): number {
  const told = `${wanted} (${kind})`;
  const known = run.groups.findIndex(
    ({ name, kind: its }) => (name === wanted || name === told) && (kind === null || its === kind),
  );
  if (known >= 0) return known;
  const unused = run.groups.findIndex(({ name }, index) => name === wanted && !isUsed(run, index));
  if (unused >= 0) {
    run.groups[unused]!.kind = kind!;
    return unused;
  }
  const isTaken = run.groups.some(({ name }) => name === wanted);
  run.groups.push(newGroup(run, isTaken ? told : wanted, kind ?? 'consumer'));
  return run.groups.length - 1;
}

/** Whether a group has ever read anything. */
function isUsed(run: Run, group: number): boolean {
  return logSubscriptions(run).some((subscription) => subscription.group === group);
}

function newGroup(run: Run, name: string, kind: GroupState['kind']): GroupState {
  return {
    name,
    protocol: 'classic',
    kind,
    state: 'empty',
    sinceNs: run.nowNs,
    generation: 0,
    targetEpoch: 0,
    stale: false,
    members: [],
    ticket: 0,
    initial: false,
    grown: false,
    roundStartNs: 0,
    deadlineNs: 0,
    rebalances: 0,
  };
}

/** The kind of group that a consumer's first connection asks for; null while it has none. */
function kindWanted(run: Run, { links }: ConsumerState): GroupState['kind'] | null {
  const [first] = links;
  if (first === undefined) return null;
  return run.links[first]!.settings.groupProtocol === 'share' ? 'share' : 'consumer';
}

function nameOf({ id, group }: NodeOf<'consumer'>): string {
  return group === '' ? id : group;
}

export function changeConsumer(run: Run, index: number, node: NodeOf<'consumer'>): void {
  const consumer = run.consumers[index]!;
  const before = consumer.settings;
  consumer.settings = node;
  consumer.work = compileDistribution(node.workMs);
  consumer.failing = mayFail(node);
  // Before anything below has work begun, which shares them.
  if (before.cores !== node.cores) for (const instance of consumer.instances) resizeCores(run, instance, node.cores);
  settleGroup(run, index);
  if (before.concurrency !== node.concurrency) {
    // Stopped ones too: they may come back.
    for (const instance of consumer.instances) resizeWorkers(run, instance, node.concurrency);
  }
  if (before.crash.mtbfMs !== node.crash.mtbfMs)
    for (const instance of consumer.instances) scheduleRandomCrash(run, instance);
  rescale(run, index, before);
}

/** Starts or stops instances; a stopped one that is wanted again comes back as a new process. */
export function scaleTo(run: Run, consumerIndex: number, wanted: number): void {
  const consumer = run.consumers[consumerIndex]!;
  consumer.instances.forEach((index, position) => {
    const instance = run.instances[index]!;
    if (position >= wanted) stopInstance(run, index);
    else if (instance.leaving) stayInstance(run, index);
    else if (instance.stopped) reviveInstance(run, index);
  });
  while (consumer.instances.length < wanted) {
    const index = createInstance(run, consumerIndex);
    for (const link of consumer.links) addReader(run, index, link);
    for (const source of consumer.sources) addPublisher(run, source, { kind: 'instance', index });
    for (const feed of consumer.feeds) addFeedClient(run, consumer.family, feed, index);
    bringUp(run, index);
  }
  run.layoutVersion += 1;
}

function reviveInstance(run: Run, index: number): void {
  const instance = run.instances[index]!;
  instance.stopped = false;
  instance.paidFromNs = run.nowNs;
  instance.process.incarnation += 1;
  // Alarms set by the process before are void: the new one sets its own.
  forgetGroup(run, instance);
  // Stopped in good order it holds no message; its alarms and sequences are those of the process before.
  crashPublishers(run, run.consumers[instance.consumer]!.sources, instance.index);
  bringUp(run, index);
}

function bringUp(run: Run, index: number): void {
  const { autoscaler, settings } = run.consumers[run.instances[index]!.consumer]!;
  const startupNs = autoscaler === null ? 0 : fromMs(settings.autoscale.startupMs);
  if (startupNs > 0) startInstanceLater(run, index, startupNs);
  else startInstance(run, index);
}

/** Autoscaling is switched on or off, or its looks come at other times; a number set by hand is the one to go on from. */
function rescale(run: Run, index: number, before: ConsumerState['settings']): void {
  const consumer = run.consumers[index]!;
  const { autoscale, instances } = consumer.settings;
  if (!autoscale.enabled) consumer.autoscaler = null;
  else if (consumer.autoscaler === null) consumer.autoscaler = createAutoscaler(instances);
  const { autoscaler } = consumer;
  if (autoscaler !== null && before.instances !== instances) autoscaler.wanted = instances;
  const { pollIntervalMs, syncPeriodMs } = before.autoscale;
  if (
    autoscaler !== null &&
    before.autoscale.enabled &&
    pollIntervalMs === autoscale.pollIntervalMs &&
    syncPeriodMs === autoscale.syncPeriodMs
  )
    return scaleTo(run, index, autoscaler.wanted);
  startLooking(run, index);
  scaleTo(run, index, autoscaler?.wanted ?? instances);
}

/** [KW13] Brings a consumer into the group that its name and its first connection ask for. */
function settleGroup(run: Run, index: number): void {
  const consumer = run.consumers[index]!;
  const group = groupNamed(run, nameOf(consumer.settings), kindWanted(run, consumer));
  if (group !== consumer.group) moveToGroup(run, index, group);
}

function moveToGroup(run: Run, index: number, group: number): void {
  const consumer = run.consumers[index]!;
  const links = [...consumer.links];
  for (const link of links) detachLink(run, link);
  consumer.group = group;
  for (const link of links) attachLink(run, link, logSubscription(run, run.links[link]!.subscription).topic);
}

export function removeConsumer(run: Run, index: number): void {
  const consumer = run.consumers[index]!;
  consumer.gone = true;
  for (const instance of consumer.instances) retire(run, instance);
}

function retire(run: Run, index: number): void {
  const { member } = run.instances[index]!;
  crashInstance(run, index);
  endInstance(run, run.instances[index]!);
  if (member >= 0) removeMember(run, member);
}

export function addSubscribe(run: Run, edge: EdgeOf<'subscribe'>): void {
  const index = run.links.length;
  const link: LinkState = {
    edge: addEdgeState(run, edge, index),
    gone: false,
    consumer: run.places[edge.to]!.index,
    subscription: -1,
    settings: edge,
    fetched: 0,
  };
  run.links.push(link);
  readOver(run, link.consumer, 'log');
  const consumer = run.consumers[link.consumer]!;
  // The first connection says what kind of group it is.
  if (consumer.links.length === 0)
    consumer.group = groupNamed(run, nameOf(consumer.settings), edge.groupProtocol === 'share' ? 'share' : 'consumer');
  attachLink(run, index, run.places[edge.from]!.index);
}

/** Connects a link to its group's subscription of the topic; the instances join, or the group rebalances. */
function attachLink(run: Run, linkIndex: number, topicIndex: number): void {
  const link = run.links[linkIndex]!;
  const consumer = run.consumers[link.consumer]!;
  const { kind } = run.groups[consumer.group]!;
  link.subscription = subscriptionFor(run, topicIndex, consumer.group);
  admitSubscription(run, link.subscription);
  if (!consumer.links.includes(linkIndex)) consumer.links.push(linkIndex);
  for (const instance of consumer.instances) {
    addReader(run, instance, linkIndex);
    const state = run.instances[instance]!;
    if ((state.share !== null) !== (kind === 'share')) state.share = kind === 'share' ? createShareClient() : null;
    if (state.phase === 'idle' && state.member < 0 && !state.process.crashed) {
      state.phase = 'joining';
      state.nextAutoCommitNs = run.nowNs + fromMs(link.settings.autoCommitIntervalMs);
      sendJoin(run, instance);
    } else if (state.phase === 'processing' && state.member < 0) {
      // It joins with its next poll, when what it works on is done.
      state.rebalanceNoticed = true;
    }
  }
  rebalance(run, consumer.group);
}

function subscriptionFor(run: Run, topicIndex: number, group: number): number {
  const topic = run.topics[topicIndex]!;
  const known = topic.subscriptions.find((index) => logSubscription(run, index).group === group);
  if (known !== undefined) return known;
  const index = run.subscriptions.length;
  const shared = run.groups[group]!.kind === 'share';
  const subscription: LogSubscription = joinRecords(createSubscription('log', index, topicIndex, topic.id), {
    topic: topicIndex,
    group,
    committedOnly: false,
    slot: topic.subscriptions.length,
    cursors: topic.partitions.map((_, partition) => run.cursors.push(createCursor(index, partition, shared)) - 1),
  });
  run.subscriptions.push(subscription);
  return index;
}

function addReader(run: Run, instance: number, link: number): void {
  const state = run.instances[instance]!;
  if (state.readers.some((reader) => run.readers[reader]!.link === link)) return;
  run.readers.push({
    instance,
    link,
    cursors: [],
    outstanding: false,
    ticket: 0,
    rotate: 0,
    parked: false,
    inbound: [],
    share: run.groups[run.consumers[state.consumer]!.group]!.kind === 'share',
    quota: null,
  });
  state.readers.push(run.readers.length - 1);
}

export function changeSubscribe(run: Run, index: number, edge: EdgeOf<'subscribe'>): void {
  const link = run.links[index]!;
  const consumer = run.consumers[link.consumer]!;
  const { assignor, autoOffsetReset, commit, groupProtocol, isolationLevel } = link.settings;
  link.settings = edge;
  retune(run, link.edge, edge);
  if (groupProtocol !== edge.groupProtocol && groupProtocol !== 'share' && edge.groupProtocol !== 'share')
    beginAnew(run, consumer.group);
  // Who had to end for want of an offset starts again.
  if (autoOffsetReset !== edge.autoOffsetReset)
    for (const each of consumer.instances) {
      const { failure, stopped } = run.instances[each]!;
      if (failure >= 0 && !stopped) startInstance(run, each);
    }
  if (assignor !== edge.assignor) rebalance(run, consumer.group);
  if (isolationLevel !== edge.isolationLevel) fetchAnew(run, index);
  // An idle process polls all the time: what was not saved so far may be due now.
  if (commit !== edge.commit) for (const instance of consumer.instances) poll(run, instance);
  settleGroup(run, link.consumer);
}

/** [KT9] A request that waits at the broker, or an answer that is under way, is of the isolation level before. */
function fetchAnew(run: Run, linkIndex: number): void {
  run.readers.forEach(({ link, outstanding, share }, reader) => {
    if (link === linkIndex && outstanding && !share) refetch(run, reader);
  });
}

/** [KN8] Another protocol: all members of the group leave at once, and join anew with their next polls. */
function beginAnew(run: Run, group: number): void {
  const members = [...run.groups[group]!.members];
  for (const member of members) removeMember(run, member);
  for (const member of members) {
    const { instance: index } = run.members[member]!;
    const instance = run.instances[index]!;
    if (instance.member !== member) continue;
    instance.rebalanceNoticed = true;
    if (instance.phase === 'joining' && !instance.process.frozen) becomeNewMember(run, index);
    else poll(run, index);
  }
}

/** Takes a link out of its group: its readers stop, and what nobody of the group reads any more is no longer owed. */
function detachLink(run: Run, linkIndex: number): void {
  const link = run.links[linkIndex]!;
  const consumer = run.consumers[link.consumer]!;
  for (const instance of consumer.instances) {
    const state = run.instances[instance]!;
    for (const reader of state.readers.filter((r) => run.readers[r]!.link === linkIndex)) {
      releaseCursors(run, instance, reader, () => true);
      stopReader(run, reader);
      if (run.readers[reader]!.share) releaseShare(run, link.subscription, state.member);
    }
    state.readers = state.readers.filter((reader) => run.readers[reader]!.link !== linkIndex);
  }
  const talked = consumer.links[0] === linkIndex;
  consumer.links = consumer.links.filter((other) => other !== linkIndex);
  // The conversation with the coordinator goes on over another edge.
  if (talked && consumer.links.length > 0)
    for (const instance of consumer.instances) connectionChanged(run, instance, true);
  const stillRead = run.links.some(
    (other, i) =>
      i !== linkIndex &&
      !other.gone &&
      other.subscription === link.subscription &&
      run.consumers[other.consumer]!.links.includes(i),
  );
  if (!stillRead) dismissSubscription(run, link.subscription);
  if (consumer.links.length === 0) for (const instance of consumer.instances) leaveAtOnce(run, instance);
  else rebalance(run, consumer.group);
}

function leaveAtOnce(run: Run, index: number): void {
  const instance = run.instances[index]!;
  if (instance.member >= 0) removeMember(run, instance.member);
  instance.member = -1;
  instance.joinTicket += 1;
  instance.joinPending = false;
  forgetHeartbeats(instance);
  instance.newAssignment = null;
  if (!instance.process.crashed && !instance.stopped) instance.phase = instance.unfinished > 0 ? 'processing' : 'idle';
}

export function removeSubscribe(run: Run, index: number): void {
  const link = run.links[index]!;
  detachLink(run, index);
  link.gone = true;
  run.edges[link.edge]!.gone = true;
  // Another connection may be the first one by now, of another kind of group.
  settleGroup(run, link.consumer);
}
