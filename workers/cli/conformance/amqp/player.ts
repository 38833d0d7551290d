/** Plays the steps of a recorded AMQP run on the broker's core. What is observed comes out of it and of nothing else. */
import { tableOf } from '../../../scenario/amqp/headers.ts';
import { preconditionFailed, type Refusal } from '../../../scenario/amqp/refusal.ts';
import {
  bind,
  declareExchange,
  deleteExchange,
  exchangeIndex,
  unbind,
  type BindingByName,
} from '../../../scenario/amqp/routing-table.ts';
import { readArguments } from '../../../engine/brokers/amqp/arguments.ts';
import { closeChannel, refuseChannel, setPrefetch } from '../../../engine/brokers/amqp/channels.ts';
import { cancelConsumer, consume, nextConsumerNumber } from '../../../engine/brokers/amqp/consumers.ts';
import {
  consumerCount,
  declareQueue,
  deleteQueue,
  findQueue,
  purgeQueue,
  queueNamed,
  whyNotBound,
} from '../../../engine/brokers/amqp/queues.ts';
import { OUTCOME, type Outcome } from '../../../engine/brokers/amqp/settle.ts';
import { recover, settleTag } from '../../../engine/brokers/amqp/settle-tag.ts';
import { restart } from '../../../engine/brokers/amqp/time.ts';
import { forgetHeld, nackOutcome, pump, readOut, takeHeld, type Play } from './play.ts';
import { publishStep } from './publishing.ts';
import { channelOf, errorOf, isRefusal, leave, NotPlayable, openChannelOf, pass, untyped } from './stage.ts';
import type { Step, StepOf, Verb } from './steps.ts';

export type Observed = Readonly<Record<string, unknown>>;

const verbs: { readonly [V in Verb]: (play: Play, step: StepOf<V>) => Observed } = {
  declareExchange: (play, { client = 'admin', exchange, type, durable, autoDelete, internal, args }) => {
    const table = play.stage.broker.routing;
    const given = { name: exchange, type, durable, autoDelete, internal, arguments: tableOf(untyped(args)) };
    return answered(play, client, () => declareExchange(table, given));
  },
  declareQueue: declareQueueStep,
  bind: (play, step) => bindStep(play, step, bind),
  unbind: (play, step) => bindStep(play, step, unbind),
  publish: publishStep,
  consume: consumeStep,
  cancel: (play, { consumer }) => {
    for (const [index, { name }] of play.readers) {
      if (name === consumer) cancelConsumer(play.stage.broker, index, play.stage.nowNs);
    }
    return {};
  },
  ack: (play, step) => settleStep(play, step, OUTCOME.acknowledged),
  nack: (play, step) => settleStep(play, step, nackOutcome(play, step.requeue)),
  ackAgain: ({ stage }, { client, consumer, deliveryTag }) => {
    const channel = channelOf(stage, client ?? consumer);
    return seen(settleTag(stage.broker, channel, deliveryTag, false, OUTCOME.acknowledged, stage.nowNs));
  },
  recover: (play, { client, consumer }) => {
    const { stage } = play;
    play.held.set(consumer, []);
    recover(stage.broker, channelOf(stage, client ?? consumer), stage.nowNs);
    return {};
  },
  settle: (play) => {
    const deliveries = Object.fromEntries(play.inbox);
    const { cancelled } = play;
    play.inbox = new Map();
    play.cancelled = [];
    return { deliveries, ...(cancelled.length > 0 && { cancelledByBroker: cancelled }) };
  },
  wait: ({ stage }, { ms }) => {
    // The player lets it pass.
    void [stage, ms];
    return {};
  },
  drain: (play, { client = 'drainer', queue, max }) => {
    // 0 is no limit to whoever recorded.
    const messages = readOut(play, client, queue, max || Infinity);
    if (isRefusal(messages)) return { error: errorOf(messages) };
    play.received.set(`read from ${queue}`, [...(play.received.get(`read from ${queue}`) ?? []), ...messages]);
    return { messages };
  },
  inspect: ({ stage }, { client = 'inspector', queue: name }) => {
    const found = findQueue(stage.broker, channelOf(stage, client), name, stage.nowNs);
    if (isRefusal(found)) return found.code === 404 ? { exists: false } : { error: errorOf(found) };
    const queue = stage.broker.queues[found]!;
    return { exists: true, ready: queue.ready, consumers: consumerCount(stage.broker, found) };
  },
  inspectExchange: ({ stage }, { exchange }) => ({ exists: exchangeIndex(stage.broker.routing, exchange) >= 0 }),
  deleteQueue: ({ stage }, { client = 'admin', queue, ifUnused, ifEmpty }) => {
    const channel = channelOf(stage, client);
    const messages = deleteQueue(stage.broker, channel, queue, { ifUnused, ifEmpty }, stage.nowNs);
    return isRefusal(messages) ? { error: errorOf(messages) } : { messages };
  },
  deleteExchange: (play, { client = 'admin', exchange, ifUnused }) =>
    answered(play, client, () => deleteExchange(play.stage.broker.routing, exchange, { ifUnused })),
  purge: ({ stage }, { client = 'admin', queue }) => {
    const messages = purgeQueue(stage.broker, channelOf(stage, client), queue, stage.nowNs);
    return isRefusal(messages) ? { error: errorOf(messages) } : { messages };
  },
  closeChannel: (play, { client }) => {
    const channel = openChannelOf(play.stage, client);
    if (channel === null) throw new NotPlayable(`The client "${client}" has no channel.`);
    forgetHeld(play, channel);
    closeChannel(play.stage.broker, channel, play.stage.nowNs);
    return {};
  },
  closeConnection: end,
  dropConnection: end,
  restartBroker: (play, { how }) => {
    play.stage.clients.clear();
    restart(play.stage.broker, how === 'kill', play.stage.nowNs);
    forgetHeld(play, null);
    play.inbox = new Map();
    return {};
  },
};

/**
 * Plays one step and gives what it showed.
 *
 * @throws NotPlayable when the engine does not represent it
 */
export function playStep(play: Play, step: Step): Observed {
  const { stage } = play;
  pass(stage, step.do === 'wait' ? step.ms : 0, () => pump(play));
  const verb = verbs[step.do] as (play: Play, step: Step) => Observed;
  const observed = verb(play, step);
  pump(play);
  return observed;
}

function seen(refusal: Refusal | null): Observed {
  return refusal === null ? {} : { error: errorOf(refusal) };
}

/** What a client asks of the routing table. A refusal closes its channel. */
function answered({ stage }: Play, client: string, ask: () => Refusal | null): Observed {
  const channel = channelOf(stage, client);
  const refusal = ask();
  return refusal === null ? {} : seen(refuseChannel(stage.broker, channel, refusal, stage.nowNs));
}

function declareQueueStep(play: Play, step: StepOf<'declareQueue'>): Observed {
  const { stage, declared } = play;
  const { client = 'admin', queue: name, kind, durable, exclusive, autoDelete, passive, args } = step;
  const channel = channelOf(stage, client);
  if (passive) {
    const found = findQueue(stage.broker, channel, name, stage.nowNs);
    return seen(isRefusal(found) ? found : null);
  }
  const record = { ...untyped(args), ...(kind !== undefined && { 'x-queue-type': kind }) };
  const read = readArguments(record, { durable, autoDelete });
  if (isRefusal(read)) return seen(refuseChannel(stage.broker, channel, read, stage.nowNs));
  const refusal = declareQueue(stage.broker, { channel, name, exclusive, arguments: read }, stage.nowNs);
  if (refusal === null) declared.set(name, read.type);
  return seen(refusal);
}

function bindStep(play: Play, step: StepOf<'bind'> | StepOf<'unbind'>, change: typeof bind): Observed {
  const { broker } = play.stage;
  const { client = 'admin', queue } = step;
  const channel = channelOf(play.stage, client);
  return answered(
    play,
    client,
    () => (queue === undefined ? null : whyNotBound(broker, channel, queue)) ?? change(broker.routing, bindingOf(step)),
  );
}

function bindingOf({ exchange, queue, toExchange, key, args }: StepOf<'bind'> | StepOf<'unbind'>): BindingByName {
  const to = queue === undefined ? 'exchange' : 'queue';
  return { source: exchange, to, destination: queue ?? toExchange ?? '', key, arguments: tableOf(untyped(args)) };
}

function consumeStep(play: Play, step: StepOf<'consume'>): Observed {
  const { stage, readers } = play;
  const { client, consumer, queue, prefetch, prefetchShared, ack, exclusive, onMessage, args } = step;
  const channel = channelOf(stage, client ?? consumer);
  if (prefetch !== undefined) {
    const kind = queueNamed(stage.broker, queue);
    if (prefetchShared && kind >= 0 && stage.broker.queues[kind]!.arguments.type !== 'classic') {
      return seen(
        refuseChannel(stage.broker, channel, preconditionFailed('global qos is for classic queues'), stage.nowNs),
      );
    }
    setPrefetch(stage.broker, channel, prefetch, prefetchShared);
  }
  const given = untyped(args);
  // The next number that the broker gives: deliveries may come before it has answered.
  readers.set(nextConsumerNumber(stage.broker), { name: consumer, onMessage });
  const wanted = { channel, queue, tag: consumer, autoAck: ack === 'auto', exclusive, arguments: given };
  const index = consume(stage.broker, wanted, stage.nowNs);
  return seen(isRefusal(index) ? index : null);
}

function settleStep(play: Play, step: StepOf<'ack'> | StepOf<'nack'>, outcome: Outcome): Observed {
  const { stage } = play;
  const { consumer, body, bodies = body === undefined ? [] : [body], upTo } = step;
  for (const each of bodies) {
    const { channel, tag } = takeHeld(play, consumer, each, upTo);
    if (!stage.broker.channels[channel]!.open) throw new NotPlayable(`The channel of "${consumer}" is closed.`);
    settleTag(stage.broker, channel, tag, upTo, outcome, stage.nowNs);
    pump(play);
  }
  return {};
}

/** An orderly end and a cut socket are the same to a broker that knows. */
function end(play: Play, { client }: { readonly client: string }): Observed {
  const channel = openChannelOf(play.stage, client);
  if (channel !== null) forgetHeld(play, channel);
  leave(play.stage, client);
  return {};
}
