/** Draws the partitions of a topic. Called with every frame in which something moved; allocates next to nothing. */
import {
  CELL,
  PARTITION,
  POSITION,
  type Layout,
  type SubscriptionBlock,
  type TopicBlock,
} from '../../../../workers/protocol/frame.ts';
import { stateColor, tokenColor } from '../../../ui/colors.ts';
import { quickKeyColor } from '../live/key-colors.ts';
import { setFont } from '../live/canvas-font.ts';
import { writeCount, writeShort } from '../../../ui/numbers.ts';
import { drawBorder, drawHole, drawLogStart, drawTombstone, type CellPlace } from './draw-log-marks.ts';
import { drawLastStable, drawTransactionFlags, TRANSACTION_FLAGS } from './draw-transactions.ts';
import { drawShare } from './draw-share.ts';
import { groupColor, groupLetter } from './groups.ts';
import { groupIndexOfSubscription } from './layout-index.ts';
import {
  boundaryX,
  CELL_WIDTH,
  CELLS_SHOWN,
  END_WIDTH,
  LABEL_WIDTH,
  nextHead,
  placeMarkers,
  rowShape,
  STRIP_WIDTH,
  type RowShape,
} from './topic-strip.ts';

/** What moves smoothly and is therefore remembered from frame to frame. */
export interface TopicMotion {
  /** Right end shown of each partition. */
  readonly heads: number[];
  /** Committed offset shown, by subscription and partition. */
  readonly commits: number[][];
  /** Whether the last drawing has not yet arrived where the log is. */
  moving: boolean;
}

export function stillTopic(): TopicMotion {
  return { heads: [], commits: [], moving: false };
}

export interface TopicView {
  /** First row drawn at the canvas's top edge, a fraction while scrolled between two. */
  readonly firstRow: number;
  /** Rows that the face was made for: they decide how tall each is. */
  readonly rows: number;
  readonly rowsShown: number;
  readonly elapsedMs: number;
  /** Everything arrives at once: reduced motion. */
  readonly still: boolean;
  /** The cell pointed at, or null. */
  readonly cursor: { readonly partition: number; readonly offset: number } | null;
  /** CSS pixels per unit. */
  readonly zoom: number;
}

/** From this zoom on, offsets are written into cells; below the other, no text is written at all. */
const NUMBERS_FROM_ZOOM = 1.9;
const TEXT_FROM_ZOOM = 0.36;
const MARKER_GAP = 12;
const MARKER_SIZE = 11;
/** In cells. */
const SHARE_MARKER_BACK = 0.65;

/** What is drawn without the colour of its key. */
const NO_FILL = CELL.hole | CELL.tombstone | CELL.commitMarker | CELL.abortMarker;

type Context = OffscreenCanvasRenderingContext2D;

interface Row {
  readonly context: Context;
  readonly values: Float64Array;
  /** Start of the partition's block. */
  readonly at: number;
  readonly head: number;
  readonly shape: RowShape;
  readonly view: TopicView;
  readonly partition: number;
}

/** Draws the rows in view. The context's origin is the top left corner of the rows, in flow coordinates. */
export function drawTopic(
  context: Context,
  {
    values,
    layout,
    block,
    subscriptions,
    motion,
  }: {
    readonly values: Float64Array;
    readonly layout: Layout;
    readonly block: TopicBlock;
    readonly subscriptions: readonly SubscriptionBlock[];
    readonly motion: TopicMotion;
  },
  view: TopicView,
): void {
  const shape = rowShape(view.rows);
  const first = Math.max(0, Math.floor(view.firstRow));
  const last = Math.min(block.partitions, Math.ceil(view.firstRow + view.rowsShown));
  motion.moving = false;
  for (let partition = first; partition < last; partition += 1) {
    const at = block.partitionsAt + partition * PARTITION.size;
    const end = values[at + PARTITION.end]!;
    const head = view.still ? end : nextHead(motion.heads[partition] ?? end, end, view.elapsedMs);
    if (head !== end) motion.moving = true;
    motion.heads[partition] = head;
    context.save();
    context.translate(LABEL_WIDTH, (partition - view.firstRow) * shape.height);
    const row = { context, values, at, head, shape, view, partition };
    drawStrip(row);
    drawMarkers(row, { layout, subscriptions, motion });
    context.restore();
  }
}

function drawStrip(row: Row): void {
  const { context, values, at, head, shape, view } = row;
  const leader = values[at + PARTITION.leader] === 1;
  const { cellY, cellHeight } = shape;
  context.fillStyle = tokenColor('--surface-3');
  context.fillRect(0, cellY, STRIP_WIDTH, cellHeight);
  context.globalAlpha *= leader ? 1 : 0.3;
  drawCells(row);
  if (values[at + PARTITION.start]! > 0)
    drawLogStart(context, { x: boundaryX(values[at + PARTITION.start]!, head), y: cellY, height: cellHeight });
  if (shape.scaleY !== null && view.zoom >= TEXT_FROM_ZOOM) drawScale(row, shape.scaleY);
  context.globalAlpha /= leader ? 1 : 0.3;
  if (leader) drawHighWatermark(row);
  else drawLeaderless(row);
  if (view.zoom >= TEXT_FROM_ZOOM) {
    drawEnd(row);
    drawReplicas(row);
  }
  drawCursor(row, head);
}

/** The log's end: the offset of the next record. */
function drawEnd({ context, values, at, shape }: Row): void {
  const end = values[at + PARTITION.end]!;
  setFont(context, 500, 10);
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = tokenColor('--text-2');
  const text = end < 100_000 ? writeCount(end) : writeShort(end);
  context.fillText(text, STRIP_WIDTH + 7, shape.cellY + shape.cellHeight / 2 + 0.5, END_WIDTH - 8);
}

/** On a cluster: the broker that leads, and how many replicas are in sync where they are not all. */
function drawReplicas({ context, values, at, shape }: Row): void {
  const broker = values[at + PARTITION.leaderBroker]!;
  if (broker < 0) return;
  const insync = values[at + PARTITION.insyncReplicas]!;
  const replicas = values[at + PARTITION.replicas]!;
  const few = insync < replicas;
  setFont(context, few ? 600 : 500, 8.5);
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillStyle = tokenColor(few ? '--warn' : '--text-3');
  const text = few ? `b${broker} ${insync}/${replicas}` : `b${broker}`;
  context.fillText(text, STRIP_WIDTH + 7, shape.markerY + 5, END_WIDTH - 8);
}

function drawCells({ context, values, at, head, shape, view }: Row): void {
  const cells = values[at + PARTITION.cells]!;
  const firstCell = values[at + PARTITION.firstCell]!;
  const highWatermark = values[at + PARTITION.highWatermark]!;
  const start = values[at + PARTITION.start]!;
  const { cellY, cellHeight } = shape;
  const base = context.globalAlpha;
  for (let cell = 0; cell < cells; cell += 1) {
    const offset = firstCell + cell;
    const x = boundaryX(offset, head);
    const left = Math.max(0, x + 0.5);
    const right = Math.min(STRIP_WIDTH, x + CELL_WIDTH - 0.5);
    if (offset < start || right <= left) continue;
    const pair = at + PARTITION.cellsAt + 2 * cell;
    context.globalAlpha = offset < highWatermark ? base : base * 0.38;
    const flags = values[pair + 1]!;
    const color = quickKeyColor(values[pair]!);
    context.fillStyle = color;
    if ((flags & NO_FILL) === 0) context.fillRect(left, cellY + 1, right - left, cellHeight - 2);
    const place = { x, y: cellY, height: cellHeight };
    if ((flags & CELL.tombstone) !== 0) drawTombstone(context, place, color);
    context.globalAlpha = base;
    if (flags !== 0) drawFlags(context, flags, place);
    if ((flags & (CELL.hole | TRANSACTION_FLAGS)) !== 0) continue;
    if (view.zoom >= NUMBERS_FROM_ZOOM && x >= 0) drawCellNumber(context, offset, x, cellY + cellHeight / 2);
  }
}

/** What is particular about a record or its place. */
function drawFlags(context: Context, flags: number, place: CellPlace): void {
  if ((flags & CELL.hole) !== 0) drawHole(context, place);
  if ((flags & CELL.duplicate) !== 0 && place.x >= 0) drawCopy(context, place.x, place.y, place.height);
  if ((flags & TRANSACTION_FLAGS) !== 0) drawTransactionFlags(context, flags, place);
  if ((flags & CELL.border) !== 0) drawBorder(context, place);
}

/** A copy of a record already in the log: the double square of duplicates, cut into the cell. */
function drawCopy(context: Context, x: number, y: number, height: number): void {
  const middle = y + height / 2;
  context.fillStyle = tokenColor('--surface-2');
  context.fillRect(x + 1.5, middle - 4, CELL_WIDTH - 3, 8);
  context.strokeStyle = stateColor('duplicate');
  context.lineWidth = 1.1;
  context.strokeRect(x + 2.2, middle - 1.4, 4, 4);
  context.strokeRect(x + 4, middle - 3.2, 4, 4);
}

function drawCellNumber(context: Context, offset: number, x: number, y: number): void {
  setFont(context, 600, 4.2);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = tokenColor('--surface-2');
  context.fillText(String(offset % 100_000), x + CELL_WIDTH / 2, y + 0.2, CELL_WIDTH - 2);
}

/** Every tenth offset, above the cells. */
function drawScale({ context, values, at, head }: Row, baseline: number): void {
  const start = values[at + PARTITION.start]!;
  const end = values[at + PARTITION.end]!;
  setFont(context, 500, 8);
  context.textAlign = 'left';
  context.textBaseline = 'alphabetic';
  context.fillStyle = tokenColor('--text-3');
  for (let offset = Math.ceil(Math.max(start, head - CELLS_SHOWN - 5) / 10) * 10; offset < end; offset += 10) {
    const x = boundaryX(offset, head);
    if (x < 0 || x > STRIP_WIDTH - 10) continue;
    context.fillRect(x, baseline - 5, 0.8, 7);
    context.fillText(offset < 1e6 ? String(offset) : writeShort(offset), x + 2.5, baseline - 0.5);
  }
}

/** Everything left of the line is on all in-sync replicas, and only that is handed to consumers. */
function drawHighWatermark({ context, values, at, head, shape }: Row): void {
  const highWatermark = values[at + PARTITION.highWatermark]!;
  const x = Math.min(STRIP_WIDTH, boundaryX(highWatermark, head));
  if (x < 0) return;
  context.fillStyle = tokenColor('--text');
  context.fillRect(x - 0.75, shape.cellY - 2, 1.5, shape.cellHeight + 4);
  const lastStable = values[at + PARTITION.lastStable]!;
  if (lastStable < highWatermark)
    drawLastStable(context, { x: boundaryX(lastStable, head), y: shape.cellY, height: shape.cellHeight });
}

function drawLeaderless({ context, shape }: Row): void {
  const middle = shape.cellY + shape.cellHeight / 2;
  context.strokeStyle = tokenColor('--danger');
  context.setLineDash([3, 3]);
  context.lineWidth = 1;
  context.strokeRect(0.5, shape.cellY + 0.5, STRIP_WIDTH - 1, shape.cellHeight - 1);
  context.setLineDash([]);
  setFont(context, 600, 9);
  const text = 'no leader';
  const width = context.measureText(text).width + 10;
  context.fillStyle = tokenColor('--danger-soft');
  context.fillRect(STRIP_WIDTH / 2 - width / 2, middle - 6, width, 12);
  context.fillStyle = tokenColor('--danger');
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(text, STRIP_WIDTH / 2, middle + 0.5);
}

function drawCursor({ context, shape, view, partition }: Row, head: number): void {
  if (view.cursor === null || view.cursor.partition !== partition) return;
  const x = boundaryX(view.cursor.offset, head);
  if (x < -1 || x > STRIP_WIDTH - 1) return;
  context.strokeStyle = tokenColor('--focus');
  context.lineWidth = 1.5;
  context.strokeRect(x - 0.25, shape.cellY - 0.75, CELL_WIDTH + 0.5, shape.cellHeight + 1.5);
}

/** Committed offsets as lettered pills below the cells, positions read so far as hollow wedges. */
function drawMarkers(
  row: Row,
  {
    layout,
    subscriptions,
    motion,
  }: {
    readonly layout: Layout;
    readonly subscriptions: readonly SubscriptionBlock[];
    readonly motion: TopicMotion;
  },
): void {
  const far = row.view.zoom < TEXT_FROM_ZOOM;
  const offsets: number[] = [];
  const places: number[] = [];
  for (const [index, subscription] of subscriptions.entries()) {
    const at = subscription.positionsAt + row.partition * POSITION.size;
    const group = groupIndexOfSubscription(layout, subscription);
    const position = row.values[at + POSITION.position]!;
    if (position >= 0 && !far) drawPosition(row, group, position);
    const committed = row.values[at + POSITION.committed]!;
    if (committed < 0) continue;
    if (subscription.sharesAt >= 0 && !far) drawShare({ ...row, zoom: row.view.zoom }, subscription, group);
    const shown = (motion.commits[index] ??= []);
    const slid = slide(shown[row.partition] ?? committed, committed, row.view);
    if (slid !== committed) motion.moving = true;
    shown[row.partition] = slid;
    if (far) {
      drawCommittedFar(row, group, slid);
      continue;
    }
    // The marker of a share group stands in front of its window.
    offsets.push(subscription.sharesAt < 0 ? slid : slid - SHARE_MARKER_BACK);
    places.push(group);
  }
  if (offsets.length === 0) return;
  placeMarkers(offsets, row.head, MARKER_GAP).forEach((marker, index) => drawCommitted(row, places[index]!, marker));
}

/** A mark without a letter: from afar a group is a colour, and what cannot be told apart need not be kept apart. */
function drawCommittedFar({ context, head, shape }: Row, group: number, committed: number): void {
  const x = Math.min(STRIP_WIDTH, Math.max(0, boundaryX(committed, head)));
  context.fillStyle = groupColor(group);
  context.fillRect(x - 1, shape.cellY - 0.5, 2, shape.cellHeight + 2);
  context.fillRect(x - MARKER_SIZE / 2, shape.markerY + 1, MARKER_SIZE, MARKER_SIZE);
}

function slide(shown: number, committed: number, { elapsedMs, still }: TopicView): number {
  const rest = (committed - shown) * 0.5 ** (elapsedMs / 80);
  return still || Math.abs(rest) < 0.02 || Math.abs(rest) > 200 ? committed : committed - rest;
}

function drawCommitted({ context, shape }: Row, group: number, marker: ReturnType<typeof placeMarkers>[number]): void {
  const top = shape.markerY + 1;
  const left = marker.x - MARKER_SIZE / 2;
  const color = groupColor(group);
  context.strokeStyle = color;
  context.lineWidth = 1.3;
  context.beginPath();
  context.moveTo(marker.pointsTo, shape.cellY - 0.5);
  context.lineTo(marker.pointsTo, shape.cellY + shape.cellHeight + 1);
  context.lineTo(marker.x, top + 1);
  context.stroke();
  context.fillStyle = color;
  context.beginPath();
  context.roundRect(left, top, MARKER_SIZE, MARKER_SIZE, 3);
  context.fill();
  context.fillStyle = tokenColor('--on-group');
  setFont(context, 700, 8);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillText(groupLetter(group), marker.x, top + MARKER_SIZE / 2 + 0.6);
  if (!marker.before) return;
  context.fillStyle = color;
  setFont(context, 700, 9);
  context.textAlign = 'left';
  context.fillText('‹', left + MARKER_SIZE + 1.5, top + MARKER_SIZE / 2);
}

function drawPosition({ context, head, shape }: Row, group: number, position: number): void {
  const x = boundaryX(position, head);
  if (x < 0 || x > STRIP_WIDTH + 0.5) return;
  const y = shape.cellY + shape.cellHeight + 0.5;
  context.strokeStyle = groupColor(group);
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(x, y - 1);
  context.lineTo(x - 3, y + 3.5);
  context.lineTo(x + 3, y + 3.5);
  context.closePath();
  context.stroke();
}
