/** The complete table of faces: a kind without a row here does not compile. */
import type { NodeProps } from '@xyflow/react';
import type { ComponentType } from 'react';
import type { NodeKind } from '../../../../workers/scenario/kinds/table.ts';
import type { FlowNode } from '../flow/elements.ts';
import { ClusterFace } from './ClusterFace.tsx';
import { ConsumerFace } from './ConsumerFace.tsx';
import { FrameFace } from './FrameFace.tsx';
import { lazyFace } from './lazy-face.tsx';
import { NoteFace } from './NoteFace.tsx';
import { ProducerFace } from './ProducerFace.tsx';
import { TopicFace } from './TopicFace.tsx';

const amqp = () => import('./amqp-faces.ts');
const managed = () => import('./sqs-faces.ts');

export const faces: { readonly [K in NodeKind]: ComponentType<NodeProps<FlowNode>> } = {
  producer: ProducerFace,
  client: lazyFace(async () => (await import('./ClientFace.tsx')).ClientFace),
  topic: TopicFace,
  cluster: ClusterFace,
  exchange: lazyFace(async () => (await amqp()).ExchangeFace),
  queue: lazyFace(async () => (await amqp()).QueueFace),
  rabbitmq: lazyFace(async () => (await amqp()).RabbitmqFace),
  sqs: lazyFace(async () => (await managed()).SqsFace),
  sns: lazyFace(async () => (await managed()).SnsFace),
  store: lazyFace(async () => (await import('./StoreFace.tsx')).StoreFace),
  consumer: ConsumerFace,
  note: NoteFace,
  frame: FrameFace,
};
