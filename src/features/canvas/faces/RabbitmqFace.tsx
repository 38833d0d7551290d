import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { FlowNode } from '../flow/elements.ts';
import { NodeShell } from './NodeShell.tsx';

/** The broker of all exchanges and queues. */
export const RabbitmqFace = memo(function RabbitmqFace({ data }: NodeProps<FlowNode>) {
  return <NodeShell node={data.node}>{null}</NodeShell>;
});
