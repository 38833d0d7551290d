/**
 * The lists of operations that were run on a real RabbitMQ (`rabbitmq-dispatch/1` and its kin), played on the broker's core. All
 * gets are on one channel, each consumer has one of its own. Nothing but `sleep` takes time.
 */
import { checkingOutcome, difference, notCovered, type Outcome } from '../cases.ts';
import { inOrder } from '../recorded/read-steps.ts';
import { tableOf } from '../../../scenario/amqp/headers.ts';
import type { Refusal } from '../../../scenario/amqp/refusal.ts';
import { bind, declareExchange } from '../../../scenario/amqp/routing-table.ts';
import { readArguments } from '../../../engine/brokers/amqp/arguments.ts';
import { closeChannel, setPrefetch } from '../../../engine/brokers/amqp/channels.ts';
import { cancelConsumer, consume, getMessage, nextConsumerNumber } from '../../../engine/brokers/amqp/consumers.ts';
import { addEnvelope, letGo } from '../../../engine/brokers/amqp/envelopes.ts';
import { beforePublish, publish, PUBLISHED } from '../../../engine/brokers/amqp/publish.ts';
import { declareQueue, queueNamed } from '../../../engine/brokers/amqp/queues.ts';
import { OUTCOME, outcomeOfNack, type Outcome as Fate } from '../../../engine/brokers/amqp/settle.ts';
import { settleTag } from '../../../engine/brokers/amqp/settle-tag.ts';
import { KIND } from '../../../engine/brokers/amqp/state.ts';
import { NS_PER_MS } from '../../../engine/core/time.ts';
import { viewOf, type MessageView } from './message-view.ts';
import { createPlay, pump, readOut, type Play } from './play.ts';
import { channelOf, isRefusal, NotPlayable, pass, untyped } from './stage.ts';
import { opList, type Op, type OpOf } from './ops.ts';

/** Deliveries that are held, by the id that a case gives the message; the latest counts. */
type HeldById = Map<string, { readonly channel: number; readonly tag: number }>;

interface Playing extends Play {
  readonly heldById: HeldById;
  /** Consumers by name: their number and their channel. */
  readonly consumers: Map<string, { readonly index: number; readonly channel: number }>;
}

const GETTER = 'getter';

type Verbs = { readonly [Name in Op['op']]: (play: Playing, op: OpOf<Name>) => string | null };

const verbs: Verbs = {
  queue: (play, { name, args, durable, exclusive, autoDelete }) => {
    const { stage } = play;
    const given = readArguments(untyped(args), { durable, autoDelete });
    if (isRefusal(given)) return given.why;
    const channel = channelOf(stage, GETTER);
    return said(declareQueue(stage.broker, { channel, name, exclusive, arguments: given }, stage.nowNs));
  },
  exchange: ({ stage }, { name, type, args, durable, autoDelete, internal }) => {
    const given = { name, type, durable, autoDelete, internal, arguments: tableOf(untyped(args)) };
    return said(declareExchange(stage.broker.routing, given));
  },
  bind: ({ stage }, { source, dest, destType, key, args }) => {
    const binding = { source, to: destType, destination: dest, key, arguments: tableOf(untyped(args)) };
    return said(bind(stage.broker.routing, binding));
  },
  publish: publishOp,
  get: getOp,
  ack: (play, { id, multiple }) => settleOp(play, id, multiple, OUTCOME.acknowledged),
  nack: (play, { id, multiple, requeue }) => settleOp(play, id, multiple, outcomeOfNack(play.stage.broker, requeue)),
  reject: (play, { id, requeue }) => settleOp(play, id, false, requeue ? OUTCOME.returned : OUTCOME.rejected),
  drain: (play, { queue, deaths, keys, expect }) => {
    const messages = readOut(play, GETTER, queue, Infinity);
    if (isRefusal(messages)) return messages.why;
    const got = messages.map((view) => {
      if (deaths) return { id: view.body, routingKey: view.key, ...deathsOf(view) };
      return keys ? { id: view.body, routingKey: view.key } : view.body;
    });
    return difference(`drained from ${queue}`, inOrder(got), inOrder(expect));
  },
  count: ({ stage }, { queue, expect }) => difference(`ready in ${queue}`, readyIn(stage.broker, queue), expect),
  consume: consumeOp,
  deliveries: (play, { expect }) => {
    const names = [...new Set([...Object.keys(expect), ...play.inbox.keys()])];
    const got = names.map((name) => [name, (play.inbox.get(name) ?? []).map((view) => [view.body, view.redelivered])]);
    play.inbox = new Map();
    return difference('deliveries', inOrder(Object.fromEntries(got)), inOrder(expect));
  },
  cancel: (play, { consumer }) => {
    cancelConsumer(play.stage.broker, consumerOf(play, consumer).index, play.stage.nowNs);
    return null;
  },
  closeChannel: (play, { consumer }) => {
    closeChannel(play.stage.broker, consumerOf(play, consumer).channel, play.stage.nowNs);
    return null;
  },
  sleep: () => null,
};

export const opListVectors = checkingOutcome(opList, ({ ops }): Outcome => {
  const play: Playing = { ...createPlay(), heldById: new Map(), consumers: new Map() };
  for (const [index, op] of ops.entries()) {
    try {
      pass(play.stage, op.op === 'sleep' ? op.ms : 0, () => pump(play));
      const verb = verbs[op.op] as (play: Playing, op: Op) => string | null;
      const reason = verb(play, op);
      pump(play);
      noteHeld(play);
      if (reason !== null) return { verdict: 'fail', reason: `op ${index}, ${op.op}: ${reason}` };
    } catch (error) {
      if (!(error instanceof NotPlayable)) throw error;
      return notCovered(`op ${index}, ${op.op}: ${error.message}`);
    }
  }
  return { verdict: 'pass' };
});

function said(refusal: Refusal | null): string | null {
  return refusal?.why ?? null;
}

function publishOp({ stage }: Playing, op: OpOf<'publish'>): string | null {
  const { exchange, key, id, props, mandatory, expect } = op;
  const { broker } = stage;
  const { CC = [], BCC = [], ...headers } = props.headers ?? {};
  const envelope = addEnvelope(broker, {
    exchange,
    key,
    headers: tableOf(untyped(headers)),
    cc: [CC].flat(),
    bcc: [BCC].flat(),
  });
  stage.bodies.push(id);
  const refusal = beforePublish(broker, channelOf(stage, 'publisher'), exchange, stage.nowNs);
  if (refusal !== null) return refusal.why;
  const parcel = {
    message: stage.bodies.length - 1,
    envelope,
    bytes: new TextEncoder().encode(id).length,
    priority: props.priority ?? -1,
    persistent: op.persistent,
    ttlNs: props.expiration === undefined ? -1 : Number(props.expiration) * NS_PER_MS,
  };
  const published = publish(broker, parcel, stage.nowNs);
  letGo(broker, envelope);
  const got = {
    confirm: published === PUBLISHED.refused ? 'nack' : 'ack',
    returned: mandatory && published === PUBLISHED.unroutable,
  };
  return difference('answer', inOrder(got), inOrder(expect));
}

function getOp(play: Playing, { queue, expect }: OpOf<'get'>): string | null {
  const { stage } = play;
  const { broker } = stage;
  const copy = getMessage(broker, channelOf(stage, GETTER), queue, false, stage.nowNs);
  if (isRefusal(copy)) return copy.why;
  if (copy < 0) return difference('got', null, expect);
  const view = viewOf(broker, stage.bodies, copy, true);
  play.heldById.set(view.body, { channel: broker.copies.channel[copy]!, tag: broker.copies.tag[copy]! });
  const isQuorum = broker.queues[broker.copies.queue[copy]!]!.kind === KIND.quorum;
  const count = isQuorum ? broker.copies.returns[copy]! : null;
  const all: Readonly<Record<string, unknown>> = {
    id: view.body,
    redelivered: view.redelivered,
    exchange: view.exchange,
    routingKey: view.key,
    readyAfter: readyIn(broker, queue),
    deliveryCount: count,
    'delivery-count': count,
    ...deathsOf(view),
  };
  const got = expect === null ? all : Object.fromEntries(Object.keys(expect).map((what) => [what, all[what]]));
  return difference('got', inOrder(got), inOrder(expect));
}

function deathsOf({ headers = {}, expiration }: MessageView): object {
  return {
    xDeath: headers['x-death'] ?? null,
    expirationProp: expiration ?? null,
    firstDeath: {
      queue: headers['x-first-death-queue'] ?? null,
      reason: headers['x-first-death-reason'] ?? null,
      exchange: headers['x-first-death-exchange'] ?? null,
    },
  };
}

function readyIn(broker: Play['stage']['broker'], name: string): number {
  const index = queueNamed(broker, name);
  if (index < 0) throw new NotPlayable(`There is no queue "${name}".`);
  return broker.queues[index]!.ready;
}

function settleOp(play: Playing, id: string, multiple: boolean, fate: Fate): string | null {
  const held = play.heldById.get(id);
  if (held === undefined) throw new NotPlayable(`Nobody holds "${id}".`);
  return said(settleTag(play.stage.broker, held.channel, held.tag, multiple, fate, play.stage.nowNs));
}

function consumeOp(play: Playing, op: OpOf<'consume'>): string | null {
  const { stage, readers, consumers } = play;
  const { consumer, queue, prefetch, autoAck, exclusive, args, expect } = op;
  const channel = channelOf(stage, `consumer ${consumer}`);
  setPrefetch(stage.broker, channel, prefetch, false);
  const index = nextConsumerNumber(stage.broker);
  readers.set(index, { name: consumer, onMessage: 'hold' });
  const wanted = { channel, queue, tag: consumer, autoAck, exclusive, arguments: untyped(args) };
  const answer = consume(stage.broker, wanted, stage.nowNs);
  if (!isRefusal(answer)) consumers.set(consumer, { index, channel });
  return difference('answer', isRefusal(answer) ? { error: answer.code } : 'ok', expect);
}

function consumerOf({ consumers }: Playing, name: string): { readonly index: number; readonly channel: number } {
  const known = consumers.get(name);
  if (known === undefined) throw new NotPlayable(`There is no consumer "${name}".`);
  return known;
}

/** What consumers were given is held under the ids of the messages. */
function noteHeld({ held, heldById }: Playing): void {
  for (const list of held.values()) {
    for (const { body, channel, tag } of list) heldById.set(body, { channel, tag });
  }
  held.clear();
}
