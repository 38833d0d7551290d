/** Snapshots on their way: a state waits, packed, as an unread message at a port until a host takes it up. */
import { transfer } from 'comlink';
import type { RunSnapshot, StatePort } from '../protocol/commands.ts';
import { buffersOf } from '../protocol/transferables.ts';

/** Puts a state by. Its buffers move; what else it is made of is copied. */
export function putBy(atMs: number, state: unknown): RunSnapshot {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(state, buffersOf(state));
  return transfer({ atMs, port: port2 }, [port2]);
}

/** The state that waits at a snapshot's port. Once only. */
export function unpack<State>(port: StatePort): Promise<State> {
  return new Promise((resolve) => {
    port.addEventListener('message', ({ data }) => {
      port.close();
      resolve(data as State);
    });
    port.start();
  });
}
