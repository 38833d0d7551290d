import {
  IconArrowsExchange,
  IconBroadcast,
  IconDownload,
  IconSquareDashed,
  IconNote,
  IconInbox,
  IconLink,
  IconMailX,
  IconRoute,
  IconServer2,
  IconStack2,
  IconUpload,
  IconCpu,
} from '@tabler/icons-react';
import type { EdgeKind } from '../../../workers/scenario/edges/table.ts';
import type { NodeKind } from '../../../workers/scenario/kinds/table.ts';

type Icon = typeof IconBroadcast;

export const nodeIcons: Readonly<Record<NodeKind, Icon>> = {
  producer: IconBroadcast,
  client: IconArrowsExchange,
  topic: IconStack2,
  cluster: IconServer2,
  exchange: IconRoute,
  queue: IconInbox,
  rabbitmq: IconServer2,
  consumer: IconCpu,
  note: IconNote,
  frame: IconSquareDashed,
};

export const edgeIcons: Readonly<Record<EdgeKind, Icon>> = {
  publish: IconUpload,
  subscribe: IconDownload,
  host: IconServer2,
  amqpPublish: IconUpload,
  bind: IconLink,
  amqpConsume: IconDownload,
  deadLetter: IconMailX,
};
