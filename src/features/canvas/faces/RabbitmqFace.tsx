import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { RABBITMQ } from '../../../../workers/protocol/frame-amqp.ts';
import { writeAmount, writeBytes } from '../../../ui/numbers.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, useLive } from '../live/hooks.tsx';
import { figureOf } from './blocks.ts';
import { NodeShell } from './NodeShell.tsx';
import classes from './amqp.module.css';

/** The broker of all exchanges and queues: what it holds, and whether it blocks publishers. */
export const RabbitmqFace = memo(function RabbitmqFace({ id, data }: NodeProps<FlowNode>) {
  const alarm = useLive((values, layout) => figureOf(values, layout, id, 'rabbitmq', RABBITMQ.alarm) === 1, false);
  return (
    <NodeShell node={data.node}>
      <p className={classes.broker}>
        <LiveText
          fallback=""
          read={(values, layout) => {
            const queues = figureOf(values, layout, id, 'rabbitmq', RABBITMQ.queues);
            const bytes = figureOf(values, layout, id, 'rabbitmq', RABBITMQ.bytes);
            return `${writeAmount(queues, 'queue')}, ${writeBytes(bytes)} in them`;
          }}
        />
      </p>
      {alarm && <p className={classes.alarm}>Short of memory: publishers are blocked</p>}
    </NodeShell>
  );
});
