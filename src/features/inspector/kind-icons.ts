import {
  IconArrowsExchange,
  IconBroadcast,
  IconCpu,
  IconDownload,
  IconHourglass,
  IconInbox,
  IconLink,
  IconMailX,
  IconNote,
  IconRoute,
  IconServer2,
  IconSpeakerphone,
  IconSquareDashed,
  IconStack2,
  IconUpload,
  IconDatabase,
  IconDatabaseImport,
  IconRefresh,
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
  sqs: IconHourglass,
  sns: IconSpeakerphone,
  store: IconDatabase,
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
  sqsSend: IconUpload,
  sqsReceive: IconDownload,
  redrive: IconMailX,
  snsPublish: IconUpload,
  snsSubscribe: IconLink,
  insert: IconDatabaseImport,
  poll: IconRefresh,
};
