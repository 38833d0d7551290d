import { simulation } from '../../simulation/client.ts';
import { pullMarks } from '../../simulation/polling.ts';
import { simulationStore } from '../../simulation/status.ts';
import { neighbouringMark, type MarkKind } from './timeline.ts';

/**
 * Goes to the next (or previous) mark of a kind, pausing there. Resolves to false when there is none in that direction.
 */
export async function jumpToMark(direction: 1 | -1, kind: MarkKind = 'anomaly'): Promise<boolean> {
  const marks = await pullMarks();
  const mark = neighbouringMark(marks, kind, simulationStore.getState().instantMs, direction);
  if (mark === null) return false;
  simulation.pause();
  await simulation.seek(mark.atMs);
  return true;
}
