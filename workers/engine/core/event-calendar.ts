/**
 * The calendar of an event queue: events of later instants, by (time, order).
 *
 * Its days are equally long spans of time with a few events each (a calendar queue: R. Brown, Communications of the ACM 31 (10),
 * 1988). Only those of the earliest day lie sorted; each later day is a list in no order, and what lies beyond the last day waits
 * in a heap. When its days are over the calendar is turned over: they begin anew, as long as the last ones should have been.
 * So an event costs about the same whether ten or ten thousand are pending.
 *
 * - near: the events of all days up to `day`, sorted, the next one last. To take one out is a step back, and to put one in moves
 *   only those that come before it. None is near only when the whole calendar is empty.
 * - days: the first slot of each, and from there on by slot; who came last is first, so that ties are sorted in one step.
 * - heap: what lies beyond the last day, and what found no room among the near ones; never anything before a near one.
 *
 * The order of events does not depend on how long a day is: which day an instant falls on is monotone, however it is rounded.
 */
import { I, N, SLOT, type EventSlots } from './event-slots.ts';
import { createEventHeap, pushEvent, removeEarliest, type EventHeap } from './event-heap.ts';

/** How many days there are: whole words of bits. */
const DAYS = 8192;

/** Events a day, if the next ones come as the last ones came. */
const EVENTS_A_DAY = 2;

/** So many lie sorted at most: among more, to find a place would cost more than a heap. */
const NEAR_MAX = 64;

/** So many events tell how densely they come. */
const SAMPLE = 256;

const NONE = -1;

/** Plain data: a checkpoint copies it. */
export interface EventCalendar {
  /** Instant at which day 0 begins, and days a nanosecond. */
  startNs: number;
  daysPerNs: number;
  /** The latest day whose events are near. */
  day: number;
  /** Events of these days are in the heap too, all of them later than the latest near one. */
  crowded: boolean;
  nearSize: number;
  nearTime: Float64Array;
  nearSlot: Int32Array;
  firstOfDay: Int32Array;
  /** A bit a day: whether there is something. */
  taken: Int32Array;
  heap: EventHeap;
  /** Events taken out since the calendar was turned over. */
  passed: number;
}

/** @param capacity of the heap to begin with, at least 1 */
export function createEventCalendar(capacity: number): EventCalendar {
  return {
    startNs: 0,
    daysPerNs: 2 ** -10,
    day: 0,
    crowded: false,
    nearSize: 0,
    nearTime: new Float64Array(NEAR_MAX),
    nearSlot: new Int32Array(NEAR_MAX),
    firstOfDay: new Int32Array(DAYS).fill(NONE),
    taken: new Int32Array(DAYS >> 5),
    heap: createEventHeap(capacity),
    passed: 0,
  };
}

/**
 * Enters the event of a slot, whose time and order stand there. (Instants are not handed from function to function here: each
 * would be put into a box.)
 */
export function enter(calendar: EventCalendar, slots: EventSlots, slot: number): void {
  if (calendar.nearSize === 0) openFor(calendar, slots, slot);
  const day = (slots.num[slot * SLOT + N.time]! - calendar.startNs) * calendar.daysPerNs;
  if (day < calendar.day + 1) enterNear(calendar, slots, slot);
  else if (day < DAYS) enterDay(calendar, slots, slot, day | 0);
  else pushEvent(calendar.heap, slots, slot);
}

/** The day of an instant, with a fraction; one below 0 comes before all days. */
function dayOf(calendar: EventCalendar, timeNs: number): number {
  return (timeNs - calendar.startNs) * calendar.daysPerNs;
}

/** Nothing is entered: the calendar is opened at the day of an event. */
function openFor(calendar: EventCalendar, slots: EventSlots, slot: number): void {
  const timeNs = slots.num[slot * SLOT + N.time]!;
  if (!(dayOf(calendar, timeNs) < DAYS)) turnOver(calendar, timeNs, timeNs);
  calendar.day = Math.max(calendar.day, dayOf(calendar, timeNs) | 0);
  calendar.crowded = false;
}

function enterDay(calendar: EventCalendar, slots: EventSlots, slot: number, day: number): void {
  const { firstOfDay, taken } = calendar;
  slots.int[slot * SLOT + I.next] = firstOfDay[day]!;
  firstOfDay[day] = slot;
  taken[day >> 5] = taken[day >> 5]! | (1 << day);
}

function enterNear(calendar: EventCalendar, slots: EventSlots, slot: number): void {
  if (calendar.nearSize === NEAR_MAX) letGoOfHalf(calendar, slots);
  if (calendar.crowded && !comesBeforeLatest(calendar, slots, slot)) pushEvent(calendar.heap, slots, slot);
  else sortIn(calendar, slots, slot);
}

function comesBeforeLatest(calendar: EventCalendar, slots: EventSlots, slot: number): boolean {
  const timeNs = slots.num[slot * SLOT + N.time]!;
  const latestNs = calendar.nearTime[0]!;
  return (
    timeNs < latestNs ||
    (timeNs === latestNs && slots.num[slot * SLOT + N.order]! < slots.num[calendar.nearSlot[0]! * SLOT + N.order]!)
  );
}

function sortIn(calendar: EventCalendar, slots: EventSlots, slot: number): void {
  const times = calendar.nearTime;
  const near = calendar.nearSlot;
  const timeNs = slots.num[slot * SLOT + N.time]!;
  let row = calendar.nearSize;
  calendar.nearSize = row + 1;
  while (row > 0) {
    const before = row - 1;
    const time = times[before]!;
    if (
      time > timeNs ||
      (time === timeNs && slots.num[near[before]! * SLOT + N.order]! > slots.num[slot * SLOT + N.order]!)
    )
      break;
    times[row] = time;
    near[row] = near[before]!;
    row = before;
  }
  times[row] = timeNs;
  near[row] = slot;
}

/** The later half of the near events goes to the heap, the latest first, so that each stops below the one before it. */
function letGoOfHalf(calendar: EventCalendar, slots: EventSlots): void {
  const half = NEAR_MAX / 2;
  const span = calendar.nearTime[0]! - calendar.nearTime[NEAR_MAX - 1]!;
  for (let row = 0; row < half; row += 1) pushEvent(calendar.heap, slots, calendar.nearSlot[row]!);
  calendar.nearTime.copyWithin(0, half);
  calendar.nearSlot.copyWithin(0, half);
  calendar.nearSize = half;
  calendar.crowded = true;
  const eventsADay = NEAR_MAX / (span * calendar.daysPerNs);
  if (calendar.passed >= SAMPLE && eventsADay < Infinity && eventsADay > 8 * EVENTS_A_DAY) {
    clearDays(calendar, slots);
    beginDays(calendar, calendar.nearTime[half - 1]!, NEAR_MAX / span);
    calendar.day = dayOf(calendar, calendar.nearTime[0]!) | 0;
  }
}

/** All that is on a day goes to the heap. */
function clearDays(calendar: EventCalendar, slots: EventSlots): void {
  for (let day = nextTaken(calendar, 0); day < DAYS; day = nextTaken(calendar, day + 1)) {
    let slot = takeDay(calendar, day);
    while (slot !== NONE) {
      const next = slots.int[slot * SLOT + I.next]!;
      pushEvent(calendar.heap, slots, slot);
      slot = next;
    }
  }
}

/** Days that nothing is on begin anew, for so many events a nanosecond. */
function beginDays(calendar: EventCalendar, startNs: number, eventsPerNs: number): void {
  calendar.startNs = startNs;
  calendar.daysPerNs = Math.min(1, eventsPerNs / EVENTS_A_DAY);
  calendar.day = 0;
  calendar.passed = 0;
}

/** The first day from `from` on, 0 to `DAYS`, on which there is something; `DAYS` when there is none. */
function nextTaken(calendar: EventCalendar, from: number): number {
  const { taken } = calendar;
  let word = from >> 5;
  let bits = from < DAYS ? taken[word]! & (-1 << (from & 31)) : 0;
  while (bits === 0) {
    word += 1;
    if (word >= DAYS >> 5) return DAYS;
    bits = taken[word]!;
  }
  return (word << 5) + 31 - Math.clz32(bits & -bits);
}

/** Takes a list of events off its day. Returns its first slot, -1 when there is none. */
function takeDay(calendar: EventCalendar, day: number): number {
  const slot = calendar.firstOfDay[day]!;
  calendar.firstOfDay[day] = NONE;
  calendar.taken[day >> 5] = calendar.taken[day >> 5]! & ~(1 << day);
  return slot;
}

/** Takes out the next event, of which the calendar has one. Returns its slot. */
export function takeNearest(calendar: EventCalendar, slots: EventSlots): number {
  const last = calendar.nearSize - 1;
  const slot = calendar.nearSlot[last]!;
  calendar.nearSize = last;
  calendar.passed += 1;
  if (last === 0) comeNearer(calendar, slots);
  return slot;
}

/** The events of the next day on which there is something become the near ones. */
function comeNearer(calendar: EventCalendar, slots: EventSlots): void {
  const { heap } = calendar;
  let day = nextTaken(calendar, calendar.day + 1);
  if (heap.size > 0) {
    const heapDay = dayOf(calendar, heap.time[0]!);
    if (heapDay < day) day = Math.max(heapDay | 0, calendar.day);
  }
  if (day === DAYS) {
    if (heap.size === 0) return;
    turnOver(calendar, heap.time[0]!, calendar.nearTime[0]!);
    day = 0;
  }
  calendar.day = day;
  calendar.crowded = false;
  const first = takeDay(calendar, day);
  if (first !== NONE) sortDay(calendar, slots, first);
  if (heap.size > 0) fetchNear(calendar, slots);
}

/** The events of a list join the near ones. */
function sortDay(calendar: EventCalendar, slots: EventSlots, first: number): void {
  let slot = first;
  do {
    const next = slots.int[slot * SLOT + I.next]!;
    enterNear(calendar, slots, slot);
    slot = next;
  } while (slot !== NONE);
}

/** What the heap has on the days up to this one joins the near events, as far as there is room. */
function fetchNear(calendar: EventCalendar, slots: EventSlots): void {
  const { heap } = calendar;
  while (heap.size > 0 && dayOf(calendar, heap.time[0]!) < calendar.day + 1) {
    if (calendar.nearSize === NEAR_MAX) letGoOfHalf(calendar, slots);
    const slot = heap.slot[0]!;
    if (calendar.crowded && !comesBeforeLatest(calendar, slots, slot)) return;
    sortIn(calendar, slots, slot);
    removeEarliest(heap);
  }
}

/** Begins the days anew when they are over, as dense as events have been until `nowNs`. */
function turnOver(calendar: EventCalendar, startNs: number, nowNs: number): void {
  const span = nowNs - calendar.startNs;
  const known = calendar.passed > 0 && span > 0;
  beginDays(calendar, startNs, known ? calendar.passed / span : calendar.daysPerNs * EVENTS_A_DAY);
}
