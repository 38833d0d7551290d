/** What a strip shows of its log's keeping: where it begins, where segments meet, what was compacted away, what is deleted. */
import { tokenColor } from '../../../ui/colors.ts';
import { CELL_WIDTH } from './topic-strip.ts';

type Context = OffscreenCanvasRenderingContext2D;

export interface CellPlace {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** An offset whose record was compacted away: the bare strip with a dot, as the offset is still counted. */
export function drawHole(context: Context, { x, y, height }: CellPlace): void {
  if (x < 0) return;
  context.fillStyle = tokenColor('--text-3');
  context.beginPath();
  context.arc(x + CELL_WIDTH / 2, y + height / 2, 1, 0, 2 * Math.PI);
  context.fill();
}

/** A record whose value is null: hollow, and struck through, in the colour of the key that it deletes. */
export function drawTombstone(context: Context, { x, y, height }: CellPlace, color: string): void {
  if (x < 0) return;
  const [left, right, top, bottom] = [x + 1.4, x + CELL_WIDTH - 1.4, y + 1.9, y + height - 1.9];
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.moveTo(left, bottom);
  context.lineTo(right, top);
  context.stroke();
}

/** Two segments meet in front of this cell: the strip is cut through. */
export function drawBorder(context: Context, { x, y, height }: CellPlace): void {
  if (x < 1) return;
  context.fillStyle = tokenColor('--surface-2');
  context.fillRect(x - 1.5, y - 0.5, 3, height + 1);
  context.fillStyle = tokenColor('--text-3');
  context.fillRect(x - 0.5, y - 2.5, 1, 2.5);
  context.fillRect(x - 0.5, y + height, 1, 2.5);
}

/** The log start: what was before it is gone. */
export function drawLogStart(context: Context, { x, y, height }: CellPlace): void {
  if (x < 1) return;
  context.strokeStyle = tokenColor('--text-2');
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x + 1.5, y - 1.2);
  context.lineTo(x - 1.2, y - 1.2);
  context.lineTo(x - 1.2, y + height + 1.2);
  context.lineTo(x + 1.5, y + height + 1.2);
  context.stroke();
}
