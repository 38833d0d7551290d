/**
 * What a client remembers of its requests. Asks are numbered from 0; each attempt is a message, whose id is the correlation id.
 * Both lie in rings: what has ended long ago is forgotten, and an answer to it is a stray one.
 *
 *     asks       7 answered   8 open   9 open
 *     attempts   #41 of 7     #45 of 8   #46 of 9   #52 of 8 (its second)
 */
import { createHistogram, type Histogram } from '../core/histogram.ts';
import type { Sampler } from '../core/distributions.ts';
import type { NodeOf } from '../../scenario/resolve.ts';

export const ASK = { open: 0, answered: 1, givenUp: 2, abandoned: 3 } as const;

/** Asks that have ended and attempts of theirs that are remembered at least, if nothing older is open. */
const KEPT = 4096;
const FIRST_CAPACITY = 64;

interface Ring {
  head: number;
  tail: number;
  mask: number;
}

interface Asks extends Ring {
  askedNs: Float64Array;
  key: Int32Array;
  attempts: Int32Array;
  state: Uint8Array;
}

interface Attempts extends Ring {
  /** Ids of messages, ascending. */
  message: Float64Array;
  ask: Float64Array;
}

export interface RequesterState {
  settings: NodeOf<'client'>;
  /** Index into `producers`: whoever decides when requests are made, and about what key. */
  producer: number;
  think: Sampler;
  thinkStream: number;
  /** Callers of an earlier life think no more. */
  generation: number;
  thinking: number;
  asks: Asks;
  attempts: Attempts;
  /** Asks without an answer so far. */
  open: number;
  /** Messages sent, repeated attempts included. */
  sent: number;
  answered: number;
  timedOut: number;
  givenUp: number;
  abandoned: number;
  /** Answers to what had been given up, to what had been answered, and to what this process did not ask or has forgotten. */
  late: number;
  duplicates: number;
  strays: number;
  roundTrip: Histogram;
}

export function createRequester(
  settings: NodeOf<'client'>,
  producer: number,
  think: Sampler,
  thinkStream: number,
): RequesterState {
  const n = FIRST_CAPACITY;
  return {
    settings,
    producer,
    think,
    thinkStream,
    generation: 0,
    thinking: 0,
    asks: {
      head: 0,
      tail: 0,
      mask: n - 1,
      askedNs: new Float64Array(n),
      key: new Int32Array(n),
      attempts: new Int32Array(n),
      state: new Uint8Array(n),
    },
    attempts: { head: 0, tail: 0, mask: n - 1, message: new Float64Array(n), ask: new Float64Array(n) },
    open: 0,
    sent: 0,
    answered: 0,
    timedOut: 0,
    givenUp: 0,
    abandoned: 0,
    late: 0,
    duplicates: 0,
    strays: 0,
    roundTrip: createHistogram(),
  };
}

/** A new ask; its number. */
export function openAsk({ asks }: RequesterState, nowNs: number, key: number): number {
  if (asks.tail - asks.head > asks.mask) {
    asks.askedNs = doubled(asks, asks.askedNs);
    asks.key = doubled(asks, asks.key);
    asks.attempts = doubled(asks, asks.attempts);
    asks.state = doubled(asks, asks.state);
    asks.mask = asks.askedNs.length - 1;
  }
  const place = asks.tail & asks.mask;
  asks.askedNs[place] = nowNs;
  asks.key[place] = key;
  asks.attempts[place] = 0;
  asks.state[place] = ASK.open;
  asks.tail += 1;
  return asks.tail - 1;
}

/** The message with that id is an attempt of the ask. Ids only grow. */
export function noteAttempt({ attempts }: RequesterState, message: number, ask: number): void {
  if (attempts.tail - attempts.head > attempts.mask) {
    attempts.message = doubled(attempts, attempts.message);
    attempts.ask = doubled(attempts, attempts.ask);
    attempts.mask = attempts.message.length - 1;
  }
  attempts.message[attempts.tail & attempts.mask] = message;
  attempts.ask[attempts.tail & attempts.mask] = ask;
  attempts.tail += 1;
}

/** The ask that a message was an attempt of, -1 for none that is known. */
export function askOf({ attempts, asks }: RequesterState, message: number): number {
  let [low, high] = [attempts.head, attempts.tail];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (attempts.message[middle & attempts.mask]! < message) low = middle + 1;
    else high = middle;
  }
  if (low === attempts.tail || attempts.message[low & attempts.mask] !== message) return -1;
  const ask = attempts.ask[low & attempts.mask]!;
  return ask < asks.head ? -1 : ask;
}

/** Forgets what has ended long ago. */
export function forgetOld({ asks, attempts }: RequesterState): void {
  while (asks.tail - asks.head > KEPT && asks.state[asks.head & asks.mask] !== ASK.open) asks.head += 1;
  while (attempts.head < attempts.tail && attempts.ask[attempts.head & attempts.mask]! < asks.head) attempts.head += 1;
}

/** A column of twice the length, with what is in the ring in its new places. */
function doubled<Column extends Float64Array | Int32Array | Uint8Array>(ring: Ring, column: Column): Column {
  const larger = new (column.constructor as new (length: number) => Column)(2 * column.length);
  for (let i = ring.head; i < ring.tail; i += 1) larger[i & (larger.length - 1)] = column[i & ring.mask]!;
  return larger;
}
