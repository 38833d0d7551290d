/** What happens to a broker by itself, as time goes by, and when it is stopped and started. */
import { preconditionFailed } from '../../../scenario/amqp/refusal.ts';
import { deleteExchange } from '../../../scenario/amqp/routing-table.ts';
import { closeConnection, refuseChannel } from './channels.ts';
import { NOTE, REASON } from './codes.ts';
import { cancelConsumer } from './consumers.ts';
import { COPY } from './copies.ts';
import { bury } from './dead-letter.ts';
import { ripen } from './delayed.ts';
import { dropCopy } from './envelopes.ts';
import { expireHeads } from './expiry.ts';
import { outstanding } from './holding.ts';
import { noteDue, retryKept } from './later.ts';
import { tell } from './outbox.ts';
import { removeQueueNow } from './queue-life.ts';
import { createLevel, levelOf, pushReady, readyCopies } from './ready.ts';
import { OUTCOME, settleAll } from './settle.ts';
import { KIND, type Broker } from './state.ts';

/** How often the broker looks for deliveries that take too long (rabbitmq.com/docs/consumers). */
const LOOK_EVERY_NS = 60e9;

/** Does what is due by now. Nothing is before `broker.dueNs`. */
export function advance(broker: Broker, nowNs: number): void {
  if (nowNs < broker.dueNs) return;
  broker.dueNs = Infinity;
  broker.queues.forEach((queue, index) => {
    if (!queue.exists) return;
    if (queue.expiring) expireHeads(broker, index, nowNs);
    if (queue.retryNs <= nowNs) retryKept(broker, queue);
    else if (queue.retryNs < Infinity) noteDue(broker, queue.retryNs);
    const { expiresNs } = queue.arguments;
    if (expiresNs < 0 || queue.consumers.length > 0) return;
    if (queue.unusedSinceNs + expiresNs <= nowNs) removeQueueNow(broker, index, REASON.queueGone);
    else noteDue(broker, queue.unusedSinceNs + expiresNs);
  });
  if (broker.delayed.size > 0) ripen(broker, nowNs);
  if (broker.consumerTimeoutNs >= 0) timeOut(broker, nowNs);
  bury(broker, nowNs);
}

function timeOut(broker: Broker, nowNs: number): void {
  broker.channels.forEach((channel, index) => {
    for (const copy of outstanding(broker, index)) {
      const { kind } = broker.queues[broker.copies.queue[copy]!]!;
      if (kind === KIND.stream || (kind === KIND.classic && !broker.features.timeoutClosesChannel)) continue;
      const atNs = broker.copies.deliveredNs[copy]! + broker.consumerTimeoutNs;
      const lookNs = Math.ceil(atNs / LOOK_EVERY_NS) * LOOK_EVERY_NS;
      if (lookNs > nowNs) {
        noteDue(broker, lookNs);
        return;
      }
      endForTimeout(broker, index, copy, nowNs);
      if (!channel.open) return;
    }
  });
}

function endForTimeout(broker: Broker, index: number, copy: number, nowNs: number): void {
  const consumer = broker.copies.consumer[copy]!;
  if (broker.features.timeoutClosesChannel || consumer < 0) {
    tell(broker, NOTE.channelClosed, -1, -1, index);
    refuseChannel(broker, index, preconditionFailed('delivery acknowledgement timed out'), nowNs);
    return;
  }
  if (broker.copies.channel[copy] !== index) return;
  tell(broker, NOTE.cancelled, -1, broker.consumers[consumer]!.queue, consumer);
  cancelConsumer(broker, consumer, nowNs);
  const held = outstanding(broker, index).filter((each) => broker.copies.consumer[each] === consumer);
  settleAll(broker, held, OUTCOME.released, nowNs);
}

/**
 * The broker stops and starts again. Connections end; what was delivered and not acknowledged is back, marked as redelivered.
 * Exchanges and queues that are not durable are gone, and so are transient messages in classic queues.
 *
 * @param killed without warning: a classic queue does not know what it had delivered then, and marks everything
 */
export function restart(broker: Broker, killed: boolean, nowNs: number): void {
  // Nobody is served while connections end one by one.
  for (const consumer of broker.consumers) consumer.waiting = false;
  const auto = broker.queues.map(({ consumers }) => consumers.length > 0);
  for (const queue of broker.queues) {
    queue.consumers = [];
    queue.rotations = [];
    queue.active = -1;
    queue.exclusive = false;
  }
  broker.connections.forEach((_, index) => closeConnection(broker, index, nowNs));
  broker.queues.forEach((queue, index) => {
    if (!queue.exists) return;
    const { durable, autoDelete } = queue.arguments;
    if (!durable || (autoDelete && auto[index])) removeQueueNow(broker, index, REASON.restart);
    else if (queue.kind === KIND.classic) dropTransient(broker, index, killed);
  });
  for (const exchange of broker.routing.exchanges.slice(1)) {
    if (exchange !== null && !exchange.durable) deleteExchange(broker.routing, exchange.name);
  }
  broker.alarm = false;
}

function dropTransient(broker: Broker, index: number, killed: boolean): void {
  const queue = broker.queues[index]!;
  const { copies } = broker;
  const list = readyCopies(queue, copies);
  queue.levels = queue.levels.map(createLevel);
  queue.top = 0;
  queue.ready = 0;
  queue.readyBytes = 0;
  for (const copy of list) {
    if ((copies.flags[copy]! & COPY.persistent) !== 0) {
      if (killed) copies.flags[copy] = copies.flags[copy]! | COPY.redelivered;
      pushReady(queue, copies, levelOf(queue, copies.priority[copy]!), copy);
      continue;
    }
    tell(broker, NOTE.dropped, copies.message[copy]!, index, REASON.restart);
    dropCopy(broker, copy);
  }
}
