/**
 * The model that is compared: customers arrive at random (Poisson) and wait in one line for one of `servers` servers, whose
 * service times are exponential. Load 0.9, mean service 1 ms. All contestants draw from the same generator, ours, which is
 * faster than any of theirs.
 */
import { createRandomStreams, openStream, type RandomStreams } from '../../workers/engine/core/random.ts';

export const SERVICE_MS = 1;
const LOAD = 0.9;

export interface Served {
  readonly customers: number;
  /** From arrival to the end of service. */
  readonly meanSojournMs: number;
}

export function arrivalsPerMs(servers: number): number {
  return (LOAD * servers) / SERVICE_MS;
}

/** Mean sojourn of M/M/c by Erlang's formula, milliseconds. */
export function expectedSojournMs(servers: number): number {
  const offered = LOAD * servers;
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) blocked = (offered * blocked) / (n + offered * blocked);
  const waits = blocked / (1 - LOAD * (1 - blocked));
  return SERVICE_MS + (waits * SERVICE_MS) / (servers * (1 - LOAD));
}

export interface Draws {
  readonly streams: RandomStreams;
  readonly arrivals: number;
  readonly services: number;
}

export function openDraws(seed: number): Draws {
  const streams = createRandomStreams();
  return { streams, arrivals: openStream(streams, seed, 'arrivals'), services: openStream(streams, seed, 'services') };
}
