/**
 * A client's two alarms. The near one is for what is to be sent: a batch has lingered, a retry is due. The far one is for
 * patience: a request, a batch or a blocked message that has waited too long. Half a minute ahead and nearly never
 * needed, it is not cancelled when an answer comes; it goes off, finds what is due, and is set anew.
 */
import { fromMs } from '../core/time.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { processOf } from './application.ts';
import type { ClientState } from './client-state.ts';
import { logSource } from './log-source.ts';
import { M } from '../ledger/layout.ts';

/** Makes sure the client looks what it can send at `timeNs` or earlier. */
export function wakeBy(run: Run, index: number, client: ClientState, timeNs: number): void {
  if (timeNs >= client.wakeNs) return;
  client.wakeNs = Math.max(timeNs, run.nowNs);
  setAlarm(run, index, client, client.wakeNs);
}

/** Makes sure the client looks what it has waited for too long at `timeNs` or earlier. */
export function loseBy(run: Run, index: number, client: ClientState, timeNs: number): void {
  if (timeNs >= client.patienceNs) return;
  client.patienceNs = Math.max(timeNs, run.nowNs);
  setAlarm(run, index, client, client.patienceNs);
}

function setAlarm(run: Run, index: number, client: ClientState, timeNs: number): void {
  const { incarnation } = processOf(run, client);
  at(run, timeNs, PRIORITY.client, OP.clientWake, index, incarnation, timeNs);
}

/** Sets the far alarm for everything that the client holds: the last one has gone off, or its settings have changed. */
export function setPatience(run: Run, index: number): void {
  const client = run.clients[index]!;
  const untilNs = Math.min(blockedUntilNs(run, client), queuedUntilNs(run, client), awaitedUntilNs(run, client));
  loseBy(run, index, client, untilNs);
}

/** When the first blocked message gives up, Infinity for none blocked. [PR9] */
function blockedUntilNs(run: Run, client: ClientState): number {
  if (client.blocked === 0) return Infinity;
  return (
    run.messages.num[client.blockedHead + M.producedNs]! + fromMs(logSource(run, client.source).settings.maxBlockMs)
  );
}

/** When the oldest batch that was not sent, or waits for another try, is given up. [PR5] */
function queuedUntilNs(run: Run, client: ClientState): number {
  let oldestNs = Infinity;
  for (const { queue } of client.partitions)
    for (const row of queue) oldestNs = Math.min(oldestNs, rowOf(run.batches, row).createdNs);
  return oldestNs + fromMs(logSource(run, client.source).settings.deliveryTimeoutMs);
}

/** When the client gives up waiting for the first of what is under way. [PR5] [PR6] */
function awaitedUntilNs(run: Run, client: ClientState): number {
  const { requestTimeoutMs, deliveryTimeoutMs } = logSource(run, client.source).settings;
  let untilNs = Infinity;
  for (const { inFlight } of client.connections) {
    const first = inFlight[0];
    if (first === undefined) continue;
    untilNs = Math.min(untilNs, rowOf(run.requests, first).sentNs + fromMs(requestTimeoutMs));
    // In every request: retries without idempotence change places, so the oldest batch may be in a later one.
    for (const requestRow of inFlight) {
      for (const row of rowOf(run.requests, requestRow).batches) {
        const batch = rowOf(run.batches, row);
        if (!batch.resolved) untilNs = Math.min(untilNs, batch.createdNs + fromMs(deliveryTimeoutMs));
      }
    }
  }
  return untilNs;
}
