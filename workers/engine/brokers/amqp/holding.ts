/** Who holds what: deliveries that are not acknowledged, in the order of their tags on each channel. */
import { COPY, SERIALS } from './copies.ts';
import { noteDue } from './later.ts';
import { tellDelivery } from './outbox.ts';
import { hasRoom, leaveRotation } from './rotation.ts';
import { KIND, type Broker, type Channel, type Queue } from './state.ts';

/** Sends a copy that is in no list to a consumer that has room. */
export function deliver(broker: Broker, queue: Queue, copy: number, index: number, nowNs: number): void {
  const { copies } = broker;
  const consumer = broker.consumers[index]!;
  const channel = broker.channels[consumer.channel]!;
  channel.lastTag += 1;
  copies.tag[copy] = channel.lastTag;
  copies.deliveries += 1;
  copies.serial[copy] = copies.deliveries % SERIALS;
  copies.consumer[copy] = index;
  if (consumer.autoAck) {
    copies.flags[copy] = copies.flags[copy]! | COPY.automatic;
    copies.channel[copy] = -1;
  } else {
    copies.channel[copy] = consumer.channel;
    copies.deliveredNs[copy] = nowNs;
    hold(broker, channel, copy);
    consumer.held += 1;
    channel.heldByConsumers += 1;
    queue.unacknowledged += 1;
    if (queue.kind === KIND.quorum && consumer.waiting && !hasRoom(broker, consumer))
      leaveRotation(queue, index, consumer);
  }
  tellDelivery(broker.deliveries, copies, copy, index);
}

/** Puts a copy at the end of those that a channel holds. */
export function hold(broker: Broker, channel: Channel, copy: number): void {
  const { copies } = broker;
  copies.next[copy] = -1;
  copies.previous[copy] = channel.last;
  if (channel.last < 0) {
    channel.first = copy;
    if (broker.consumerTimeoutNs >= 0) noteDue(broker, copies.deliveredNs[copy]! + broker.consumerTimeoutNs);
  } else copies.next[channel.last] = copy;
  channel.last = copy;
  channel.held += 1;
}

/** Takes a copy out of the hands of who holds it. */
export function release(broker: Broker, copy: number): void {
  const { copies } = broker;
  const channel = broker.channels[copies.channel[copy]!]!;
  const next = copies.next[copy]!;
  const previous = copies.previous[copy]!;
  if (previous < 0) channel.first = next;
  else copies.next[previous] = next;
  if (next < 0) channel.last = previous;
  else copies.previous[next] = previous;
  channel.held -= 1;
  copies.channel[copy] = -1;
  broker.queues[copies.queue[copy]!]!.unacknowledged -= 1;
  const index = copies.consumer[copy]!;
  if (index < 0) return;
  broker.consumers[index]!.held -= 1;
  channel.heldByConsumers -= 1;
}

/** What a channel holds, in the order of delivery tags. */
export function outstanding(broker: Broker, channel: number): number[] {
  const list: number[] = [];
  for (let copy = broker.channels[channel]!.first; copy >= 0; copy = broker.copies.next[copy]!) list.push(copy);
  return list;
}
