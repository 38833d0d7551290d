/** queue.declare, queue.delete and queue.purge. */
import {
  accessRefused,
  notFound,
  notImplemented,
  preconditionFailed,
  resourceLocked,
  type Refusal,
} from '../../../scenario/amqp/refusal.ts';
import { queueIndex } from '../../../scenario/amqp/routing-table.ts';
import { refuseChannel } from './channels.ts';
import { REASON } from './codes.ts';
import { createQueue, emptyQueue, removeQueueNow, startUnused } from './queue-life.ts';
import { KIND, type Broker, type Queue, type QueueArguments } from './state.ts';

/** Index of the queue of that name, -1 when there is none. */
export function queueNamed(broker: Broker, name: string): number {
  return queueIndex(broker.routing, name);
}

export interface QueueDeclaration {
  readonly channel: number;
  readonly name: string;
  readonly exclusive: boolean;
  readonly arguments: QueueArguments;
}

/** queue.declare: a queue that is there already must be the same. */
export function declareQueue(broker: Broker, wanted: QueueDeclaration, nowNs: number): Refusal | null {
  const { channel, name } = wanted;
  const { connection } = broker.channels[channel]!;
  const owner = wanted.exclusive ? connection : -1;
  const index = queueNamed(broker, name);
  const refusal =
    index < 0 ? whyNotNew(wanted) : difference(broker.queues[index]!, owner, connection, wanted.arguments);
  if (refusal !== null) return refuseChannel(broker, channel, refusal, nowNs);
  if (index < 0) createQueue(broker, name, owner, wanted.arguments, nowNs);
  else if (broker.queues[index]!.consumers.length === 0) startUnused(broker, broker.queues[index]!, nowNs);
  return null;
}

/** queue.declare that only asks. @returns the queue's index */
export function findQueue(broker: Broker, channel: number, name: string, nowNs: number): number | Refusal {
  const index = queueNamed(broker, name);
  const refusal = index < 0 ? notFound(`no queue "${name}"`) : lockedFor(broker, channel, index);
  if (refusal !== null) return refuseChannel(broker, channel, refusal, nowNs);
  if (broker.queues[index]!.consumers.length === 0) startUnused(broker, broker.queues[index]!, nowNs);
  return index;
}

function whyNotNew({ name, exclusive, arguments: { type, durable, autoDelete } }: QueueDeclaration): Refusal | null {
  if (name.startsWith('amq.')) return accessRefused(`queue name "${name}" contains reserved prefix 'amq.'`);
  if (type === 'classic') return null;
  if (!durable) return preconditionFailed(`a ${type} queue is durable`);
  if (exclusive) return preconditionFailed(`a ${type} queue cannot be exclusive`);
  return autoDelete ? preconditionFailed(`a ${type} queue cannot delete itself`) : null;
}

function difference(queue: Queue, owner: number, connection: number, wanted: QueueArguments): Refusal | null {
  if (queue.owner >= 0 && queue.owner !== connection) return resourceLocked(`queue "${queue.name}" is exclusive`);
  if (queue.owner !== owner) return resourceLocked(`queue "${queue.name}" is not exclusive`);
  const differs = (Object.keys(wanted) as (keyof QueueArguments)[]).find(
    (each) => wanted[each] !== queue.arguments[each],
  );
  return differs === undefined ? null : preconditionFailed(`inequivalent argument ${differs} of queue "${queue.name}"`);
}

/**
 * As many consumers as a client is told of. To a quorum queue those who wait to be the single active one are none, and one that was
 * cancelled is there until it holds nothing any more (rabbit_fifo.erl, `query_stat`).
 */
export function consumerCount({ queues, consumers }: Broker, index: number): number {
  const queue = queues[index]!;
  if (queue.kind !== KIND.quorum) return queue.consumers.length;
  const leaving = consumers.filter((each) => each.queue === index && !each.alive && each.held > 0);
  const isAlone = queue.arguments.singleActiveConsumer && queue.consumers.length > 0;
  return (isAlone ? 1 : queue.consumers.length) + leaving.length;
}

/** queue.delete. One that is not there is no error. @returns how many messages were ready */
export function deleteQueue(
  broker: Broker,
  channel: number,
  name: string,
  only: { readonly ifUnused: boolean; readonly ifEmpty: boolean },
  nowNs: number,
): number | Refusal {
  const index = queueNamed(broker, name);
  if (index < 0) return 0;
  const { consumers, ready } = broker.queues[index]!;
  let refusal = lockedFor(broker, channel, index);
  if (refusal === null && only.ifUnused && consumers.length > 0) refusal = preconditionFailed(`queue "${name}" in use`);
  if (refusal === null && only.ifEmpty && ready > 0) refusal = preconditionFailed(`queue "${name}" not empty`);
  if (refusal !== null) return refuseChannel(broker, channel, refusal, nowNs);
  removeQueueNow(broker, index, REASON.queueGone);
  return ready;
}

/** queue.purge: what is ready goes, and is no dead letter. @returns how many messages that was */
export function purgeQueue(broker: Broker, channel: number, name: string, nowNs: number): number | Refusal {
  const index = queueNamed(broker, name);
  let refusal = index < 0 ? notFound(`no queue "${name}"`) : lockedFor(broker, channel, index);
  if (index >= 0 && broker.queues[index]!.kind === KIND.stream) refusal ??= notImplemented('a stream is not purged');
  if (refusal !== null) return refuseChannel(broker, channel, refusal, nowNs);
  return emptyQueue(broker, index, REASON.purged);
}

/** Whether a queue of that name is another connection's own: then it may not be bound, or unbound, either. */
export function whyNotBound(broker: Broker, channel: number, name: string): Refusal | null {
  const index = queueNamed(broker, name);
  return index < 0 ? null : lockedFor(broker, channel, index);
}

function lockedFor(broker: Broker, channel: number, index: number): Refusal | null {
  const { owner, name } = broker.queues[index]!;
  const { connection } = broker.channels[channel]!;
  return owner >= 0 && owner !== connection ? resourceLocked(`queue "${name}" is exclusive`) : null;
}
