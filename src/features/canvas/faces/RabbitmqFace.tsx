import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { RABBITMQ } from '../../../../workers/protocol/frame-amqp.ts';
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { writeAmount, writeBytes } from '../../../ui/numbers.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, useLive } from '../live/hooks.tsx';
import { rabbitmqBlock } from './amqp-gauges.ts';
import { NodeShell } from './NodeShell.tsx';
import classes from './amqp.module.css';

/** The broker of all exchanges and queues: what it holds, and whether it blocks publishers. */
export const RabbitmqFace = memo(function RabbitmqFace({ id, data }: NodeProps<FlowNode>) {
  const alarm = useLive((values, layout) => figureOf(values, layout, id, 'alarm') === 1, false);
  return (
    <NodeShell node={data.node}>
      <p className={classes.broker}>
        <LiveText
          fallback=""
          read={(values, layout) =>
            `${writeAmount(figureOf(values, layout, id, 'queues'), 'queue')}, ${writeBytes(figureOf(values, layout, id, 'bytes'))} in them`
          }
        />
      </p>
      {alarm && <p className={classes.alarm}>Short of memory: publishers are blocked</p>}
    </NodeShell>
  );
});

function figureOf(
  values: Float64Array,
  layout: Layout,
  id: string,
  figure: Exclude<keyof typeof RABBITMQ, 'size'>,
): number {
  const block = rabbitmqBlock(layout, id);
  return block === null ? 0 : values[block.at + RABBITMQ[figure]]!;
}
