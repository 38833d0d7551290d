/** Runs beside the one shown: scenarios with the same start run to one instant, in a worker of their own, for their reports. */
import type { Scenario } from '../../workers/scenario/document.ts';
import { HEADER } from '../../workers/protocol/frame.ts';
import type { Report } from './polling.ts';
import { watchWorker } from './watched-worker.ts';
import { startWorker, type WorkerLink } from './worker-link.ts';

/** No run beside the one shown takes longer, wall time. */
export const ASIDE_MAX_MS = 60_000;
/** Progress is looked at so often: every look costs the worker a frame. */
const LOOK_EVERY_MS = 150;

interface AsideOptions {
  /** Aborting ends the worker; the promise then never settles otherwise than by rejecting. */
  readonly signal: AbortSignal;
  /** Share of the whole that is done, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
  readonly start?: (onError: (message: string) => void) => WorkerLink;
}

/**
 * The reports of the scenarios at `atMs`, in their order. They differ in their journals alone; what these have in common
 * is run once. Rejects when the engine fails, the worker is lost, the signal aborts, or it takes more than a minute.
 */
export function reportsAside(
  scenarios: readonly Scenario[],
  atMs: number,
  { signal, onProgress, start = startWorker }: AsideOptions,
): Promise<readonly Report[]> {
  return new Promise((resolve, reject) => {
    let done = 0;
    let looking: ReturnType<typeof setTimeout> | undefined;
    const worker = watchWorker(start, {
      onMessage(message) {
        if (message.type === 'failure') stop(message.failure.message);
        if (message.type !== 'frame') return;
        const share = atMs > 0 ? new Float64Array(message.buffer)[HEADER.timeNs]! / 1e6 / atMs : 1;
        onProgress?.((done + Math.min(1, share)) / scenarios.length);
        looking = setTimeout(() => worker.askForFrame(message.buffer), LOOK_EVERY_MS);
      },
      onTick: () => {},
      onLost: (reason) => stop(reason),
    });
    const onAbort = () => stop('The comparison was stopped');
    const timer = setTimeout(() => stop('It took longer than a minute; choose an earlier instant'), ASIDE_MAX_MS);

    function end(): void {
      clearTimeout(timer);
      clearTimeout(looking);
      signal.removeEventListener('abort', onAbort);
      worker.end('The run beside the one shown is over');
    }
    function stop(reason: string): void {
      reject(new Error(reason));
      end();
    }
    async function runAll(): Promise<readonly Report[]> {
      const reports: Report[] = [];
      for (const [i, scenario] of scenarios.entries()) {
        await worker.call((commands) => (i === 0 ? commands.load(scenario, atMs) : commands.follow(scenario, atMs)));
        reports.push(await worker.call((commands) => commands.report()));
        done = i + 1;
      }
      return reports;
    }

    signal.addEventListener('abort', onAbort);
    if (signal.aborted) return onAbort();
    worker.askForFrame(null);
    runAll().then(resolve, reject).finally(end);
  });
}
