/** What a report tells of RabbitMQ, and what charts draw. */
import type { EdgeState, Run } from '../state.ts';
import { bytesInMemory } from './memory.ts';
import type { AmqpBinding, AmqpPublisher, AmqpSource } from './amqp-state.ts';

export function exchangeFigures(run: Run, index: number): Record<string, number> {
  const { published, unroutable, returned } = run.amqp.exchanges[index]!;
  return { published, unroutable, returned };
}

/** What is in a queue now: ready, and in the hands of consumers. */
export function depthOf(run: Run, index: number): { ready: number; unacknowledged: number; bytes: number } {
  const { broker, queues } = run.amqp;
  const { core } = queues[index]!;
  if (core < 0) return { ready: 0, unacknowledged: 0, bytes: 0 };
  const { ready, unacknowledged, readyBytes } = broker.queues[core]!;
  return { ready, unacknowledged, bytes: readyBytes };
}

export function queueFigures(run: Run, index: number): Record<string, number> {
  const queue = run.amqp.queues[index]!;
  const { enqueued, delivered, redelivered, acknowledged, requeued, deadLettered, deadLettersLost, dropped, refused } =
    queue;
  const consumers = queue.core < 0 ? 0 : run.amqp.broker.queues[queue.core]!.consumers.length;
  const depth = depthOf(run, index);
  return {
    ...depth,
    consumers,
    enqueued,
    delivered,
    redelivered,
    acknowledged,
    requeued,
    deadLettered,
    deadLettersLost,
    dropped,
    refused,
    deadLettersKept: queue.core < 0 ? 0 : run.amqp.broker.queues[queue.core]!.kept.length,
    delayed: queue.core < 0 ? 0 : run.amqp.broker.queues[queue.core]!.delayed,
    ...(queue.stream === null ? {} : { firstOffset: queue.stream.start, nextOffset: queue.stream.end }),
  };
}

export function brokerFigures(run: Run): Record<string, number> {
  const { broker, down, crashes } = run.amqp;
  const blocked = broker.connections.filter((connection) => connection.blocked).length;
  return {
    bytesHeld: bytesInMemory(run),
    alarm: broker.alarm ? 1 : 0,
    blocked,
    down: down ? 1 : 0,
    crashes,
  };
}

/** Messages that the bindings of an edge have matched. */
export function matchedOf(run: Run, { ids, matchedBefore }: AmqpBinding): number {
  return ids.reduce((sum, id) => sum + (run.amqp.broker.matched[id] ?? 0), matchedBefore);
}

/** The publishers of a source, one a process. */
export function publishersOf(run: Run, source: AmqpSource): AmqpPublisher[] {
  return source.clients.map((index) => run.amqp.publishers[index]!);
}

/** Of an edge that no publisher is behind. */
export function amqpEdgeFigures(run: Run, { kind, detail }: EdgeState): Record<string, number> {
  const { bindings, feeds } = run.amqp;
  if (kind === 'bind') return { matched: matchedOf(run, bindings[detail]!) };
  if (kind !== 'amqpConsume') return {};
  const { delivered, acknowledged, refusals } = feeds[detail]!;
  return { delivered, acknowledged, refusals };
}

/** Of an edge that publishes. */
export function amqpPublishFigures(run: Run, source: AmqpSource): Record<string, number> {
  const publishers = publishersOf(run, source);
  return {
    attempted: source.ledger.attempted,
    blockedMessages: publishers.reduce((n, { blocked }) => n + blocked, 0),
    unconfirmed: publishers.reduce((n, { unconfirmed }) => n + unconfirmed, 0),
  };
}
