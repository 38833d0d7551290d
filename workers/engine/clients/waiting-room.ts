/**
 * Where facts wait that find no room at their client, and what else may become of them: refused at once, sampled, or merged
 * into one that waits already. The same for clients of every family: each says when it has room, and takes in the first.
 */
import { HOP, noteHop } from '../ledger/hops.ts';
import { MESSAGE_FLAG } from '../ledger/messages.ts';
import type { Run } from '../state.ts';
import { M } from '../ledger/layout.ts';

/** Messages that may wait at one client; more are refused. [PR9] */
const BLOCKED_MAX = 1_000_000;

export interface WaitingRoom {
  source: number;
  /** Messages blocked on a full buffer: head and tail of a list through the message table. */
  blockedHead: number;
  blockedTail: number;
  blocked: number;
  /** Since when somebody has waited all the time. */
  stalledFromNs: number;
  /** Facts since the last that was kept, of so many as one is kept of. [BP3] */
  passedOver: number;
  /** By key: row of the message that further facts of the key are merged into. [BP4] */
  carriers: Record<string, number>;
  /** By row: how many facts a waiting message stands for, if more than one. */
  carried: Record<string, number>;
}

export interface FullSettings {
  readonly onFull: 'block' | 'drop' | 'sample' | 'aggregate';
  readonly sampleEvery: number;
  /** 0 for no limit. */
  readonly aggregateMax: number;
}

export function createWaitingRoom(source: number): WaitingRoom {
  return {
    source,
    blockedHead: -1,
    blockedTail: -1,
    blocked: 0,
    stalledFromNs: 0,
    passedOver: 0,
    carriers: {},
    carried: {},
  };
}

/** [BP2] [BP3] Why a fact that finds no room may not wait either; empty if it may. */
export function refusalOf(room: WaitingRoom, { onFull, sampleEvery }: FullSettings): string {
  if (onFull === 'drop' || room.blocked >= BLOCKED_MAX) return 'buffer full';
  if (onFull !== 'sample') return '';
  const kept = room.passedOver === 0;
  room.passedOver = (room.passedOver + 1) % sampleEvery;
  return kept ? '' : 'sampled out';
}

/** [BP4] Merges a fact into the message of its key that waits, if there is one that takes it. True if so: it has none of its own. */
export function mergeFact(
  run: Run,
  room: WaitingRoom,
  { onFull, aggregateMax }: FullSettings,
  key: number,
  flags: number,
): boolean {
  const row = onFull === 'aggregate' ? room.carriers[key] : undefined;
  if (row === undefined) return false;
  const facts = (room.carried[row] ?? 1) + 1;
  if (aggregateMax > 0 && facts > aggregateMax) return false;
  if (((run.messages.int[row + M.flags]! ^ flags) & MESSAGE_FLAG.tombstone) !== 0) return false;
  room.carried[row] = facts;
  const { ledger } = run.sources[room.source]!;
  ledger.merged += 1;
  ledger.factsInOneMost = Math.max(ledger.factsInOneMost, facts);
  noteHop(run, row, HOP.merged, room.source, -1, facts);
  return true;
}

/** [BP1] A message waits, behind those that wait already; others may be merged into it if that is what becomes of them. */
export function waitOutside(run: Run, room: WaitingRoom, row: number, { onFull }: FullSettings): void {
  const { int } = run.messages;
  int[row + M.next] = -1;
  if (room.blockedTail >= 0) int[room.blockedTail + M.next] = row;
  else room.blockedHead = row;
  room.blockedTail = row;
  if (room.blocked === 0) room.stalledFromNs = run.nowNs;
  room.blocked += 1;
  if (onFull === 'aggregate') room.carriers[int[row + M.key]!] = row;
  noteHop(run, row, HOP.blocked, room.source, -1, -1);
}

/** The first one waits no longer: it goes in, or is given up. Its row. */
export function leaveFirst(run: Run, room: WaitingRoom, goesIn: boolean): number {
  const { int, num } = run.messages;
  const row = room.blockedHead;
  room.blockedHead = int[row + M.next]!;
  if (room.blockedHead < 0) room.blockedTail = -1;
  room.blocked -= 1;
  int[row + M.next] = -1;
  const { ledger } = run.sources[room.source]!;
  const waitedNs = run.nowNs - num[row + M.producedNs]!;
  ledger.waited += 1;
  ledger.waitedNs += waitedNs;
  ledger.waitedMostNs = Math.max(ledger.waitedMostNs, waitedNs);
  if (room.blocked === 0) ledger.stalledNs += run.nowNs - room.stalledFromNs;
  closeCarrier(run, room, row, goesIn);
  return row;
}

function closeCarrier(run: Run, room: WaitingRoom, row: number, goesIn: boolean): void {
  const key = run.messages.int[row + M.key]!;
  if (room.carriers[key] === row) delete room.carriers[key];
  const facts = room.carried[row];
  if (facts === undefined) return;
  if (!goesIn) run.sources[room.source]!.ledger.mergedLost += facts - 1;
  delete room.carried[row];
}

/** For how long somebody has waited outside, up to now. */
export function stalledNs(run: Run, { blocked, stalledFromNs }: WaitingRoom): number {
  return blocked > 0 ? run.nowNs - stalledFromNs : 0;
}
