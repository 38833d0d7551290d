/** Where the readers of a table have come to that remember an id. */
import type { Run } from '../state.ts';
import { drain } from './drain.ts';

/** [TB22] What all who poll a table have passed is not found any more. Whoever looks for what is ready passes nothing. */
export function refreshPassedTo(run: Run, storeIndex: number): void {
  let passedTo = Infinity;
  for (const { store, gone, settings, lastId } of run.polls)
    if (store === storeIndex && !gone) passedTo = Math.min(passedTo, settings.read === 'afterLastId' ? lastId : 0);
  const { db } = run.stores[storeIndex]!;
  db.passedTo = passedTo === Infinity ? 0 : passedTo;
  drain(run, storeIndex);
}
