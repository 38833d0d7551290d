/**
 * How large each face is, from the document alone. Faces have fixed sizes so that nothing on the canvas moves while
 * figures run, so that a node can be placed before it has been drawn, and so that React Flow need not measure.
 */
import type { ScenarioNode } from '../../../../workers/scenario/document.ts';
import { DEFAULT_BROKERS } from '../../../../workers/scenario/kinds/cluster.ts';
import { instancesAtMost } from '../../../../workers/scenario/kinds/autoscale.ts';
import type { NodeKind } from '../../../../workers/scenario/kinds/table.ts';
import { COLUMN_GAP, COLUMN_HEIGHT, columnWidth } from './cluster-grid.ts';
import { ROWS_SHOWN, rowShape, STRIP_WIDTH, LABEL_WIDTH, END_WIDTH } from './topic-strip.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

type NodeOf<Kind extends NodeKind> = Extract<ScenarioNode, { kind: Kind }>;

/** Everything on the canvas falls on this grid. Flow coordinates. */
export const GRID = 20;

export const HEADER_HEIGHT = 40;
/** The brokers above their columns. */
export const CLUSTER_HEAD_HEIGHT = 26;
const CLUSTER_FOOT = 26;
export const FACE_PADDING = 12;

/** Instances are rows up to this many, and tiles beyond. */
export const INSTANCE_ROWS = 8;
export const INSTANCE_ROW_HEIGHT = 26;
/** Tiles in a row, and rows of tiles seen without scrolling. */
const TILES_ACROSS = 11;
const TILE_SIZE = 24;
const TILE_ROWS_SHOWN = 8;
export const TILES_SHOWN = TILES_ACROSS * TILE_ROWS_SHOWN;
/** A topic of SNS shows so many subscriptions; of more, one row says how many. */
export const ROUTES_SHOWN = 4;

/** An exchange shows so many edges; of more, one row says how many. */
export const BINDING_ROWS = 4;
const BINDING_ROW_HEIGHT = 22;
const CONSUMER_FOOT = 54;
const SCALING_HEIGHT = 24;
const TOPIC_FOOT = 26;
const TOPIC_HEAD_GAP = 4;

const sizes: { readonly [K in NodeKind]: (node: NodeOf<K>) => Size } = {
  producer: () => ({ width: 240, height: 148 }),
  client: () => ({ width: 240, height: 140 }),
  topic: ({ partitions = 1 }) => ({
    width: onGrid(LABEL_WIDTH + STRIP_WIDTH + END_WIDTH + 2 * FACE_PADDING),
    height: onGrid(HEADER_HEIGHT + TOPIC_HEAD_GAP + topicRowsHeight(partitions) + TOPIC_FOOT),
  }),
  cluster: (node) => {
    const { brokers = DEFAULT_BROKERS } = node;
    const columns = brokers * columnWidth(brokers) + (brokers - 1) * COLUMN_GAP;
    return {
      width: onGrid(Math.max(240, columns + 2 * FACE_PADDING + 2)),
      height: onGrid(HEADER_HEIGHT + CLUSTER_HEAD_HEIGHT + COLUMN_HEIGHT + CLUSTER_FOOT),
    };
  },
  exchange: () => ({ width: 260, height: onGrid(HEADER_HEIGHT + BINDING_ROWS * BINDING_ROW_HEIGHT + 8) }),
  queue: () => ({ width: 260, height: 140 }),
  rabbitmq: () => ({ width: 260, height: 100 }),
  sqs: () => ({ width: 260, height: 160 }),
  sns: () => ({ width: 240, height: onGrid(HEADER_HEIGHT + 22 + ROUTES_SHOWN * 20 + 6) }),
  store: () => ({ width: 280, height: 160 }),
  consumer: (node) => ({
    width: 280,
    height: onGrid(
      HEADER_HEIGHT +
        instancesHeight(instancesAtMost(node)) +
        CONSUMER_FOOT +
        (node.autoscale?.enabled === true ? SCALING_HEIGHT : 0),
    ),
  }),
  note: ({ text = '' }) => ({ width: 240, height: onGrid(Math.min(400, 22 + 20 * wrappedLines(text, 29))) }),
  frame: ({ width = 420, height = 280 }) => ({ width, height }),
};

/** Height of the part of a topic that shows partitions; beyond `ROWS_SHOWN` they scroll. */
export function topicRowsHeight(partitions: number): number {
  return rowShape(partitions).height * Math.max(1, Math.min(partitions, ROWS_SHOWN));
}

/** Where the rows of a topic begin, from the face's upper edge: centred between its head and its foot. */
export function topicRowsTop(partitions: number): number {
  const rows = topicRowsHeight(partitions);
  const height = onGrid(HEADER_HEIGHT + TOPIC_HEAD_GAP + rows + TOPIC_FOOT);
  return HEADER_HEIGHT + (height - HEADER_HEIGHT - TOPIC_FOOT - rows) / 2;
}

/** Height of the part of a consumer that shows instances. */
export function instancesHeight(instances: number): number {
  if (instances <= INSTANCE_ROWS) return INSTANCE_ROW_HEIGHT * Math.max(1, instances);
  return TILE_SIZE * Math.min(TILE_ROWS_SHOWN, Math.ceil(instances / TILES_ACROSS));
}

/** Size on the canvas, in flow coordinates; both a multiple of `GRID` except for frames. */
export function nodeSize(node: ScenarioNode): Size {
  return (sizes[node.kind] as (node: ScenarioNode) => Size)(node);
}

function onGrid(length: number): number {
  return Math.ceil(length / GRID) * GRID;
}

/** Lines a note takes, at least one, breaking after `columns` characters. */
function wrappedLines(text: string, columns: number): number {
  return text.split('\n').reduce((lines, line) => lines + Math.max(1, Math.ceil(line.length / columns)), 0);
}
