/** Which rows a statement gets, and waiting for those that another transaction has locked. */
import { removeFrom } from '../../core/columns.ts';
import { recheckOnCore } from './cores.ts';
import { LOCKING, PHASE, STATEMENT, type Database, type Session } from './database.ts';
import { ROW } from './rows.ts';

/**
 * Takes rows in the order of their ids, up to the batch, that were visible when the statement began and still are ready. Without
 * locks also those that somebody has locked; FOR UPDATE waits at the first of them, and SKIP LOCKED passes over them. [TB5] [TB6]
 *
 * @returns whether the statement has its rows; false while it waits
 */
export function findRows(db: Database, index: number, nowNs: number): boolean {
  const { rows } = db;
  const session = db.sessions[index]!;
  let slot = afterLast(db, session);
  while (slot >= 0 && session.slots.length < session.batch) {
    if (rows.visibleNs[slot]! <= session.snapshotNs) {
      const held = rows.holder[slot]! >= 0;
      if (held && session.locking === LOCKING.rowLock) return waitFor(db, index, slot, nowNs);
      if (!held || session.locking === LOCKING.none) takeRow(db, index, slot, nowNs);
    }
    slot = rows.next[slot]!;
  }
  return true;
}

/** The first ready row after those that the session has, or after the one that it waited for. */
function afterLast({ rows }: Database, session: Session): number {
  const heldId = session.ids.at(-1) ?? 0;
  const lastId = Math.max(heldId, session.afterId);
  if (lastId === 0) return rows.ready.first;
  const last = session.slots.at(-1) ?? -1;
  if (last >= 0 && rows.id[last] === heldId && rows.state[last] === ROW.ready) return rows.next[last]!;
  let slot = rows.ready.first;
  while (slot >= 0 && rows.id[slot]! <= lastId) slot = rows.next[slot]!;
  return slot;
}

function takeRow(db: Database, index: number, slot: number, nowNs: number): void {
  const { rows } = db;
  const session = db.sessions[index]!;
  if (session.locking !== LOCKING.none) rows.holder[slot] = index;
  session.slots.push(slot);
  session.ids.push(rows.id[slot]!);
  session.reached = rows.id[slot]!;
  session.result.push(rows.message[slot]!);
  db.counts.taken += 1;
  db.counts.delayNs += nowNs - rows.visibleNs[slot]!;
}

/**
 * Locks the rows in hand to write them; those that are no more by now are passed over. [TB7]
 *
 * @returns whether it has all of them; false while it waits for one
 */
export function lockHeld(db: Database, index: number, nowNs: number): boolean {
  const { rows } = db;
  const session = db.sessions[index]!;
  const { slots, ids } = session;
  while (session.through < slots.length) {
    const slot = slots[session.through]!;
    if (rows.id[slot] !== ids[session.through]) {
      removeFrom(slots, session.through);
      removeFrom(ids, session.through);
      if (session.statement === STATEMENT.claim) removeFrom(session.result, session.through);
      continue;
    }
    const holder = rows.holder[slot]!;
    if (holder >= 0 && holder !== index) return waitFor(db, index, slot, nowNs);
    rows.holder[slot] = index;
    session.through += 1;
  }
  return true;
}

function waitFor(db: Database, index: number, slot: number, nowNs: number): false {
  const session = db.sessions[index]!;
  session.phase = PHASE.locking;
  session.dueNs = Infinity;
  session.waitingSinceNs = nowNs;
  session.waitSlot = slot;
  session.waitId = db.rows.id[slot]!;
  db.lockQueue.push(index);
  db.counts.lockWaits += 1;
  return false;
}

/** The rows that a transaction had locked are free again. */
export function unlockRows(db: Database, index: number, slots: readonly number[], ids: readonly number[]): void {
  const { rows } = db;
  for (let i = 0; i < slots.length; i += 1) {
    const slot = slots[i]!;
    if (rows.id[slot] === ids[i] && rows.holder[slot] === index) rows.holder[slot] = -1;
  }
}

/** Sessions whose row is no longer locked, or is no more, look again, in the order in which they came. */
export function wakeWaiting(db: Database, nowNs: number): void {
  const { lockQueue, rows } = db;
  let left = 0;
  for (let i = 0; i < lockQueue.length; i += 1) {
    const index = lockQueue[i]!;
    const session = db.sessions[index]!;
    if (rows.id[session.waitSlot] === session.waitId && rows.holder[session.waitSlot]! >= 0) {
      lockQueue[left] = index;
      left += 1;
      continue;
    }
    db.counts.lockWaitNs += nowNs - session.waitingSinceNs;
    session.phase = PHASE.rechecking;
    recheckOnCore(db, index, nowNs);
  }
  while (lockQueue.length > left) lockQueue.pop();
}
