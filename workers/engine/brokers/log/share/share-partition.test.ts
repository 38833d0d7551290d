import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ACKNOWLEDGE,
  acknowledge,
  acquire,
  acquiredIn,
  advanceStart,
  createSharePartition,
  cutWindow,
  endLocks,
  forgetLocks,
  isOpen,
  openSharePartition,
  releaseMember,
  SHARE_STATE,
  type SharePartition,
} from './share-partition.ts';

const LIMIT = 2;

function opened(start = 0): SharePartition {
  const share = createSharePartition();
  openSharePartition(share, start);
  return share;
}

function take(share: SharePartition, member: number, max: number, lockEndsNs = 100): number[] {
  return acquire(share, member, { max, below: 40, windowMax: 30, lockEndsNs });
}

function states(share: SharePartition): string {
  const names = ['available', 'acquired', 'acknowledged', 'archived'];
  return Array.from({ length: share.end - share.start }, (_, i) => names[share.state[(share.start + i) & share.mask]!])
    .map((name) => name!.slice(0, 3))
    .join(' ');
}

function say(share: SharePartition, member: number, offsets: readonly number[], type: number): boolean {
  return acknowledge(share, member, { offsets, types: offsets.map(() => type) }, LIMIT, 500);
}

describe('a share-partition', () => {
  test('[KW3] gives available records before new ones, up to what can be read and the width of the window', () => {
    const share = opened();
    expect(take(share, 1, 3)).toEqual([0, 1, 2]);
    expect(say(share, 1, [1], ACKNOWLEDGE.release)).toBe(true);
    expect(take(share, 2, 2)).toEqual([1, 3]);
    expect(take(share, 2, 100)).toHaveLength(26);
    expect(take(share, 2, 100)).toEqual([]);
    expect(share.end - share.start).toBe(30);
  });

  test('[KW5] takes all acknowledgements of a request or none', () => {
    const share = opened();
    take(share, 1, 2);
    take(share, 2, 1);
    expect(say(share, 1, [0, 1, 2], ACKNOWLEDGE.accept)).toBe(false);
    expect(states(share)).toBe('acq acq acq');
    expect(say(share, 1, [0, 1], ACKNOWLEDGE.accept)).toBe(true);
    expect(states(share)).toBe('ack ack acq');
    expect(say(share, 1, [40], ACKNOWLEDGE.accept)).toBe(false);
  });

  test('[KW6] archives what is given back after its last delivery, and what is rejected', () => {
    const share = opened();
    take(share, 1, 2);
    say(share, 1, [0], ACKNOWLEDGE.release);
    say(share, 1, [1], ACKNOWLEDGE.reject);
    expect(states(share)).toBe('ava arc');
    take(share, 1, 1);
    expect(share.deliveries[0]).toBe(2);
    say(share, 1, [0], ACKNOWLEDGE.release);
    expect(states(share)).toBe('arc arc');
  });

  test('[KW2] moves its start over final records only', () => {
    const share = opened(7);
    take(share, 1, 4);
    say(share, 1, [8, 9], ACKNOWLEDGE.accept);
    expect(advanceStart(share, 0)).toBe(false);
    say(share, 1, [7], ACKNOWLEDGE.accept);
    expect(advanceStart(share, 0)).toBe(true);
    expect([share.start, states(share)]).toEqual([10, 'acq']);
    expect([isOpen(share, 9), isOpen(share, 10), isOpen(share, 11)]).toEqual([false, true, true]);
  });

  test('[KW14] moves its start to that of the log, whatever is in hand', () => {
    const share = opened();
    take(share, 1, 3);
    expect(advanceStart(share, 2)).toBe(true);
    expect([share.start, share.end]).toEqual([2, 3]);
    expect(advanceStart(share, 9)).toBe(true);
    expect([share.start, share.end, acquiredIn(share)]).toEqual([9, 9, 0]);
  });

  test('[KW7] ends locks at their instant, not before', () => {
    const share = opened();
    take(share, 1, 1, 100);
    take(share, 1, 1, 200);
    expect(endLocks(share, 99, LIMIT)).toEqual([]);
    expect(endLocks(share, 100, LIMIT)).toEqual([0]);
    expect(share.nextLockEndNs).toBe(200);
  });

  test('[KW11] a renewed lock ends later, and is no delivery', () => {
    const share = opened();
    take(share, 1, 1, 100);
    expect(say(share, 1, [0], ACKNOWLEDGE.renew)).toBe(true);
    expect([endLocks(share, 100, LIMIT), share.nextLockEndNs, share.deliveries[0]]).toEqual([[], 500, 1]);
  });

  test('[KW8] gives back what one member holds, and nothing else', () => {
    const share = opened();
    take(share, 1, 2);
    take(share, 2, 1);
    expect(releaseMember(share, 1, LIMIT)).toEqual([0, 1]);
    expect(states(share)).toBe('ava ava acq');
    expect(releaseMember(createSharePartition(), 1, LIMIT)).toEqual([]);
  });

  test('[KW12] forgets locks and the deliveries that they stood for', () => {
    const share = opened();
    take(share, 1, 2);
    say(share, 1, [1], ACKNOWLEDGE.accept);
    forgetLocks(share);
    expect([states(share), share.deliveries[0], share.nextLockEndNs]).toEqual(['ava ack', 0, Infinity]);
    cutWindow(share, 1);
    expect([share.end, share.final, share.available]).toEqual([1, 0, 1]);
    const later = opened(7);
    cutWindow(later, 5);
    expect([later.start, later.end]).toEqual([5, 5]);
    const unasked = createSharePartition();
    cutWindow(unasked, 5);
    expect(unasked.start).toBe(-1);
  });

  test('counts what it holds, however much and in whatever order', () => {
    const step = fc.record({
      what: fc.constantFrom('acquire', 'accept', 'release', 'reject', 'end', 'leave', 'forget', 'advance'),
      member: fc.nat(2),
      offset: fc.nat(60),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const share = opened();
        let nowNs = 0;
        for (const { what, member, offset } of steps) {
          nowNs += 10;
          if (what === 'acquire')
            acquire(share, member, { max: offset, below: 900, windowMax: 50, lockEndsNs: nowNs + 25 });
          else if (what === 'end') endLocks(share, nowNs, 3);
          else if (what === 'leave') releaseMember(share, member, 3);
          else if (what === 'forget') forgetLocks(share);
          else if (what === 'advance') advanceStart(share, 0);
          else say(share, member, [share.start + offset], ACKNOWLEDGE[what]);
          const held = Array.from(
            { length: share.end - share.start },
            (_, i) => share.state[(share.start + i) & share.mask]!,
          );
          expect(held.filter((state) => state === SHARE_STATE.available)).toHaveLength(share.available);
          expect(held.filter((state) => state === SHARE_STATE.acquired)).toHaveLength(acquiredIn(share));
          expect(held.length).toBeLessThanOrEqual(50);
        }
      }),
    );
  });
});
