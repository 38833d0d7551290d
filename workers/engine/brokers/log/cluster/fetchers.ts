/**
 * Who fetches what from whom: one request at a time for each pair of brokers. A request without anything new waits at the
 * leader, so that a pair without traffic has no events. What happens when one arrives is in `replication.ts`.
 */
import { fromMs } from '../../../core/time.ts';
import { empty, removeFrom } from '../../../core/columns.ts';
import { at, OP, PRIORITY } from '../../../events.ts';
import type { Run } from '../../../state.ts';
import type { PartitionState } from '../log-state.ts';
import type { FetcherState } from './cluster-state.ts';

/** replica.fetch.max.bytes: of one partition in one answer; the first record always fits. [KC4] */
const REPLICA_FETCH_BYTES = 1_048_576;

/** Numbers an answer has for a partition. */
export const ANSWER_SIZE = 5;

/** Whether two brokers hear each other. */
export function isLinked(run: Run, { follower, leader }: FetcherState): boolean {
  const [one, other] = [run.brokers[follower]!, run.brokers[leader]!];
  return !one.process.crashed && !other.process.crashed && !one.isolated && !other.isolated;
}

/** The fetcher of one broker from another of its cluster, as index into `fetchers`; -1 for none so far. */
function fetcherAt(run: Run, follower: number, leader: number): number {
  const { fetchers } = run.clusters[run.brokers[follower]!.cluster]!;
  return fetchers[run.brokers[follower]!.number]?.[run.brokers[leader]!.number] ?? -1;
}

function openFetcher(run: Run, follower: number, leader: number): number {
  const known = fetcherAt(run, follower, leader);
  if (known >= 0) return known;
  const { fetchers, brokers } = run.clusters[run.brokers[follower]!.cluster]!;
  run.fetchers.push({ follower, leader, partitions: [], phase: 'idle', ticket: 0, answer: [] });
  while (fetchers.length < brokers.length) fetchers.push([]);
  const row = fetchers[run.brokers[follower]!.number]!;
  while (row.length < brokers.length) row.push(-1);
  row[run.brokers[leader]!.number] = run.fetchers.length - 1;
  return run.fetchers.length - 1;
}

/** The followers of a partition fetch it from `leader` now. */
export function follow(run: Run, topicIndex: number, partition: number, leader: number): void {
  for (const follower of run.topics[topicIndex]!.partitions[partition]!.replicas) {
    if (follower === leader) continue;
    const index = openFetcher(run, follower, leader);
    run.fetchers[index]!.partitions.push(topicIndex, partition);
    // A request that waits at the leader did not name this partition: it is sent again.
    unpark(run, index);
    kick(run, index);
  }
}

/** The followers of a partition no longer fetch it from `leader`; -1 where it has never had one. */
export function unfollow(run: Run, topicIndex: number, partition: number, leader: number): void {
  if (leader < 0) return;
  for (const follower of run.topics[topicIndex]!.partitions[partition]!.replicas) {
    const index = follower === leader ? -1 : fetcherAt(run, follower, leader);
    if (index < 0) continue;
    const { partitions, answer: told } = run.fetchers[index]!;
    forget(partitions, 2, topicIndex, partition);
    // What is under way for it finds no replica, or an empty one.
    forget(told, ANSWER_SIZE, topicIndex, partition);
  }
}

/** Takes a partition out of a list that has `size` numbers for each, the first two of which name it. */
function forget(list: number[], size: number, topicIndex: number, partition: number): void {
  for (let i = 0; i < list.length; i += size) {
    if (list[i] !== topicIndex || list[i + 1] !== partition) continue;
    for (let taken = 0; taken < size; taken += 1) removeFrom(list, i);
    return;
  }
}

function unpark(run: Run, index: number): void {
  const fetcher = run.fetchers[index]!;
  if (fetcher.phase !== 'parked') return;
  fetcher.phase = 'idle';
  fetcher.ticket += 1;
}

/** Sends the next fetch, if there is anything to fetch, nothing under way, and the two hear each other. */
export function kick(run: Run, index: number): void {
  const fetcher = run.fetchers[index]!;
  if (fetcher.phase !== 'idle' || fetcher.partitions.length === 0 || !isLinked(run, fetcher)) return;
  if (run.brokers[fetcher.follower]!.process.frozen) return;
  fetcher.phase = 'request';
  at(run, run.nowNs + latencyNs(run, fetcher), PRIORITY.broker, OP.replicaFetch, index, fetcher.ticket);
}

function latencyNs(run: Run, { follower }: FetcherState): number {
  return fromMs(run.clusters[run.brokers[follower]!.cluster]!.settings?.brokerLatencyMs ?? 0);
}

/** Sends what a broker can send or be sent again: it is back, or hears the others again. */
export function resumeFetching(run: Run, broker: number): void {
  eachFetcherOf(run, broker, (index) => kick(run, index));
}

/** A broker died: what it had asked for and what waited with it is gone. Answers that it had sent arrive. [KC4] */
export function breakFetching(run: Run, broker: number): void {
  eachFetcherOf(run, broker, (index) => {
    const fetcher = run.fetchers[index]!;
    if (fetcher.follower !== broker && fetcher.phase === 'answer') return;
    fetcher.phase = 'idle';
    fetcher.ticket += 1;
  });
}

/** A broker hears the others no more: what waits is forgotten on both sides. What is under way finds out by itself. */
export function parkNothing(run: Run, broker: number): void {
  eachFetcherOf(run, broker, (index) => unpark(run, index));
}

function eachFetcherOf(run: Run, broker: number, visit: (index: number) => void): void {
  const { cluster, number } = run.brokers[broker]!;
  run.clusters[cluster]!.fetchers.forEach((row, follower) => {
    row.forEach((index, leader) => {
      if (index >= 0 && (follower === number || leader === number)) visit(index);
    });
  });
}

/** Answers with everything that the follower lacks, if there is anything. */
export function answer(run: Run, index: number): boolean {
  const fetcher = run.fetchers[index]!;
  const { partitions } = fetcher;
  empty(fetcher.answer);
  let writeMs = 0;
  let records = false;
  for (let i = 0; i < partitions.length; i += 2) {
    const topic = run.topics[partitions[i]!]!;
    const log = topic.partitions[partitions[i + 1]!]!;
    if (log.leader !== fetcher.leader || topic.gone) continue;
    const { ends, marks } = log.replication!;
    const place = log.replicas.indexOf(fetcher.follower);
    const from = Math.max(ends[place]!, log.start);
    if (from >= log.end && marks[place]! >= log.highWatermark) continue;
    if (from < log.end) {
      records = true;
      writeMs = Math.max(writeMs, topic.settings.appendMs);
    }
    fetcher.answer.push(partitions[i]!, partitions[i + 1]!, log.leaderEpoch, reach(log, from), log.highWatermark);
  }
  // News of the high watermark alone wait for the next records. [KH3]
  if (!records) return false;
  fetcher.phase = 'answer';
  const writeNs = Math.round(fromMs(writeMs) * run.brokers[fetcher.follower]!.process.slowFactor);
  const doneNs = run.nowNs + latencyNs(run, fetcher) + writeNs;
  at(run, doneNs, PRIORITY.broker, OP.replicaFetched, index, fetcher.ticket);
  return true;
}

/** The offset up to which one answer carries records from `from` on. */
function reach(log: PartitionState, from: number): number {
  if (log.totalBytes <= REPLICA_FETCH_BYTES) return log.end;
  let to = from;
  for (let bytes = 0; to < log.end; to += 1) {
    bytes += log.bytes[to & log.mask]!;
    if (bytes > REPLICA_FETCH_BYTES && to > from) break;
  }
  return to;
}

/** The leader has appended: followers whose fetch waits are answered. */
export function wakeFollowers(run: Run, log: PartitionState): void {
  for (const follower of log.replicas) {
    if (follower === log.leader) continue;
    const index = fetcherAt(run, follower, log.leader);
    if (index >= 0 && run.fetchers[index]!.phase === 'parked') answer(run, index);
  }
}

/** Whether a follower's fetch has been waiting at the leader since the high watermark last moved, or longer. */
export function isParked(run: Run, follower: number, leader: number): boolean {
  const index = leader < 0 ? -1 : fetcherAt(run, follower, leader);
  return index >= 0 && run.fetchers[index]!.phase === 'parked';
}
