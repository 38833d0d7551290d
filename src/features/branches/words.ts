import type { BranchHead } from '../../../workers/scenario/document.ts';
import { writeInstant } from '../../ui/numbers.ts';

/** Where a branch comes from: "left Main at 0:05.000". */
export function sayOrigin({ parent, forkMs = 0 }: BranchHead, all: readonly BranchHead[]): string {
  const from = all.find(({ id }) => id === parent);
  return from === undefined ? 'from the start' : `left ${from.name} at ${writeInstant(forkMs)}`;
}
