/**
 * The one event queue: pending events in the total order (time, priority, sequence).
 *
 * What an event carries is written once, into columns by slot, and stays there. Its place in the order is kept in one of
 * two ways:
 * - events scheduled for the very instant that is being worked off, which a network without latency makes the rule, wait
 *   in lanes, one a priority, first in, first out: a list through the slots. Nothing has to be compared to put one there;
 * - events of later instants are entered in a calendar (`event-calendar.ts`).
 *
 * The event `schedule`d first comes first among equals, so a run never depends on how a heap happens to break ties.
 */
import { assert, fail } from './assert.ts';
import { grownLength } from './columns.ts';
import { createEventCalendar, enter, takeNearest, type EventCalendar } from './event-calendar.ts';
import { createEventSlots, growEventSlots, I, N, SLOT, type EventSlots } from './event-slots.ts';

/** Priorities are `0 .. PRIORITY_MAX`, the lowest first among events of one instant. */
const PRIORITY_MAX = 15;

/** `order = priority * 2^48 + sequence`: exact in a float64 for 2.8e14 events, months of computing. */
const SEQUENCE_SPAN = 2 ** 48;

const PRIORITIES = PRIORITY_MAX + 1;
const NONE = -1;

/** Plain data: a checkpoint copies it. */
export interface EventQueue {
  /** Pending events, those in lanes included. */
  size: number;
  capacity: number;
  nextSequence: number;
  /** Time of the event popped last: nothing may be scheduled before it, and the lanes are of this instant. 0 at first. */
  lastTimeNs: number;
  calendar: EventCalendar;
  /** First and last slot of a lane, by priority; bit `p` of `lanes` says that lane `p` is not empty. */
  lanes: number;
  laneHead: Int32Array;
  laneTail: Int32Array;
  slots: EventSlots;
  /** First of the free slots. */
  free: number;
}

/** @param capacity rows to begin with, at least 1; the queue doubles when it is full */
export function createEventQueue(capacity = 256): EventQueue {
  assert(capacity >= 1, 'An event queue needs room for one event');
  const queue: EventQueue = {
    size: 0,
    capacity,
    nextSequence: 0,
    lastTimeNs: 0,
    calendar: createEventCalendar(capacity),
    lanes: 0,
    laneHead: new Int32Array(PRIORITIES).fill(NONE),
    laneTail: new Int32Array(PRIORITIES).fill(NONE),
    slots: createEventSlots(capacity),
    free: NONE,
  };
  freeSlots(queue, 0);
  return queue;
}

/** Makes every slot from `first` on a free one, the lowest in front. */
function freeSlots(queue: EventQueue, first: number): void {
  for (let slot = queue.capacity - 1; slot >= first; slot -= 1) {
    queue.slots.int[slot * SLOT + I.next] = queue.free;
    queue.free = slot;
  }
}

/**
 * Adds an event.
 *
 * @param timeNs finite, not before the event popped last (the same instant is allowed)
 * @param priority whole, `0 .. 15`; lower comes first among events of one instant
 * @param target int32, by the engine's own convention the actor
 * @param operation int32
 * @param a payload, any number
 * @param b payload, any number
 */
export function schedule(
  queue: EventQueue,
  timeNs: number,
  priority: number,
  target: number,
  operation: number,
  a: number,
  b: number,
): void {
  // One comparison each way refuses NaN and both infinities too.
  if (!(timeNs >= queue.lastTimeNs && timeNs < Infinity)) refuseTime(queue, timeNs);
  if ((priority & PRIORITY_MAX) !== priority) refusePriority(priority);
  if (queue.size === queue.capacity) grow(queue);
  queue.size += 1;
  const slot = queue.free;
  const { num, int } = queue.slots;
  const at = slot * SLOT;
  queue.free = int[at + I.next]!;
  // `| 0` spares V8 the way over a float64.
  int[at + I.target] = target | 0;
  int[at + I.operation] = operation | 0;
  num[at + N.time] = timeNs;
  num[at + N.order] = priority * SEQUENCE_SPAN + queue.nextSequence++;
  num[at + N.a] = a;
  num[at + N.b] = b;
  if (timeNs === queue.lastTimeNs) putInLane(queue, priority, slot);
  else enter(queue.calendar, queue.slots, slot);
}

function putInLane(queue: EventQueue, priority: number, slot: number): void {
  const { int } = queue.slots;
  int[slot * SLOT + I.next] = NONE;
  const tail = queue.laneTail[priority]!;
  if (tail === NONE) {
    queue.laneHead[priority] = slot;
    queue.lanes |= 1 << priority;
  } else int[tail * SLOT + I.next] = slot;
  queue.laneTail[priority] = slot;
}

/**
 * Takes out the earliest event that is not later than `untilNs`. What it carries stands in the columns by slot until the next
 * one is scheduled, and its time in `lastTimeNs`.
 *
 * @returns its slot, -1 when there is none
 */
export function pop(queue: EventQueue, untilNs = Infinity): number {
  let slot: number;
  if (queue.lanes === 0 || laterGoesFirst(queue)) {
    const { calendar } = queue;
    if (calendar.nearSize === 0) return NONE;
    const timeNs = calendar.nearTime[calendar.nearSize - 1]!;
    if (timeNs > untilNs) return NONE;
    queue.lastTimeNs = timeNs;
    slot = takeNearest(calendar, queue.slots);
  } else {
    if (queue.lastTimeNs > untilNs) return NONE;
    slot = popLane(queue);
  }
  queue.size -= 1;
  queue.slots.int[slot * SLOT + I.next] = queue.free;
  queue.free = slot;
  return slot;
}

/** Time of the earliest event in the calendar, `Infinity` when there is none. */
function nextLaterNs(queue: EventQueue): number {
  const { nearSize, nearTime } = queue.calendar;
  return nearSize === 0 ? Infinity : nearTime[nearSize - 1]!;
}

/** Whether, while there is something in the lanes, an event that was scheduled earlier for the same instant comes before it. */
function laterGoesFirst(queue: EventQueue): boolean {
  if (nextLaterNs(queue) !== queue.lastTimeNs) return false;
  const { nearSize, nearSlot } = queue.calendar;
  const { num } = queue.slots;
  return num[nearSlot[nearSize - 1]! * SLOT + N.order]! < num[queue.laneHead[firstLane(queue)]! * SLOT + N.order]!;
}

/** The lowest priority that has something in its lane. */
function firstLane(queue: EventQueue): number {
  return 31 - Math.clz32(queue.lanes & -queue.lanes);
}

function popLane(queue: EventQueue): number {
  const lane = firstLane(queue);
  const slot = queue.laneHead[lane]!;
  const next = queue.slots.int[slot * SLOT + I.next]!;
  queue.laneHead[lane] = next;
  if (next === NONE) {
    queue.laneTail[lane] = NONE;
    queue.lanes &= queue.lanes - 1;
  }
  return slot;
}

/** Time of the earliest event, `Infinity` when there is none. */
export function peekTimeNs(queue: EventQueue): number {
  if (queue.lanes !== 0) return queue.lastTimeNs;
  return nextLaterNs(queue);
}

/** Slot of the earliest event, for who wants to know what comes; -1 when there is none. */
export function peekSlot(queue: EventQueue): number {
  if (queue.size === 0) return NONE;
  return queue.lanes === 0 || laterGoesFirst(queue)
    ? queue.calendar.nearSlot[queue.calendar.nearSize - 1]!
    : queue.laneHead[firstLane(queue)]!;
}

function grow(queue: EventQueue): void {
  const before = queue.capacity;
  const capacity = grownLength(before, before + 1);
  queue.capacity = capacity;
  growEventSlots(queue.slots, capacity);
  freeSlots(queue, before);
}

function refuseTime(queue: EventQueue, timeNs: number): never {
  return fail(
    Number.isFinite(timeNs)
      ? `An event was scheduled at ${timeNs} ns, in the past of ${queue.lastTimeNs} ns`
      : `An event was scheduled at ${timeNs}, which is no instant`,
  );
}

function refusePriority(priority: number): never {
  return fail(`An event priority is 0 to 15, not ${priority}`);
}
