/** What the palette offers: every kind of node by family, and the parts that go into nodes. */
import { IconCube, IconLayoutRows } from '@tabler/icons-react';
import type { Family } from '../../../workers/scenario/kinds/definition.ts';
import { nodeKinds, type NodeKind } from '../../../workers/scenario/kinds/table.ts';
import { nodeIcons, type Icon } from '../../icons/node-icons.ts';

export type Placeable =
  | { readonly type: 'node'; readonly kind: NodeKind }
  | { readonly type: 'partition' }
  | { readonly type: 'instance' };

export interface PaletteItem {
  readonly id: string;
  readonly placeable: Placeable;
  readonly family: Family;
  readonly label: string;
  /** One sentence. */
  readonly summary: string;
  /** Where it goes, for what does not stand by itself. */
  readonly into?: string;
  readonly icon: Icon;
  /** Further words under which it is found: what others call it. */
  readonly keywords: string;
}

/** A complete table: a kind without words does not compile. */
const keywords: { readonly [K in NodeKind]: string } = {
  producer: 'source publisher sender events',
  client: 'request reply rpc correlation caller asks',
  topic: 'log stream kafka broker',
  cluster: 'kafka brokers replicas isr leader controller kraft rack',
  exchange: 'rabbitmq amqp routing binding direct fanout topic headers router',
  queue: 'rabbitmq amqp classic quorum stream broker mailbox dlx dead letter',
  rabbitmq: 'amqp broker node memory alarm watermark',
  sqs: 'aws amazon simple queue service fifo standard visibility dlq managed',
  sns: 'aws amazon simple notification service topic fan-out filter policy',
  store: 'database postgresql sql table jobs queue outbox polling',
  consumer: 'group subscriber worker handler reader sink',
  note: 'text comment label',
  frame: 'area box group section',
};

const partition: PaletteItem = {
  id: 'partition',
  placeable: { type: 'partition' },
  family: 'log',
  label: 'Partition',
  summary: 'One more log within a topic: more can be read side by side, and keys move to other partitions.',
  into: 'Goes into a topic.',
  icon: IconLayoutRows,
  keywords: 'shard log',
};

const instance: PaletteItem = {
  id: 'instance',
  placeable: { type: 'instance' },
  family: 'handlers',
  label: 'Instance',
  summary: 'One more process in a consumer group; the group shares its partitions anew.',
  into: 'Goes into a consumer.',
  icon: IconCube,
  keywords: 'replica pod process member scale',
};

const nodes: readonly PaletteItem[] = (Object.keys(keywords) as NodeKind[]).map((kind) => ({
  id: kind,
  placeable: { type: 'node', kind },
  family: nodeKinds[kind].family,
  label: nodeKinds[kind].label,
  summary: nodeKinds[kind].summary,
  icon: nodeIcons[kind],
  keywords: keywords[kind],
}));

export const paletteItems: readonly PaletteItem[] = [...nodes, partition, instance];

/** A complete table, in the order shown: what every scenario needs comes first. */
const families: { readonly [F in Family]: string } = {
  sources: 'Sources',
  handlers: 'Handlers',
  log: 'Log',
  queues: 'Queues',
  annotations: 'Notes',
};

export interface PaletteGroup {
  readonly family: Family;
  readonly label: string;
  readonly items: readonly PaletteItem[];
}

/**
 * The items found by `search`, by family; families without any are left out. Every word must be the beginning of some
 * word of the item, in any order and case; an empty search finds all.
 */
export function findItems(search: string, items: readonly PaletteItem[] = paletteItems): readonly PaletteGroup[] {
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter((item) => {
    const words = `${item.label} ${item.summary} ${item.keywords} ${families[item.family]}`
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u);
    return wanted.every((start) => words.some((word) => word.startsWith(start)));
  });
  return (Object.keys(families) as Family[])
    .map((family) => ({ family, label: families[family], items: found.filter((item) => item.family === family) }))
    .filter((group) => group.items.length > 0);
}
