import type { SimulationCommands, StreamMessage } from '../../workers/protocol/commands.ts';
import { createWatchdog, hearAnswer, tick, TICK_MS } from './watchdog.ts';
import type { WorkerLink } from './worker-link.ts';

/** The worker a command was meant for is gone, or went while it worked on it. */
class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}

export interface WatchedWorker {
  /** Gives the worker a command. Rejects with `WorkerLost` when the worker is given up before it has answered. */
  readonly call: <Value>(command: (commands: SimulationCommands) => Promise<Value>) => Promise<Value>;
  /** The page has drawn: the next frame may come, in the memory of `spent` if that fits. */
  readonly askForFrame: (spent: ArrayBuffer | null) => void;
  /** Whether it has ever answered. */
  readonly hasAnswered: () => boolean;
  /** Ends the worker; every command under way rejects. */
  readonly end: (reason: string) => void;
}

export interface WorkerListener {
  /** Frames, layouts and failures, as they come. */
  readonly onMessage: (message: StreamMessage) => void;
  /** Once a second, while it lives. */
  readonly onTick: () => void;
  /** It hung or broke, and has been ended. */
  readonly onLost: (reason: string) => void;
}

/** Starts a worker, connects its frames and watches over it. */
export function watchWorker(
  start: (onError: (message: string) => void) => WorkerLink,
  { onMessage, onTick, onLost }: WorkerListener,
): WatchedWorker {
  const watchdog = createWatchdog(performance.now());
  let ended: WorkerLost | null = null;
  const underWay = new Set<(error: WorkerLost) => void>();
  const link = start((message) => lose(`The simulation's worker broke: ${message}`));
  const timer = setInterval(look, TICK_MS);

  link.port.addEventListener('message', ({ data }) => {
    if (ended === null) onMessage(data);
  });
  link.port.start();

  function call<Value>(command: (commands: SimulationCommands) => Promise<Value>): Promise<Value> {
    if (ended !== null) return Promise.reject(ended);
    return new Promise((resolve, reject) => {
      underWay.add(reject);
      command(link.commands)
        .then(resolve, reject)
        .finally(() => underWay.delete(reject));
    });
  }

  function look(): void {
    const said = tick(watchdog, performance.now());
    if (said === 'ping') void call((commands) => commands.ping()).then(() => hearAnswer(watchdog), ignoreLoss);
    if (said === 'hung') lose('The simulation did not answer for five seconds');
    else onTick();
  }

  function lose(reason: string): void {
    if (ended !== null) return;
    end(reason);
    onLost(reason);
  }

  function end(reason: string): void {
    if (ended !== null) return;
    ended = new WorkerLost(reason);
    clearInterval(timer);
    link.terminate();
    for (const reject of underWay) reject(ended);
    underWay.clear();
  }

  void call((commands) => commands.connect(link.farPort)).catch(ignoreLoss);
  return {
    call,
    askForFrame(spent) {
      if (ended !== null) return;
      if (spent === null) link.port.postMessage({ type: 'next' }, []);
      else link.port.postMessage({ type: 'next', spent }, [spent]);
    },
    hasAnswered: () => watchdog.answered,
    end,
  };
}

/** For commands whose outcome is seen in the frames: who lost the worker is told by the recovery. */
export function ignoreLoss(error: unknown): void {
  if (!(error instanceof WorkerLost)) throw error;
}
