/** Building consumers: instances, groups, `subscribe` edges and the subscriptions they read. */
import { crashClient } from '../clients/client.ts';
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import { stopReader } from '../brokers/log/fetch.ts';
import { removeMember } from '../brokers/log/group.ts';
import { releaseCursors, sendJoin } from '../brokers/log/membership.ts';
import { createCursor } from '../brokers/log/topic.ts';
import { compileDistribution } from '../core/distributions.ts';
import { createHistogram } from '../core/histogram.ts';
import { fromMs } from '../core/time.ts';
import type { ConsumerState, LinkState } from '../handlers/handler-state.ts';
import {
  clientsOf,
  connectionChanged,
  crashInstance,
  createInstance,
  forgetGroup,
  resizeWorkers,
  scheduleRandomCrash,
  startInstance,
  stayInstance,
  stopInstance,
} from '../handlers/instance.ts';
import { createSubscriptionLedger } from '../ledger/accounts.ts';
import { admitSubscription, dismissSubscription } from '../ledger/subscribers.ts';
import type { Run } from '../state.ts';
import { addEdgeState, place, rebalance, retune } from './places.ts';
import { addClient } from './sources.ts';

export function addConsumer(run: Run, node: NodeOf<'consumer'>): void {
  const consumer: ConsumerState = {
    id: node.id,
    gone: false,
    settings: node,
    work: compileDistribution(node.workMs),
    group: groupNamed(run, node.group === '' ? node.id : node.group),
    links: [],
    instances: [],
    sources: [],
    applied: 0,
    slowFactor: 1,
    transactional: false,
  };
  run.consumers.push(consumer);
  const index = run.consumers.length - 1;
  place(run, node.id, 'consumer', index);
  for (let i = 0; i < node.instances; i += 1) startInstance(run, createInstance(run, index));
}

function groupNamed(run: Run, name: string): number {
  const known = run.groups.findIndex((group) => group.name === name);
  if (known >= 0) return known;
  run.groups.push({
    name,
    state: 'empty',
    sinceNs: run.nowNs,
    generation: 0,
    members: [],
    ticket: 0,
    initial: false,
    grown: false,
    roundStartNs: 0,
    deadlineNs: 0,
    rebalances: 0,
  });
  return run.groups.length - 1;
}

export function changeConsumer(run: Run, index: number, node: NodeOf<'consumer'>): void {
  const consumer = run.consumers[index]!;
  const before = consumer.settings;
  consumer.settings = node;
  consumer.work = compileDistribution(node.workMs);
  const group = groupNamed(run, node.group === '' ? node.id : node.group);
  if (group !== consumer.group) moveToGroup(run, index, group);
  if (before.concurrency !== node.concurrency) {
    // Stopped ones too: they may come back.
    for (const instance of consumer.instances) resizeWorkers(run, instance, node.concurrency);
  }
  if (before.crash.mtbfMs !== node.crash.mtbfMs)
    for (const instance of consumer.instances) scheduleRandomCrash(run, instance);
  scaleTo(run, index, node.instances);
}

/** Starts or stops instances; a stopped one that is wanted again comes back as a new process. */
function scaleTo(run: Run, consumerIndex: number, wanted: number): void {
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
    for (const source of consumer.sources) addClient(run, source, { kind: 'instance', index });
    startInstance(run, index);
  }
  run.layoutVersion += 1;
}

function reviveInstance(run: Run, index: number): void {
  const instance = run.instances[index]!;
  instance.stopped = false;
  instance.process.incarnation += 1;
  // Alarms set by the process before are void: the new one sets its own.
  forgetGroup(run, instance);
  // Stopped in good order it holds no message; its alarms and sequences are those of the process before.
  for (const client of clientsOf(run, instance)) crashClient(run, client);
  startInstance(run, index);
}

function moveToGroup(run: Run, index: number, group: number): void {
  const consumer = run.consumers[index]!;
  const links = [...consumer.links];
  for (const link of links) detachLink(run, link);
  consumer.group = group;
  for (const link of links) attachLink(run, link, run.subscriptions[run.links[link]!.subscription]!.topic);
}

export function removeConsumer(run: Run, index: number): void {
  const consumer = run.consumers[index]!;
  consumer.gone = true;
  for (const instance of consumer.instances) retire(run, instance);
}

function retire(run: Run, index: number): void {
  const { member } = run.instances[index]!;
  crashInstance(run, index);
  run.instances[index]!.stopped = true;
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
  attachLink(run, index, run.places[edge.from]!.index);
}

/** Connects a link to its group's subscription of the topic; the instances join, or the group rebalances. */
function attachLink(run: Run, linkIndex: number, topicIndex: number): void {
  const link = run.links[linkIndex]!;
  const consumer = run.consumers[link.consumer]!;
  link.subscription = subscriptionFor(run, topicIndex, consumer.group);
  admitSubscription(run, link.subscription);
  if (!consumer.links.includes(linkIndex)) consumer.links.push(linkIndex);
  for (const instance of consumer.instances) {
    addReader(run, instance, linkIndex);
    const state = run.instances[instance]!;
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
  const known = topic.subscriptions.find((index) => run.subscriptions[index]!.group === group);
  if (known !== undefined) return known;
  const index = run.subscriptions.length;
  run.subscriptions.push({
    topic: topicIndex,
    group,
    active: false,
    committedOnly: false,
    slot: topic.subscriptions.length,
    cursors: topic.partitions.map((_, partition) => run.cursors.push(createCursor(index, partition)) - 1),
    missedIds: [],
    missedFates: [],
    appliedUnsaved: [],
    ledger: createSubscriptionLedger(),
    latency: createHistogram(),
    wait: createHistogram(),
    lagMax: 0,
  });
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
  });
  state.readers.push(run.readers.length - 1);
}

export function changeSubscribe(run: Run, index: number, edge: EdgeOf<'subscribe'>): void {
  const link = run.links[index]!;
  const assignorChanged = link.settings.assignor !== edge.assignor;
  const resetChanged = link.settings.autoOffsetReset !== edge.autoOffsetReset;
  link.settings = edge;
  retune(run, link.edge, edge);
  // Who had to end for want of an offset starts again.
  if (resetChanged)
    for (const instance of run.consumers[link.consumer]!.instances)
      if (run.instances[instance]!.failure >= 0) startInstance(run, instance);
  if (assignorChanged) rebalance(run, run.consumers[link.consumer]!.group);
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
  instance.newAssignment = null;
  if (!instance.process.crashed && !instance.stopped) instance.phase = instance.unfinished > 0 ? 'processing' : 'idle';
}

export function removeSubscribe(run: Run, index: number): void {
  const link = run.links[index]!;
  detachLink(run, index);
  link.gone = true;
  run.edges[link.edge]!.gone = true;
}
