/** Topics on clusters: where their replicas are, and what happens when that changes. */
import { openStream } from '../../../core/random.ts';
import type { Run } from '../../../state.ts';
import type { PartitionState, TopicState } from '../log-state.ts';
import type { ReplicationState } from './cluster-state.ts';
import { resign } from './broker-faults.ts';
import { decideSoon } from './controller.ts';
import { follow, unfollow } from './fetchers.ts';
import { advance } from './isr.ts';
import { placeReplicas } from './placement.ts';
import { dropZombie } from './zombie.ts';

/** Every replica has the whole log. */
function replicationOf(run: Run, log: PartitionState): ReplicationState {
  const all = (value: number): number[] => log.replicas.map(() => value);
  return {
    ends: all(log.end),
    fetched: all(-1),
    marks: all(log.highWatermark),
    caughtUpNs: all(run.nowNs),
    lastFetchNs: all(0),
    lastFetchEnd: all(0),
    epochStart: log.end,
    markNs: run.nowNs,
    lastLeader: -1,
    zombie: null,
  };
}

/** [KC2] Replicas for `count` partitions from number `first` on, as indexes into `brokers`. */
function choose(run: Run, topicIndex: number, first: number, count: number): number[][] {
  const topic = run.topics[topicIndex]!;
  const cluster = run.clusters[topic.cluster]!;
  const stream = openStream(run.streams, run.seed, `cluster:${cluster.id}:${topic.id}:${first}`);
  const allFenced = cluster.brokers.every((index) => run.brokers[index]!.fenced);
  const racks = cluster.settings!.racks;
  const brokers = cluster.brokers.map((index) => {
    const { number, fenced } = run.brokers[index]!;
    return { id: index, rack: number % racks, fenced: fenced && !allFenced };
  });
  const factor = Math.min(topic.settings.replicationFactor, brokers.length);
  return placeReplicas({ streams: run.streams, stream }, brokers, count, factor).map(
    (replicas, place) => givenReplicas(run, topic, first + place) ?? replicas,
  );
}

/** [KL30] Those that the document names, if these brokers exist. */
function givenReplicas(run: Run, { assigned, cluster }: TopicState, partition: number): number[] | null {
  const { brokers } = run.clusters[cluster]!;
  const numbers = assigned[partition];
  if (numbers === undefined || numbers.some((number) => number >= brokers.length)) return null;
  return numbers.map((number) => brokers[number]!);
}

/** Puts partitions from number `first` on where they belong, with what they hold. They have no leader yet. */
export function placePartitions(run: Run, topicIndex: number, first: number): void {
  const { partitions } = run.topics[topicIndex]!;
  const chosen = choose(run, topicIndex, first, partitions.length - first);
  for (let partition = first; partition < partitions.length; partition += 1) {
    const log = partitions[partition]!;
    log.replicas = chosen[partition - first]!;
    log.isr = log.replicas.filter((broker) => !run.brokers[broker]!.fenced);
    if (log.isr.length === 0) log.isr = [...log.replicas];
    log.replication = replicationOf(run, log);
    const leader = log.isr.find((broker) => !run.brokers[broker]!.process.crashed) ?? -1;
    log.leader = leader;
    log.leaderEpoch += 1;
    log.replication.lastLeader = leader;
    if (leader < 0) continue;
    follow(run, topicIndex, partition, leader);
    advance(run, topicIndex, partition);
  }
}

/** Takes a topic off its cluster: nobody follows anybody any more. */
export function takeOff(run: Run, topicIndex: number): void {
  run.topics[topicIndex]!.partitions.forEach((log, partition) => {
    dropZombie(run, topicIndex, partition);
    if (log.replication !== null) unfollow(run, topicIndex, partition, log.replication.lastLeader);
    log.replication = null;
  });
}

/**
 * [KC2] The topic is to have `factor` replicas: new ones begin empty and catch up, those given up are the last ones assigned,
 * rather not the leader, and not those that are in sync.
 */
export function changeFactor(run: Run, topicIndex: number, factor: number): void {
  const topic = run.topics[topicIndex]!;
  const { brokers } = run.clusters[topic.cluster]!;
  const wanted = Math.min(factor, brokers.length);
  topic.partitions.forEach((log, partition) => {
    const replication = log.replication!;
    const next = brokers.indexOf(log.replicas.at(-1)!) + 1;
    const spare = [...brokers.slice(next), ...brokers.slice(0, next)].filter(
      (broker) => !log.replicas.includes(broker),
    );
    const worth = (broker: number): number => 2 * Number(log.isr.includes(broker)) + Number(broker === log.leader);
    const best = log.replicas.toSorted((a, b) => worth(b) - worth(a)).slice(0, wanted);
    // It is fenced, has left the ISR, and nobody has been elected yet.
    if (log.leader >= 0 && !best.includes(log.leader)) resign(run, topicIndex, partition);
    const kept = log.replicas.filter((broker) => best.includes(broker));
    const replicas = [...kept, ...spare].slice(0, wanted);
    unfollow(run, topicIndex, partition, replication.lastLeader);
    const places = replicas.map((broker) => log.replicas.indexOf(broker));
    const carry = (column: readonly number[], fresh: number): number[] =>
      places.map((place) => (place < 0 ? fresh : column[place]!));
    replication.ends = carry(replication.ends, log.start);
    replication.fetched = carry(replication.fetched, -1);
    replication.marks = carry(replication.marks, log.start);
    replication.caughtUpNs = carry(replication.caughtUpNs, 0);
    replication.lastFetchNs = carry(replication.lastFetchNs, 0);
    replication.lastFetchEnd = carry(replication.lastFetchEnd, 0);
    log.replicas = replicas;
    log.isr = replicas.filter((broker) => log.isr.includes(broker));
    if (log.leader >= 0) follow(run, topicIndex, partition, log.leader);
    advance(run, topicIndex, partition);
  });
  decideSoon(run, topic.cluster);
}
