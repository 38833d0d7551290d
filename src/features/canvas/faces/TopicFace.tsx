import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import type { NodeOf } from '../../../../workers/scenario/resolve.ts';
import type { FlowNode } from '../flow/elements.ts';
import { useLive } from '../live/hooks.tsx';
import { blockOf } from './blocks.ts';
import { NodeShell } from './NodeShell.tsx';
import { Partitions } from './Partitions.tsx';
import { TopicGroups } from './TopicGroups.tsx';

/** A log: every partition as a strip of records, and how far each group has read. */
export const TopicFace = memo(function TopicFace({ id, data }: NodeProps<FlowNode>) {
  const declared = (data.node as NodeOf<'topic'>).partitions ?? 1;
  // The engine's number, once it has one: strips and labels must agree.
  const partitions = useLive((_values, layout) => blockOf(layout, id, 'topic')?.partitions ?? declared, declared);
  return (
    <NodeShell node={data.node}>
      <Partitions id={id} partitions={partitions} rows={declared} />
      <TopicGroups id={id} />
    </NodeShell>
  );
});
