import { describe, expect, test } from 'vitest';
import { lab } from '../../../testing/lab.ts';
import { at, constant, latency, scenario, type PublishSettings } from '../../../testing/scenario-builder.ts';

const READ_COMMITTED = { isolationLevel: 'read_committed' } as const;

/** Facts at the instants given, in transactions of 25 ms, 1 ms to the broker each way; one group reads all, the other what is committed. */
function writer(instants: readonly number[], publish: PublishSettings = {}) {
  return scenario()
    .producer('p', { arrivals: at(...instants) })
    .topic('t')
    .consumer('all')
    .consumer('committed')
    .publish('p', 't', { network: latency(1), transactionalId: 'tx', transactionIntervalMs: 25, ...publish })
    .subscribe('t', 'all')
    .subscribe('t', 'committed', READ_COMMITTED);
}

describe('a transactional producer', () => {
  test('[KT1] [KT6] [KT9] what it sends is read at once by some, and by those who read what is committed when it commits', () => {
    const run = lab(writer([10, 20, 30])).until(200);
    // Appended at 11, 21 and 31. Commit at 35, decided at 36, when the marker is appended and replicated.
    const { all, committed } = {
      all: run.subscription('t', 'all'),
      committed: run.subscription('t', 'committed'),
    };
    console.log(run.life(1), run.life(3), run.run.topics[0]!.partitions[0]!.end);
    expect([all.latency!.minMs, all.latency!.maxMs]).toEqual([1, 1]);
    expect([committed.latency!.minMs, committed.latency!.maxMs]).toEqual([6, 26]);
    expect(run.source('p-t')).toMatchObject({ attempted: 3, acknowledged: 3 });
  });
});
void constant;
