/** State of stores in a run, and of the clients that talk to them. */
import type { WaitingRoom } from '../clients/waiting-room.ts';
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import type { SourceState } from '../clients/client-state.ts';
import type { Sampler } from '../core/distributions.ts';
import type { Shelf } from '../ledger/messages.ts';
import type { Process } from '../state.ts';
import type { Database } from '../brokers/table/database.ts';

/** A `store` node. */
export interface StoreState {
  id: string;
  gone: boolean;
  settings: NodeOf<'store'>;
  process: Process;
  db: Database;
  /** Index into `subscriptions`: whoever polls it competes for its rows. */
  subscription: number;
  /** By session of its database: whose statement it has. */
  talks: Talk[];
}

export const TALK = {
  /** Nobody waits for the answer. */
  nobody: 0,
  /** owner: an inserter; place: row of its request. */
  insert: 1,
  /** owner: a poller. */
  poll: 2,
  /** owner: a poller; its transaction ends. */
  finish: 3,
  /** owner: a poller; place: of the row in its batch. */
  finishRow: 4,
} as const;

export interface Talk {
  /** One of `TALK`. */
  kind: number;
  owner: number;
  place: number;
  /** The owner's ticket when it asked: its answer is void when that has moved on. */
  ticket: number;
}

/** An `insert` edge. */
export interface TableSource extends SourceState {
  family: 'table';
  store: number;
  settings: EdgeOf<'insert'>;
  /** How long transactions go on after the insert, whether they do at all, and the stream that it is drawn from. */
  hold: Sampler;
  holds: boolean;
  stream: number;
}

/** What a connection of an inserter's pool is doing. */
export const LANE = { free: 0, asked: 1, backoff: 2 } as const;

/** A connection of the pool: one insert at a time. */
export interface Lane {
  /** One of `LANE`. */
  state: number;
  /** Row of its message. */
  row: number;
  attempts: number;
  ticket: number;
  /** Session of the database, -1 before its first statement. */
  session: number;
  /** When it stops waiting, or tries again. */
  dueNs: number;
  /** The row may be in the table. */
  uncertain: boolean;
}

/** One process's inserts over one edge. */
/** Messages that wait for a connection wait outside: its room is its pool. */
export interface InserterState extends WaitingRoom {
  gone: boolean;
  owner: { kind: 'producer' | 'instance'; index: number };
  lanes: Lane[];
  /** When its alarm goes off; Infinity for none. */
  wakeNs: number;
  shelf: Shelf;
}

/** An insert under way, or its answer. */
export interface InsertRequest {
  inserter: number;
  lane: number;
  ticket: number;
  row: number;
  sentNs: number;
  /** Made by the network: it answers to nobody. */
  copy: boolean;
  /** One of `INSERTED`. */
  result: number;
}

/** `refused`: nobody was there to take it. `broken`: the connection broke while it was at work. */
export const INSERTED = { done: 0, refused: 1, broken: 2 } as const;

/** A `poll` edge. */
export interface PollState {
  edge: number;
  gone: boolean;
  consumer: number;
  store: number;
  settings: EdgeOf<'poll'>;
  interval: Sampler;
  /** Indexes into `pollers`, one an instance. */
  pollers: number[];
  /** What a cut edge holds up until it heals. */
  parked: { operation: number; target: number; a: number; b: number }[];
  /** Sessions of its jobs in the database, -1 while there is none, and the tickets of their alarms. */
  reaper: number;
  cleaner: number;
  jobTicket: number;
  /** Polls answered, those of them that found nothing, and rows found. */
  polls: number;
  idlePolls: number;
  found: number;
  /** [TB22] The id that its readers go on from, where they remember one. */
  lastId: number;
}

export const POLLER = {
  /** Its instance is down, or has closed it. */
  off: 0,
  /** Waits for its next poll. */
  resting: 1,
  asked: 2,
  /** Rows of its batch are being worked on. */
  working: 3,
  /** All are, and it waits until the database knows. */
  finishing: 4,
} as const;

/** One instance's polling over one edge. */
export interface PollerState {
  poll: number;
  instance: number;
  /** One of `POLLER`. */
  state: number;
  /** Everything asked or planned under an earlier ticket is void. */
  ticket: number;
  /** Its session of the database, that of its transactions; -1 before the first statement or after a broken connection. */
  session: number;
  /** Sessions that finish rows one by one, and those of them that are free. */
  others: number[];
  spare: number[];
  /** When it polls next, or was to. */
  dueNs: number;
  /** How the batch in hand was taken: 'transaction', 'status' or 'delete'. */
  claim: EdgeOf<'poll'>['claim'];
  /** The batch: slot and id of each row in the table, and row of its message in the run's table. */
  slots: number[];
  ids: number[];
  rows: number[];
  /** It is on its way to the instance. */
  inbound: boolean;
  /** Largest id in the batch. */
  reached: number;
  /** Rows as many as were asked for. */
  full: boolean;
  /** Rows not worked on yet, and finishing statements not answered yet. */
  left: number;
  unanswered: number;
  /** Places of rows whose work failed. */
  failed: number[];
  /** When it last asked. */
  askedNs: number;
  stream: number;
}
