/**
 * Who reads a partition. A process that the group has removed may not know it yet: it still lists the partition, while
 * the positions in its cursor are those of the process that took over.
 */
import type { Run } from '../../state.ts';
import { raiseFloor } from './partition.ts';

/** Forgets the positions of a partition that the reader gives up, unless another one has taken it over. */
export function dropPositions(run: Run, cursorIndex: number, reader: number): void {
  const cursor = run.cursors[cursorIndex]!;
  if (cursor.reader !== reader) return;
  cursor.reader = -1;
  cursor.holder = -1;
  cursor.fetchOffset = -1;
  cursor.buffered = 0;
  cursor.paused = false;
  // It had gone back and did not save that: whoever reads next begins at what is saved.
  if (cursor.floor < cursor.committed) raiseFloor(run, cursorIndex, cursor.committed, false);
}
