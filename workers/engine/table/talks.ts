/** Who talks over which session of a store's database. */
import { openSession } from '../brokers/table/database.ts';
import type { EdgeState, Run } from '../state.ts';
import {
  TALK,
  type InserterState,
  type PollerState,
  type PollState,
  type StoreState,
  type TableSource,
} from './state.ts';

/** A session for a client. */
export function openTalk(store: StoreState): number {
  const session = openSession(store.db);
  while (store.talks.length <= session) store.talks.push({ kind: TALK.nobody, owner: -1, place: -1, ticket: 0 });
  return session;
}

/** Whose the next statement of a session is. */
export function speakFor(
  store: StoreState,
  session: number,
  kind: number,
  owner: number,
  place: number,
  ticket: number,
): void {
  const talk = store.talks[session]!;
  talk.kind = kind;
  talk.owner = owner;
  talk.place = place;
  talk.ticket = ticket;
}

export function sourceOf(run: Run, { source }: InserterState): TableSource {
  return run.sources[source] as TableSource;
}

export function insertEdge(run: Run, inserter: InserterState): EdgeState {
  return run.edges[sourceOf(run, inserter).edge]!;
}

export function pollOf(run: Run, { poll }: PollerState): PollState {
  return run.polls[poll]!;
}

export function storeOf(run: Run, poller: PollerState): StoreState {
  return run.stores[pollOf(run, poller).store]!;
}
