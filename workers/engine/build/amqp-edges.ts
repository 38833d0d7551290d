/** Building who publishes to RabbitMQ and who consumes from it. */
import type { EdgeOf } from '../../scenario/resolve.ts';
import type { AmqpPublisher, AmqpSource } from '../amqp/amqp-state.ts';
import { loseDeliveries } from '../amqp/deliveries.ts';
import { forgetEnvelopes, KEY_SIGN } from '../amqp/envelopes.ts';
import { takeOutcomes } from '../amqp/outcomes.ts';
import { admitWaiting, amqpSource, crashPublisher } from '../amqp/publisher.ts';
import { cancelFeed, consumeFrom, openAmqpFeeds } from '../amqp/sessions.ts';
import { dismissReaders } from '../amqp/streams.ts';
import { closeConnection, openChannel, openConnection } from '../brokers/amqp/channels.ts';
import { outstanding } from '../brokers/amqp/holding.ts';
import { OUTCOME, settleAll } from '../brokers/amqp/settle.ts';
import { createWaitingRoom } from '../clients/waiting-room.ts';
import { dropRecords } from '../handlers/handler.ts';
import { poll } from '../handlers/poll.ts';
import { createSubscription } from '../ledger/subscription.ts';
import type { Run } from '../state.ts';
import { closeFeed, openFeed } from './inlets.ts';
import { beginSource, closeSource, openSource } from './outlets.ts';
import { addEdgeState, retune } from './places.ts';
import { joinRecords } from '../core/record-shape.ts';

export function addAmqpPublish(run: Run, edge: EdgeOf<'amqpPublish'>): void {
  const source = { family: 'amqp', settings: edge, ...targetOf(run, edge) } as const;
  openSource(run, joinRecords(beginSource(run, edge), source) satisfies AmqpSource, addAmqpPublisher);
}

function targetOf(run: Run, edge: EdgeOf<'amqpPublish'>): Pick<AmqpSource, 'exchange' | 'exchangePlace' | 'keyed'> {
  const { kind, index } = run.places[edge.to]!;
  const toExchange = kind === 'exchange';
  const texts = [toExchange ? edge.routingKey : '', edge.headers, edge.cc, edge.bcc];
  return {
    exchange: toExchange ? edge.to : '',
    exchangePlace: toExchange ? index : -1,
    keyed: texts.some((text) => text.includes(KEY_SIGN)),
  };
}

export function addAmqpPublisher(run: Run, sourceIndex: number, owner: AmqpPublisher['owner']): void {
  const { broker } = run.amqp;
  const connection = openConnection(broker);
  const publisher: AmqpPublisher = joinRecords(createWaitingRoom(sourceIndex), {
    gone: false,
    owner,
    connection,
    channel: openChannel(broker, connection),
    unconfirmed: 0,
    lastForwardNs: 0,
    lastBackwardNs: 0,
    envelopes: new Int32Array(0),
    fanOut: 1,
    allowedVersion: -1,
    admitting: false,
  });
  run.amqp.publishers.push(publisher);
  run.sources[sourceIndex]!.clients.push(run.amqp.publishers.length - 1);
}

export function changeAmqpPublish(run: Run, index: number, edge: EdgeOf<'amqpPublish'>): void {
  const source = amqpSource(run, index);
  source.settings = edge;
  Object.assign(source, targetOf(run, edge));
  retune(run, source.edge, edge);
  for (const client of source.clients) {
    forgetEnvelopes(run, run.amqp.publishers[client]!);
    admitWaiting(run, client);
  }
}

export function removeAmqpPublish(run: Run, index: number): void {
  closeSource(run, index, (client) => {
    const publisher = run.amqp.publishers[client]!;
    crashPublisher(run, client);
    forgetEnvelopes(run, publisher);
    closeConnection(run.amqp.broker, publisher.connection, run.nowNs);
    publisher.gone = true;
  });
}

export function addAmqpConsume(run: Run, edge: EdgeOf<'amqpConsume'>): void {
  const { feeds } = run.amqp;
  const index = feeds.length;
  const consumer = run.places[edge.to]!.index;
  const queue = run.places[edge.from]!.index;
  const { stream } = run.amqp.queues[queue]!;
  const isStream = stream !== null;
  stream?.feeds.push(index);
  feeds.push({
    edge: addEdgeState(run, edge, index),
    gone: false,
    settings: edge,
    queue,
    consumer,
    subscription: isStream ? addReading(run, queue) : run.amqp.queues[queue]!.subscription,
    floor: Infinity,
    readers: [],
    delivered: 0,
    acknowledged: 0,
    refusals: 0,
    consumers: [],
  });
  openFeed(run, consumer, 'amqp', index);
  for (const instance of run.consumers[consumer]!.instances) addAmqpFeed(run, index, instance);
}

/** [RS5] What an edge reads of a stream is a subscription of its own. */
function addReading(run: Run, queue: number): number {
  const index = run.subscriptions.length;
  const { id } = run.amqp.queues[queue]!;
  run.subscriptions.push(Object.assign(createSubscription('amqp', index, queue, id), { active: true, goesBack: true }));
  return index;
}

/** A queue is about to become a stream, or none any more: what its consumers have in memory is given up. */
export function leaveFeeds(run: Run, queue: number): void {
  const feeds = run.amqp.feeds.flatMap((feed, index) => (feed.gone || feed.queue !== queue ? [] : [index]));
  const eachInstance = (see: (feed: number, instance: number) => void): void => {
    for (const feed of feeds)
      for (const instance of run.consumers[run.amqp.feeds[feed]!.consumer]!.instances) see(feed, instance);
    takeOutcomes(run);
  };
  // None of them is to get what another one gives back.
  eachInstance((feed, instance) => cancelFeed(run, feed, run.instances[instance]!.index));
  eachInstance((feed, instance) => giveBack(run, feed, instance));
  for (const feed of feeds) dismissReaders(run, feed);
}

/** It has become what it is to be. */
export function enterFeeds(run: Run, queue: number, isStream: boolean): void {
  for (const feed of run.amqp.feeds) {
    if (feed.gone || feed.queue !== queue) continue;
    feed.subscription = isStream ? addReading(run, queue) : run.amqp.queues[queue]!.subscription;
  }
}

/** An instance reads one queue more: over its connection, if it has one. */
function addAmqpFeed(run: Run, feed: number, index: number): void {
  const { process, stopped, leaving } = run.instances[index]!;
  if (process.crashed || stopped || leaving) return;
  const session = run.amqp.sessions[index] ?? null;
  if (session !== null && session.channel >= 0) consumeFrom(run, index, feed);
  else openAmqpFeeds(run, index);
  takeOutcomes(run);
}

export function changeAmqpConsume(run: Run, index: number, edge: EdgeOf<'amqpConsume'>): void {
  const feed = run.amqp.feeds[index]!;
  const before = feed.settings;
  feed.settings = edge;
  retune(run, feed.edge, edge);
  const again = [
    'ack',
    'prefetch',
    'prefetchShared',
    'priority',
    'exclusive',
    'streamOffset',
    'offsetTracking',
  ] as const;
  if (!again.some((each) => before[each] !== edge[each])) return;
  // [ED12] What counts for a consumer is said when it is registered: it is cancelled, and registered anew.
  const { instances } = run.consumers[feed.consumer]!;
  for (const instance of instances) cancelFeed(run, index, run.instances[instance]!.index);
  for (const instance of instances) consumeFrom(run, instance, index);
  takeOutcomes(run);
}

/** What an instance works on is finished; what waits in its memory is dropped, and is back in the queue. */
export function removeAmqpConsume(run: Run, index: number): void {
  const feed = run.amqp.feeds[index]!;
  const { instances } = run.consumers[feed.consumer]!;
  for (const instance of instances) giveBack(run, index, instance);
  dismissReaders(run, index);
  closeFeed(run, index, feed);
  takeOutcomes(run);
  for (const instance of instances) poll(run, instance);
}

function giveBack(run: Run, index: number, instanceIndex: number): void {
  const { broker, feedOf, sessions } = run.amqp;
  cancelFeed(run, index, run.instances[instanceIndex]!.index);
  loseDeliveries(run, instanceIndex, index);
  dropRecords(run, instanceIndex, ({ cursor }) => cursor === -1 - index);
  const session = sessions[instanceIndex] ?? null;
  if (session === null || session.channel < 0) return;
  const held = outstanding(broker, session.channel).filter((copy) => feedOf[broker.copies.consumer[copy]!] === index);
  settleAll(broker, held, OUTCOME.released, run.nowNs);
}
