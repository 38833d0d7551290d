import { describe, expect, test } from 'vitest';
import { lab } from '../../../testing/lab.ts';
import {
  at,
  scenario,
  type ClusterSettings,
  type PublishSettings,
  type TopicSettings,
} from '../../../testing/scenario-builder.ts';
import type { Run } from '../../../engine.ts';

/** Broker numbers of the topic's first partition: its replicas, who leads, and who is in sync. */
function placed(run: Run): { replicas: number[]; leader: number; isr: number[] } {
  const log = run.topics[0]!.partitions[0]!;
  const numbers = (list: readonly number[]): number[] => list.map((index) => run.brokers[index]!.number);
  return {
    replicas: numbers(log.replicas),
    leader: log.leader < 0 ? -1 : numbers([log.leader])[0]!,
    isr: numbers(log.isr),
  };
}

/** Sessions of 1 s with a heartbeat every 100 ms; 1 ms between brokers; no other delays. */
function three(topic: TopicSettings = {}, publish: PublishSettings = {}, cluster: ClusterSettings = {}) {
  return scenario()
    .producer('p', { arrivals: at(10, 20, 30) })
    .cluster('k', {
      brokers: 3,
      brokerLatencyMs: 1,
      brokerSessionTimeoutMs: 1000,
      brokerHeartbeatIntervalMs: 100,
      autoLeaderRebalanceEnable: false,
      ...cluster,
    })
    .topic('t', { replicationFactor: 3, ...topic })
    .consumer('c')
    .host('k', 't')
    .publish('p', 't', { retryBackoffMs: 10, retryBackoffMaxMs: 10, ...publish })
    .subscribe('t', 'c');
}

describe('replication', () => {
  test('[KC4] [KH1] followers fetch: the high watermark moves one way there and back after the append', () => {
    // Parked fetches are answered at 10, arrive at 11; the next ones tell the leader at 12.
    const run = lab(three({}, { acks: 'all' })).until(100);
    expect(run.hops('appended')).toEqual(['#1@10', '#2@20', '#3@30']);
    expect(run.hops('acknowledged')).toEqual(['#1@12', '#2@22', '#3@32']);
    expect(run.hops('fetched')).toEqual(['#1@12', '#2@22', '#3@32']);
  });

  test('[KC4] a pair of brokers without traffic has no events', () => {
    const run = lab(three({}, {}, { replicaLagTimeMaxMs: 3_600_000 })).until(100);
    const { events } = run.run;
    run.until(50_000);
    // What is looked at every 100 ms goes on, and the client's patience goes off once.
    expect(run.run.events - events).toBe(500);
  });
});

describe('a broker is lost', () => {
  test('[KC6] acks=1: what no follower had is cut off when one of them is elected', () => {
    const run = lab(three({}, { acks: '1' })).until(5);
    const { replicas, leader } = placed(run.run);
    expect(leader).toBe(replicas[0]);
    // Appended and acknowledged at 20; the answer to the followers would leave at 20, too: they are cut off before.
    run.fault({ do: 'isolate', target: 'k', instance: replicas[1]! });
    run.fault({ do: 'isolate', target: 'k', instance: replicas[2]! });
    run.until(25).fault({ do: 'crash', target: 'k', instance: leader });
    run.fault({ do: 'heal', target: 'k', instance: replicas[1]! });
    run.fault({ do: 'heal', target: 'k', instance: replicas[2]! });
    run.until(3000);
    expect(placed(run.run)).toMatchObject({ leader: replicas[1], isr: [replicas[1], replicas[2]] });
    expect(run.source('p-t')).toMatchObject({ acknowledged: 3, refused: 0 });
    expect(run.hops('truncated')).toEqual(['#2@1000', '#1@1000']);
    expect(run.subscription('t', 'c')).toMatchObject({ owed: 3, applied: 1, lost: 2, verdict: 'at-most-once' });
  });
});
