/** What is done to a queue by hand: it is emptied, or its dead letters are moved back. */
import { REASON } from '../brokers/amqp/codes.ts';
import { purgeQueue } from '../brokers/sqs/sqs.ts';
import { startMove } from '../brokers/sqs/time.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { dropChance, slotOf } from '../ledger/ledger.ts';
import { TAKEN } from '../ledger/messages.ts';
import type { Run } from '../state.ts';
import { beginPlace, endPlace, touchPlace } from './place.ts';

/** [SQ15] PurgeQueue: what is in the queue is no more; what clients have received they go on working on. */
export function purgeSqs(run: Run, index: number): void {
  const place = run.sqs.places[index]!;
  if (place.gone) return;
  // What is over anyway is not purged.
  touchPlace(run, index);
  const out = beginPlace(run, place);
  purgeQueue(place.queue, out, run.nowNs);
  for (let i = 0; i < out.gone; i += 1) {
    const row = out.goneMessage[i]!;
    noteHop(run, row, HOP.removed, place.subscription, -1, REASON.purged);
    dropChance(run, row, slotOf(run, row, place.subscription), TAKEN.byPurge);
  }
  out.gone = 0;
  endPlace(run, index);
}

/** Dead letters a second that a task moves where no redrive policy says it. */
const PER_SECOND = 500;

/** [SQ14] StartMessageMoveTask: dead letters go back to where they came from. Nothing happens while that is being done. */
export function redriveSqs(run: Run, index: number): void {
  const { queue, gone } = run.sqs.places[index]!;
  if (gone) return;
  const policy = run.sqs.redrives.findLast((redrive) => !redrive.gone && redrive.to === index);
  if (startMove(queue, policy?.settings.moveBackPerSecond ?? PER_SECOND, run.nowNs)) touchPlace(run, index);
}
