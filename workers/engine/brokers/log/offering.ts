/** What the log still offers to a group. */
import type { CursorState } from './log-state.ts';
import { isOpen } from './share/share-partition.ts';

/** Whether the log gives a group the chance to apply a record: it lies above what is saved, and is not done with. */
export function isOffered({ floor, share }: CursorState, offset: number): boolean {
  return offset >= floor && (share === null || isOpen(share, offset));
}
