/** A topic's life: partitions, leader crash and election, retention. One broker carries all its leaders (SPEC KL2). */
import { fromMs } from '../../core/time.ts';
import { finish } from './append.ts';
import { addBrokers, brokersOf, isPlaced } from './brokers.ts';
import { changeFactor, placePartitions, takeOff } from './cluster/place-topic.ts';
import { refetch } from './fetch.ts';
import { createPartition, truncateToHighWatermark } from './partition.ts';
import { RESULT } from './result.ts';
import { transactionsReplicated } from './transactions/markers.ts';
import { createSharePartition } from './share/share-partition.ts';
import { loseLocks } from './share/share-records.ts';
import { at, OP, PRIORITY, thaw } from '../../events.ts';
import { routeClient } from '../../clients/metadata.ts';
import { rowOf } from '../../pool.ts';
import type { CursorState, PartitionState, TopicState } from './log-state.ts';
import type { Run } from '../../state.ts';
import { logSubscription } from './subscription.ts';
import { logSource } from '../../clients/log-source.ts';

export function createCursor(subscription: number, partition: number, shared: boolean): CursorState {
  return {
    subscription,
    partition,
    committed: -1,
    floor: 0,
    owner: -1,
    reader: -1,
    holder: -1,
    fetchOffset: -1,
    buffered: 0,
    handed: 0,
    done: 0,
    doneAhead: [],
    gaps: [],
    seen: 0,
    share: shared ? createSharePartition() : null,
    seekTo: -1,
    seeks: 0,
    savedSeeks: 0,
    paused: false,
    excused: [],
    skipFrom: -1,
    skipTo: -1,
  };
}

/** An empty log in the state of the topic's other partitions. */
function newPartition(run: Run, topic: TopicState): PartitionState {
  const first = topic.partitions[0];
  const log = createPartition(first?.replicas ?? run.clusters[topic.cluster]!.brokers);
  if (first === undefined) return log;
  log.isr = [...first.isr];
  log.leader = first.leader;
  log.leaderEpoch = first.leaderEpoch;
  return log;
}

/** [KL3] Adds partitions up to `count`. Keys map anew over all of them; old records stay where they are. */
export function addPartitions(run: Run, topicIndex: number, count: number): void {
  const topic = run.topics[topicIndex]!;
  const before = topic.partitions.length;
  for (let partition = before; partition < count; partition += 1) {
    topic.partitions.push(newPartition(run, topic));
    for (const index of topic.subscriptions) {
      const shared = run.groups[logSubscription(run, index).group]!.kind === 'share';
      run.cursors.push(createCursor(index, partition, shared));
      logSubscription(run, index).cursors.push(run.cursors.length - 1);
    }
  }
  if (isPlaced(run, topic) && count > before) placePartitions(run, topicIndex, before);
  topic.keyPartition = new Int32Array(0);
  if (before > 0 && count > before) topic.repartitionedNs = Math.max(1, run.nowNs);
}

/**
 * [KL4] The broker dies that leads the topic, or that would be next. With replicas a follower takes over after the
 * election, without what had not been replicated; alone, the log is on disk and waits for the restart.
 */
export function crashTopic(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  const { leader, isr } = topic.partitions[0]!;
  const victim = leader >= 0 ? leader : isr.find((broker) => !run.brokers[broker]!.process.crashed);
  if (victim === undefined) return;
  const { process } = run.brokers[victim]!;
  process.crashed = true;
  process.incarnation += 1;
  for (const log of topic.partitions) log.isr = log.isr.filter((broker) => broker !== victim);
  const survivors = topic.partitions[0]!.isr.length;
  abandonRequests(run, topicIndex, survivors > 0);
  // What a frozen broker had put aside comes back as an event and finds no leader.
  thaw(run, process);
  const { leaderEpoch } = topic.partitions[0]!;
  if (survivors > 0)
    at(run, run.nowNs + fromMs(topic.settings.electionMs), PRIORITY.broker, OP.elected, topicIndex, leaderEpoch);
}

/** The leader is gone, and with it the connections to it: every request that it had is broken off. */
function abandonRequests(run: Run, topicIndex: number, truncate: boolean): void {
  const topic = run.topics[topicIndex]!;
  for (const log of topic.partitions) {
    log.leader = -1;
    log.leaderEpoch += 1;
  }
  topic.partitions.forEach((log, partition) => {
    loseLocks(run, topicIndex, partition);
    const waiting = log.waiting;
    log.waiting = [];
    log.busyUntilNs = run.nowNs;
    if (truncate) truncateToHighWatermark(run, topicIndex, partition);
    for (const { request, position } of waiting)
      finish(run, request, rowOf(run.requests, request), position, RESULT.disconnected);
  });
}

/** The topic is deleted. */
export function closeTopic(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  topic.gone = true;
  abandonRequests(run, topicIndex, false);
  if (isPlaced(run, topic)) takeOff(run, topicIndex);
  else for (const { process } of brokersOf(run, topic)) thaw(run, process);
}

/** A follower becomes leader. */
export function elected(run: Run, topicIndex: number, epoch: number): void {
  const topic = run.topics[topicIndex]!;
  const { leader, leaderEpoch } = topic.partitions[0]!;
  if (topic.gone || leaderEpoch !== epoch || leader >= 0) return;
  lead(run, topicIndex);
}

/** The brokers that had crashed are back: one leads again if nobody else does, the others follow. */
export function restartTopic(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  const down = brokersOf(run, topic).filter(({ process }) => process.crashed);
  if (down.length === 0) return;
  for (const { process } of down) process.crashed = false;
  for (const log of topic.partitions) log.isr = [...log.replicas];
  if (topic.partitions[0]!.leader >= 0) return;
  for (const log of topic.partitions) log.leaderEpoch += 1;
  lead(run, topicIndex);
}

/** [KC2] The topic moves, with all that it holds, to a cluster; every request that it had is broken off. */
export function moveTopic(run: Run, topicIndex: number, cluster: number): void {
  run.layoutVersion += 1;
  const topic = run.topics[topicIndex]!;
  abandonRequests(run, topicIndex, false);
  if (!isPlaced(run, topic)) for (const { process } of brokersOf(run, topic)) thaw(run, process);
  takeOff(run, topicIndex);
  topic.cluster = cluster;
  if (isPlaced(run, topic)) {
    placePartitions(run, topicIndex, 0);
    wakeTopic(run, topicIndex);
  } else {
    replicate(run, topicIndex, topic.settings.replicationFactor);
    lead(run, topicIndex);
  }
  run.clients.forEach((client, index) => {
    if (logSource(run, client.source).topic === topicIndex) routeClient(run, index);
  });
}

/** The topic is to have `count` replicas from now on, its leader among them. */
export function replicate(run: Run, topicIndex: number, count: number): void {
  const topic = run.topics[topicIndex]!;
  if (isPlaced(run, topic)) {
    changeFactor(run, topicIndex, count);
    return;
  }
  addBrokers(run, topic.cluster, count);
  const { leader } = topic.partitions[0]!;
  const others = run.clusters[topic.cluster]!.brokers.filter((broker) => broker !== leader);
  const up = others.filter((broker) => !run.brokers[broker]!.process.crashed);
  const down = others.filter((broker) => run.brokers[broker]!.process.crashed);
  const replicas = [...(leader < 0 ? [] : [leader]), ...up, ...down].slice(0, count);
  for (const log of topic.partitions) {
    log.replicas = [...replicas];
    log.isr = replicas.filter((broker) => !run.brokers[broker]!.process.crashed);
  }
}

function lead(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  topic.partitions.forEach((log, partition) => {
    log.leader = log.isr[0]!;
    // With one replica the unreplicated tail does not exist: the mark stands at the log end.
    log.highWatermark = log.end;
    if (log.transactions !== null) transactionsReplicated(run, topicIndex, partition);
  });
  wakeTopic(run, topicIndex);
}

/** Readers that wait for an answer ask anew. */
function wakeTopic(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  for (const index of topic.subscriptions) {
    for (const cursorIndex of logSubscription(run, index).cursors) {
      const { reader } = run.cursors[cursorIndex]!;
      if (reader >= 0 && run.readers[reader]!.outstanding) refetch(run, reader);
    }
  }
  for (const reader of topic.parked.slice()) if (run.readers[reader]!.share) refetch(run, reader);
}
