/** What happens to a broker of a cluster, and how it ends. */
import { thaw } from '../../../events.ts';
import { rowOf } from '../../../pool.ts';
import type { Run } from '../../../state.ts';
import { finish } from '../append.ts';
import { wakeReaders } from '../fetch.ts';
import { RESULT } from '../result.ts';
import { loseController, loseSession, regain } from './controller.ts';
import { eachPartition } from './elections.ts';
import { breakFetching, parkNothing, resumeFetching } from './fetchers.ts';
import { breakOffZombie } from './zombie.ts';

/** Whether the controller hears the broker. */
function isHeard(run: Run, index: number): boolean {
  const { process, isolated } = run.brokers[index]!;
  return !process.crashed && !process.frozen && !isolated;
}

/** Does something to a broker, and lets the controller notice if it falls silent by that. */
function silence(run: Run, index: number, act: () => void): void {
  const heard = isHeard(run, index);
  act();
  if (!heard) return;
  loseSession(run, index);
  loseController(run, index);
}

/** [KC6] It dies: its partitions have no leader, its connections break. What it had written is on its disk. */
export function crashBroker(run: Run, index: number): void {
  const { process, cluster } = run.brokers[index]!;
  if (process.crashed) return;
  silence(run, index, () => {
    process.crashed = true;
    process.incarnation += 1;
    eachPartition(run, cluster, (topicIndex, partition, log) => {
      if (log.replication!.zombie?.broker === index) breakOffZombie(run, log.replication!.zombie);
      if (log.leader === index) resign(run, topicIndex, partition);
    });
    breakFetching(run, index);
    // What a frozen broker had put aside comes back as an event and finds nobody.
    thaw(run, process);
  });
}

/** Nobody leads the partition for now; connections for it break. */
export function resign(run: Run, topicIndex: number, partition: number): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  const { waiting, leader } = log;
  log.replication!.ends[log.replicas.indexOf(leader)] = log.end;
  log.leader = -1;
  log.waiting = [];
  log.busyUntilNs = run.nowNs;
  for (const { request, position } of waiting)
    finish(run, request, rowOf(run.requests, request), position, RESULT.disconnected);
}

export function restartBroker(run: Run, index: number): void {
  const { process, isolated } = run.brokers[index]!;
  if (!process.crashed) return;
  process.crashed = false;
  if (!isolated) regain(run, index);
}

/** [FA3] It does nothing, and does not know. */
export function pauseBroker(run: Run, index: number): void {
  const { process } = run.brokers[index]!;
  if (process.crashed || process.frozen) return;
  silence(run, index, () => {
    process.frozen = true;
  });
}

export function resumeBroker(run: Run, index: number): void {
  const { process, isolated, cluster } = run.brokers[index]!;
  if (!process.frozen) return;
  // It hears first what has been decided, and then works off what has arrived.
  process.frozen = false;
  if (!isolated) regain(run, index);
  thaw(run, process);
  resumeFetching(run, index);
  eachPartition(run, cluster, (topicIndex, partition, log) => {
    if (log.leader === index) wakeReaders(run, topicIndex, partition);
  });
}

/** [KC9] The other brokers and the controller hear it no more; clients do. */
export function isolateBroker(run: Run, index: number): void {
  const broker = run.brokers[index]!;
  if (broker.isolated) return;
  silence(run, index, () => {
    broker.isolated = true;
    parkNothing(run, index);
  });
}

export function healBroker(run: Run, index: number): void {
  const broker = run.brokers[index]!;
  if (!broker.isolated) return;
  broker.isolated = false;
  if (isHeard(run, index)) regain(run, index);
  resumeFetching(run, index);
}
