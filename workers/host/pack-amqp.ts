/** Packing RabbitMQ: what each binding matched, what is in each queue, and what each consumer of it holds. */
import { bytesInMemory, depthOf, matchedOf, readerLag, type Run } from '../engine/engine.ts';
import {
  EXCHANGE,
  QUEUE,
  QUEUE_CONSUMER,
  RABBITMQ,
  type ExchangeBlock,
  type QueueBlock,
  type RabbitmqBlock,
} from '../protocol/frame-amqp.ts';
import { HEALTH } from '../protocol/frame.ts';
import { shownInstances } from './shown-instances.ts';

type Take = (size: number) => number;

/** All of them are on one broker. */
function healthOfBroker({ amqp }: Run): number {
  return amqp.down ? HEALTH.crashed : HEALTH.up;
}

export function exchangeBlock(run: Run, id: string, take: Take): ExchangeBlock {
  const bindings = run.design.edges.filter(({ kind, from }) => kind === 'bind' && from === id).map((edge) => edge.id);
  return { kind: 'exchange', at: take(EXCHANGE.size), bindingsAt: take(bindings.length), bindings };
}

/** The instances that consume from it, by edge. */
export function queueBlock(run: Run, index: number, take: Take): QueueBlock {
  const consumers = feedsOf(run, index).flatMap((feed) => {
    const { id, instances } = run.consumers[feed.consumer]!;
    return shownInstances(run, instances).map((_, instance) => ({ node: id, instance }));
  });
  const at = take(QUEUE.size);
  return { kind: 'queue', at, consumersAt: take(consumers.length * QUEUE_CONSUMER.size), consumers };
}

export function rabbitmqBlock(take: Take): RabbitmqBlock {
  return { kind: 'rabbitmq', at: take(RABBITMQ.size) };
}

function feedsOf({ amqp }: Run, queue: number) {
  return amqp.feeds.filter((feed) => !feed.gone && feed.queue === queue);
}

export function packExchange(run: Run, index: number, block: ExchangeBlock, values: Float64Array): void {
  const { published, unroutable, returned } = run.amqp.exchanges[index]!;
  const { at, bindingsAt } = block;
  values[at + EXCHANGE.health] = healthOfBroker(run);
  values[at + EXCHANGE.published] = published;
  values[at + EXCHANGE.unroutable] = unroutable;
  values[at + EXCHANGE.returned] = returned;
  block.bindings.forEach((id, place) => {
    const { detail } = run.edges[run.places[id]!.index]!;
    values[bindingsAt + place] = matchedOf(run, run.amqp.bindings[detail]!);
  });
}

export function packQueue(run: Run, index: number, block: QueueBlock, values: Float64Array): void {
  const queue = run.amqp.queues[index]!;
  const { ready, unacknowledged, bytes } = depthOf(run, index);
  const { at } = block;
  values[at + QUEUE.health] = healthOfBroker(run);
  values[at + QUEUE.ready] = ready;
  values[at + QUEUE.unacknowledged] = unacknowledged;
  values[at + QUEUE.readyBytes] = bytes;
  values[at + QUEUE.enqueued] = queue.enqueued;
  values[at + QUEUE.delivered] = queue.delivered;
  values[at + QUEUE.redelivered] = queue.redelivered;
  values[at + QUEUE.acknowledged] = queue.acknowledged;
  values[at + QUEUE.deadLettered] = queue.deadLettered;
  values[at + QUEUE.dropped] = queue.dropped;
  values[at + QUEUE.refused] = queue.refused;
  values[at + QUEUE.exists] = queue.core >= 0 ? 1 : 0;
  values[at + QUEUE.nextOffset] = queue.stream?.end ?? 0;
  packHolders(run, index, block, values);
}

function packHolders(run: Run, index: number, { consumers, consumersAt }: QueueBlock, values: Float64Array): void {
  let place = 0;
  for (const feed of feedsOf(run, index)) {
    const count = shownInstances(run, run.consumers[feed.consumer]!.instances).length;
    // As many as the layout has room for: one that has just been added is in the next layout.
    for (let instance = 0; instance < count && place < consumers.length; instance += 1, place += 1) {
      const at = consumersAt + place * QUEUE_CONSUMER.size;
      const number = feed.consumers[instance] ?? -1;
      const consumer = number < 0 ? undefined : run.amqp.broker.consumers[number];
      values[at + QUEUE_CONSUMER.unacknowledged] = consumer?.held ?? 0;
      values[at + QUEUE_CONSUMER.prefetch] = feed.settings.ack === 'auto' ? 0 : feed.settings.prefetch;
      values[at + QUEUE_CONSUMER.attached] = consumer?.alive === true ? 1 : 0;
      const reader = feed.readers[instance];
      const { stream } = run.amqp.queues[index]!;
      const isReading = stream !== null && reader !== undefined;
      values[at + QUEUE_CONSUMER.position] = isReading ? reader.position : 0;
      values[at + QUEUE_CONSUMER.lag] = isReading ? readerLag(run, stream, reader) : 0;
    }
  }
}

export function packRabbitmq(run: Run, { at }: RabbitmqBlock, values: Float64Array): void {
  const { broker, queues } = run.amqp;
  values[at + RABBITMQ.health] = healthOfBroker(run);
  values[at + RABBITMQ.queues] = queues.filter(({ gone, core }) => !gone && core >= 0).length;
  values[at + RABBITMQ.bytes] = bytesInMemory(run);
  values[at + RABBITMQ.alarm] = broker.alarm ? 1 : 0;
}
