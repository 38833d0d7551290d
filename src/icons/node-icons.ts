import {
  IconArrowsExchange,
  IconBroadcast,
  IconCpu,
  IconHourglass,
  IconDatabase,
  IconNote,
  IconInbox,
  IconRoute,
  IconServer2,
  IconSpeakerphone,
  IconSquareDashed,
  IconStack2,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { NodeKind } from '../../workers/scenario/kinds/table.ts';

export type Icon = ComponentType<{ readonly size?: number; readonly stroke?: number }>;

/** What stands for a kind of node wherever it is shown. A complete table: a kind without an icon does not compile. */
export const nodeIcons: { readonly [K in NodeKind]: Icon } = {
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
