/** The scenario that the page is traced with under load: the log path at a million messages a second, at real time. */
import { encodeShare } from '../workers/scenario/share.ts';
import { logPathDocument, VARIANTS } from './log-path/scenario.ts';
import { scenarioOf } from './scenario.ts';

const RATE = 1_000_000;
/** Checkpoints are taken while it runs, so little is kept. */
const RETENTION_MS = 200;

/** The fragment of a link to it. */
export function link(): Promise<string> {
  const scenario = scenarioOf(logPathDocument(VARIANTS[0]!, RATE, 1, RETENTION_MS));
  return encodeShare({ ...scenario, view: { playing: true, speed: 1, panels: [] } });
}
