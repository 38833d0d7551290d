/** Draws the replicas of a cluster, in the column of their broker. Called with every frame; allocates next to nothing. */
import {
  BROKER,
  BROKER_STATE,
  REPLICA,
  REPLICA_STATE,
  type ClusterBlock,
} from '../../../../workers/protocol/frame-cluster.ts';
import { tokenColor } from '../../../ui/colors.ts';
import { writeShort } from '../../../ui/numbers.ts';
import { setFont } from '../live/canvas-font.ts';
import { COLUMN_GAP, COLUMN_HEIGHT, columnShape, columnWidth, type ColumnShape } from './cluster-grid.ts';

type Context = OffscreenCanvasRenderingContext2D;

/** Below this zoom no text is written. */
const TEXT_FROM_ZOOM = 0.36;
/** Records that the width of a block stands for: how far a replica and the high watermark are behind. */
const RECORDS_SHOWN = 24;

interface Block {
  readonly context: Context;
  readonly shape: ColumnShape;
  readonly x: number;
  readonly y: number;
  readonly state: number;
}

interface ClusterView {
  /** CSS pixels per unit. */
  readonly zoom: number;
  /** What a topic is called. */
  readonly titleOf: (topic: string) => string;
}

/** The context's origin is the top left corner of the first column, in flow coordinates. */
export function drawCluster(context: Context, values: Float64Array, block: ClusterBlock, view: ClusterView): void {
  const width = columnWidth(block.brokers);
  drawColumns(context, values, block, width);
  const counts = countReplicas(values, block);
  const shape = columnShape(Math.max(0, ...counts), width);
  counts.fill(0);
  for (const hosted of block.topics) {
    for (let partition = 0; partition < hosted.partitions; partition += 1) {
      const first = hosted.at + partition * hosted.replicas * REPLICA.size;
      const end = leaderEnd(values, first, hosted.replicas);
      for (let place = 0; place < hosted.replicas; place += 1) {
        const at = first + place * REPLICA.size;
        const broker = values[at + REPLICA.broker]!;
        if (broker < 0) continue;
        const slot = counts[broker]!;
        counts[broker] = slot + 1;
        const x = broker * (width + COLUMN_GAP) + (slot % shape.across) * shape.stepX;
        const y = Math.floor(slot / shape.across) * shape.stepY;
        const drawn = { context, shape, x, y, state: values[at + REPLICA.state]! };
        drawBlock(drawn);
        if (!shape.rows) continue;
        drawLevels(drawn, end - values[at + REPLICA.end]!, end - values[at + REPLICA.highWatermark]!);
        if (view.zoom < TEXT_FROM_ZOOM) continue;
        drawName(drawn, `P${partition} ${view.titleOf(hosted.topic)}`, end - values[at + REPLICA.end]!);
        if (shape.figures) drawFigures(drawn, values[at + REPLICA.end]!, values[at + REPLICA.highWatermark]!);
      }
    }
  }
}

/** Counts anew for every frame, into the same list. */
const counted: number[] = [];

function countReplicas(values: Float64Array, block: ClusterBlock): number[] {
  counted.length = block.brokers;
  counted.fill(0);
  for (const { at, partitions, replicas } of block.topics) {
    for (let row = at; row < at + partitions * replicas * REPLICA.size; row += REPLICA.size) {
      const broker = values[row + REPLICA.broker]!;
      if (broker >= 0) counted[broker]! += 1;
    }
  }
  return counted;
}

/** Where the log of a partition ends: at its leader, or at the replica that has most. */
function leaderEnd(values: Float64Array, first: number, replicas: number): number {
  let end = 0;
  for (let at = first; at < first + replicas * REPLICA.size; at += REPLICA.size) {
    if (values[at + REPLICA.broker]! < 0) continue;
    if (values[at + REPLICA.state] === REPLICA_STATE.leader) return values[at + REPLICA.end]!;
    end = Math.max(end, values[at + REPLICA.end]!);
  }
  return end;
}

function drawColumns(context: Context, values: Float64Array, block: ClusterBlock, width: number): void {
  for (let broker = 0; broker < block.brokers; broker += 1) {
    const state = values[block.brokersAt + broker * BROKER.size + BROKER.state];
    context.fillStyle = tokenColor(state === BROKER_STATE.down ? '--danger-soft' : '--surface-3');
    context.globalAlpha = 0.5;
    context.fillRect(broker * (width + COLUMN_GAP) - 2, -2, width + 4, COLUMN_HEIGHT + 4);
    context.globalAlpha = 1;
  }
}

/** Solid: leads. Tinted: in sync. A frame: behind. A struck out frame: on a broker that is down. */
function drawBlock({ context, shape, x, y, state }: Block): void {
  const { blockWidth: width, blockHeight: height } = shape;
  if (state === REPLICA_STATE.leader || state === REPLICA_STATE.inSync) {
    context.fillStyle = tokenColor('--accent');
    context.globalAlpha = state === REPLICA_STATE.leader ? 1 : 0.28;
    context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
    return;
  }
  const color = tokenColor(
    state === REPLICA_STATE.offline ? '--text-3' : state === REPLICA_STATE.zombie ? '--danger' : '--warn',
  );
  context.strokeStyle = color;
  context.lineWidth = Math.min(1.4, height / 4);
  const inset = context.lineWidth / 2;
  context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
  if (state === REPLICA_STATE.lagging) return;
  context.beginPath();
  context.moveTo(x + inset, y + height - inset);
  context.lineTo(x + width - inset, y + inset);
  if (state === REPLICA_STATE.zombie) {
    context.moveTo(x + inset, y + inset);
    context.lineTo(x + width - inset, y + height - inset);
  }
  context.globalAlpha = shape.rows ? 0.4 : 1;
  context.stroke();
  context.globalAlpha = 1;
}

/** A bar at the lower edge: as far as the replica has the log; and a tick at the high watermark that it knows. */
function drawLevels({ context, shape, x, y, state }: Block, behind: number, hidden: number): void {
  const { blockWidth: width, blockHeight: height } = shape;
  const at = (records: number): number => width * Math.max(0, 1 - records / RECORDS_SHOWN);
  const ink = tokenColor(state === REPLICA_STATE.leader ? '--surface-2' : '--text-2');
  context.fillStyle = ink;
  context.globalAlpha = 0.55;
  context.fillRect(x, y + height - 2.5, at(behind), 2.5);
  context.globalAlpha = 1;
  context.fillRect(Math.min(x + width - 1.5, x + at(hidden)), y + height - 6, 1.5, 6);
}

/** Log end offset and high watermark, by the names that Kafka's tools give them. */
function drawFigures({ context, shape, x, y, state }: Block, end: number, highWatermark: number): void {
  setFont(context, 450, 9);
  context.fillStyle = tokenColor(state === REPLICA_STATE.leader ? '--surface-2' : '--text');
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillText(`LEO ${writeShort(end)}`, x + 5, y + 24);
  // The high watermark is kept in memory: a broker that is down knows none.
  if (state === REPLICA_STATE.offline) return;
  context.textAlign = 'right';
  context.fillText(`HW ${writeShort(highWatermark)}`, x + shape.blockWidth - 5, y + 24);
}

function drawName({ context, shape, x, y, state }: Block, name: string, behind: number): void {
  const { blockWidth: width, blockHeight: height } = shape;
  const middle = y + (shape.figures ? 11 : height / 2 - 1);
  setFont(context, state === REPLICA_STATE.leader ? 650 : 500, 10);
  context.fillStyle = tokenColor(state === REPLICA_STATE.leader ? '--surface-2' : '--text');
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const lag = behind > 0 && state !== REPLICA_STATE.leader ? `-${writeShort(behind)}` : '';
  const lagWidth = lag === '' ? 0 : 28;
  context.save();
  context.beginPath();
  context.rect(x, y, width - lagWidth, height);
  context.clip();
  context.fillText(name, x + 5, middle);
  context.restore();
  if (lag === '') return;
  context.textAlign = 'right';
  context.fillText(lag, x + width - 5, middle, lagWidth);
}
