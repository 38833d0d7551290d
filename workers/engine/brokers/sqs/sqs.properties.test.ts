import fc from 'fast-check';
import { expect, test } from 'vitest';
import { heapClear, heapDelete, heapSet, heapTop, createIndexedHeap } from '../../core/indexed-heap.ts';
import { createPairTable, pairDelete, pairGet, pairSet } from './pair-table.ts';
import { NONE, ROW } from './queue-state.ts';
import { change, clientOf, pass, receive, remove, SECOND, send, type Client, type Got } from './testing/client.ts';

test('a heap gives what a sorted list gives, whatever is changed in it', () => {
  const operation = fc.tuple(fc.constantFrom('set', 'delete', 'clear'), fc.nat(30), fc.nat(8));
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200, size: 'max' }), (operations) => {
      const heap = createIndexedHeap();
      let list: { item: number; key: number }[] = [];
      for (const [what, item, key] of operations) {
        if (what === 'clear' && key === 0) {
          heapClear(heap);
          list = [];
        } else {
          list = list.filter((one) => one.item !== item);
          if (what === 'set') list.push({ item, key });
          if (what === 'set') heapSet(heap, item, key);
          else heapDelete(heap, item);
        }
        const [least] = list.toSorted((a, b) => a.key - b.key);
        expect(heapTop(heap)).toBe(least?.item ?? NONE);
      }
    }),
  );
});

test('a table of pairs holds what a map holds', () => {
  const operation = fc.tuple(fc.boolean(), fc.nat(40), fc.integer({ min: -1, max: 3 }), fc.nat(9));
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 300, size: 'max' }), (operations) => {
      const table = createPairTable();
      const map = new Map<string, number>();
      for (const [sets, first, second, value] of operations) {
        if (sets) pairSet(table, first, second, value);
        else pairDelete(table, first, second);
        if (sets) map.set(`${first} ${second}`, value);
        else map.delete(`${first} ${second}`);
        expect(table.size).toBe(map.size);
      }
      for (let first = 0; first <= 40; first += 1) {
        for (let second = -1; second <= 3; second += 1)
          expect(pairGet(table, first, second)).toBe(map.get(`${first} ${second}`));
      }
    }),
  );
});

/** What a queue holds, counted from its rows. */
function counted({ queue: { rows } }: Client): Record<'visible' | 'inFlight' | 'delayed', number> {
  const states = [...rows.state.subarray(0, rows.used)];
  const of = (state: number) => states.filter((one) => one === state).length;
  return { visible: of(ROW.visible), inFlight: of(ROW.inFlight), delayed: of(ROW.delayed) };
}

/** The messages of a FIFO queue that could be received now, group by group, told from the rows alone. */
function offered({ queue: { rows, groups } }: Client): readonly number[][] {
  const all = Array.from({ length: rows.used }, (_, row) => row)
    .filter((row) => rows.state[row] !== ROW.free)
    .toSorted((a, b) => rows.sequence[a]! - rows.sequence[b]!);
  const byGroup = new Map<number, number[]>();
  const closed = new Set<number>();
  for (const row of all) {
    const group = groups.id[rows.group[row]!]!;
    if (rows.state[row] !== ROW.visible) closed.add(group);
    else if (!closed.has(group)) byGroup.set(group, [...(byGroup.get(group) ?? []), rows.message[row]!]);
  }
  return [...byGroup.values()];
}

const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), group: fc.nat(3), delayed: fc.nat(3) }),
  fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }), seconds: fc.nat(4) }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(50) }),
  fc.record({ do: fc.constant('change' as const), which: fc.nat(50), seconds: fc.nat(6) }),
  fc.record({ do: fc.constant('wait' as const), seconds: fc.nat(3) }),
);

test.each([true, false])('[SQ1] [SF2] counts, lists and offers agree with the rows (FIFO: %s)', (isFifo) => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 120, size: 'max' }),
      fc.constantFrom(2, 3, Infinity),
      (steps, maxReceiveCount) => {
        const client = clientOf({
          fifo: isFifo,
          contentBasedDeduplication: isFifo,
          maxReceiveCount,
          retentionNs: 60 * SECOND,
          delayNs: isFifo ? SECOND : 0,
        });
        const handles: Got[] = [];
        let sent = 0;
        let deleted = 0;
        for (const one of steps) {
          if (one.do === 'send')
            send(client, sent++, { group: one.group, ...(!isFifo && { delayNs: one.delayed * SECOND }) });
          else if (one.do === 'wait') pass(client, one.seconds * SECOND);
          else if (one.do === 'receive') {
            const offers = offered(client);
            const got = receive(client, one.max, { visibilityNs: one.seconds * SECOND });
            handles.push(...got);
            if (isFifo && maxReceiveCount === Infinity) {
              const wanted = offers.flat().slice(0, one.max);
              expect(got.map(({ message }) => message)).toEqual(wanted);
            }
          } else if (handles.length > 0) {
            const { handle } = handles[one.which % handles.length]!;
            if (one.do === 'change') change(client, handle, one.seconds * SECOND);
            else deleted += remove(client, handle) === 0 ? 1 : 0;
          }
          const { visible, inFlight, delayed } = client.queue;
          expect({ visible, inFlight, delayed }).toEqual(counted(client));
          expect(visible + inFlight + delayed + deleted + client.gone.length + client.deadLetters.visible).toBe(sent);
        }
      },
    ),
  );
});
