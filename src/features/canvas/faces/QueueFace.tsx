import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { FlowNode } from '../flow/elements.ts';
import { NodeShell } from './NodeShell.tsx';

/** Messages that are ready, and those that consumers hold. */
export const QueueFace = memo(function QueueFace({ data }: NodeProps<FlowNode>) {
  return <NodeShell node={data.node}>{null}</NodeShell>;
});
