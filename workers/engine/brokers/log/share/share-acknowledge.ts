/** Acknowledgements of share consumers: what the client has to say, the request that carries it, and the broker's judgement. */
import { empty, removeFrom } from '../../../core/columns.ts';
import type { AcknowledgementPayload, InstanceState, ShareClient } from '../../../handlers/handler-state.ts';
import { HOP } from '../../../ledger/hops.ts';
import { notePositionsFlight } from '../../../observe/flights.ts';
import { allocate, release, rowOf } from '../../../pool.ts';
import type { EdgeState, Run } from '../../../state.ts';
import { ACKNOWLEDGE, acknowledge } from './share-partition.ts';
import { bringUpToDate, deliveriesMax, lockEndNs, settleRecord, sharedBy, shareSettings } from './share-records.ts';

/** No acknowledgements go with a request. */
export const NONE = -1;

export function createShareClient(): ShareClient {
  return { givenCursors: [], givenOffsets: [], saidCursors: [], saidOffsets: [], saidTypes: [], renewTimer: false };
}

function newPayload(): AcknowledgementPayload {
  return { instance: -1, member: -1, sentNs: 0, cursors: [], offsets: [], types: [] };
}

/** A record is acknowledged: the broker learns it with the next request. */
export function say(client: ShareClient, cursor: number, offset: number, type: number): void {
  client.saidCursors.push(cursor);
  client.saidOffsets.push(offset);
  client.saidTypes.push(type);
}

/** [KW9] A handler is through with a record. With explicit acknowledgement it says so, once. */
export function noteOutcome(run: Run, instance: InstanceState, cursor: number, offset: number, failed: boolean): void {
  const client = instance.share;
  const link = run.consumers[instance.consumer]!.links[0];
  if (client === null || link === undefined) return;
  const { acknowledgementMode, onFailure } = run.links[link]!.settings.share;
  if (acknowledgementMode !== 'explicit') return;
  const place = client.givenOffsets.findIndex((each, i) => each === offset && client.givenCursors[i] === cursor);
  if (place < 0) return;
  removeFrom(client.givenCursors, place);
  removeFrom(client.givenOffsets, place);
  say(client, cursor, offset, failed ? ACKNOWLEDGE[onFailure] : ACKNOWLEDGE.accept);
}

/** The share consumer forgets its records of those cursors: it has given up its membership or its subscription. */
export function forgetRecords(client: ShareClient, gone: (cursor: number) => boolean): void {
  const stays = client.givenCursors.map((cursor) => !gone(cursor));
  client.givenOffsets = client.givenOffsets.filter((_, place) => stays[place]);
  client.givenCursors = client.givenCursors.filter((_, place) => stays[place]);
  keepSaid(client, (place) => !gone(client.saidCursors[place]!));
}

/** What could not be sent of renewals is not kept for later. */
export function forgetRenewals(client: ShareClient): void {
  keepSaid(client, (place) => client.saidTypes[place] !== ACKNOWLEDGE.renew);
}

function keepSaid(client: ShareClient, stays: (place: number) => boolean): void {
  const kept = client.saidCursors.map((_, place) => stays(place));
  client.saidOffsets = client.saidOffsets.filter((_, place) => kept[place]);
  client.saidTypes = client.saidTypes.filter((_, place) => kept[place]);
  client.saidCursors = client.saidCursors.filter((_, place) => kept[place]);
}

/**
 * Takes what an instance has to say of records of one subscription, or of all, into a request. `NONE` if that is nothing.
 * Over an edge that drops acknowledgements they are lost. [FA6]
 */
export function takeSaid(run: Run, index: number, subscription: number | null, edge: EdgeState): number {
  const { share: client, member } = run.instances[index]!;
  if (client === null || client.saidCursors.length === 0) return NONE;
  const row = allocate(run.acknowledgements, newPayload);
  const payload = rowOf(run.acknowledgements, row);
  payload.instance = index;
  payload.member = member;
  payload.sentNs = run.nowNs;
  for (const column of [payload.cursors, payload.offsets, payload.types]) empty(column);
  const [cursors, offsets, types] = [client.saidCursors, client.saidOffsets, client.saidTypes];
  client.saidCursors = [];
  client.saidOffsets = [];
  client.saidTypes = [];
  cursors.forEach((cursor, place) => {
    if (subscription !== null && run.cursors[cursor]!.subscription !== subscription) {
      say(client, cursor, offsets[place]!, types[place]!);
      return;
    }
    payload.cursors.push(cursor);
    payload.offsets.push(offsets[place]!);
    payload.types.push(types[place]!);
  });
  if (payload.cursors.length > 0 && !edge.dropAcks) return row;
  release(run.acknowledgements, row);
  return NONE;
}

/** Lets somebody watch acknowledgements move. */
export function noteSaidFlight(run: Run, edge: EdgeState, row: number, arriveNs: number): void {
  if (row !== NONE) notePositionsFlight(run, edge, rowOf(run.acknowledgements, row), arriveNs);
}

/** A request that does not arrive. */
export function dropSaid(run: Run, row: number): void {
  if (row !== NONE) release(run.acknowledgements, row);
}

/** The hop that tells of an acknowledgement; a renewed lock is none. */
const HOPS: Readonly<Record<number, number>> = {
  [ACKNOWLEDGE.accept]: HOP.accepted,
  [ACKNOWLEDGE.release]: HOP.released,
  [ACKNOWLEDGE.reject]: HOP.archived,
};

/**
 * [KW5] The broker judges a request, partition by partition: of a partition either all acknowledgements count or none. Those
 * of a leader that is gone are void. Gives the cursors concerned.
 */
export function takeAcknowledgements(run: Run, row: number): number[] {
  const payload = rowOf(run.acknowledgements, row);
  const cursors = [...new Set(payload.cursors)];
  for (const cursor of cursors) {
    const shared = sharedBy(run, cursor);
    const settings = shared === null ? null : shareSettings(run, shared.cursor.subscription);
    if (shared === null || settings === null || shared.log.leader < 0) continue;
    bringUpToDate(run, cursor);
    const { share } = shared;
    const places = payload.cursors.flatMap((each, place) =>
      each === cursor && payload.offsets[place]! >= share.start ? [place] : [],
    );
    const offsets = places.map((place) => payload.offsets[place]!);
    const types = places.map((place) => payload.types[place]!);
    const untilNs = lockEndNs(run, settings);
    const said = { offsets, types };
    if (!acknowledge(share, payload.member, said, deliveriesMax(run, shared.cursor), untilNs)) continue;
    offsets.forEach((offset, place) => {
      const hop = HOPS[types[place]!];
      if (hop !== undefined) settleRecord(run, cursor, offset, hop);
    });
    bringUpToDate(run, cursor);
  }
  release(run.acknowledgements, row);
  return cursors;
}
