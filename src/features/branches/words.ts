import type { BranchHead } from '../../../workers/scenario/document.ts';
import { writeInstant } from '../../ui/numbers.ts';

/** Where a branch comes from: "left Main at 0:05.000". */
export function sayOrigin({ parent, forkMs = 0 }: BranchHead, all: readonly BranchHead[]): string {
  const from = all.find(({ id }) => id === parent);
  return from === undefined ? 'from the start' : `left ${from.name} at ${writeInstant(forkMs)}`;
}

interface Orphans {
  /** Names of branches that left one that goes. */
  readonly children: readonly string[];
  /** Name of the one that it had left; null for none. */
  readonly parent: string | null;
}

/** " “Later”, which left it, stays: behind “Main”."; empty without any. */
export function sayOrphans({ children, parent }: Orphans): string {
  const [first] = children;
  if (first === undefined) return '';
  const who =
    children.length > 1 ? `The ${children.length} branches that left it stay` : `“${first}”, which left it, stays`;
  return ` ${who}: ${parent === null ? 'from the start' : `behind “${parent}”`}.`;
}
