/** Which lines of a chart are drawn: not those that are nothing but zero, and not more than an eye can follow. */
import type { ChartLine } from './TimeChart.tsx';
import { largest, type Column, type Rows } from './rows.ts';

export interface FigureLine extends ChartLine, Column {
  /** Left out for as long as it is nothing but zero. */
  readonly optional?: boolean;
  /** Lines of one group are left out together, by the one of them that stands in the legend. */
  readonly group?: string;
  /** Not named in the legend. */
  readonly unnamed?: boolean;
  /** Left out until its name in the legend is pressed. */
  readonly off?: boolean;
}

/** Names in a legend, at most. */
export const MOST_GROUPS = 8;

interface ChosenLines {
  /** In their order. */
  readonly lines: readonly FigureLine[];
  /** Groups that there would be. */
  readonly groups: number;
}

/** Of the groups of lines the `most` that reach the highest values, in their order. */
export function chooseLines(lines: readonly FigureLine[], rows: Rows, most: number = MOST_GROUPS): ChosenLines {
  const worthwhile = lines.filter((line) => line.optional !== true || peak(line, rows) > 0);
  const peaks = new Map<string, number>();
  for (const line of worthwhile) {
    peaks.set(groupOf(line), Math.max(peaks.get(groupOf(line)) ?? 0, peak(line, rows)));
  }
  if (peaks.size <= most) return { lines: worthwhile, groups: peaks.size };
  // Equal peaks keep their order: sorting is stable.
  const highest = new Set(
    [...peaks.entries()]
      .sort((a, b) => b[1] - a[1])
      .slice(0, most)
      .map(([group]) => group),
  );
  return { lines: worthwhile.filter((line) => highest.has(groupOf(line))), groups: peaks.size };
}

export function groupOf({ group, column }: FigureLine): string {
  return group ?? column;
}

function peak({ column }: FigureLine, rows: Rows): number {
  return largest(rows.values[column]) ?? 0;
}
