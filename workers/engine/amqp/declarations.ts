/** What clients declare at the broker as the drawing says it: queues with their arguments, and bindings. */
import type { NodeOf } from '../../scenario/resolve.ts';
import { drawnBindings } from '../../scenario/amqp/drawn-routing.ts';
import { ALTERNATE_EXCHANGE } from '../../scenario/amqp/exchange-types.ts';
import { fieldOf } from '../../scenario/amqp/headers.ts';
import { bind, exchangeIndex, unbind } from '../../scenario/amqp/routing-table.ts';
import { NO_ARGUMENTS } from '../brokers/amqp/arguments.ts';
import { createQueue } from '../brokers/amqp/queue-life.ts';
import type { QueueArguments } from '../brokers/amqp/state.ts';
import { fromMs } from '../core/time.ts';
import type { Run } from '../state.ts';
import type { AmqpBinding } from './amqp-state.ts';
import { createStreamRecords } from './stream-state.ts';

/** The arguments of a queue, its dead letters included: of several edges the last one counts. */
export function argumentsOf(run: Run, node: NodeOf<'queue'>): QueueArguments {
  const dead = run.amqp.deadLetters.findLast(({ gone, settings }) => !gone && settings.from === node.id)?.settings;
  const toQueue = dead !== undefined && run.places[dead.to]?.kind === 'queue';
  const key = dead?.deadLetterRoutingKey ?? '';
  const isClassic = node.type === 'classic';
  const isStream = node.type === 'stream';
  return {
    ...NO_ARGUMENTS,
    type: node.type,
    durable: node.durable || !isClassic,
    autoDelete: node.autoDelete && isClassic,
    maxLength: node.maxLength,
    maxLengthBytes: node.maxLengthBytes,
    overflow: node.overflow,
    messageTtlNs: isStream ? -1 : nsOf(node.messageTtlMs),
    expiresNs: isStream ? -1 : nsOf(node.expiresMs),
    maxPriority: isClassic ? node.maxPriority : 0,
    singleActiveConsumer: node.singleActiveConsumer && !isStream,
    deliveryLimit: node.deliveryLimit,
    deadLetterExchange: dead === undefined ? null : toQueue ? '' : dead.to,
    deadLetterRoutingKey: toQueue ? dead.to : key === '' ? null : key,
    deadLetterStrategy: node.type === 'quorum' ? node.deadLetterStrategy : 'at-most-once',
    delayedRetryType: node.type === 'quorum' ? node.delayedRetryType : 'disabled',
    delayedRetryMinNs: nsOf(node.delayedRetryMinMs),
    delayedRetryMaxNs: nsOf(node.delayedRetryMaxMs),
    maxAgeNs: nsOf(node.maxAgeMs),
    segmentBytes: node.segmentBytes,
  };
}

function nsOf(ms: number): number {
  return ms < 0 ? -1 : fromMs(ms);
}

/** Declares a queue that the broker does not have, and binds it. */
export function declareQueue(run: Run, index: number): void {
  const { amqp } = run;
  const queue = amqp.queues[index]!;
  const core = createQueue(amqp.broker, queue.id, -1, argumentsOf(run, queue.settings), run.nowNs);
  queue.core = core;
  amqp.queueOf[core] = index;
  if (queue.settings.type === 'stream') beginStream(run, index);
  for (const binding of amqp.bindings) {
    if (binding.gone || binding.settings.to !== queue.id) continue;
    loosen(run, binding);
    tie(run, binding);
  }
  run.layoutVersion += 1;
}

/** A stream of that name is new: offsets begin at 0, and nobody has read any of it. */
function beginStream({ amqp }: Run, index: number): void {
  const stream = createStreamRecords();
  amqp.queues[index]!.stream = stream;
  amqp.feeds.forEach((feed, place) => {
    if (feed.gone || feed.queue !== index) return;
    stream.feeds.push(place);
    feed.floor = Infinity;
    feed.readers = [];
  });
}

/** Makes the bindings that an edge draws. One that the broker refuses is left out; validation has told of it. */
export function tie(run: Run, binding: AmqpBinding): void {
  const { routing } = run.amqp.broker;
  const { alternate, from, to } = binding.settings;
  if (alternate) {
    const exchange = routing.exchanges[exchangeIndex(routing, from)];
    if (exchange && fieldOf(exchange.arguments, ALTERNATE_EXCHANGE) === to) binding.ids.push(exchange.handsOn);
    return;
  }
  for (const wanted of drawnOf(run, binding)) {
    const count = routing.bindings.length;
    if (bind(routing, wanted) === null && routing.bindings.length > count)
      binding.ids.push(routing.bindings.at(-1)!.id);
  }
}

function drawnOf(run: Run, { settings }: AmqpBinding): ReturnType<typeof drawnBindings> {
  return drawnBindings(settings, run.places[settings.to]?.kind === 'exchange' ? 'exchange' : 'queue');
}

/** Takes away the bindings that an edge has made, and keeps what they counted. */
export function loosen(run: Run, binding: AmqpBinding): void {
  const { broker } = run.amqp;
  binding.matchedBefore += binding.ids.reduce((sum, id) => sum + (broker.matched[id] ?? 0), 0);
  for (const id of binding.ids) {
    const made = broker.routing.bindings.find((each) => each.id === id);
    if (made === undefined) continue;
    const source = broker.routing.exchanges[made.source]!.name;
    const { queues, exchanges } = broker.routing;
    const destination = made.to === 'queue' ? queues[made.destination] : exchanges[made.destination]?.name;
    unbind(broker.routing, {
      source,
      to: made.to,
      destination: destination!,
      key: made.key,
      arguments: made.arguments,
    });
  }
  binding.ids = [];
}
