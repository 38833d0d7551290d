/** What may be given of single records instead of being drawn or computed: their keys and their partition. */
import { describe, expect, test } from 'vitest';
import { reviewDesign } from '../../scenario/review/review.ts';
import { lab } from '../testing/lab.ts';
import { at, scenario } from '../testing/scenario-builder.ts';

describe('keys from a list', () => {
  const listed = (keys: string) =>
    scenario()
      .producer('p', { arrivals: at(1, 2, 3, 4, 5), key: { type: 'listed', keys } })
      .topic('t', { partitions: 4 })
      .publish('p', 't');

  test('[PR20] the k-th fact carries the k-th key, and after the last the list begins anew', () => {
    // Of four partitions k1 and k2 go to 1, k3 to 0, as a real client put them (recorded/01-keyed-partitioning.json).
    const run = lab(listed('k1\nk3\nk2')).until(10);
    expect(run.told('appended').map((hop) => hop.split(' partition ')[1])).toEqual([
      '1, offset 0',
      '0, offset 0',
      '1, offset 1',
      '1, offset 2',
      '0, offset 1',
    ]);
  });

  test('[PR20] an empty line is a message without a key', () => {
    const run = lab(listed('k3\n')).until(10);
    const [log] = run.run.topics[0]!.partitions;
    const keyed = run.run.topics[0]!.partitions.flatMap(({ key, end }) => [...key.subarray(0, end)]);
    expect(keyed.toSorted((a, b) => a - b)).toEqual([-1, -1, 3, 3, 3]);
    expect([...log!.key.subarray(0, log!.end)].filter((key) => key === 3)).toHaveLength(3);
  });

  test('[PR20] another list takes effect at once', () => {
    const run = lab(listed('k1')).until(2);
    run.set('nodes', 'p', { key: { type: 'listed', keys: 'k3' } }).until(10);
    expect(run.run.topics[0]!.partitions.map(({ end }) => end)).toEqual([3, 2, 0, 0]);
  });
});

test("[KP10] librdkafka's partitioner puts keys elsewhere than Java's, by CRC-32 mod N", () => {
  const placed = (partitioner: 'default' | 'consistentRandom') =>
    lab(
      scenario()
        .producer('p', { arrivals: at(1, 2, 3, 4, 5, 6), key: { type: 'listed', keys: 'k1\nk2\nk3\nk4\nk5\nk6' } })
        .topic('t', { partitions: 4 })
        .publish('p', 't', { partitioner }),
    )
      .until(10)
      .told('appended')
      .map((hop) => Number(/partition (\d+)/.exec(hop)![1]));
  expect(placed('consistentRandom')).toEqual([1, 3, 1, 2, 0, 2]);
  expect(placed('default')).toEqual([1, 1, 0, 0, 0, 1]);
});

describe('records that name their partition', () => {
  const named = (partition: number) =>
    scenario()
      .producer('p', { arrivals: at(1, 2, 3), key: { type: 'fixed', key: 'k1' } })
      .topic('t', { partitions: 4 })
      .publish('p', 't', { partition });

  test('[KP9] go there, whatever their key', () => {
    expect(
      lab(named(3))
        .until(10)
        .run.topics[0]!.partitions.map(({ end }) => end),
    ).toEqual([0, 0, 0, 3]);
  });

  test('[KP9] are refused while that partition does not exist', () => {
    const run = lab(named(5)).until(2);
    run.set('nodes', 't', { partitions: 6 }).until(10);
    expect(run.source('p-t')).toMatchObject({ refused: 2, acknowledged: 1, refusals: { 'no such partition': 2 } });
    expect(run.run.topics[0]!.partitions[5]!.end).toBe(1);
  });

  test('[KP9] of a partition that does not exist a colleague would say so', () => {
    const [finding] = reviewDesign(named(5).build()).filter(({ code }) => code === 'missingPartition');
    expect(finding).toMatchObject({ id: 'p-t', sentence: 't has no partition 5: every message for it is refused.' });
    expect(reviewDesign(named(3).build()).map(({ code }) => code)).not.toContain('missingPartition');
  });
});
