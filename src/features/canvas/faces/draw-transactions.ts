/** What a strip shows of transactions: data that is not decided, data that was aborted, markers, and the last stable offset. */
import { stateColor, tokenColor } from '../../../ui/colors.ts';
import { CELL } from '../../../../workers/protocol/frame.ts';
import type { CellPlace } from './draw-log-marks.ts';
import { CELL_WIDTH } from './topic-strip.ts';

type Context = OffscreenCanvasRenderingContext2D;

/** Any of these flags has a mark of its own. */
export const TRANSACTION_FLAGS = CELL.open | CELL.aborted | CELL.commitMarker | CELL.abortMarker;

export function drawTransactionFlags(context: Context, flags: number, place: CellPlace): void {
  if (place.x < 0) return;
  if ((flags & CELL.open) !== 0) drawOpen(context, place);
  if ((flags & CELL.aborted) !== 0) drawAborted(context, place);
  if ((flags & (CELL.commitMarker | CELL.abortMarker)) !== 0)
    drawMarker(context, (flags & CELL.commitMarker) !== 0, place);
}

/** Not decided yet: hatched. */
function drawOpen(context: Context, { x, y, height }: CellPlace): void {
  const [left, right, top, bottom] = [x + 0.5, x + CELL_WIDTH - 0.5, y + 1, y + height - 1];
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.strokeStyle = tokenColor('--surface-2');
  context.lineWidth = 1.4;
  context.beginPath();
  for (let at = left - height; at < right; at += 3.6) {
    context.moveTo(at, bottom);
    context.lineTo(at + height, top);
  }
  context.stroke();
  context.restore();
}

/** Aborted: in the log, and nothing to those who read what is committed. Hollow, and crossed out. */
function drawAborted(context: Context, { x, y, height }: CellPlace): void {
  const [left, right, top, bottom] = [x + 1.6, x + CELL_WIDTH - 1.6, y + 2.2, y + height - 2.2];
  context.fillStyle = tokenColor('--surface-3');
  context.fillRect(left, top, right - left, bottom - top);
  context.strokeStyle = stateColor('refused');
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(left + 0.8, top + 1);
  context.lineTo(right - 0.8, bottom - 1);
  context.moveTo(right - 0.8, top + 1);
  context.lineTo(left + 0.8, bottom - 1);
  context.stroke();
}

/** A marker takes an offset and is no record: a narrow post, with a check for a commit and a cross for an abort. */
function drawMarker(context: Context, commit: boolean, { x, y, height }: CellPlace): void {
  const middle = x + CELL_WIDTH / 2;
  const center = y + height / 2;
  const color = stateColor(commit ? 'applied' : 'refused');
  context.fillStyle = tokenColor('--surface-2');
  context.fillRect(x + 0.5, y + 1, CELL_WIDTH - 1, height - 2);
  context.strokeStyle = color;
  context.lineWidth = 1.3;
  context.beginPath();
  if (commit) {
    context.moveTo(middle - 2.8, center + 0.2);
    context.lineTo(middle - 0.8, center + 2.4);
    context.lineTo(middle + 2.8, center - 2.4);
  } else {
    context.moveTo(middle - 2.2, center - 2.2);
    context.lineTo(middle + 2.2, center + 2.2);
    context.moveTo(middle + 2.2, center - 2.2);
    context.lineTo(middle - 2.2, center + 2.2);
  }
  context.stroke();
  context.fillStyle = color;
  context.fillRect(x + 1, y, CELL_WIDTH - 2, 1.2);
  context.fillRect(x + 1, y + height - 1.2, CELL_WIDTH - 2, 1.2);
}

/** The last stable offset, where it is behind the high watermark: readers of what is committed stop at this broken line. */
export function drawLastStable(context: Context, { x, y, height }: CellPlace): void {
  if (x < 0) return;
  context.strokeStyle = tokenColor('--text');
  context.lineWidth = 1.5;
  context.setLineDash([2.5, 2]);
  context.beginPath();
  context.moveTo(x, y - 3);
  context.lineTo(x, y + height + 3);
  context.stroke();
  context.setLineDash([]);
}
