/** What a source without room has cost: time, messages, precision. [BP1] [BP4] [BP5] */
import type { SourceState } from '../clients/client-state.ts';
import { stalledAt } from '../clients/rooms.ts';
import { toMs } from '../core/time.ts';
import type { Run } from '../state.ts';

export function pressureFigures(run: Run, source: SourceState): Record<string, number> {
  const { merged, mergedLost, factsInOneMost, waited, waitedNs, waitedMostNs, bufferedMostNs } = source.ledger;
  return {
    stalledMs: toMs(stalledAt(run, source)),
    waitedForRoom: waited,
    waitedMeanMs: waited === 0 ? 0 : toMs(waitedNs) / waited,
    waitedMostMs: toMs(waitedMostNs),
    bufferedMostMs: toMs(bufferedMostNs),
    factsMerged: merged,
    factsMergedAndRefused: mergedLost,
    factsInOneMessageMost: factsInOneMost,
  };
}
