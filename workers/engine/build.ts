/**
 * From a design to state: what is added, changed and removed, at the start and while the run is going.
 *
 * The tables at the end are complete over the kinds: a new kind does not compile until the engine has its row.
 */
import { compileDistribution } from './core/distributions.ts';
import { openStream } from './core/random.ts';
import { compileZipf } from './core/zipf.ts';
import type { EdgeOf, NodeOf, ResolvedEdge, ResolvedNode } from '../scenario/resolve.ts';
import { addPartitions, createCursor } from './brokers/log/topic.ts';
import { applyRetention } from './brokers/log/partition.ts';
import { scheduleRetention } from './brokers/log/retention.ts';
import { prepareRebalance, removeMember } from './brokers/log/group.ts';
import { releaseCursors, sendJoin } from './brokers/log/membership.ts';
import { stopReader } from './brokers/log/fetch.ts';
import { crashClient } from './clients/client.ts';
import { startArrivals } from './clients/producer.ts';
import { trySend } from './clients/sender.ts';
import { newProcess } from './events.ts';
import {
  createInstance,
  crashInstance,
  resizeWorkers,
  scheduleRandomCrash,
  startInstance,
  stopInstance,
} from './handlers/instance.ts';
import { createSourceLedger, createSubscriptionLedger } from './ledger/accounts.ts';
import { createHistogram } from './core/histogram.ts';
import { openNetwork } from './network.ts';
import { admitSubscription, dismissSubscription } from './ledger/subscribers.ts';
import type {
  ClientState,
  ConsumerState,
  LinkState,
  PartitionBuffer,
  ProducerState,
  Run,
  SourceState,
  TopicState,
} from './state.ts';

function place(run: Run, id: string, kind: Run['places'][string]['kind'], index: number): void {
  run.places[id] = { kind, index };
  run.layoutVersion += 1;
}

function addProducer(run: Run, node: NodeOf<'producer'>): void {
  const producer: ProducerState = {
    id: node.id,
    gone: false,
    settings: node,
    process: newProcess(),
    facts: 0,
    phase: 0,
    patternStartNs: 0,
    generation: 0,
    zipf: node.key.type === 'zipf' ? compileZipf(node.key.keys, node.key.exponent) : null,
    arrivalStream: openStream(run.streams, run.seed, `producer:${node.id}:arrivals`),
    keyStream: openStream(run.streams, run.seed, `producer:${node.id}:keys`),
    sources: [],
  };
  run.producers.push(producer);
  place(run, node.id, 'producer', run.producers.length - 1);
  startArrivals(run, run.producers.length - 1);
}

function changeProducer(run: Run, index: number, node: NodeOf<'producer'>): void {
  const producer = run.producers[index]!;
  const before = producer.settings;
  producer.settings = node;
  producer.zipf = node.key.type === 'zipf' ? compileZipf(node.key.keys, node.key.exponent) : null;
  const same = JSON.stringify(before.arrivals) === JSON.stringify(node.arrivals);
  if (!same || before.limit !== node.limit || before.startMs !== node.startMs || before.stopMs !== node.stopMs)
    startArrivals(run, index);
}

function removeProducer(run: Run, index: number): void {
  run.producers[index]!.gone = true;
  run.producers[index]!.generation += 1;
}

function addTopic(run: Run, node: NodeOf<'topic'>): void {
  const topic: TopicState = {
    id: node.id,
    gone: false,
    settings: node,
    process: newProcess(),
    leader: true,
    leaderEpoch: 0,
    insync: node.replicationFactor,
    partitions: [],
    subscriptions: [],
    keyPartition: new Int32Array(0),
    parked: [],
    retentionScheduled: false,
    repartitionedNs: 0,
  };
  run.topics.push(topic);
  place(run, node.id, 'topic', run.topics.length - 1);
  addPartitions(run, run.topics.length - 1, node.partitions);
}

function changeTopic(run: Run, index: number, node: NodeOf<'topic'>): void {
  const topic = run.topics[index]!;
  const before = topic.settings;
  topic.settings = node;
  if (!topic.process.crashed) topic.insync = node.replicationFactor;
  // [KL3] A topic never loses partitions; a smaller number is kept out by validation.
  if (node.partitions > topic.partitions.length) {
    addPartitions(run, index, node.partitions);
    for (const client of run.clients)
      if (run.sources[client.source]!.topic === index) extendBuffers(client, node.partitions);
    for (const subscription of topic.subscriptions) rebalance(run, run.subscriptions[subscription]!.group);
    run.layoutVersion += 1;
  }
  if (before.retentionMs !== node.retentionMs || before.retentionBytes !== node.retentionBytes) {
    for (let partition = 0; partition < topic.partitions.length; partition += 1) applyRetention(run, index, partition);
    topic.retentionScheduled = false;
    scheduleRetention(run, index);
  }
}

function removeTopic(run: Run, index: number): void {
  run.topics[index]!.gone = true;
}

function rebalance(run: Run, groupIndex: number): void {
  if (run.groups[groupIndex]!.members.length > 0) prepareRebalance(run, groupIndex);
}

function addConsumer(run: Run, node: NodeOf<'consumer'>): void {
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
    roundStartNs: 0,
    deadlineNs: 0,
    rebalances: 0,
  });
  return run.groups.length - 1;
}

function changeConsumer(run: Run, index: number, node: NodeOf<'consumer'>): void {
  const consumer = run.consumers[index]!;
  const before = consumer.settings;
  consumer.settings = node;
  consumer.work = compileDistribution(node.workMs);
  const group = groupNamed(run, node.group === '' ? node.id : node.group);
  if (group !== consumer.group) moveToGroup(run, index, group);
  if (before.concurrency !== node.concurrency) {
    for (const instance of consumer.instances)
      if (!run.instances[instance]!.stopped) resizeWorkers(run, instance, node.concurrency);
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
    else if (instance.leaving) instance.leaving = false;
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
  startInstance(run, index);
}

function moveToGroup(run: Run, index: number, group: number): void {
  const consumer = run.consumers[index]!;
  const links = [...consumer.links];
  for (const link of links) detachLink(run, link);
  consumer.group = group;
  for (const link of links) attachLink(run, link, run.subscriptions[run.links[link]!.subscription]!.topic);
}

function removeConsumer(run: Run, index: number): void {
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

function isIdempotent(edge: EdgeOf<'publish'>): boolean {
  // [PR8] As Kafka does: conflicting settings switch idempotence off.
  return edge.enableIdempotence && edge.acks === 'all' && edge.maxInFlight <= 5 && edge.retries > 0;
}

function addEdgeState(run: Run, edge: ResolvedEdge, detail: number): number {
  run.edges.push({
    id: edge.id,
    kind: edge.kind,
    gone: false,
    from: edge.from,
    to: edge.to,
    cut: false,
    dropAcks: false,
    lastCutNs: -1,
    slowFactor: 1,
    forward: openNetwork(run, edge.id, 'forward', edge.network),
    backward: openNetwork(run, edge.id, 'backward', edge.network),
    detail,
  });
  place(run, edge.id, 'edge', run.edges.length - 1);
  return run.edges.length - 1;
}

function addPublish(run: Run, edge: EdgeOf<'publish'>): void {
  const index = run.sources.length;
  const source: SourceState = {
    edge: addEdgeState(run, edge, index),
    gone: false,
    topic: run.places[edge.to]!.index,
    settings: edge,
    idempotent: isIdempotent(edge),
    sequence: 0,
    clients: [],
    ledger: createSourceLedger(),
  };
  run.sources.push(source);
  const from = run.places[edge.from]!;
  if (from.kind === 'producer') {
    run.producers[from.index]!.sources.push(index);
    addClient(run, index, { kind: 'producer', index: from.index });
  } else {
    const consumer = run.consumers[from.index]!;
    consumer.sources.push(index);
    for (const instance of consumer.instances) addClient(run, index, { kind: 'instance', index: instance });
  }
}

function addClient(run: Run, sourceIndex: number, owner: ClientState['owner']): void {
  const source = run.sources[sourceIndex]!;
  const client: ClientState = {
    source: sourceIndex,
    gone: false,
    owner,
    partitions: [],
    sticky: null,
    roundRobin: -1,
    bufferedBytes: 0,
    queuedMessages: 0,
    blockedHead: -1,
    blockedTail: -1,
    blocked: 0,
    inFlight: [],
    lastForwardNs: 0,
    lastBackwardNs: 0,
    wakeNs: Infinity,
    stream: openStream(run.streams, run.seed, `client:${source.settings.id}:${source.clients.length}`),
    atBroker: [],
    brokerBusy: false,
  };
  extendBuffers(client, run.topics[source.topic]!.partitions.length);
  run.clients.push(client);
  source.clients.push(run.clients.length - 1);
}

function extendBuffers(client: ClientState, count: number): void {
  const empty = (): PartitionBuffer => ({ queue: [], nextSequence: 0, epoch: 0, inFlight: 0 });
  while (client.partitions.length < count) client.partitions.push(empty());
}

function changePublish(run: Run, index: number, edge: EdgeOf<'publish'>): void {
  const source = run.sources[index]!;
  source.settings = edge;
  source.idempotent = isIdempotent(edge);
  retune(run, source.edge, edge);
  for (const client of source.clients) trySend(run, client);
}

/** New network settings; the random streams go on. */
function retune(run: Run, edgeIndex: number, edge: ResolvedEdge): void {
  const state = run.edges[edgeIndex]!;
  state.forward = openNetwork(run, edge.id, 'forward', edge.network);
  state.backward = openNetwork(run, edge.id, 'backward', edge.network);
}

function removePublish(run: Run, index: number): void {
  const source = run.sources[index]!;
  source.gone = true;
  run.edges[source.edge]!.gone = true;
  for (const client of source.clients) {
    crashClient(run, client);
    run.clients[client]!.gone = true;
  }
  for (const producer of run.producers) producer.sources = producer.sources.filter((s) => s !== index);
}

function addSubscribe(run: Run, edge: EdgeOf<'subscribe'>): void {
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
      sendJoin(run, instance);
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
    slot: topic.subscriptions.length,
    cursors: topic.partitions.map((_, partition) => run.cursors.push(createCursor(index, partition)) - 1),
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

function changeSubscribe(run: Run, index: number, edge: EdgeOf<'subscribe'>): void {
  const link = run.links[index]!;
  const assignorChanged = link.settings.assignor !== edge.assignor;
  link.settings = edge;
  retune(run, link.edge, edge);
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
  consumer.links = consumer.links.filter((other) => other !== linkIndex);
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

function removeSubscribe(run: Run, index: number): void {
  const link = run.links[index]!;
  detachLink(run, index);
  link.gone = true;
  run.edges[link.edge]!.gone = true;
}

interface NodeBuilder<Node> {
  add(run: Run, node: Node): void;
  change(run: Run, index: number, node: Node): void;
  remove(run: Run, index: number): void;
}

const nothing = {
  add: (run: Run, node: ResolvedNode) => place(run, node.id, 'annotation', 0),
  change: () => undefined,
  remove: () => undefined,
};

export const nodeBuilders: { readonly [Kind in ResolvedNode['kind']]: NodeBuilder<NodeOf<Kind>> } = {
  producer: { add: addProducer, change: changeProducer, remove: removeProducer },
  topic: { add: addTopic, change: changeTopic, remove: removeTopic },
  consumer: { add: addConsumer, change: changeConsumer, remove: removeConsumer },
  note: nothing,
  frame: nothing,
};

export const edgeBuilders: { readonly [Kind in ResolvedEdge['kind']]: NodeBuilder<EdgeOf<Kind>> } = {
  publish: { add: addPublish, change: changePublish, remove: removePublish },
  subscribe: { add: addSubscribe, change: changeSubscribe, remove: removeSubscribe },
};
