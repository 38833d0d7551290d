/**
 * Consume, process, produce: an instance whose handlers publish in a transaction, and whose positions are saved by it. What
 * was consumed, what was published for it, and the positions count together or not at all. [KT7] [KT10]
 */
import { isReadBy } from '../brokers/log/holding.ts';
import { becomeNewMember } from '../brokers/log/membership.ts';
import { requestFetch, stopReader } from '../brokers/log/fetch.ts';
import type { TransactionManager, TransactionRequest } from '../brokers/log/transactions/transaction-state.ts';
import { crashManager, endTransaction, openTransaction, startManager } from '../clients/transactions/manager.ts';
import { empty } from '../core/columns.ts';
import type { Run } from '../state.ts';
import { dropRecord } from './handler.ts';
import type { AfterCommit, InstanceState, Worker } from './handler-state.ts';
import { continueAfterCommit, poll } from './poll.ts';
import { sift } from './record-ring.ts';

/** The transactional producer of an instance, -1 for none. */
export function managerOf(run: Run, instance: InstanceState): number {
  for (const source of run.consumers[instance.consumer]!.sources) {
    const client = run.sources[source]!.clients[instance.index];
    if (client !== undefined && run.clients[client]!.manager >= 0) return run.clients[client]!.manager;
  }
  return -1;
}

/** Whether the instance may hand records to handlers that publish in a transaction: it has an epoch. */
export function canConsume(run: Run, instance: InstanceState): boolean {
  const manager = managerOf(run, instance);
  return manager >= 0 && (run.managers[manager]!.phase === 'ready' || run.managers[manager]!.phase === 'open');
}

/** A handler is done with its record: its effect and position are those of the transaction. False if there is no producer. */
export function keepInput(run: Run, index: number, { row, cursor, offset }: Worker): boolean {
  const managerIndex = managerOf(run, run.instances[index]!);
  if (managerIndex < 0) return false;
  const manager = run.managers[managerIndex]!;
  if (manager.phase === 'ready') openTransaction(manager);
  manager.inputs.push({ row, cursor, offset, instance: index });
  const { rewind } = manager;
  for (let i = 0; i < rewind.length; i += 2) {
    if (rewind[i] !== cursor) continue;
    rewind[i + 1] = Math.min(rewind[i + 1]!, offset);
    return true;
  }
  rewind.push(cursor, offset);
  return true;
}

/**
 * Sends offsets to the transaction and commits it. True while the instance has to wait; `then` is what it goes on with.
 * False when nothing was consumed since the last commit.
 */
export function commitConsumed(run: Run, index: number, then: AfterCommit): boolean {
  const instance = run.instances[index]!;
  const manager = managerOf(run, instance);
  if (manager < 0 || run.managers[manager]!.phase !== 'open') return false;
  instance.phase = 'committing';
  instance.afterCommit = then;
  instance.commitTicket += 1;
  endTransaction(run, manager);
  return true;
}

/** Aborts what the instance has consumed since its last commit. True while it has to wait for that. */
export function abortConsumed(run: Run, index: number, why: string): boolean {
  const manager = managerOf(run, run.instances[index]!);
  if (manager < 0 || run.managers[manager]!.phase !== 'open') return false;
  run.managers[manager]!.failure = why;
  return commitConsumed(run, index, 'poll');
}

/** A member gives up partitions: what it consumed of them in a transaction that is open cannot be committed any more. */
export function noteGivenUp(run: Run, index: number, leaving: ReadonlySet<number>): void {
  const manager = managerOf(run, run.instances[index]!);
  if (manager < 0) return;
  const { inputs } = run.managers[manager]!;
  if (inputs.some(({ cursor }) => leaving.has(cursor))) run.managers[manager]!.failure = 'partition given up';
}

/** [KT7] Fills in a TxnOffsetCommit: of each partition consumed the offset to read next. */
export function noteOffsets(run: Run, index: number, request: TransactionRequest): void {
  const instance = run.instances[index]!;
  request.member = instance.member;
  request.generation = instance.generation;
  for (const { cursor, offset } of run.managers[request.manager]!.inputs) {
    const known = request.cursors.indexOf(cursor);
    const place = known < 0 ? request.cursors.push(cursor) - 1 : known;
    request.positions[place] = Math.max(request.positions[place] ?? 0, offset + 1);
  }
  // Where it still reads it knows better: nothing waits below, and there may be a gap behind.
  request.cursors.forEach((cursor, place) => {
    request.seeks[place] = run.cursors[cursor]!.seeks;
    if (isReadBy(run, cursor, index)) request.positions[place] = run.cursors[cursor]!.done;
  });
}

/** `begun`: the producer has its epoch; the others end a transaction. */
type Outcome = 'begun' | 'committed' | 'aborted' | 'fenced';

/** The instance goes on: with what it wanted after the commit, or back to where its last commit was. */
export function afterTransaction(run: Run, managerIndex: number, outcome: Outcome): void {
  const manager = run.managers[managerIndex]!;
  if (manager.owner.kind !== 'instance') return;
  const { index } = manager.owner;
  const instance = run.instances[index]!;
  // [KT2] The application opens another producer with its id and goes on from the last commit.
  if (outcome === 'fenced') startManager(run, managerIndex);
  if (outcome === 'aborted' || outcome === 'fenced') goBack(run, manager, index);
  empty(manager.rewind);
  if (instance.phase === 'committing') {
    const { afterCommit } = instance;
    const member = instance.member >= 0 ? run.members[instance.member]! : null;
    if (member !== null && (member.gone || member.left) && afterCommit !== 'leave') {
      instance.phase = 'idle';
      becomeNewMember(run, index);
    } else continueAfterCommit(run, index, afterCommit);
  }
  poll(run, index);
}

/** Positions go back to the first input that was not committed; what is in memory beyond is fetched anew. */
function goBack(run: Run, { rewind }: TransactionManager, index: number): void {
  const instance = run.instances[index]!;
  const back = new Set<number>();
  for (let i = 0; i < rewind.length; i += 2) {
    const cursor = run.cursors[rewind[i]!]!;
    if (!isReadBy(run, rewind[i]!, index)) continue;
    back.add(rewind[i]!);
    cursor.fetchOffset = rewind[i + 1]!;
    cursor.handed = cursor.fetchOffset;
    cursor.done = cursor.fetchOffset;
    cursor.doneAhead = [];
    cursor.gaps = [];
    cursor.buffered = 0;
  }
  if (back.size === 0) return;
  const handed = instance.records.split - instance.records.head;
  for (const record of sift(instance.records, ({ cursor }) => !back.has(cursor))) dropRecord(run, index, record);
  instance.unfinished -= handed - (instance.records.split - instance.records.head);
  for (const reader of instance.readers) {
    if (!run.readers[reader]!.cursors.some((cursor) => back.has(cursor))) continue;
    stopReader(run, reader);
    requestFetch(run, reader);
  }
}

/** The consumer's settings changed under a transaction that is open: it is given up, and what it consumed is read again. */
export function abandonConsumed(run: Run, index: number): void {
  const managerIndex = managerOf(run, run.instances[index]!);
  if (managerIndex < 0 || run.managers[managerIndex]!.inputs.length + run.managers[managerIndex]!.messages === 0) return;
  crashManager(run, managerIndex, 'settings changed');
  startManager(run, managerIndex);
  afterTransaction(run, managerIndex, 'aborted');
}
