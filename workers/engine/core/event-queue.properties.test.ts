import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createEventQueue, peekSlot, peekTimeNs, pop, schedule, type EventQueue } from './event-queue.ts';
import { eventOf, I, SLOT } from './event-slots.ts';

const pushing = fc.record({
  op: fc.constant('push' as const),
  // Few distinct values, so that ties of both kinds are the rule.
  laterNs: fc.oneof(fc.nat(3), fc.nat(1_000_000)),
  priority: fc.nat(3),
});
/** More than lie sorted at a time. */
const pushingMany = fc.record({
  op: fc.constant('pushMany' as const),
  laterNs: fc.array(fc.oneof(fc.nat(9), fc.nat(1_000_000)), { minLength: 30, maxLength: 100 }),
});
const popping = fc.record({ op: fc.constant('pop' as const) });

/** The free slots in order: when nothing is pending, every one. */
function freeSlotsOf(queue: EventQueue): number[] {
  const slots: number[] = [];
  for (let slot = queue.free; slot >= 0; slot = queue.slots.int[slot * SLOT + I.next]!) slots.push(slot);
  return slots.sort((x, y) => x - y);
}

it('pops what a stable sort puts first, for any interleaving of schedule and pop', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          { weight: 30, arbitrary: pushing },
          { weight: 1, arbitrary: pushingMany },
          { weight: 35, arbitrary: popping },
        ),
        {
          maxLength: 400,
          size: 'max',
        },
      ),
      fc.integer({ min: 1, max: 20 }),
      (steps, capacity) => {
        const queue = createEventQueue(capacity);
        const expected: { timeNs: number; priority: number; id: number }[] = [];
        let nowNs = 0;
        let id = 0;
        const popBoth = () => {
          expected.sort((x, y) => x.timeNs - y.timeNs || x.priority - y.priority || x.id - y.id);
          const first = expected.shift();
          const slot = peekSlot(queue);
          expect(slot < 0 ? undefined : eventOf(queue.slots, slot).a).toBe(first?.id);
          expect(peekTimeNs(queue)).toBe(first?.timeNs ?? Infinity);
          expect(pop(queue)).toBe(slot);
          if (first === undefined) return;
          expect(queue.lastTimeNs).toBe(first.timeNs);
          expect(eventOf(queue.slots, slot)).toEqual({ target: -first.id, operation: 0, a: first.id, b: 0 });
          nowNs = first.timeNs;
        };
        const pushBoth = (laterNs: number, priority: number) => {
          id++;
          schedule(queue, nowNs + laterNs, priority, -id, 0, id, 0);
          expected.push({ timeNs: nowNs + laterNs, priority, id });
        };
        for (const step of steps) {
          if (step.op === 'pop') popBoth();
          else if (step.op === 'push') pushBoth(step.laterNs, step.priority);
          else for (const laterNs of step.laterNs) pushBoth(laterNs, laterNs & 3);
          expect(queue.size).toBe(expected.length);
        }
        while (expected.length > 0) popBoth();
        expect(pop(queue)).toBe(-1);
        expect(freeSlotsOf(queue)).toEqual([...Array(queue.capacity).keys()]);
      },
    ),
    { numRuns: 100 },
  );
});
