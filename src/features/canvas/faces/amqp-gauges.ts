/** What the faces of RabbitMQ's kinds read of a frame. Pure; null and 0 stand for "nothing yet". */
import {
  QUEUE,
  QUEUE_CONSUMER,
  type ExchangeBlock,
  type QueueBlock,
  type RabbitmqBlock,
} from '../../../../workers/protocol/frame-amqp.ts';
import type { Layout } from '../../../../workers/protocol/frame.ts';

export function exchangeBlock(layout: Layout, id: string): ExchangeBlock | null {
  const block = layout.nodes[id];
  return block?.kind === 'exchange' ? block : null;
}

export function queueBlock(layout: Layout, id: string): QueueBlock | null {
  const block = layout.nodes[id];
  return block?.kind === 'queue' ? block : null;
}

export function rabbitmqBlock(layout: Layout, id: string): RabbitmqBlock | null {
  const block = layout.nodes[id];
  return block?.kind === 'rabbitmq' ? block : null;
}

/** Messages that the bindings of an edge have matched. */
export function matchedBy(values: Float64Array, layout: Layout, exchange: string, edge: string): number {
  const block = exchangeBlock(layout, exchange);
  const place = block?.bindings.indexOf(edge) ?? -1;
  return block === null || place < 0 ? 0 : values[block.bindingsAt + place]!;
}

export function queueFigure(
  values: Float64Array,
  layout: Layout,
  id: string,
  figure: Exclude<keyof typeof QUEUE, 'size'>,
): number {
  const block = queueBlock(layout, id);
  return block === null ? 0 : values[block.at + QUEUE[figure]]!;
}

/** A figure of one consumer of a queue, by its place in the block. */
export function holdingOf(
  values: Float64Array,
  layout: Layout,
  id: string,
  place: number,
  figure: Exclude<keyof typeof QUEUE_CONSUMER, 'size'>,
): number {
  const block = queueBlock(layout, id);
  if (block === null || place >= block.consumers.length) return 0;
  return values[block.consumersAt + place * QUEUE_CONSUMER.size + QUEUE_CONSUMER[figure]]!;
}

/** Lengths are shown on a logarithmic scale: ten are seen, and a hundred thousand still fit. */
export function lengthShare(messages: number): number {
  return Math.min(1, Math.log10(1 + messages) / 5);
}
