/**
 * Draws what a share group has in hand, below the records themselves: one box a record of its window.
 *
 *     ▐█▌ acquired: full while its lock is new, and empty when it ends     ▢ to be delivered again
 *      ✓  acknowledged                                                     ⊟ archived, with the shape of what is put aside
 *
 * A number in a box says that it is not the first delivery.
 */
import { PARTITION, SHARE, type SubscriptionBlock } from '../../../../workers/protocol/frame.ts';
import { stateColor, tokenColor } from '../../../ui/colors.ts';
import { statePaths, type StateKind } from '../../../ui/states.ts';
import { setFont } from '../live/canvas-font.ts';
import { groupColor } from './groups.ts';
import { shareCellOf, type ShareCell } from './share-cells.ts';
import { boundaryX, CELL_WIDTH, STRIP_WIDTH, type RowShape } from './topic-strip.ts';

type Context = OffscreenCanvasRenderingContext2D;

const BOX = 8;
const NUMBERS_FROM_ZOOM = 0.9;

interface ShareRow {
  readonly context: Context;
  readonly values: Float64Array;
  readonly at: number;
  readonly head: number;
  readonly shape: RowShape;
  readonly partition: number;
  readonly zoom: number;
}

/** The boxes of one group. `group` is its place among all, which gives its colour. */
export function drawShare(row: ShareRow, subscription: SubscriptionBlock, group: number): void {
  const { context, values, at, head, shape, partition } = row;
  const block = subscription.sharesAt + partition * SHARE.size;
  const from = Math.max(values[block + SHARE.start]!, values[at + PARTITION.firstCell]!);
  const base = context.globalAlpha;
  for (let offset = from; offset < values[block + SHARE.end]!; offset += 1) {
    const x = boundaryX(offset, head);
    if (x < 0 || x > STRIP_WIDTH - CELL_WIDTH / 2) continue;
    const cell = shareCellOf(values, subscription, at, { partition, offset });
    if (cell === null) continue;
    drawBox(row, cell, { left: x + (CELL_WIDTH - BOX) / 2, top: shape.markerY + 2, color: groupColor(group) });
    context.globalAlpha = base;
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly color: string;
}

function drawBox({ context, zoom }: ShareRow, cell: ShareCell, { left, top, color }: Box): void {
  if (cell.state === 'acknowledged' || cell.state === 'archived') {
    drawFinal(context, cell.state === 'acknowledged' ? 'applied' : 'dead', left, top);
    return;
  }
  if (cell.state === 'acquired') {
    const filled = BOX * Math.max(0.06, cell.lockShare);
    const base = context.globalAlpha;
    context.fillStyle = color;
    context.globalAlpha = base * 0.22;
    context.fillRect(left, top, BOX, BOX);
    context.globalAlpha = base;
    context.fillRect(left, top + BOX - filled, BOX, filled);
  }
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.strokeRect(left + 0.5, top + 0.5, BOX - 1, BOX - 1);
  if (cell.deliveries < 2 || zoom < NUMBERS_FROM_ZOOM) return;
  setFont(context, 700, 6.5);
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle =
    cell.state === 'acquired' && cell.lockShare > 0.5 ? tokenColor('--on-group') : tokenColor('--text');
  context.fillText(String(cell.deliveries), left + BOX / 2, top + BOX / 2 + 0.4);
}

const paths = new Map<StateKind, Path2D>();

/** The mark of a state, at half its size. */
function drawFinal(context: Context, kind: StateKind, left: number, top: number): void {
  let path = paths.get(kind);
  if (path === undefined) paths.set(kind, (path = new Path2D(statePaths[kind].stroke)));
  context.save();
  context.translate(left, top);
  context.scale(BOX / 16, BOX / 16);
  context.lineWidth = 2.2;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = stateColor(kind);
  context.stroke(path);
  context.restore();
}
