/** Replicas whose brokers are given instead of being placed by the controller. */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../../../testing/lab.ts';
import { scenario } from '../../../testing/scenario-builder.ts';

/** Broker numbers of each partition, the preferred leader first. */
const replicas = ({ run }: Lab): number[][] =>
  run.topics[0]!.partitions.map((log) => log.replicas.map((index) => run.brokers[index]!.number));

const on = (replicaAssignment: string, partitions = 2) =>
  lab(
    scenario()
      .cluster('k', { brokers: 3 })
      .topic('t', { partitions, replicationFactor: 2 })
      .host('k', 't', { replicaAssignment }),
  );

describe('a replica assignment', () => {
  test('[KL30] puts each partition on the brokers that it names, the first of which leads', () => {
    const run = on('2:0,1:2');
    expect(replicas(run)).toEqual([
      [2, 0],
      [1, 2],
    ]);
    expect(run.run.topics[0]!.partitions.map(({ leader }) => run.run.brokers[leader]!.number)).toEqual([2, 1]);
  });

  test('[KL30] goes before the replication factor, partition by partition', () => {
    expect(replicas(on('1,0:1:2'))).toEqual([[1], [0, 1, 2]]);
  });

  test('[KL30] leaves to the controller what it does not name, or where it names a broker that is not there', () => {
    const [, second, third] = replicas(on('1:0,0:7', 3));
    for (const placed of [second!, third!]) expect(new Set(placed).size).toBe(2);
    expect(second).not.toContain(7);
  });

  test('[KL30] holds for partitions to come, and moves none', () => {
    const run = on('2:0,1:2').until(10);
    run.set('edges', 'k-t', { replicaAssignment: '0:1,0:1,0:1' }).set('nodes', 't', { partitions: 3 });
    expect(replicas(run)).toEqual([
      [2, 0],
      [1, 2],
      [0, 1],
    ]);
  });
});
