/** An idempotent producer's sequences when the broker no longer knows them. */
import { rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import type { Batch, ClientState } from './client-state.ts';

/**
 * [KI5] A sequence that is the next one for the client is out of order for the broker: the broker has lost what it knew, with
 * a log that was cut. The client starts a new epoch, and the batch is sent again as its first.
 */
export function resetLostSequence(run: Run, index: number, batchRow: number): void {
  const client = run.clients[index]!;
  const batch = rowOf(run.batches, batchRow);
  const buffer = client.partitions[batch.partition]!;
  if (batch.sequence < 0 || batch.epoch !== buffer.epoch || hasEarlier(run, client, batch)) return;
  buffer.epoch += 1;
  buffer.nextSequence = 0;
}

/** Whether a batch of the partition with a lower sequence has not met its fate. */
function hasEarlier(run: Run, client: ClientState, batch: Batch): boolean {
  const isEarlier = (row: number): boolean => {
    const other = rowOf(run.batches, row);
    if (other === batch || other.partition !== batch.partition || other.resolved || other.sequence < 0) return false;
    return other.epoch < batch.epoch || (other.epoch === batch.epoch && other.sequence < batch.sequence);
  };
  if (client.partitions[batch.partition]!.queue.some(isEarlier)) return true;
  return client.connections.some(({ inFlight }) =>
    inFlight.some((request) => rowOf(run.requests, request).batches.some(isEarlier)),
  );
}
