/** A leader that was replaced and does not know it: what it still writes, and what becomes of that. */
import { HOP, noteHop } from '../../../ledger/hops.ts';
import { letGo } from '../../../ledger/ledger.ts';
import { rowOf } from '../../../pool.ts';
import type { Run } from '../../../state.ts';
import { finish } from '../append.ts';
import { takeTail } from '../partition.ts';
import { RESULT } from '../result.ts';
import type { ZombieLog } from './cluster-state.ts';

/**
 * [KC9] The broker that led goes on without knowing of its successor, who has the log up to `end`. What lies beyond stays
 * with it, and so do the requests that wait there.
 */
export function leaveZombie(run: Run, topicIndex: number, partition: number, broker: number, end: number): void {
  dropZombie(run, topicIndex, partition);
  const log = run.topics[topicIndex]!.partitions[partition]!;
  const waiting = log.waiting.map(({ request, position }) => ({ request, position }));
  log.waiting = [];
  log.replication!.zombie = {
    broker,
    serving: true,
    from: end,
    rows: takeTail(run, topicIndex, partition, end),
    waiting,
  };
}

/** [KC9] It hears of its successor, and cuts its log back to where that began. */
export function dropZombie(run: Run, topicIndex: number, partition: number): void {
  const { replication } = run.topics[topicIndex]!.partitions[partition]!;
  const zombie = replication?.zombie ?? null;
  if (zombie === null) return;
  replication!.zombie = null;
  breakOffZombie(run, zombie);
  for (let i = zombie.rows.length - 1; i >= 0; i -= 1) {
    const row = zombie.rows[i]!;
    if (row < 0) continue;
    noteHop(run, row, HOP.truncated, topicIndex, partition, zombie.from + i);
    letGo(run, row);
  }
}

/** It takes no more requests, and the connections with it break. */
export function breakOffZombie(run: Run, zombie: ZombieLog): void {
  const { waiting } = zombie;
  zombie.serving = false;
  zombie.waiting = [];
  for (const { request, position } of waiting)
    finish(run, request, rowOf(run.requests, request), position, RESULT.disconnected);
}
