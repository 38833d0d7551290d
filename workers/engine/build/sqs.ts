/** Building queues of SQS, topics of SNS, and the edges between them and to their clients. */
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import { listed } from '../../scenario/values/listed.ts';
import { readFilterPolicy, type FilterPolicy } from '../../scenario/sns/filter-policy.ts';
import { createDedup, createSqsQueue, type SqsSettings } from '../brokers/sqs/queue-state.ts';
import { setAttributes } from '../brokers/sqs/sqs.ts';
import { createWaitingRoom } from '../clients/waiting-room.ts';
import { openStream } from '../core/random.ts';
import { fromMs } from '../core/time.ts';
import { poll } from '../handlers/poll.ts';
import { dropRecords } from '../handlers/handler.ts';
import { O } from '../ledger/layout.ts';
import { disown, dropChance, slotOf } from '../ledger/ledger.ts';
import { obligationAt } from '../ledger/messages.ts';
import { createSubscription } from '../ledger/subscription.ts';
import { touchPlace } from '../sqs/place.ts';
import { hangUp } from '../sqs/receiver.ts';
import { crashSender, sqsSource, trySendCalls } from '../sqs/sender.ts';
import type { SqsPlace, SqsSender, SqsSource } from '../sqs/sqs-state.ts';
import type { Run } from '../state.ts';
import { closeFeed, openFeed } from './inlets.ts';
import { beginSource, closeSource, openSource } from './outlets.ts';
import { addEdgeState, place, retune } from './places.ts';
import { joinRecords } from '../core/record-shape.ts';

function settingsOf(node: NodeOf<'sqs'>, maxReceiveCount: number): SqsSettings {
  return {
    fifo: node.fifo,
    visibilityTimeoutNs: fromMs(node.visibilityTimeoutMs),
    delayNs: fromMs(node.delayMs),
    retentionNs: fromMs(node.retentionMs),
    waitNs: fromMs(node.receiveWaitTimeMs),
    messageBytesMax: node.maximumMessageSize,
    maxReceiveCount,
    contentBasedDeduplication: node.contentBasedDeduplication,
    deduplicatesByGroup: node.deduplicationScope === 'messageGroup',
    inFlightMax: node.maxInFlight,
    lookahead: 120_000,
    callsPerSecond: node.fifo ? node.callsPerSecond : Infinity,
    partitions: node.fifoThroughputLimit === 'perMessageGroupId' ? node.partitions : 1,
    shortPollShare: node.fifo ? 1 : node.shortPollShare,
    duplicateRate: node.fifo ? 0 : node.duplicateRate,
    disorderRate: node.fifo ? 0 : node.disorderRate,
  };
}

export function addSqs(run: Run, node: NodeOf<'sqs'>): void {
  const index = run.sqs.places.length;
  const subscription = run.subscriptions.length;
  run.subscriptions.push(Object.assign(createSubscription('sqs', subscription, index, node.id), { active: true }));
  run.sqs.places.push({
    id: node.id,
    gone: false,
    settings: node,
    queue: createSqsQueue(index, settingsOf(node, Infinity), run.seed, node.id),
    subscription,
    deadLetters: -1,
    dueNs: Infinity,
    sends: 0,
    receives: 0,
    deletes: 0,
    changes: 0,
    furtherRequests: 0,
    emptyReceives: 0,
    throttled: 0,
    overLimit: 0,
    duplicatesDropped: 0,
    expiredHandles: 0,
    missedDeletes: 0,
    movedBack: 0,
  });
  place(run, node.id, 'sqs', index);
}

export function changeSqs(run: Run, index: number, node: NodeOf<'sqs'>): void {
  const state = run.sqs.places[index]!;
  const { maxReceiveCount } = state.queue.settings;
  const isOther = state.settings.fifo !== node.fifo;
  state.settings = node;
  if (isOther) replaceQueue(run, index, settingsOf(node, maxReceiveCount));
  else setAttributes(state.queue, settingsOf(node, maxReceiveCount));
  for (const { from, gone } of run.sqs.redrives) if (!gone) refreshRedrive(run, from);
  touchPlace(run, index);
}

/** [ED10] A queue does not become a FIFO queue: it is deleted, and another one made in its place. */
function replaceQueue(run: Run, index: number, settings: SqsSettings): void {
  const state = run.sqs.places[index]!;
  empty(run, state, false);
  state.queue = createSqsQueue(index, settings, run.seed, state.id);
  const instances = new Set(
    run.sqs.feeds.flatMap((feed) => (feed.place === index && !feed.gone ? feed.receivers : [])),
  );
  for (const receiver of instances) {
    hangUp(run, receiver);
    poll(run, run.sqs.receivers[receiver]!.instance);
  }
}

/** The queue's messages are no more. `excused`: nothing is owed to it either. */
function empty(run: Run, { queue, subscription }: SqsPlace, excused: boolean): void {
  const { rows } = queue;
  for (let row = 0; row < rows.used; row += 1) {
    if (rows.state[row] === 0) continue;
    rows.state[row] = 0;
    const message = rows.message[row]!;
    const slot = slotOf(run, message, subscription);
    const applied = run.messages.obligations.rows[obligationAt(run.messages, message, slot) + O.applied]!;
    if (excused && applied === 0) disown(run, message, slot);
    dropChance(run, message, slot);
  }
}

export function removeSqs(run: Run, index: number): void {
  const state = run.sqs.places[index]!;
  state.gone = true;
  empty(run, state, true);
  run.subscriptions[state.subscription]!.active = false;
}

export function addSns(run: Run, node: NodeOf<'sns'>): void {
  run.sqs.topics.push({
    id: node.id,
    gone: false,
    settings: node,
    routes: [],
    publishes: 0,
    furtherRequests: 0,
    published: 0,
    duplicatesDropped: 0,
    dedup: createDedup(),
  });
  place(run, node.id, 'sns', run.sqs.topics.length - 1);
}

/** [ED10] One that becomes a FIFO topic, or is one no more, is another topic: it knows no deduplication ids. */
export function changeSns(run: Run, index: number, node: NodeOf<'sns'>): void {
  const topic = run.sqs.topics[index]!;
  if (topic.settings.fifo !== node.fifo) topic.dedup = createDedup();
  topic.settings = node;
}

export function removeSns(run: Run, index: number): void {
  run.sqs.topics[index]!.gone = true;
}

export function addRedrive(run: Run, edge: EdgeOf<'redrive'>): void {
  const [from, to] = [run.places[edge.from]!.index, run.places[edge.to]!.index];
  const index = run.sqs.redrives.length;
  run.sqs.redrives.push({ edge: addEdgeState(run, edge, index), gone: false, from, to, settings: edge });
  refreshRedrive(run, from);
}

/** [SQ24] Whether a queue's dead letters are taken in by the other queue. */
function isAllowed(run: Run, from: number, to: number): boolean {
  const { redriveAllowPolicy, redriveSources } = run.sqs.places[to]!.settings;
  if (redriveAllowPolicy !== 'byQueue') return redriveAllowPolicy === 'allowAll';
  const { id, name } = run.sqs.places[from]!.settings;
  const named = listed(redriveSources);
  return named.includes(id) || named.includes(name);
}

/** The last of a queue's redrive policies that are allowed counts. */
function refreshRedrive(run: Run, from: number): void {
  const policy = run.sqs.redrives.findLast(
    (redrive) => !redrive.gone && redrive.from === from && isAllowed(run, from, redrive.to),
  );
  const state = run.sqs.places[from]!;
  state.deadLetters = policy?.to ?? -1;
  state.queue.settings.maxReceiveCount = policy?.settings.maxReceiveCount ?? Infinity;
}

export function changeRedrive(run: Run, index: number, edge: EdgeOf<'redrive'>): void {
  const redrive = run.sqs.redrives[index]!;
  redrive.settings = edge;
  refreshRedrive(run, redrive.from);
}

export function removeRedrive(run: Run, index: number): void {
  const redrive = run.sqs.redrives[index]!;
  redrive.gone = true;
  run.edges[redrive.edge]!.gone = true;
  refreshRedrive(run, redrive.from);
}

export function addSending(run: Run, edge: EdgeOf<'sqsSend'> | EdgeOf<'snsPublish'>): void {
  const source = { family: 'sqs', target: run.places[edge.to]!.index, settings: edge } as const;
  openSource(run, joinRecords(beginSource(run, edge), source) satisfies SqsSource, addSender);
}

export function addSender(run: Run, sourceIndex: number, owner: SqsSender['owner']): void {
  const source = sqsSource(run, sourceIndex);
  const sender: SqsSender = joinRecords(createWaitingRoom(sourceIndex), {
    gone: false,
    owner,
    head: 0,
    tail: 0,
    waiting: new Int32Array(16),
    open: [],
    wakeNs: Infinity,
    patienceNs: Infinity,
    stream: openStream(run.streams, run.seed, `sqs:${source.settings.id}:${source.clients.length}`),
  });
  run.sqs.senders.push(sender);
  source.clients.push(run.sqs.senders.length - 1);
}

export function changeSending(run: Run, index: number, edge: EdgeOf<'sqsSend'> | EdgeOf<'snsPublish'>): void {
  const source = sqsSource(run, index);
  source.settings = edge;
  retune(run, source.edge, edge);
  for (const client of source.clients) trySendCalls(run, client);
}

export function removeSending(run: Run, index: number): void {
  closeSource(run, index, (client) => {
    crashSender(run, client);
    run.sqs.senders[client]!.gone = true;
  });
}

export function addReceiving(run: Run, edge: EdgeOf<'sqsReceive'>): void {
  const index = run.sqs.feeds.length;
  const consumer = run.places[edge.to]!.index;
  run.sqs.feeds.push({
    edge: addEdgeState(run, edge, index),
    gone: false,
    consumer,
    place: run.places[edge.from]!.index,
    settings: edge,
    received: 0,
    receivers: [],
  });
  openFeed(run, consumer, 'sqs', index);
  for (const instance of run.consumers[consumer]!.instances) {
    addReceiver(run, index, instance);
    poll(run, instance);
  }
}

export function addReceiver(run: Run, feed: number, instance: number): void {
  run.sqs.receivers.push({
    feed,
    instance,
    outstanding: false,
    ticket: 0,
    askedNs: 0,
    attempt: 0,
    watched: false,
    restsUntilNs: 0,
    inbound: [],
    done: [],
    extending: false,
  });
  run.sqs.feeds[feed]!.receivers.push(run.sqs.receivers.length - 1);
}

export function changeReceiving(run: Run, index: number, edge: EdgeOf<'sqsReceive'>): void {
  const feed = run.sqs.feeds[index]!;
  feed.settings = edge;
  retune(run, feed.edge, edge);
  for (const receiver of feed.receivers) poll(run, run.sqs.receivers[receiver]!.instance);
}

/** What an instance works on is finished; what waits in its memory is dropped, and comes back when its time is over. */
export function removeReceiving(run: Run, index: number): void {
  const feed = run.sqs.feeds[index]!;
  for (const receiver of feed.receivers) {
    hangUp(run, receiver);
    dropRecords(run, run.sqs.receivers[receiver]!.instance, ({ cursor }) => cursor === -1 - index);
  }
  closeFeed(run, index, feed);
  for (const instance of run.consumers[feed.consumer]!.instances) poll(run, instance);
}

export function addRoute(run: Run, edge: EdgeOf<'snsSubscribe'>): void {
  const index = run.sqs.routes.length;
  const topic = run.places[edge.from]!.index;
  run.sqs.routes.push({
    edge: addEdgeState(run, edge, index),
    gone: false,
    topic,
    place: run.places[edge.to]!.index,
    settings: edge,
    policy: policyOf(edge),
    delivered: 0,
    filtered: 0,
    lines: [],
  });
  run.sqs.topics[topic]!.routes.push(index);
}

/** One that cannot be read lets everything pass; validation has told of it. */
function policyOf({ filterPolicy }: EdgeOf<'snsSubscribe'>): FilterPolicy | null {
  const read = readFilterPolicy(filterPolicy);
  return read.ok ? read.policy : null;
}

export function changeRoute(run: Run, index: number, edge: EdgeOf<'snsSubscribe'>): void {
  const route = run.sqs.routes[index]!;
  route.settings = edge;
  route.policy = policyOf(edge);
  retune(run, route.edge, edge);
}

export function removeRoute(run: Run, index: number): void {
  const route = run.sqs.routes[index]!;
  route.gone = true;
  run.edges[route.edge]!.gone = true;
  const topic = run.sqs.topics[route.topic]!;
  topic.routes = topic.routes.filter((other) => other !== index);
}
