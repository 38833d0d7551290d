/** The gauges of a table: its rows, its connections and cores, and what it has cost so far. */
import { toMs, lockedRows, utilisationOf, type Run } from '../engine/engine.ts';
import { STORE } from '../protocol/frame-store.ts';
import { healthOf } from './pack-topic.ts';

export function packStore(run: Run, index: number, at: number, values: Float64Array): void {
  const { db, process } = run.stores[index]!;
  const { counts, rows } = db;
  const locked = lockedRows(db);
  values[at + STORE.health] = healthOf(process, db.slowFactor);
  values[at + STORE.ready] = rows.ready.length - locked;
  values[at + STORE.locked] = locked;
  values[at + STORE.claimed] = rows.claimed.length;
  values[at + STORE.kept] = db.kept;
  values[at + STORE.failed] = db.failed;
  values[at + STORE.passed] = db.passed;
  values[at + STORE.dead] = db.dead;
  values[at + STORE.connections] = db.connected;
  values[at + STORE.connectionsMax] = db.settings.connections;
  values[at + STORE.coresBusy] = db.coreFreeNs.filter((free) => free > run.nowNs).length;
  values[at + STORE.cores] = db.settings.cores;
  values[at + STORE.lockQueue] = db.lockQueue.length;
  values[at + STORE.connectionQueue] = db.connectQueue.length - db.connectHead;
  values[at + STORE.statements] = counts.statements;
  values[at + STORE.polls] = counts.polls;
  values[at + STORE.idlePolls] = counts.idlePolls;
  values[at + STORE.lockWaits] = counts.lockWaits;
  values[at + STORE.utilisation] = utilisationOf(db, run.nowNs);
  values[at + STORE.addedDelayMs] = counts.taken === 0 ? 0 : toMs(counts.delayNs / counts.taken);
}
