/** A topic's life: partitions, leader crash and election, retention. One broker carries all its leaders (SPEC KL2). */
import { fromMs } from '../../core/time.ts';
import { finish } from './append.ts';
import { refetch } from './fetch.ts';
import { createPartition, truncateToHighWatermark } from './partition.ts';
import { RESULT } from './result.ts';
import { at, OP, PRIORITY, thaw } from '../../events.ts';
import { rowOf } from '../../pool.ts';
import type { CursorState } from './log-state.ts';
import type { Run } from '../../state.ts';

export function createCursor(subscription: number, partition: number): CursorState {
  return {
    subscription,
    partition,
    committed: -1,
    floor: 0,
    owner: -1,
    reader: -1,
    fetchOffset: -1,
    buffered: 0,
    handed: 0,
    done: 0,
    doneAhead: [],
    seen: 0,
    seekTo: -1,
    seeks: 0,
    savedSeeks: 0,
    paused: false,
    excused: [],
    skipFrom: -1,
    skipTo: -1,
  };
}

/** [KL3] Adds partitions up to `count`. Keys map anew over all of them; old records stay where they are. */
export function addPartitions(run: Run, topicIndex: number, count: number): void {
  const topic = run.topics[topicIndex]!;
  const before = topic.partitions.length;
  for (let partition = before; partition < count; partition += 1) {
    topic.partitions.push(createPartition());
    for (const index of topic.subscriptions) {
      run.cursors.push(createCursor(index, partition));
      run.subscriptions[index]!.cursors.push(run.cursors.length - 1);
    }
  }
  topic.keyPartition = new Int32Array(0);
  if (before > 0 && count > before) topic.repartitionedNs = Math.max(1, run.nowNs);
}

/**
 * [KL4] The leaders' broker dies. With replicas a follower takes over after the election, without what had not been
 * replicated; alone, the log is on disk and waits for the restart.
 */
export function crashTopic(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  if (topic.process.crashed && topic.insync === 0) return;
  topic.process.crashed = true;
  topic.process.incarnation += 1;
  topic.insync = Math.max(0, topic.insync - 1);
  abandonRequests(run, topicIndex, topic.insync > 0);
  if (topic.insync > 0)
    at(run, run.nowNs + fromMs(topic.settings.electionMs), PRIORITY.broker, OP.elected, topicIndex, topic.leaderEpoch);
}

/** The broker is gone, and with it the connections to it: every request that it had is broken off. */
function abandonRequests(run: Run, topicIndex: number, truncate: boolean): void {
  const topic = run.topics[topicIndex]!;
  topic.leader = false;
  topic.leaderEpoch += 1;
  // What a frozen broker had put aside comes back as an event and finds no leader.
  thaw(run, topic.process);
  topic.partitions.forEach((log, partition) => {
    const waiting = log.waiting;
    log.waiting = [];
    log.busyUntilNs = run.nowNs;
    if (truncate) truncateToHighWatermark(run, topicIndex, partition);
    for (const { request, position } of waiting)
      finish(run, rowOf(run.requests, request).client, request, position, RESULT.disconnected);
  });
}

/** The topic is deleted. */
export function closeTopic(run: Run, topicIndex: number): void {
  run.topics[topicIndex]!.gone = true;
  abandonRequests(run, topicIndex, false);
}

/** A follower becomes leader. */
export function elected(run: Run, topicIndex: number, epoch: number): void {
  const topic = run.topics[topicIndex]!;
  if (topic.gone || topic.leaderEpoch !== epoch || topic.leader) return;
  lead(run, topicIndex);
}

/** The crashed broker is back: it leads again if nobody else does, and follows otherwise. */
export function restartTopic(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  if (!topic.process.crashed) return;
  topic.process.crashed = false;
  topic.insync = topic.settings.replicationFactor;
  if (topic.leader) return;
  topic.leaderEpoch += 1;
  lead(run, topicIndex);
}

function lead(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  topic.leader = true;
  // With one replica the unreplicated tail does not exist: the mark stands at the log end.
  for (const log of topic.partitions) log.highWatermark = log.end;
  for (const index of topic.subscriptions) {
    for (const cursorIndex of run.subscriptions[index]!.cursors) {
      const { reader } = run.cursors[cursorIndex]!;
      if (reader >= 0 && run.readers[reader]!.outstanding) refetch(run, reader);
    }
  }
}
