import { transfer, wrap } from 'comlink';
import type { FramePort, SimulationCommands } from '../../workers/protocol/commands.ts';

/** A worker under way: its commands, its frames, and its end. */
export interface WorkerLink {
  readonly commands: SimulationCommands;
  /** The page's end of the stream of frames. */
  readonly port: FramePort;
  /** The worker's end, for `commands.connect`. It is given away with it. */
  readonly farPort: FramePort;
  readonly terminate: () => void;
}

/** Starts a simulation worker. `onError` hears of a script that did not load or threw outside of any command. */
export function startWorker(onError: (message: string) => void): WorkerLink {
  const worker = new Worker(new URL('../../workers/host/simulation.worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('error', (event) => onError(event.message));
  const { port1, port2 } = new MessageChannel();
  return {
    // Every command answers with a promise already, so the remote object has the same type as the local one.
    commands: wrap<SimulationCommands>(worker),
    port: port1,
    farPort: transfer(port2, [port2]),
    terminate() {
      worker.terminate();
      port1.close();
    },
  };
}
