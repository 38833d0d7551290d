import { describe, expect, it } from 'vitest';
import { createEventQueue, peekTimeNs, pop, schedule, type EventQueue } from './event-queue.ts';
import { eventOf } from './event-slots.ts';

function drain(queue: EventQueue): number[] {
  const order: number[] = [];
  for (let slot = pop(queue); slot >= 0; slot = pop(queue)) order.push(eventOf(queue.slots, slot).a);
  return order;
}

describe('event queue', () => {
  it('pops by time, then priority, then in the order of scheduling', () => {
    const queue = createEventQueue();
    schedule(queue, 20, 0, 0, 0, 5, 0);
    schedule(queue, 10, 7, 0, 0, 3, 0);
    schedule(queue, 10, 7, 0, 0, 4, 0);
    schedule(queue, 10, 0, 0, 0, 1, 0);
    schedule(queue, 10, 1, 0, 0, 2, 0);
    expect(drain(queue)).toEqual([1, 2, 3, 4, 5]);
  });

  it('carries target, operation and payload through growth', () => {
    const queue = createEventQueue(1);
    for (let i = 0; i < 1000; i++) schedule(queue, 1000 - i, i % 16, i, -i, i + 0.5, -i - 0.25);
    for (let i = 999; i >= 0; i--) {
      expect(peekTimeNs(queue)).toBe(1000 - i);
      const carried = eventOf(queue.slots, pop(queue));
      expect(queue.lastTimeNs).toBe(1000 - i);
      expect(carried).toEqual({ target: i, operation: 0 - i, a: i + 0.5, b: -i - 0.25 });
    }
    expect(queue.size).toBe(0);
  });

  it('says that it is empty', () => {
    const queue = createEventQueue();
    expect(peekTimeNs(queue)).toBe(Infinity);
    expect(pop(queue)).toBe(-1);
  });

  it('leaves what is later than asked for, also what waits at the present instant', () => {
    const queue = createEventQueue();
    schedule(queue, 10, 0, 0, 0, 1, 0);
    expect(pop(queue, 9)).toBe(-1);
    expect(eventOf(queue.slots, pop(queue, 10)).a).toBe(1);
    schedule(queue, 10, 0, 0, 0, 2, 0);
    expect(pop(queue, 9)).toBe(-1);
    expect(queue.size).toBe(1);
    expect(eventOf(queue.slots, pop(queue, 10)).a).toBe(2);
  });

  it('refuses to be made without room', () => {
    expect(() => createEventQueue(0)).toThrow('room for one event');
  });

  it('at one instant keeps to the order also between what was foreseen and what came up there', () => {
    const queue = createEventQueue();
    schedule(queue, 10, 1, 0, 0, 1, 0);
    schedule(queue, 10, 2, 0, 0, 3, 0);
    schedule(queue, 10, 3, 0, 0, 5, 0);
    pop(queue);
    schedule(queue, 10, 2, 0, 0, 4, 0);
    schedule(queue, 10, 1, 0, 0, 2, 0);
    expect(drain(queue)).toEqual([2, 3, 4, 5]);
  });

  it('allows an event at the instant popped last, and none before it', () => {
    const queue = createEventQueue();
    schedule(queue, 10, 0, 0, 0, 1, 0);
    drain(queue);
    schedule(queue, 10, 0, 0, 0, 2, 0);
    expect(drain(queue)).toEqual([2]);
    expect(() => schedule(queue, 9, 0, 0, 0, 0, 0)).toThrow('in the past');
  });

  it('refuses what is no instant and what is no priority', () => {
    const queue = createEventQueue();
    for (const time of [Number.NaN, Infinity, -Infinity, -1]) {
      expect(() => schedule(queue, time, 0, 0, 0, 0, 0)).toThrow('An event was scheduled at');
    }
    for (const priority of [-1, 16, Number.NaN]) {
      expect(() => schedule(queue, 1, priority, 0, 0, 0, 0)).toThrow('priority');
    }
    expect(queue.size).toBe(0);
  });
});
