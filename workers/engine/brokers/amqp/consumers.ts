/** basic.consume, basic.cancel and basic.get. */
import { fieldOf, tableOf, type HeaderRecord } from '../../../scenario/amqp/headers.ts';
import {
  accessRefused,
  internalError,
  notAllowed,
  notFound,
  notImplemented,
  preconditionFailed,
  resourceLocked,
  type Refusal,
} from '../../../scenario/amqp/refusal.ts';
import { refuseChannel } from './channels.ts';
import { COPY } from './copies.ts';
import { bury } from './dead-letter.ts';
import { dispatch } from './dispatch.ts';
import { expireHeads } from './expiry.ts';
import { hold } from './holding.ts';
import { noteDue } from './later.ts';
import { deleteIfUnneeded, leaveChannel, removeConsumer } from './queue-life.ts';
import { queueNamed } from './queues.ts';
import { takeHead } from './ready.ts';
import { joinRotation } from './rotation.ts';
import { KIND, type Broker, type Consumer, type Queue } from './state.ts';
import { startOffset } from './stream.ts';

export interface Subscription {
  readonly channel: number;
  readonly queue: string;
  /** Names it on its channel. */
  readonly tag: string;
  readonly autoAck: boolean;
  readonly exclusive: boolean;
  readonly arguments: HeaderRecord;
}

/** Most messages that a consumer of a quorum queue can hold (rabbitmq.com/docs/confirms). */
const QUORUM_PREFETCH_MAX = 2000;

/** @returns the consumer's index, or why there is none; its channel is closed then */
export function consume(broker: Broker, wanted: Subscription, nowNs: number): number | Refusal {
  const { channel } = wanted;
  const index = queueNamed(broker, wanted.queue);
  const refusal = whyNot(broker, index, wanted);
  if (refusal !== null) return refuseChannel(broker, channel, refusal, nowNs);
  const queue = broker.queues[index]!;
  const given = tableOf(wanted.arguments);
  const priority = fieldOf(given, 'x-priority') ?? 0;
  const offset = queue.kind === KIND.stream ? startOffset(broker, queue, fieldOf(given, 'x-stream-offset'), nowNs) : 0;
  if (typeof priority !== 'number')
    return refuseChannel(broker, channel, preconditionFailed('invalid argument x-priority'), nowNs);
  if (offset === null) return refuseChannel(broker, channel, internalError('invalid argument x-stream-offset'), nowNs);
  const { prefetch } = broker.channels[channel]!;
  const consumer: Consumer = {
    tag: wanted.tag,
    queue: index,
    channel,
    autoAck: wanted.autoAck,
    exclusive: wanted.exclusive && queue.kind === KIND.classic,
    priority,
    prefetch: queue.kind === KIND.quorum ? Math.min(prefetch || QUORUM_PREFETCH_MAX, QUORUM_PREFETCH_MAX) : prefetch,
    alive: true,
    held: 0,
    waiting: true,
    offset,
    began: offset,
  };
  const number = nextConsumerNumber(broker);
  broker.free.consumers.pop();
  broker.consumers[number] = consumer;
  addConsumer(broker, queue, number);
  dispatch(broker, index, nowNs);
  bury(broker, nowNs);
  return number;
}

/** The number that the next consumer is going to have: deliveries to it may come before it is told. */
export function nextConsumerNumber({ free, consumers }: Broker): number {
  return free.consumers.at(-1) ?? consumers.length;
}

function whyNot(
  broker: Broker,
  index: number,
  { channel, queue: name, tag, autoAck, exclusive }: Subscription,
): Refusal | null {
  const { consumers, connection, prefetch } = broker.channels[channel]!;
  if (consumers.some((each) => broker.consumers[each]!.tag === tag))
    return notAllowed(`consumer tag "${tag}" is in use`);
  if (index < 0) return notFound(`no queue "${name}"`);
  const queue = broker.queues[index]!;
  if (queue.owner >= 0 && queue.owner !== connection) return resourceLocked(`queue "${name}" is exclusive`);
  if (queue.kind === KIND.stream) {
    if (autoAck) return notImplemented('a stream has no automatic acknowledgement');
    if (prefetch === 0) return preconditionFailed('a reader of a stream needs a prefetch');
    return null;
  }
  if (queue.kind === KIND.quorum) return null;
  if (queue.exclusive || (exclusive && (queue.consumers.length > 0 || queue.arguments.singleActiveConsumer))) {
    return accessRefused(`queue "${name}" in exclusive use`);
  }
  return null;
}

function addConsumer(broker: Broker, queue: Queue, index: number): void {
  const consumer = broker.consumers[index]!;
  broker.channels[consumer.channel]!.consumers.push(index);
  queue.consumers.push(index);
  queue.hadConsumers = true;
  if (consumer.exclusive) queue.exclusive = true;
  if (queue.arguments.singleActiveConsumer) {
    if (queue.active < 0) queue.active = index;
  } else if (queue.kind !== KIND.stream) joinRotation(queue, index, consumer.priority);
}

/** basic.cancel: no more deliveries. What it holds it may still settle. */
export function cancelConsumer(broker: Broker, index: number, nowNs: number): void {
  const { alive, queue } = broker.consumers[index]!;
  if (!alive) return;
  leaveChannel(broker, index);
  removeConsumer(broker, index, nowNs);
  deleteIfUnneeded(broker, queue);
  // A classic queue goes on with the next thing that happens to it.
  if (broker.queues[queue]!.exists && broker.queues[queue]!.kind !== KIND.classic) {
    dispatch(broker, queue, nowNs);
    bury(broker, nowNs);
  }
}

/**
 * basic.get: the message that is next, or none. It ignores prefetch and single active consumers.
 *
 * @returns the copy, -1 for none, or why not. With automatic acknowledgement the caller ends it by `dropCopy`.
 */
export function getMessage(
  broker: Broker,
  channel: number,
  name: string,
  autoAck: boolean,
  nowNs: number,
): number | Refusal {
  const index = queueNamed(broker, name);
  const refusal = whyNoGet(broker, channel, index, name);
  if (refusal !== null) return refuseChannel(broker, channel, refusal, nowNs);
  const queue = broker.queues[index]!;
  const { copies } = broker;
  queue.unusedSinceNs = nowNs;
  if (queue.expiring) expireHeads(broker, index, nowNs);
  const copy = queue.ready === 0 ? -1 : takeHead(queue, copies);
  if (copy >= 0) {
    const held = broker.channels[channel]!;
    held.lastTag += 1;
    copies.tag[copy] = held.lastTag;
    copies.consumer[copy] = -1;
    if (autoAck) copies.flags[copy] = copies.flags[copy]! | COPY.automatic;
    else {
      copies.channel[copy] = channel;
      copies.deliveredNs[copy] = nowNs;
      hold(broker, held, copy);
      queue.unacknowledged += 1;
    }
  }
  if (queue.expiring && queue.kind === KIND.quorum) noteDue(broker, nowNs);
  else if (queue.expiring) expireHeads(broker, index, nowNs);
  bury(broker, nowNs);
  return copy;
}

function whyNoGet(broker: Broker, channel: number, index: number, name: string): Refusal | null {
  if (index < 0) return notFound(`no queue "${name}"`);
  const queue = broker.queues[index]!;
  const { connection } = broker.channels[channel]!;
  if (queue.owner >= 0 && queue.owner !== connection) return resourceLocked(`queue "${name}" is exclusive`);
  return queue.kind === KIND.stream ? notImplemented('a stream has no basic.get') : null;
}
