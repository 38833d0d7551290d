/** What has waited too long: requests without an answer, and batches whose time to be delivered is over. */
import { removeFrom } from '../core/columns.ts';
import { fromMs } from '../core/time.ts';
import { HOP } from '../ledger/hops.ts';
import { rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { endRequest, noteBatchHop } from './batches.ts';
import type { Connection } from './client-state.ts';
import { logSource } from './log-source.ts';
import { askForLeaders } from './metadata.ts';
import { giveUp, retryOrFail } from './sender.ts';

/**
 * [PR6] The oldest request has waited too long: the client closes the connection, so every request in flight on it
 * fails, and each batch is retried or given up.
 */
export function expireRequests(run: Run, index: number): void {
  for (const connection of run.clients[index]!.connections) expireConnection(run, index, connection);
}

function expireConnection(run: Run, index: number, connection: Connection): void {
  const client = run.clients[index]!;
  const requests = connection.inFlight;
  const oldest = requests[0];
  if (oldest === undefined) return;
  const { settings } = logSource(run, client.source);
  if (rowOf(run.requests, oldest).sentNs + fromMs(settings.requestTimeoutMs) > run.nowNs) return;
  connection.inFlight = [];
  askForLeaders(run, index);
  for (const requestRow of requests) {
    const request = rowOf(run.requests, requestRow);
    request.awaited = false;
    for (const row of request.batches) {
      const batch = rowOf(run.batches, row);
      if (batch.resolved) continue;
      client.partitions[batch.partition]!.inFlight -= 1;
      batch.uncertain = true;
      noteBatchHop(run, row, HOP.timedOut);
      retryOrFail(run, index, row, 'timed out');
    }
    endRequest(run, requestRow);
  }
}

/** [PR5] Batches older than the delivery timeout fail, under way or not. */
export function expireBatches(run: Run, index: number): void {
  const client = run.clients[index]!;
  const { settings } = logSource(run, client.source);
  const bornBefore = run.nowNs - fromMs(settings.deliveryTimeoutMs);
  for (const buffer of client.partitions) {
    // Retries go to the front, so an older batch may be behind a younger one.
    for (let place = 0; place < buffer.queue.length;) {
      const row = buffer.queue[place]!;
      const batch = rowOf(run.batches, row);
      if (batch.createdNs > bornBefore) {
        place += 1;
        continue;
      }
      removeFrom(buffer.queue, place);
      client.queuedBatches -= 1;
      if (batch.attempts === 0) client.queuedMessages -= batch.count;
      giveUp(run, index, row, 'delivery timeout');
    }
  }
  for (const requestRow of client.connections.flatMap(({ inFlight }) => inFlight)) {
    for (const row of rowOf(run.requests, requestRow).batches) {
      const batch = rowOf(run.batches, row);
      if (batch.resolved || batch.createdNs > bornBefore) continue;
      client.partitions[batch.partition]!.inFlight -= 1;
      batch.uncertain = true;
      giveUp(run, index, row, 'delivery timeout');
    }
  }
}
