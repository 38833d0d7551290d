import { describe, expect, test } from 'vitest';
import { lab } from '../../../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type ConsumerSettings,
  type ScenarioBuilder,
  type SubscribeSettings,
  QUICK_RETENTION,
} from '../../../testing/scenario-builder.ts';

/** A share group on one partition, read from its beginning: 1 ms to the broker, 10 ms of work, one record a poll. */
function shared(
  atMs: readonly number[],
  share: SubscribeSettings['share'] = {},
  consumer: ConsumerSettings = {},
  subscribe: SubscribeSettings = {},
): ScenarioBuilder {
  return scenario()
    .producer('p', { arrivals: at(...atMs), key: { type: 'fixed', key: 'k' } })
    .topic('t')
    .consumer('c', { workMs: constant(10), ...consumer })
    .publish('p', 't')
    .subscribe('t', 'c', {
      groupProtocol: 'share',
      network: latency(1),
      maxPollRecords: 1,
      share: { autoOffsetReset: 'earliest', ...share },
      ...subscribe,
    });
}

const EXPLICIT = { acknowledgementMode: 'explicit' } as const;
const HALF_FAIL: ConsumerSettings = { poisonRate: 1 };

describe('acquiring', () => {
  test('[KW1] [KW3] members of one partition work side by side, each with records of its own', () => {
    const it = lab(shared([5, 6, 7], {}, { instances: 2 })).until(40);
    expect(it.told('work started')).toEqual([
      '#1@6 instance 0, partition 0, offset 0',
      '#2@7 instance 1, partition 0, offset 1',
      // The first to poll again gets the third: the answer to the request of 16 comes at 18.
      '#3@18 instance 0, partition 0, offset 2',
    ]);
    expect(it.readers('t')).toEqual(['c/0: 0', 'c/1: 0']);
  });

  test('[KW3] the limit of records in hand holds new ones back until the oldest is done with', () => {
    // Three members could work at once; the window is two records wide.
    const it = lab(shared([5, 6, 7], { maxRecordLocks: 2 }, { instances: 3 })).until(40);
    expect(it.hops('work started')).toEqual(['#1@6', '#2@7', '#3@18']);
  });

  test('[KW3] the window is narrow as long as its oldest record is in hand, whatever is done above it', () => {
    // The second record is done at 18; the first, in the hand of a paused process, until its lock ends at 105.
    const it = lab(
      shared([5, 6, 7], { maxRecordLocks: 2, lockDurationMs: 100 }, { instances: 2 }).fault({
        do: 'pause',
        target: 'c',
        instance: 0,
        atMs: 10,
      }),
    );
    it.until(104);
    expect(it.hops('work started')).toEqual(['#1@6', '#2@7']);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 1, lag: 2 });
    it.until(140);
    expect(it.hops('work started')).toEqual(['#1@6', '#2@7', '#1@106', '#3@118']);
  });

  test('[KW4] begins at the end of the log unless told otherwise', () => {
    const latest = lab(
      shared([0, 50], { autoOffsetReset: 'latest' }).fault({ do: 'crash', target: 'c', atMs: 0, forMs: 20 }),
    );
    expect(latest.until(100).subscription('t', 'c')).toMatchObject({ applied: 1, skipped: 1, inFlight: 0 });
    const earliest = lab(shared([0, 50]).fault({ do: 'crash', target: 'c', atMs: 0, forMs: 20 }));
    expect(earliest.until(100).subscription('t', 'c')).toMatchObject({ applied: 2, skipped: 0 });
  });

  test('[KW10] five members of three partitions: two read each', () => {
    const it = lab(
      scenario()
        .topic('t', { partitions: 3 })
        .consumer('c', { instances: 5 })
        .subscribe('t', 'c', { groupProtocol: 'share', share: { heartbeatIntervalMs: 100 } }),
    ).until(150);
    const counts = [0, 1, 2].map(
      (partition) => it.readers('t').filter((line) => line.includes(` ${partition}`)).length,
    );
    expect(counts).toEqual([2, 2, 2]);
  });

  test('[KW10] a member that joins is told at once, the others with their next heartbeat', () => {
    const builder = scenario()
      .topic('t', { partitions: 2 })
      .consumer('c', { instances: 1 })
      .subscribe('t', 'c', { groupProtocol: 'share', network: latency(1), share: { heartbeatIntervalMs: 100 } });
    const it = lab(builder).until(20);
    expect(it.readers('t')).toEqual(['c/0: 0 1']);
    it.set('nodes', 'c', { instances: 2 }).until(22);
    // It joined at 21 and was told at 22; the first one's heartbeat of 101 is answered at 102.
    expect(it.readers('t')).toEqual(['c/0: 0 1', 'c/1: 1']);
    expect(it.until(101).readers('t')).toEqual(['c/0: 0 1', 'c/1: 1']);
    expect(it.until(102).readers('t')).toEqual(['c/0: 0', 'c/1: 1']);
  });
});

describe('acknowledging', () => {
  test('[KW5] [KW9] implicitly: the next poll accepts what the last one gave', () => {
    const it = lab(shared([5])).until(40);
    expect(it.life(1).slice(-4)).toEqual(['fetched@6', 'work started@6', 'applied@16', 'accepted@17']);
    expect(it.subscription('t', 'c')).toMatchObject({
      applied: 1,
      inFlight: 0,
      lag: 0,
      verdict: 'exactly-once effect',
    });
  });

  test('[KW9] implicitly: a failed handler’s record is accepted as well, and so it is lost', () => {
    const it = lab(shared([5], {}, { poisonRate: 1 })).until(40);
    expect(it.life(1).slice(-3)).toEqual(['work started@6', 'failed@16', 'accepted@17']);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 0, lost: 1, dropped: 0, verdict: 'at-most-once' });
  });

  test('[KW9] implicitly, with workers to spare: it polls on, and accepts what they are still at', () => {
    // The first record is there at 5, and the poll after that is heard at 6; the second at 7, and heard at 8. Both are in work
    // when the process dies.
    const it = lab(
      shared([4, 4], {}, { concurrency: 3 }, { maxPollRecords: 2 }).fault({
        do: 'crash',
        target: 'c',
        atMs: 10,
        forMs: 10,
      }),
    ).until(100);
    expect(it.hops('accepted')).toEqual(['#1@6', '#2@8']);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 0, lost: 2 });
  });

  test('[KW6] [KW9] explicitly: what fails is released and delivered again until its deliveries are spent', () => {
    const it = lab(shared([5], { ...EXPLICIT, deliveryCountLimit: 3 }, HALF_FAIL)).until(200);
    // Fetched at 6, failed at 16, told at 17, sent again and there at 18: twelve milliseconds a delivery.
    expect(it.hops('failed')).toEqual(['#1@16', '#1@28', '#1@40']);
    expect(it.hops('released')).toEqual(['#1@17', '#1@29', '#1@41']);
    expect(it.hops('archived')).toEqual(['#1@41']);
    const told = it.subscription('t', 'c');
    expect(told).toMatchObject({
      owed: 1,
      applied: 0,
      lost: 0,
      dropped: 1,
      inFlight: 0,
      delivered: 3,
      duplicateDeliveries: 2,
    });
    expect(told).toMatchObject({ duplicateEffects: 0, verdict: 'at-most-once', lag: 0 });
    expect(told.evidence['dropped']).toMatchObject([{ message: 1, atMs: 41 }]);
    expect(told.evidence['dropped']![0]!.because).toContain('deliveries spent');
  });

  test('[KW5] [KW9] explicitly: a rejected record is archived at once', () => {
    const it = lab(shared([5], { ...EXPLICIT, onFailure: 'reject' }, HALF_FAIL)).until(100);
    expect(it.life(1).slice(-2)).toEqual(['failed@16', 'archived@17']);
    const told = it.subscription('t', 'c');
    expect(told).toMatchObject({ dropped: 1, delivered: 1, verdict: 'at-most-once' });
    expect(told.evidence['dropped']![0]!.because).toContain('rejected');
  });

  test('[KW9] explicitly: the next poll waits for all records of the last one', () => {
    // Three workers, two records a poll: the third record waits until both are done.
    const it = lab(shared([4, 4, 4], EXPLICIT, { concurrency: 3 }, { maxPollRecords: 2 })).until(100);
    expect(it.hops('work started')).toEqual(['#1@5', '#2@17', '#3@17']);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 3, lost: 0, duplicateEffects: 0 });
  });

  test('[LG14] a check for loss counts what a rule dropped', () => {
    const it = lab(
      shared([5], { ...EXPLICIT, onFailure: 'reject' }, HALF_FAIL).check({ id: 'c1', claim: 'noLoss', of: 'c' }),
    ).until(200);
    expect(it.report().checks[0]).toMatchObject({ holds: false, firstBreachMs: 17 });
    expect(it.report().checks[0]!.finding).toBe('1 acknowledged message lost, 1 of them dropped by rule.');
  });
});

describe('locks', () => {
  const pausing = (share: SubscribeSettings['share']): ScenarioBuilder =>
    shared([5], share, { instances: 2 }).fault({ do: 'pause', target: 'c', instance: 0, atMs: 10, forMs: 190 });

  test('[KW7] of a paused process end, another member does the work, and later it is done twice', () => {
    const it = lab(pausing({ lockDurationMs: 100 })).until(300);
    // Acquired at 5: free again at 105, at the other member at 106. The paused one ends its work when it goes on.
    expect(it.hops('lock ended')).toEqual(['#1@105']);
    expect(it.told('work started')).toEqual([
      '#1@6 instance 0, partition 0, offset 0',
      '#1@106 instance 1, partition 0, offset 0',
    ]);
    expect(it.hops('applied')).toEqual(['#1@116', '#1@200']);
    expect(it.hops('accepted')).toEqual(['#1@117']);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 1, verdict: 'at-least-once' });
  });

  test('[KW5] [KW7] that are shorter than the work of a poll: acknowledgements come too late, and everything is done over', () => {
    // Both records are acquired at 3 and there at 4, and both are told at 25: their locks ended at 18.
    const it = lab(shared([0, 0], { lockDurationMs: 15 }, {}, { maxPollRecords: 2 })).until(24);
    expect(it.hops('lock ended')).toEqual(['#1@18', '#2@18']);
    // Five deliveries of each, none of which is accepted in time; then they are archived.
    expect(it.until(300).hops('accepted')).toEqual([]);
    expect(it.hops('archived')).toHaveLength(2);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 2, delivered: 10, duplicateEffects: 8, dropped: 0 });
  });

  test('[KW7] the delivery limit counts deliveries whose locks ended', () => {
    // Whoever gets the record is too slow for its lock: 100 ms of work, locks of 20 ms, and three deliveries.
    const it = lab(shared([5], { lockDurationMs: 20, deliveryCountLimit: 3 }, { instances: 3, workMs: constant(100) }));
    it.until(80);
    expect(it.hops('lock ended')).toEqual(['#1@25', '#1@45', '#1@65']);
    expect(it.hops('archived')).toEqual(['#1@65']);
    // It is archived and still in work: what becomes of it is open until 106.
    expect(it.subscription('t', 'c')).toMatchObject({ dropped: 0, inFlight: 1 });
    expect(it.until(200).subscription('t', 'c')).toMatchObject({ dropped: 0, applied: 1, duplicateEffects: 2 });
  });

  test('[KW11] are renewed by whoever asks for that', () => {
    const slow = { ...EXPLICIT, lockDurationMs: 40 };
    const without = lab(shared([5], slow, { instances: 2, workMs: constant(100) })).until(150);
    expect(without.hops('lock ended')).not.toEqual([]);
    const renewing = lab(shared([5], { ...slow, renew: true }, { instances: 2, workMs: constant(100) })).until(150);
    expect(renewing.hops('lock ended')).toEqual([]);
    expect(renewing.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 0 });
  });

  test('[KW12] are forgotten by the next leader, and with them the delivery', () => {
    const it = lab(
      shared([5], { deliveryCountLimit: 2 }, { workMs: constant(100) }).fault({
        do: 'crash',
        target: 't',
        atMs: 50,
        forMs: 10,
      }),
    ).until(300);
    // The acknowledgement of 107 finds the record available, and is void: it is delivered again, and may be once more.
    expect(it.hops('accepted')).toEqual(['#1@209']);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 1, dropped: 0 });
  });
});

describe('members that go', () => {
  test('[KW8] a crash closes the connection, and what was in hand is delivered to another member', () => {
    const it = lab(shared([5], {}, { instances: 2 }).fault({ do: 'crash', target: 'c', instance: 0, atMs: 10 })).until(
      60,
    );
    expect(it.hops('released')).toEqual(['#1@11']);
    expect(it.told('work started')[1]).toBe('#1@12 instance 1, partition 0, offset 0');
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 0, duplicateDeliveries: 1 });
  });

  test('[KW8] over a cut edge nobody notices: locks end, or the session does', () => {
    const cut = (share: SubscribeSettings['share']): ScenarioBuilder =>
      shared([5], share).fault({ do: 'cut', target: 't-c', atMs: 10 });
    expect(
      lab(cut({ lockDurationMs: 200, sessionTimeoutMs: 6000 }))
        .until(400)
        .hops('lock ended'),
    ).toEqual(['#1@205']);
    // The last heartbeat heard is the join itself, at 1 ms; the session ends 60 ms after it.
    const session = { lockDurationMs: 200, sessionTimeoutMs: 60, heartbeatIntervalMs: 50 };
    const it = lab(cut(session)).until(400);
    expect([it.hops('released'), it.hops('lock ended')]).toEqual([['#1@61'], []]);
  });

  test('[KW8] a process that is stopped finishes, acknowledges, and leaves', () => {
    const it = lab(shared([5, 6], {}, { instances: 2 })).until(10);
    it.set('nodes', 'c', { instances: 1 }).until(60);
    expect(it.hops('accepted')).toEqual(['#1@17', '#2@18']);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 2, duplicateDeliveries: 0, inFlight: 0 });
  });

  test('[KW8] acknowledgements that are dropped leave the locks to end', () => {
    const it = lab(
      shared([5], { lockDurationMs: 100 }).fault({ do: 'dropAcks', target: 't-c', atMs: 10, forMs: 40 }),
    ).until(300);
    expect(it.hops('lock ended')).toEqual(['#1@105']);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 1, duplicateEffects: 1 });
  });
});

describe('order, edits and the log', () => {
  test('[KW1] [LG8] is not kept: who competes, overtakes', () => {
    // The first record takes 10 ms at a member that is paused for 30: the second one of its key is done before.
    const it = lab(
      shared([5, 6], {}, { instances: 2 }).fault({ do: 'pause', target: 'c', instance: 0, atMs: 8, forMs: 30 }),
    ).until(100);
    expect(it.subscription('t', 'c')).toMatchObject({
      order: 'none',
      outOfOrderPerKey: 1,
      disorderCauses: { 'competing consumers': 1 },
    });
  });

  test('[KW6] [LG8] is not kept: what is delivered again comes late', () => {
    const it = lab(
      shared([5, 6], {}, { instances: 2 }).fault({ do: 'crash', target: 'c', instance: 0, atMs: 15 }),
    ).until(100);
    expect(it.subscription('t', 'c')).toMatchObject({ outOfOrderPerKey: 1, disorderCauses: { redelivery: 1 } });
  });

  test('[KW13] a group that becomes a share group is another one, and the first goes on where it was when it returns', () => {
    const it = lab(shared([5, 50, 150], {}, {}, { groupProtocol: 'classic' })).until(30);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 1 });
    it.set('edges', 't-c', { groupProtocol: 'share' }).until(100);
    // It has read nothing yet: both records are its own.
    expect(it.subscription('t', 'c (share)')).toMatchObject({ applied: 2, inFlight: 0 });
    it.set('edges', 't-c', { groupProtocol: 'classic' }).until(300);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 3, duplicateEffects: 0, inFlight: 0 });
  });

  test('[KW13] [KG15] a connection that goes may leave another kind of group first', () => {
    const it = lab(
      shared([5, 50, 150], {}, { instances: 2 })
        .topic('u')
        .publish('p', 'u')
        .subscribe('u', 'c', { groupProtocol: 'classic', staticMembership: 'same', network: latency(1) }),
    ).until(30);
    expect(it.subscription('u', 'c')).toMatchObject({ applied: 1 });
    it.edit({ op: 'remove', in: 'edges', id: 't-c' }).until(300);
    // No window is left behind in which a member is put in the place of another: it has positions, and begins at the first.
    expect(it.subscription('u', 'c (consumer)')).toMatchObject({ applied: 3, inFlight: 0 });
  });

  test('[KW13] limits that are changed hold for what comes then', () => {
    const it = lab(shared([5, 100], { ...EXPLICIT, deliveryCountLimit: 5 }, HALF_FAIL)).until(20);
    it.set('edges', 't-c', { share: { ...EXPLICIT, autoOffsetReset: 'earliest', deliveryCountLimit: 2 } }).until(200);
    expect(it.hops('archived')).toEqual(['#1@29', '#2@124']);
  });

  test('[KW14] retention goes on under a share group: what it takes away is expired', () => {
    const it = lab(
      scenario()
        .producer('p', { arrivals: at(5, 6) })
        .topic('t', { ...QUICK_RETENTION, retentionMs: 50 })
        .consumer('c', { workMs: constant(100) })
        .publish('p', 't')
        .subscribe('t', 'c', { groupProtocol: 'share', maxPollRecords: 1, share: { autoOffsetReset: 'earliest' } }),
    ).until(300);
    // The first is in work when the log loses it, and takes effect; the second was never acquired.
    expect(it.subscription('t', 'c')).toMatchObject({
      applied: 1,
      expired: 1,
      lost: 0,
      dropped: 0,
      inFlight: 0,
      lag: 0,
    });
  });

  test('[HD7] in a consumer group a failed handler goes on, and its record is lost', () => {
    const it = lab(shared([5], {}, { poisonRate: 1 }, { groupProtocol: 'classic' })).until(100);
    expect(it.subscription('t', 'c')).toMatchObject({ applied: 0, lost: 1 });
  });

  test('[HD7] failures are as frequent as they are said to be, and poison is a property of the message', () => {
    const many = Array.from({ length: 400 }, (_, i) => i * 20);
    const failing = lab(shared(many, EXPLICIT, { failureRate: 0.25 }))
      .until(9000)
      .subscription('t', 'c');
    // 400 records need 400 / 0.75 deliveries, with a deviation of about 13.
    expect(failing.delivered).toBeGreaterThan(490);
    expect(failing.delivered).toBeLessThan(580);
    const poison = lab(shared(many, { ...EXPLICIT, deliveryCountLimit: 2 }, { poisonRate: 0.1 })).until(9000);
    const told = poison.subscription('t', 'c');
    // What fails once fails always: as many are delivered twice as are archived.
    expect(told.duplicateDeliveries).toBe(told.dropped);
    expect(told.dropped).toBeGreaterThan(20);
    expect(told.dropped).toBeLessThan(65);
  });
});

test('[KG9] [KW9] who polls too late joins anew with that poll, also while its goodbye is on its way', () => {
  // Fetched at 150 and worked on until 250: it leaves at 240, which the coordinator hears at 290.
  const it = lab(shared([5, 6], {}, { workMs: constant(100) }, { network: latency(50), maxPollIntervalMs: 90 })).until(
    5000,
  );
  expect(it.subscription('t', 'c')).toMatchObject({ applied: 2, inFlight: 0 });
});
