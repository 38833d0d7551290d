/** The complete table of faces: a kind without a row here does not compile. */
import type { NodeProps } from '@xyflow/react';
import type { ComponentType } from 'react';
import type { NodeKind } from '../../../../workers/scenario/kinds/table.ts';
import type { FlowNode } from '../flow/elements.ts';
import { ClusterFace } from './ClusterFace.tsx';
import { ConsumerFace } from './ConsumerFace.tsx';
import { ExchangeFace } from './ExchangeFace.tsx';
import { FrameFace } from './FrameFace.tsx';
import { NoteFace } from './NoteFace.tsx';
import { ProducerFace } from './ProducerFace.tsx';
import { QueueFace } from './QueueFace.tsx';
import { RabbitmqFace } from './RabbitmqFace.tsx';
import { SnsFace } from './SnsFace.tsx';
import { SqsFace } from './SqsFace.tsx';
import { TopicFace } from './TopicFace.tsx';

export const faces: { readonly [K in NodeKind]: ComponentType<NodeProps<FlowNode>> } = {
  producer: ProducerFace,
  topic: TopicFace,
  cluster: ClusterFace,
  exchange: ExchangeFace,
  queue: QueueFace,
  rabbitmq: RabbitmqFace,
  sqs: SqsFace,
  sns: SnsFace,
  consumer: ConsumerFace,
  note: NoteFace,
  frame: FrameFace,
};
