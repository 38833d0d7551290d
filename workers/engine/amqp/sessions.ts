/**
 * Connections of instances: each has one, with one channel and a consumer for each of its feeds. It ends with the process, when
 * nobody hears of it for too long, and in good order; then what it held goes back to its queues.
 */
import { cancelConsumer, consume, nextConsumerNumber } from '../brokers/amqp/consumers.ts';
import {
  closeConnection,
  forgetConnection,
  openChannel,
  openConnection,
  setPrefetch,
} from '../brokers/amqp/channels.ts';
import { resumeChannel } from '../brokers/amqp/settle.ts';
import type { HeaderRecord } from '../../scenario/amqp/headers.ts';
import { fromMs } from '../core/time.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { latencyNs } from '../network.ts';
import type { Run } from '../state.ts';
import type { AmqpFeed, AmqpSession } from './amqp-state.ts';
import { declareQueue } from './declarations.ts';
import { loseDeliveries } from './deliveries.ts';
import { takeOutcomes } from './outcomes.ts';
import { storeAll } from './stream-offsets.ts';
import { readerBegins, readerEnds, readerOf } from './streams.ts';

/** A peer that was not heard of for so many heartbeats is taken for dead: the broker looks twice an interval (rabbit_heartbeat.erl). */
const SILENT_BEATS = 3;

function sessionOf({ amqp }: Run, index: number): AmqpSession {
  while (amqp.sessions.length <= index) amqp.sessions.push(null);
  return (amqp.sessions[index] ??= {
    connection: -1,
    channel: -1,
    ticket: 0,
    lastForwardNs: 0,
    lastBackwardNs: 0,
    parked: [],
  });
}

/** The first feed of an instance's consumer: its connection goes over that edge. */
function firstFeed(run: Run, index: number): AmqpFeed | null {
  const [feed] = run.consumers[run.instances[index]!.consumer]!.feeds;
  return feed === undefined ? null : run.amqp.feeds[feed]!;
}

/** The instance is up: it connects. While the broker is down or out of reach it waits until that is over. */
export function openAmqpFeeds(run: Run, index: number): void {
  const feed = firstFeed(run, index);
  const session = sessionOf(run, index);
  session.ticket += 1;
  if (feed === null || run.amqp.down || run.edges[feed.edge]!.cut) return;
  const edge = run.edges[feed.edge]!;
  const delayNs = latencyNs(run, edge, edge.backward);
  if (delayNs === 0) connectInstance(run, index, session.ticket);
  else at(run, run.nowNs + delayNs, PRIORITY.broker, OP.amqpConnects, index, session.ticket);
}

/** The connection is open: consumers are registered in the order of feeds. */
export function connectInstance(run: Run, index: number, ticket: number): void {
  const { amqp } = run;
  const session = sessionOf(run, index);
  const { process, stopped, consumer } = run.instances[index]!;
  if (session.ticket !== ticket || amqp.down || stopped || process.crashed || session.channel >= 0) return;
  session.connection = openConnection(amqp.broker);
  session.channel = openChannel(amqp.broker, session.connection);
  for (const feed of run.consumers[consumer]!.feeds) consumeFrom(run, index, feed);
  takeOutcomes(run);
}

/** Registers a consumer for a feed, where the instance is connected and the queue is there. */
export function consumeFrom(run: Run, index: number, feedIndex: number): void {
  const { amqp } = run;
  const session = sessionOf(run, index);
  const feed = amqp.feeds[feedIndex]!;
  const queue = amqp.queues[feed.queue]!;
  const place = run.instances[index]!.index;
  while (feed.consumers.length <= place) feed.consumers.push(-1);
  if (session.channel < 0 || queue.gone || feed.consumers[place]! >= 0 || run.instances[index]!.leaving) return;
  // Who consumes from a queue declares it before.
  if (queue.core < 0) declareQueue(run, feed.queue);
  const { settings } = feed;
  setPrefetch(amqp.broker, session.channel, settings.prefetchShared ? 0 : settings.prefetch, false);
  if (settings.prefetchShared) {
    setPrefetch(amqp.broker, session.channel, settings.prefetch, true);
    resumeChannel(amqp.broker, session.channel, run.nowNs);
  }
  // What was sent to it has left before a refusal can take it back.
  takeOutcomes(run);
  const number = nextConsumerNumber(amqp.broker);
  // Deliveries may come before the answer.
  amqp.feedOf[number] = feedIndex;
  amqp.instanceOf[number] = index;
  const answer = consume(
    amqp.broker,
    {
      channel: session.channel,
      queue: queue.id,
      tag: settings.id,
      autoAck: settings.ack === 'auto',
      exclusive: settings.exclusive,
      arguments: queue.stream === null ? priorityOf(feed) : beginningOf(run, feedIndex, place),
    },
    run.nowNs,
  );
  if (typeof answer === 'number') {
    feed.consumers[place] = answer;
    if (queue.stream !== null) readerBegins(run, feedIndex, place, answer, amqp.broker.consumers[answer]!.began);
    return;
  }
  feed.refusals += 1;
  changeChannel(run, index, session);
}

/** [RC8] The broker has closed a channel by itself: its instance opens another one, when it is heard of again. */
export function channelCloses(run: Run, channel: number): void {
  const index = run.amqp.sessions.findIndex((session) => session !== null && session.channel === channel);
  if (index < 0) return;
  const session = sessionOf(run, index);
  if (isSilent(run, index)) closeConnection(run.amqp.broker, session.connection, run.nowNs);
  changeChannel(run, index, session);
  takeOutcomes(run);
}

/**
 * The broker has closed the channel, and with it all consumers on it: another one goes on with the other feeds. So does another
 * connection, where the broker has closed that: at once, or when the instance hears of it.
 */
function changeChannel(run: Run, index: number, session: AmqpSession): void {
  const { broker, feeds } = run.amqp;
  const connected = broker.connections[session.connection]!.open;
  if (!connected) forgetConnection(broker, session.connection, run.nowNs);
  if (!connected && isSilent(run, index)) {
    loseDeliveries(run, index);
    forgetSession(run, index);
    takeOutcomes(run);
    return;
  }
  if (!connected) session.connection = openConnection(broker);
  session.channel = openChannel(broker, session.connection);
  // A queue may have gone with its last consumer.
  takeOutcomes(run);
  const { consumer, index: place } = run.instances[index]!;
  const closed = run.consumers[consumer]!.feeds.filter((each) => {
    const number = feeds[each]!.consumers[place] ?? -1;
    return number >= 0 && !broker.consumers[number]!.alive;
  });
  for (const each of closed) feeds[each]!.consumers[place] = -1;
  for (const each of closed) consumeFrom(run, index, each);
}

function priorityOf({ settings: { priority } }: AmqpFeed): HeaderRecord {
  return priority === 0 ? {} : { 'x-priority': priority };
}

/** [RS7] What the broker has stored goes before what the drawing says. */
function beginningOf({ amqp }: Run, feedIndex: number, place: number): HeaderRecord {
  const feed = amqp.feeds[feedIndex]!;
  const { offsetTracking, streamOffset } = feed.settings;
  const { stored } = readerOf(feed, place);
  if (offsetTracking === 'broker' && stored >= 0) return { 'x-stream-offset': stored };
  return { 'x-stream-offset': /^\d+$/.test(streamOffset) ? Number(streamOffset) : streamOffset };
}

/** The process has died: the system closes its socket, and the broker hears of it over the edge. */
export function loseAmqpFeeds(run: Run, index: number): void {
  const session = sessionOf(run, index);
  const feed = firstFeed(run, index);
  session.ticket += 1;
  if (session.connection >= 0) {
    const delayNs = feed === null ? 0 : untilNoticedNs(run, feed);
    if (delayNs === 0) connectionEnds(run, session.connection);
    else at(run, run.nowNs + delayNs, PRIORITY.broker, OP.amqpConnectionEnds, index, session.connection);
  }
  loseDeliveries(run, index);
  forgetSession(run, index);
}

function untilNoticedNs(run: Run, feed: AmqpFeed): number {
  const edge = run.edges[feed.edge]!;
  return edge.cut ? silenceNs(feed) : latencyNs(run, edge, edge.backward);
}

/** [RS6] An instance that had died does not come back: no stream is kept for it. */
export function dismissAmqpFeeds(run: Run, index: number): void {
  const { consumer, index: place } = run.instances[index]!;
  for (const feed of run.consumers[consumer]!.feeds) readerEnds(run, feed, place, true);
}

/** What the instance knows of its connection is void. */
function forgetSession(run: Run, index: number): void {
  const session = sessionOf(run, index);
  session.connection = -1;
  session.channel = -1;
  session.parked = [];
  const { consumer, index: place, leaving } = run.instances[index]!;
  for (const feed of run.consumers[consumer]!.feeds) {
    const { consumers } = run.amqp.feeds[feed]!;
    if (place < consumers.length) consumers[place] = -1;
    readerEnds(run, feed, place, leaving);
  }
}

/** The broker knows that a connection is no more: what it held is back in the queues. Its client has forgotten it, or does now. */
export function connectionEnds(run: Run, connection: number): void {
  forgetConnection(run.amqp.broker, connection, run.nowNs);
  takeOutcomes(run);
}

function silenceNs({ settings }: AmqpFeed): number {
  return SILENT_BEATS * fromMs(settings.heartbeatMs);
}

/** The instance says nothing any more, because it is frozen or its edge is cut: after some heartbeats the broker gives it up. */
export function watchSilence(run: Run, index: number): void {
  const session = run.amqp.sessions[index] ?? null;
  const feed = firstFeed(run, index);
  if (session === null || feed === null || session.connection < 0) return;
  at(run, run.nowNs + silenceNs(feed), PRIORITY.broker, OP.amqpSilent, index, session.connection, session.ticket);
}

/** Nothing is heard of the instance: it is frozen, or its edge is cut. */
function isSilent(run: Run, index: number): boolean {
  const feed = firstFeed(run, index);
  return run.instances[index]!.process.frozen || (feed !== null && run.edges[feed.edge]!.cut);
}

/** It was silent for too long, if it still is. */
export function fallsSilent(run: Run, index: number, connection: number, ticket: number): void {
  const session = sessionOf(run, index);
  if (session.ticket !== ticket || session.connection !== connection) return;
  connectionEnds(run, connection);
  loseDeliveries(run, index);
  forgetSession(run, index);
}

/** The instance is heard of again: watches of its silence are void, and one that was given up connects anew. */
export function breakSilence(run: Run, index: number): void {
  const session = run.amqp.sessions[index] ?? null;
  if (session === null) return;
  session.ticket += 1;
  if (session.connection < 0) openAmqpFeeds(run, index);
}

/** The instance leaves in good order: it takes no more, and closes its connection when nothing of it is unfinished. */
export function leaveAmqp(run: Run, index: number): void {
  const session = sessionOf(run, index);
  const { consumer, index: place } = run.instances[index]!;
  for (const feedIndex of run.consumers[consumer]!.feeds) cancelFeed(run, feedIndex, place);
  takeOutcomes(run);
  if (run.instances[index]!.unfinished > 0 || session.connection < 0) return;
  const { connection } = session;
  storeAll(run, index);
  forgetSession(run, index);
  connectionEnds(run, connection);
  loseDeliveries(run, index);
}

/** No more deliveries for an instance over a feed. */
export function cancelFeed(run: Run, feedIndex: number, place: number): void {
  const { consumers } = run.amqp.feeds[feedIndex]!;
  const number = consumers[place] ?? -1;
  if (number < 0) return;
  consumers[place] = -1;
  readerEnds(run, feedIndex, place, run.instances[run.amqp.instanceOf[number]!]!.leaving);
  cancelConsumer(run.amqp.broker, number, run.nowNs);
}

/** The broker is gone, and all connections with it. */
export function dropSessions(run: Run): void {
  run.amqp.sessions.forEach((session, index) => {
    if (session === null) return;
    const { connection } = session;
    session.ticket += 1;
    forgetSession(run, index);
    if (connection >= 0) forgetConnection(run.amqp.broker, connection, run.nowNs);
  });
}
