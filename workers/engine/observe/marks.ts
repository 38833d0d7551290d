/**
 * Marks: what is worth a tick on the timeline, thinned so that a run of any length keeps a bounded number of them.
 *
 * The timeline is cut into cells; of each kind and label a cell keeps the first mark. When there are too many, the cells
 * double. So marks stay exact in time, spread over the whole run, and the first of each outburst is always there.
 */
import { assert } from '../core/assert.ts';

export const MARKS_MAX = 300;

export interface Mark {
  readonly atNs: number;
  readonly kind: 'anomaly' | 'rebalance';
  readonly label: string;
}

/** Plain data. `rows` are in order of time. */
export interface Marks {
  cellNs: number;
  rows: Mark[];
}

/** @param cellNs the first width of a cell, above 0 */
export function createMarks(cellNs: number): Marks {
  assert(cellNs > 0, 'A cell of the timeline has a width');
  return { cellNs, rows: [] };
}

/** Adds a mark at its place in time, unless its cell has one like it that is not later. */
export function addMark(marks: Marks, mark: Mark): void {
  const cell = Math.floor(mark.atNs / marks.cellNs);
  const like = marks.rows.findLastIndex(
    (row) => row.kind === mark.kind && row.label === mark.label && Math.floor(row.atNs / marks.cellNs) === cell,
  );
  if (like >= 0) {
    if (marks.rows[like]!.atNs <= mark.atNs) return;
    marks.rows.splice(like, 1);
  }
  const at = marks.rows.findLastIndex((row) => row.atNs <= mark.atNs);
  marks.rows.splice(at + 1, 0, mark);
  while (marks.rows.length > MARKS_MAX) thin(marks);
}

export function dropMarksAfter(marks: Marks, ns: number): void {
  marks.rows = marks.rows.filter((row) => row.atNs <= ns);
}

function thin(marks: Marks): void {
  marks.cellNs *= 2;
  const taken = new Set<string>();
  const before = marks.rows.length;
  marks.rows = marks.rows.filter((row) => {
    const name = `${Math.floor(row.atNs / marks.cellNs)} ${row.kind} ${row.label}`;
    return !taken.has(name) && taken.add(name);
  });
  // Very many labels at one instant cannot be told apart by time: the later ones go.
  if (marks.rows.length === before && marks.cellNs > 2 ** 53) marks.rows.length = MARKS_MAX;
}
