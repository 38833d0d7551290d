/** Commits: an instance saves positions with the coordinator, which refuses those of members it has removed. */
import { empty } from '../core/columns.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { HOP, noteLogHops } from '../ledger/hops.ts';
import { coordinatorEdge } from '../brokers/log/coordination.ts';
import { COMMIT_ANSWER, judgeCommit } from '../brokers/log/commit-answer.ts';
import type { CursorState } from '../brokers/log/log-state.ts';
import { logOf, raiseToSaved } from '../brokers/log/positions.ts';
import { lowerFloor } from '../ledger/replay.ts';
import { patientLatencyNs } from '../network.ts';
import { notePositionsFlight } from '../observe/flights.ts';
import { allocate, release, rowOf } from '../pool.ts';
import type { AfterCommit, CommitPayload } from './handler-state.ts';
import type { EdgeState, Run } from '../state.ts';

/** Whether a position of a reader is news to the coordinator: further on, or anywhere else after a seek. */
export function isUnsaved(cursor: CursorState, position: number): boolean {
  if (cursor.fetchOffset < 0 || position === cursor.committed) return false;
  return position > cursor.committed || cursor.seeks > cursor.savedSeeks;
}

/**
 * Sends the positions of one kind that differ from what is saved. False when there is nothing to save, and while the
 * member waits for a new generation: its client refuses then. [KO6] With `then` the instance waits for the answer.
 */
export function commitPositions(run: Run, index: number, which: 'done' | 'handed', then: AfterCommit | null): boolean {
  const instance = run.instances[index]!;
  if (instance.joinPending) return false;
  const row = allocate(run.commits, newPayload);
  const payload = rowOf(run.commits, row);
  payload.instance = index;
  payload.member = instance.member;
  payload.generation = instance.generation;
  empty(payload.cursors);
  empty(payload.offsets);
  empty(payload.seeks);
  for (const readerIndex of instance.readers) {
    for (const cursorIndex of run.readers[readerIndex]!.cursors) {
      const cursor = run.cursors[cursorIndex]!;
      const position = which === 'done' ? cursor.done : cursor.handed;
      // Of a partition that went to somebody else it does not know: it tries to save, and learns by the refusal.
      const held = cursor.reader === readerIndex;
      if (held && !isUnsaved(cursor, position)) continue;
      payload.cursors.push(cursorIndex);
      payload.offsets.push(held ? position : -1);
      payload.seeks.push(cursor.seeks);
    }
  }
  const edge = coordinatorEdge(run, instance);
  if (payload.cursors.length === 0 || edge === null) {
    release(run.commits, row);
    return false;
  }
  if (then !== null) {
    instance.phase = 'committing';
    instance.afterCommit = then;
    instance.commitTicket += 1;
  }
  sendCommit(run, index, edge, row, then === null ? UNAWAITED : instance.commitTicket);
  return true;
}

/** The ticket of a commit that the poll loop does not wait for. */
const UNAWAITED = -1;
/** The ticket of a commit that the application asked for by itself: nothing waits for its answer. */
const MANUAL = -2;

/**
 * [KO15] The application saves positions by itself, whatever the commit mode: the offset to read next of each cursor.
 * Nothing is sent over a cut edge. The answer comes later and stands in `commitAnswer`.
 */
export function commitManually(
  run: Run,
  index: number,
  positions: readonly { cursor: number; offset: number }[],
): void {
  const instance = run.instances[index]!;
  instance.commitAnswer = -1;
  const edge = coordinatorEdge(run, instance);
  if (edge === null) return;
  const row = allocate(run.commits, newPayload);
  const payload = rowOf(run.commits, row);
  payload.instance = index;
  payload.member = instance.member;
  payload.generation = instance.generation;
  payload.cursors = positions.map(({ cursor }) => cursor);
  payload.offsets = positions.map(({ offset }) => offset);
  // It may name a lower position than the one it saved last.
  payload.seeks = positions.map(({ cursor }) => (run.cursors[cursor]!.seeks += 1));
  sendCommit(run, index, edge, row, MANUAL);
}

/** [KO15] Notes the answer if it is one to the application itself. */
export function noteAnswer(run: Run, index: number, answer: number, ticket: number): void {
  if (ticket === MANUAL) run.instances[index]!.commitAnswer = answer;
}

function newPayload(): CommitPayload {
  return { instance: -1, member: -1, generation: 0, cursors: [], offsets: [], seeks: [] };
}

function sendCommit(run: Run, index: number, edge: EdgeState, row: number, ticket: number): void {
  // What leaves over a cut edge, or one that drops acknowledgements, is gone; an awaited commit is sent again when it
  // heals. [FA6]
  if (edge.cut || edge.dropAcks) {
    release(run.commits, row);
    return;
  }
  const delay = patientLatencyNs(run, edge, edge.backward);
  notePositionsFlight(run, edge, rowOf(run.commits, row), run.nowNs + delay);
  at(run, run.nowNs + delay, PRIORITY.broker, OP.commitArrives, index, row, ticket);
}

/** [KO2] [KO6] At the coordinator: saved if the member is of the group's present generation. */
export function commitArrives(run: Run, index: number, row: number, ticket: number): void {
  const payload = rowOf(run.commits, row);
  const instance = run.instances[index]!;
  const edge = coordinatorEdge(run, instance);
  release(run.commits, row);
  if (edge === null || edge.cut) return;
  const member = payload.member >= 0 ? run.members[payload.member]! : null;
  const answer = judgeCommit(run, member, payload.generation);
  if (answer === COMMIT_ANSWER.saved)
    for (let i = 0; i < payload.cursors.length; i += 1)
      savePosition(run, payload.cursors[i]!, payload.offsets[i]!, payload.seeks[i]!);
  const delay = patientLatencyNs(run, edge, edge.forward);
  at(run, run.nowNs + delay, PRIORITY.client, OP.commitReturns, index, answer, ticket);
}

/** [KO2] Whatever a member says, unless it sent something later before: requests of one connection do not overtake. */
export function savePosition(run: Run, cursorIndex: number, offset: number, seeks: number): void {
  const cursor = run.cursors[cursorIndex]!;
  if (offset < 0 || seeks < cursor.savedSeeks) return;
  const sought = seeks > cursor.savedSeeks;
  cursor.savedSeeks = seeks;
  if (offset < cursor.committed && sought) {
    cursor.committed = offset;
    if (offset < cursor.floor) lowerFloor(run, cursorIndex, offset);
    else raiseToSaved(run, cursorIndex, offset, false);
    return;
  }
  if (offset <= cursor.committed) return;
  const log = logOf(run, cursor);
  const from = Math.max(cursor.committed, cursor.floor, log.start);
  noteLogHops(run, log, from, Math.min(offset, log.end), HOP.committed, cursor.owner, cursor.partition);
  cursor.committed = offset;
  if (cursor.skipFrom >= 0) stepOverSkipped(run, cursorIndex, offset);
  raiseToSaved(run, cursorIndex, offset, false);
}

/** [LG9] What its reader has sought past is not owed. */
function stepOverSkipped(run: Run, cursorIndex: number, offset: number): void {
  const cursor = run.cursors[cursorIndex]!;
  raiseToSaved(run, cursorIndex, Math.min(offset, cursor.skipFrom), false);
  raiseToSaved(run, cursorIndex, Math.min(offset, cursor.skipTo), true);
  if (offset >= cursor.skipTo) cursor.skipFrom = -1;
}
