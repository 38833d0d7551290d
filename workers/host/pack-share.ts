/** Packing of share groups: what their members have in hand, record by record. Reads the run, changes nothing. */
import type { Run } from '../engine/engine.ts';
import type { CursorState, LogSubscription, PartitionState } from '../engine/brokers/log/log-state.ts';
import type { SharePartition } from '../engine/brokers/log/share/share-partition.ts';
import { CELLS, POSITION, SHARE, SHARE_CELL, SHARE_STATE, type SubscriptionBlock } from '../protocol/frame.ts';

/** Bits that a double holds exactly. */
const READERS_SHOWN = 52;
/** By the engine's own states. */
const STATES = [SHARE_STATE.available, SHARE_STATE.acquired, SHARE_STATE.acknowledged, SHARE_STATE.archived] as const;

/** The windows of a share group, and who reads which partition. */
export function packShares(
  run: Run,
  subscription: LogSubscription,
  block: SubscriptionBlock,
  values: Float64Array,
): void {
  const { members } = run.groups[subscription.group]!;
  const topic = run.topics[subscription.topic]!;
  subscription.cursors.forEach((index, partition) => {
    const cursor = run.cursors[index]!;
    const at = block.sharesAt + partition * SHARE.size;
    if (cursor.share !== null) packWindow(cursor.share, topic.partitions[partition]!, members, at, values);
    values[block.positionsAt + partition * POSITION.size + POSITION.readers] = readersOf(run, cursor, index, members);
  });
}

function readersOf(run: Run, cursor: CursorState, index: number, members: readonly number[]): number {
  let bits = 0;
  members.slice(0, READERS_SHOWN).forEach((member, place) => {
    const instance = run.instances[run.members[member]!.instance]!;
    const reads = instance.readers.some((reader) => run.readers[reader]!.cursors.includes(index));
    if (instance.member === member && reads && cursor.share !== null) bits += 2 ** place;
  });
  return bits;
}

function packWindow(
  share: SharePartition,
  log: PartitionState,
  members: readonly number[],
  at: number,
  values: Float64Array,
): void {
  values[at + SHARE.start] = share.start;
  values[at + SHARE.end] = share.end;
  values[at + SHARE.available] = share.available;
  values[at + SHARE.done] = share.final;
  values[at + SHARE.acquired] = share.end - share.start - share.available - share.final;
  const first = Math.max(log.start, log.end - CELLS);
  for (let offset = Math.max(first, share.start); offset < share.end; offset += 1) {
    const cell = at + SHARE.cellsAt + SHARE_CELL.size * (offset - first);
    const i = offset & share.mask;
    const state = STATES[share.state[i]!]!;
    values[cell + SHARE_CELL.state] = state;
    values[cell + SHARE_CELL.deliveries] = share.deliveries[i]!;
    values[cell + SHARE_CELL.holder] = state === SHARE_STATE.acquired ? members.indexOf(share.member[i]!) : -1;
    values[cell + SHARE_CELL.lockEndsNs] = state === SHARE_STATE.acquired ? share.lockEndsNs[i]! : 0;
  }
}
