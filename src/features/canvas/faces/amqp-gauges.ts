/** What the faces of RabbitMQ's kinds read of a frame. Pure; null and 0 stand for "nothing yet". */
import { QUEUE, QUEUE_CONSUMER } from '../../../../workers/protocol/frame-amqp.ts';
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { blockOf, figureOf } from './blocks.ts';

/** Messages that the bindings of an edge have matched. */
export function matchedBy(values: Float64Array, layout: Layout, exchange: string, edge: string): number {
  const block = blockOf(layout, exchange, 'exchange');
  const place = block?.bindings.indexOf(edge) ?? -1;
  return block === null || place < 0 ? 0 : values[block.bindingsAt + place]!;
}

export function queueFigure(
  values: Float64Array,
  layout: Layout,
  id: string,
  figure: Exclude<keyof typeof QUEUE, 'size'>,
): number {
  return figureOf(values, layout, id, 'queue', QUEUE[figure]);
}

/** A figure of one consumer of a queue, by its place in the block. */
export function holdingOf(
  values: Float64Array,
  layout: Layout,
  id: string,
  place: number,
  figure: Exclude<keyof typeof QUEUE_CONSUMER, 'size'>,
): number {
  const block = blockOf(layout, id, 'queue');
  if (block === null || place >= block.consumers.length) return 0;
  return values[block.consumersAt + place * QUEUE_CONSUMER.size + QUEUE_CONSUMER[figure]]!;
}

/** Lengths are shown on a logarithmic scale: ten are seen, and a hundred thousand still fit. */
export function lengthShare(messages: number): number {
  return Math.min(1, Math.log10(1 + messages) / 5);
}
