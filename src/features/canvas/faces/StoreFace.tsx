import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { FlowNode } from '../flow/elements.ts';
import { NodeShell } from './NodeShell.tsx';

export const StoreFace = memo(function StoreFace({ data }: NodeProps<FlowNode>) {
  return <NodeShell node={data.node}>{null}</NodeShell>;
});
