import { describe, expect, test } from 'vitest';
import { copyPlain, sharedPath } from '../../core/plain.ts';
import { CHANGED, DELETED } from './handles.ts';
import { SENT } from './send.ts';
import { setAttributes } from './sqs.ts';
import {
  ask,
  change,
  clientOf,
  hangUp,
  messagesOf,
  pass,
  purge,
  receive,
  remove,
  SECOND,
  send,
} from './testing/client.ts';
import { ACTION, admitCall } from './throughput.ts';
import { cancelMove, startMove } from './time.ts';

const fifo = { fifo: true, contentBasedDeduplication: true };

describe('a queue', () => {
  test('[SQ1] a received message is hidden for the visibility timeout and then comes back, counted', () => {
    const client = clientOf();
    send(client, 1);
    expect(receive(client)).toMatchObject([{ message: 1, receives: 1 }]);
    pass(client, 29.9 * SECOND);
    expect(receive(client)).toEqual([]);
    pass(client, 0.1 * SECOND);
    expect(receive(client)).toMatchObject([{ message: 1, receives: 2 }]);
    expect(client.queue).toMatchObject({ visible: 0, inFlight: 1, delayed: 0 });
  });

  test('[SQ1] a receive may have a visibility timeout of its own, and with 0 it gets no message twice', () => {
    const client = clientOf();
    send(client, 1);
    send(client, 2);
    expect(messagesOf(receive(client, 10, { visibilityNs: 0 }))).toEqual([1, 2]);
    expect(messagesOf(receive(client, 10, { visibilityNs: 5 * SECOND }))).toEqual([1, 2]);
    pass(client, 5 * SECOND);
    expect(messagesOf(receive(client))).toEqual([1, 2]);
  });

  test('[SQ2] [SQ3] the oldest come first, and what came back comes before what is new', () => {
    const client = clientOf();
    for (const message of [1, 2, 3]) send(client, message);
    const [first] = receive(client, 1);
    send(client, 4);
    change(client, first!.handle, 0);
    expect(messagesOf(receive(client))).toEqual([1, 2, 3, 4]);
  });

  test('[SQ4] a long poll is answered as soon as a message is there, or at its end with nothing', () => {
    const client = clientOf({ waitNs: 20 * SECOND });
    const [first, second] = [ask(client), ask(client, { waitNs: 3 * SECOND })];
    pass(client, 2 * SECOND);
    send(client, 1);
    expect(messagesOf(client.answers.get(first)!)).toEqual([1]);
    expect(client.answers.has(second)).toBe(false);
    pass(client, SECOND);
    expect(client.answers.get(second)).toEqual([]);
  });

  test('[SQ4] messages go to whoever waits longest; one who has hung up gets none', () => {
    const client = clientOf({ waitNs: 20 * SECOND });
    const [first, second, third] = [ask(client), ask(client), ask(client)];
    hangUp(client, second);
    send(client, 1);
    send(client, 2);
    expect([first, second, third].map((one) => client.answers.get(one)?.[0]?.message)).toEqual([1, undefined, 2]);
  });

  test('[SQ4] a message that becomes visible again ends a long poll', () => {
    const client = clientOf({ visibilityTimeoutNs: 5 * SECOND });
    send(client, 1);
    receive(client);
    const waiting = ask(client, { waitNs: 20 * SECOND });
    pass(client, 5 * SECOND);
    expect(client.answers.get(waiting)).toMatchObject([{ message: 1, receives: 2 }]);
  });

  test('[SQ5] a short poll asks some of the servers: it misses messages, a long poll misses none', () => {
    const client = clientOf({ shortPollShare: 0.5, visibilityTimeoutNs: 0 });
    send(client, 1);
    const found = Array.from({ length: 1000 }, () => receive(client).length).reduce((sum, one) => sum + one, 0);
    expect(found).toBeGreaterThan(430);
    expect(found).toBeLessThan(570);
    expect(receive(client, 1, { waitNs: SECOND })).toHaveLength(1);
  });

  test('[SQ6] any handle of a message deletes it, also when its time is over; deleting twice is no error', () => {
    const client = clientOf({ visibilityTimeoutNs: SECOND });
    send(client, 1);
    const [old] = receive(client);
    pass(client, SECOND);
    const [young] = receive(client);
    expect(remove(client, old!.handle)).toBe(DELETED.deleted);
    expect(remove(client, young!.handle)).toBe(DELETED.absent);
    pass(client, SECOND);
    expect(receive(client)).toEqual([]);
  });

  test('[SQ6] a handle never means the message that is in the row after its own', () => {
    const client = clientOf();
    send(client, 1);
    const [old] = receive(client);
    remove(client, old!.handle);
    send(client, 2);
    expect(remove(client, old!.handle)).toBe(DELETED.absent);
    expect(messagesOf(receive(client))).toEqual([2]);
  });

  test('[SQ7] a new visibility timeout counts from now, is of this receive only, and ends at twelve hours', () => {
    const client = clientOf();
    send(client, 1);
    const [one] = receive(client);
    pass(client, 20 * SECOND);
    change(client, one!.handle, 60 * SECOND);
    pass(client, 59 * SECOND);
    expect(receive(client)).toEqual([]);
    expect(change(client, one!.handle, 43_200 * SECOND)).toBe(CHANGED.tooLong);
    expect(change(client, one!.handle, 43_121 * SECOND)).toBe(CHANGED.changed);
    change(client, one!.handle, 0);
    expect(receive(client)).toHaveLength(1);
    pass(client, 30 * SECOND);
    expect(receive(client)).toHaveLength(1);
  });

  test('[SQ7] a message whose time was over can be hidden again; one that is gone cannot', () => {
    const client = clientOf({ visibilityTimeoutNs: SECOND });
    send(client, 1);
    const [one] = receive(client);
    pass(client, 2 * SECOND);
    expect(change(client, one!.handle, 10 * SECOND)).toBe(CHANGED.changed);
    expect(receive(client)).toEqual([]);
    remove(client, one!.handle);
    expect(change(client, one!.handle, SECOND)).toBe(CHANGED.absent);
  });

  test('[SQ8] the receive after maxReceiveCount moves a message to the dead letters, with its age', () => {
    const client = clientOf({ maxReceiveCount: 2, visibilityTimeoutNs: SECOND, retentionNs: 100 * SECOND });
    client.deadLetters.settings.retentionNs = 100 * SECOND;
    send(client, 1);
    for (const count of [1, 2]) {
      expect(receive(client)).toMatchObject([{ receives: count }]);
      pass(client, SECOND);
    }
    expect(client.deadLetters.visible).toBe(0);
    expect(receive(client)).toEqual([]);
    expect(client.deadLetters.visible).toBe(1);
    expect(client.deadLetters.rows.sentNs[0]).toBe(0);
  });

  test('[SQ8] a dead letter expires by its own age, also behind younger ones', () => {
    const dead = clientOf({ retentionNs: 100 * SECOND });
    const young = clientOf({ maxReceiveCount: 1, visibilityTimeoutNs: 0 });
    const both = { ...young, deadLetters: dead.queue };
    both.nowNs = 50 * SECOND;
    send(both, 2);
    receive(both);
    receive(both);
    const old = clientOf({ maxReceiveCount: 1, visibilityTimeoutNs: 0 });
    const other = { ...old, deadLetters: dead.queue };
    send(other, 1);
    other.nowNs = 60 * SECOND;
    receive(other);
    receive(other);
    expect(dead.queue.visible).toBe(2);
    dead.nowNs = 60 * SECOND;
    pass(dead, 40 * SECOND);
    expect(dead.gone).toEqual([1]);
    pass(dead, 50 * SECOND);
    expect(dead.gone).toEqual([1, 2]);
  });

  test('[SQ9] with too many messages in flight a standard queue refuses, a FIFO queue has nothing', () => {
    const client = clientOf({ inFlightMax: 2 });
    for (const message of [1, 2, 3]) send(client, message);
    expect(receive(client)).toHaveLength(2);
    const asked = ask(client);
    expect(client.answers.has(asked)).toBe(false);
    const other = clientOf({ ...fifo, inFlightMax: 2 });
    for (const message of [1, 2, 3]) send(other, message, { group: 5 });
    expect(receive(other)).toHaveLength(2);
    expect(other.answers.get(ask(other))).toEqual([]);
  });

  test('[SQ10] a delete that misses a copy is told success, and the message comes back', () => {
    const client = clientOf({ duplicateRate: 0.1, visibilityTimeoutNs: SECOND });
    let missed = 0;
    for (let message = 0; message < 1000; message += 1) {
      send(client, message);
      const [one] = receive(client);
      const told = remove(client, one!.handle);
      if (told === DELETED.deleted) continue;
      expect(told).toBe(DELETED.missed);
      missed += 1;
      expect(receive(client)).toEqual([]);
      pass(client, SECOND);
      expect(receive(client)).toMatchObject([{ message, receives: 2 }]);
      purge(client);
      pass(client, 60 * SECOND);
    }
    expect(missed).toBeGreaterThan(70);
    expect(missed).toBeLessThan(130);
  });

  test('[SQ11] a message is taken before older ones at the given rate, at most ten places ahead', () => {
    const client = clientOf({ disorderRate: 0.2 });
    let early = 0;
    for (let message = 0; message < 20; message += 1) send(client, message);
    for (let message = 20; message < 2020; message += 1) {
      send(client, message);
      const oldest = client.queue.rows.message[client.queue.groups.head[0]!]!;
      const [one] = receive(client, 1);
      if (one!.message !== oldest) early += 1;
      remove(client, one!.handle);
    }
    expect(early).toBeGreaterThan(330);
    expect(early).toBeLessThan(470);
  });

  test('[SQ12] a noisy neighbour waits while others have something', () => {
    const client = clientOf();
    for (let message = 0; message < 100; message += 1) send(client, message, { group: 1 });
    for (let round = 0; round < 3; round += 1) receive(client);
    send(client, 1000, { group: 2 });
    send(client, 1001);
    expect(messagesOf(receive(client, 3))).toEqual([1000, 1001, 30]);
  });

  test('[SQ12] up to 29 messages in flight, and up to a tenth of them, nobody is noisy', () => {
    const client = clientOf();
    for (let message = 0; message < 29; message += 1) send(client, message, { group: 1 });
    for (const max of [10, 10, 9]) receive(client, max);
    send(client, 50, { group: 1 });
    send(client, 51, { group: 2 });
    expect(messagesOf(receive(client, 1))).toEqual([50]);
  });

  test('[SQ13] retention counts from the send and does not spare what is in flight', () => {
    const client = clientOf({ retentionNs: 60 * SECOND, visibilityTimeoutNs: 100 * SECOND });
    send(client, 1);
    send(client, 2, { delayNs: 90 * SECOND });
    const [one] = receive(client);
    pass(client, 59 * SECOND);
    expect(client.gone).toEqual([]);
    pass(client, SECOND);
    expect(client.gone).toEqual([1, 2]);
    expect(remove(client, one!.handle)).toBe(DELETED.absent);
    expect(client.queue).toMatchObject({ visible: 0, inFlight: 0, delayed: 0 });
  });

  test('[SQ14] dead letters move back at their rate, as long as some are visible', () => {
    const client = clientOf();
    for (const message of [1, 2, 3, 4]) send(client, message);
    receive(client, 1);
    expect(startMove(client.queue, 500, client.nowNs)).toBe(true);
    expect(startMove(client.queue, 500, client.nowNs)).toBe(false);
    pass(client, 0.003 * SECOND);
    expect(client.moved).toEqual([2, 3]);
    pass(client, SECOND);
    expect(client.moved).toEqual([2, 3, 4]);
    expect(client.queue).toMatchObject({ inFlight: 1, move: { running: false } });
    startMove(client.queue, 1, client.nowNs);
    cancelMove(client.queue);
    expect(client.queue.move.running).toBe(false);
  });

  test('[SQ15] a purge removes everything, once in a minute', () => {
    const client = clientOf();
    send(client, 1);
    send(client, 2, { delayNs: SECOND });
    receive(client);
    expect(purge(client)).toBe(true);
    expect(client.gone).toHaveLength(2);
    pass(client, 59 * SECOND);
    expect(purge(client)).toBe(false);
    pass(client, SECOND);
    expect(purge(client)).toBe(true);
    expect(receive(client)).toEqual([]);
  });

  test('[SQ16] a delay hides a new message; its own goes before that of the queue; 15 minutes are the most', () => {
    const client = clientOf({ delayNs: 10 * SECOND });
    send(client, 1);
    send(client, 2, { delayNs: 0 });
    expect(send(client, 3, { delayNs: 901 * SECOND })).toBe(SENT.delayTooLong);
    expect(messagesOf(receive(client))).toEqual([2]);
    pass(client, 10 * SECOND);
    expect(messagesOf(receive(client))).toEqual([1]);
  });

  test('[SQ17] a message that is too large is refused, and so is a deduplication id on a standard queue', () => {
    const client = clientOf({ messageBytesMax: 1024 });
    expect(send(client, 1, { bytes: 1025 })).toBe(SENT.tooLarge);
    expect(send(client, 1, { bytes: 1024 })).toBe(SENT.accepted);
    expect(send(client, 1, { deduplicationId: 4 })).toBe(SENT.deduplicationIdOnStandard);
  });

  test('[SQ18] a new retention concerns what is there; a new visibility timeout does not', () => {
    const client = clientOf();
    send(client, 1);
    receive(client);
    setAttributes(client.queue, { ...client.queue.settings, visibilityTimeoutNs: SECOND });
    pass(client, 5 * SECOND);
    expect(receive(client)).toEqual([]);
    setAttributes(client.queue, { ...client.queue.settings, retentionNs: 10 * SECOND });
    pass(client, 5 * SECOND);
    expect(client.gone).toEqual([1]);
  });

  test('its state is plain data without shared parts', () => {
    const client = clientOf({ ...fifo, maxReceiveCount: 3 });
    for (let message = 0; message < 40; message += 1) send(client, message, { group: message % 5 });
    receive(client);
    expect(sharedPath(client.queue)).toBeNull();
    expect(copyPlain(client.queue)).toEqual(client.queue);
  });
});

describe('a FIFO queue', () => {
  test('[SF1] needs a group and a deduplication id, or content that stands for one', () => {
    const client = clientOf({ fifo: true });
    expect(send(client, 1, { deduplicationId: 1 })).toBe(SENT.noGroup);
    expect(send(client, 1, { group: 1 })).toBe(SENT.noDeduplicationId);
    expect(send(client, 1, { group: 1, deduplicationId: 1 })).toBe(SENT.accepted);
  });

  test('[SF2] a group offers its messages up to the first one that is hidden', () => {
    const client = clientOf({ ...fifo, visibilityTimeoutNs: SECOND });
    for (const message of [1, 2, 3, 4]) send(client, message, { group: 1 });
    const [first, second] = receive(client, 3);
    expect(receive(client)).toEqual([]);
    change(client, second!.handle, 10 * SECOND);
    pass(client, SECOND);
    expect(remove(client, first!.handle)).toBe(DELETED.expired);
    const [again, ...others] = receive(client);
    expect([again!.message, ...others]).toEqual([1]);
    remove(client, again!.handle);
    expect(receive(client)).toEqual([]);
    change(client, second!.handle, 0);
    expect(messagesOf(receive(client))).toEqual([2, 3, 4]);
  });

  test('[SF3] one receive takes as much as it can of one group, then of the next', () => {
    const client = clientOf(fifo);
    for (const [message, group] of [1, 2, 1, 2, 3].entries()) send(client, message, { group });
    expect(messagesOf(receive(client, 3))).toEqual([0, 2, 1]);
    expect(messagesOf(receive(client, 3))).toEqual([4]);
  });

  test('[SF4] only the queue has a delay, and a change of it concerns what is delayed', () => {
    const client = clientOf({ ...fifo, delayNs: 10 * SECOND });
    expect(send(client, 1, { group: 1, delayNs: SECOND })).toBe(SENT.delayOnFifo);
    send(client, 1, { group: 1, delayNs: 0 });
    expect(receive(client)).toEqual([]);
    setAttributes(client.queue, { ...client.queue.settings, delayNs: 3 * SECOND });
    pass(client, 3 * SECOND);
    expect(messagesOf(receive(client))).toEqual([1]);
  });

  test('[SF5] a deduplication id is known for five minutes, in the queue or in the group', () => {
    const client = clientOf(fifo);
    const sent = (deduplicationId: number, group: number) => send(client, 9, { deduplicationId, group });
    expect([sent(1, 1), sent(1, 2)]).toEqual([SENT.accepted, SENT.duplicate]);
    pass(client, 299 * SECOND);
    expect(sent(1, 1)).toBe(SENT.duplicate);
    pass(client, SECOND);
    expect(sent(1, 1)).toBe(SENT.accepted);
    setAttributes(client.queue, { ...client.queue.settings, deduplicatesByGroup: true });
    expect([sent(7, 1), sent(7, 2), sent(7, 1)]).toEqual([SENT.accepted, SENT.accepted, SENT.duplicate]);
  });

  test('[SF5] many ids are known, each for its own five minutes', () => {
    const client = clientOf(fifo);
    for (let id = 0; id < 1000; id += 1) {
      send(client, id, { group: 1, deduplicationId: id });
      pass(client, SECOND);
    }
    expect(send(client, 0, { group: 1, deduplicationId: 701 })).toBe(SENT.duplicate);
    expect(send(client, 0, { group: 1, deduplicationId: 700 })).toBe(SENT.accepted);
    expect(client.queue.dedup.count).toBe(300);
  });

  test('[SF6] an expired handle neither deletes nor hides', () => {
    const client = clientOf({ ...fifo, visibilityTimeoutNs: SECOND });
    send(client, 1, { group: 1 });
    const [old] = receive(client);
    pass(client, SECOND);
    receive(client);
    expect(remove(client, old!.handle)).toBe(DELETED.expired);
    expect(change(client, old!.handle, 5 * SECOND)).toBe(CHANGED.expired);
  });

  test('[SF7] a dead letter leaves its group, whose next message is free; it keeps its group and begins anew', () => {
    const client = clientOf({ ...fifo, maxReceiveCount: 1, visibilityTimeoutNs: SECOND });
    send(client, 1, { group: 6 });
    send(client, 2, { group: 6 });
    receive(client, 1);
    pass(client, SECOND);
    expect(messagesOf(receive(client))).toEqual([2]);
    const { rows, groups } = client.deadLetters;
    expect([rows.sentNs[0], groups.id[rows.group[0]!]]).toEqual([SECOND, 6]);
  });

  test('[SF8] takes 300 calls of an action a second, in each partition of groups', () => {
    const client = clientOf({ ...fifo, callsPerSecond: 300 });
    const taken = (group: number, action: 0 | 1, nowNs: number) => {
      let count = 0;
      while (admitCall(client.queue, action, group, nowNs)) count += 1;
      return count;
    };
    expect(taken(1, ACTION.send, 0)).toBe(300);
    expect(taken(2, ACTION.send, 0)).toBe(0);
    expect(taken(-1, ACTION.receive, 0)).toBe(300);
    expect(taken(1, ACTION.send, SECOND / 2)).toBe(150);
    setAttributes(client.queue, { ...client.queue.settings, partitions: 4 });
    const groups = Array.from({ length: 64 }, (_, group) => taken(group, ACTION.send, 5 * SECOND));
    expect(groups.filter((count) => count > 0)).toEqual([300, 300, 300, 300]);
    expect(taken(-1, ACTION.receive, 5 * SECOND)).toBe(1200);
  });

  test('[SF11] groups are looked for among the oldest messages only', () => {
    const client = clientOf({ ...fifo, lookahead: 5 });
    for (let message = 0; message < 5; message += 1) send(client, message, { group: 1 });
    send(client, 10, { group: 2 });
    const [first] = receive(client, 1);
    expect(receive(client)).toEqual([]);
    remove(client, first!.handle);
    expect(messagesOf(receive(client))).toEqual([1, 2, 3, 4, 10]);
  });
});
