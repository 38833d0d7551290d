/**
 * Geometry of a cluster's face: a column for each broker, and in it a block for each replica. Blocks are rows with words while
 * they fit, and tiles that get smaller the more there are.
 */

/** Room for the replicas of a broker, from the top of the columns down. Flow coordinates. */
export const COLUMN_HEIGHT = 126;
/** Between two columns. */
export const COLUMN_GAP = 6;
/** Rows with a line of words, and with a second one for the figures of the replica. */
const ROW_HEIGHT = 21;
const TALL_ROW_HEIGHT = 42;
const TILE_MAX = 14;
const TILE_MIN = 2;

/** Width of a column when there are so many brokers. */
export function columnWidth(brokers: number): number {
  if (brokers <= 5) return 96;
  return brokers <= 12 ? 58 : 30;
}

/** How the blocks of a column are laid out. */
export interface ColumnShape {
  readonly rows: boolean;
  /** Rows have a second line, for where the replica's log ends and the high watermark that it knows. */
  readonly figures: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** From one block to the next. */
  readonly stepX: number;
  readonly stepY: number;
  readonly across: number;
}

/** The largest blocks of which `replicas` fit into a column; all columns of a cluster have the same. */
export function columnShape(replicas: number, width: number): ColumnShape {
  if (replicas * ROW_HEIGHT <= COLUMN_HEIGHT + 3 && width >= 58) {
    const figures = replicas * TALL_ROW_HEIGHT <= COLUMN_HEIGHT + 3 && width >= 96;
    const stepY = figures ? TALL_ROW_HEIGHT : ROW_HEIGHT;
    return { rows: true, figures, blockWidth: width, blockHeight: stepY - 3, stepX: width, stepY, across: 1 };
  }
  let step = TILE_MAX;
  while (step > TILE_MIN && Math.floor(width / step) * Math.floor(COLUMN_HEIGHT / step) < replicas) step -= 1;
  const block = step - (step > 5 ? 2 : 1);
  const across = Math.floor(width / step);
  return { rows: false, figures: false, blockWidth: block, blockHeight: block, stepX: step, stepY: step, across };
}
