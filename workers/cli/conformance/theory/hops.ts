import type { Run } from '../../../engine/engine.ts';
import { oldestHop, readHop } from '../../../engine/ledger/hops.ts';

type MessageHop = ReturnType<typeof readHop>;

/**
 * Tells every hop that comes after `start` once, in order, when it is called after each event. The ring keeps 16,384: of more
 * than that in one event, which only a commit of as many records writes, the first are not told.
 */
export function hopReader(start: Run, tell: (hop: MessageHop, run: Run) => void): (run: Run) => void {
  let seen = start.hops.count;
  return (run) => {
    for (let i = Math.max(seen, oldestHop(run.hops)); i < run.hops.count; i += 1) tell(readHop(run.hops, i), run);
    seen = run.hops.count;
  };
}
