/** Laws of tables: their lists, locks and connections, and what is left in them when all is quiet. For tests. */
import { PHASE } from '../brokers/table/database.ts';
import { ROW, type RowList, type RowTable } from '../brokers/table/rows.ts';
import { assert } from '../core/assert.ts';
import type { Run } from '../state.ts';

/** Every law of tables that holds after every event. */
export function checkStores(run: Run): void {
  run.stores.forEach(({ id, db }) => {
    const { rows } = db;
    checkList(id, rows, rows.ready, ROW.ready);
    checkList(id, rows, rows.claimed, ROW.claimed);
    for (let slot = 0; slot < rows.used; slot += 1) {
      const holder = rows.holder[slot]!;
      if (rows.state[slot] === ROW.free || holder < 0) continue;
      assert(db.sessions[holder]!.inTransaction, () => `${id}: row ${rows.id[slot]} is locked by nobody's transaction`);
    }
    const connected = db.sessions.filter((session) => session.connected).length;
    assert(connected === db.connected, () => `${id}: ${db.connected} connections counted, ${connected} found`);
    for (const session of db.sessions) {
      assert(!session.inTransaction || session.connected, () => `${id}: a transaction without a connection`);
      assert(session.open || session.phase === PHASE.idle, () => `${id}: a closed session has a statement`);
    }
    assert(db.dead <= db.deaths && db.dead >= 0 && db.kept >= db.sweeping, () => `${id}: rows are counted wrong`);
    for (const out of [db.answered, db.inserted, db.undone, db.done, db.spent, db.missed, db.timers])
      assert(out.length === 0, () => `${id}: something that happened was told to nobody`);
  });
}

function checkList(id: string, rows: RowTable, list: RowList, state: number): void {
  let [length, previous] = [0, -1];
  for (let slot = list.first; slot >= 0; slot = rows.next[slot]!) {
    assert(rows.state[slot] === state, () => `${id}: row ${rows.id[slot]} is in a list of another state`);
    assert(rows.previous[slot] === previous, () => `${id}: a list is not linked both ways`);
    assert(previous < 0 || rows.id[previous]! < rows.id[slot]!, () => `${id}: a list is out of order`);
    previous = slot;
    length += 1;
  }
  assert(list.last === previous && list.length === length, () => `${id}: a list is counted wrong`);
}

/** Messages that have a row in some table. */
export function tableRows(run: Run): number[] {
  return run.stores.flatMap(({ db: { rows } }) =>
    Array.from({ length: rows.used }, (_, slot) => slot)
      .filter((slot) => rows.state[slot] !== ROW.free)
      .map((slot) => rows.message[slot]!),
  );
}

/**
 * What has pollers is empty but for rows that were claimed by status by somebody who died, and for those that they have passed
 * and others would find that have no instances.
 */
export function checkTablesSettled(run: Run): void {
  run.stores.forEach(({ id, db, gone, subscription }, index) => {
    if (gone) return;
    assert(db.rows.uncommitted === 0, () => `${id}: an insert was never ended`);
    const all = run.polls.filter((poll) => !poll.gone && poll.store === index);
    const running = all.filter(({ consumer }) => hasInstances(run, consumer));
    if (running.length === 0) return;
    const passing = running.length < all.length && running.every(isAfterLastId) ? db.rows.ready.length : 0;
    assert(db.rows.ready.length <= passing, () => `${id}: ${db.rows.ready.length} rows are found by nobody`);
    const { inFlight } = run.subscriptions[subscription]!.ledger;
    assert(inFlight <= db.rows.claimed.length + passing, () => `${id}: ${inFlight} still in flight`);
  });
}

function isAfterLastId({ settings }: Run['polls'][number]): boolean {
  return settings.read === 'afterLastId';
}

function hasInstances(run: Run, consumer: number): boolean {
  return run.consumers[consumer]!.instances.some((index) => !run.instances[index]!.stopped);
}
