import {
  IconDownload,
  IconLink,
  IconMailX,
  IconServer2,
  IconUpload,
  IconDatabaseImport,
  IconRefresh,
} from '@tabler/icons-react';
import type { EdgeKind } from '../../../workers/scenario/edges/table.ts';
import type { Icon } from '../../icons/node-icons.ts';

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
