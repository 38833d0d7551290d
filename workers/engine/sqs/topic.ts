/** A topic of SNS: it keeps nothing, and sends a copy of each message on to every queue whose policy lets it pass. */
import { passes } from '../../scenario/sns/filter-policy.ts';
import { NONE } from '../brokers/sqs/queue-state.ts';
import { SENT, sendMessage } from '../brokers/sqs/send.ts';
import { removeFrom } from '../core/columns.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { keyText } from '../keys.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { M } from '../ledger/layout.ts';
import { addChance, dropChance, oweTo, slotOf } from '../ledger/ledger.ts';
import { isLost, latencyNs } from '../network.ts';
import { FLIGHT_OF } from '../observe/flights.ts';
import { allocate, release, rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { noteSqsFlight } from './flights.ts';
import { beginPlace, endPlace } from './place.ts';
import type { SnsDelivery, SqsSource } from './sqs-state.ts';

/** What SNS takes. */
export const SNS_BYTES_MAX = 262_144;
/** A message that is not delivered raw is wrapped into a JSON text, about so much longer. */
const WRAPPING_BYTES = 600;

/** [SN2] Whether a message is for a subscription, by its policy. */
export function isForRoute(run: Run, index: number, source: SqsSource, row: number): boolean {
  const route = run.sqs.routes[index]!;
  if (route.policy === null) return true;
  const attributes = {
    key: keyText(run, run.messages.int[row + M.key]!),
    source: run.edges[source.edge]!.from,
    bytes: run.messages.int[row + M.bytes]!,
  };
  if (passes(route.policy, attributes)) return true;
  route.filtered += 1;
  return false;
}

/**
 * [SN1] A copy sets out to a subscription. [SN6] Of a FIFO topic it waits until the one before it in its group is there.
 *
 * @param group MessageGroupId, and `deduplicationId`: NONE without one
 */
export function sendOn(run: Run, index: number, row: number, group: number, deduplicationId: number): void {
  const route = run.sqs.routes[index]!;
  addChance(run, row, oweTo(run, row, run.sqs.places[route.place]!.subscription));
  const delivery = allocate(run.sqs.deliveries, newDelivery);
  Object.assign(rowOf(run.sqs.deliveries, delivery), { route: index, row, attempts: 0, group, deduplicationId });
  rowOf(run.sqs.deliveries, delivery).next = NONE;
  if (run.sqs.topics[route.topic]!.settings.fifo) {
    const line = route.lines.find((each) => each.group === group);
    if (line !== undefined) {
      rowOf(run.sqs.deliveries, line.last).next = delivery;
      line.last = delivery;
      return;
    }
    route.lines.push({ group, last: delivery });
  }
  deliver(run, delivery);
}

/** A delivery is over: the next one of its group sets out. */
function endDelivery(run: Run, index: number): void {
  const { route, next } = rowOf(run.sqs.deliveries, index);
  const { lines } = run.sqs.routes[route]!;
  release(run.sqs.deliveries, index);
  if (next !== NONE) {
    deliver(run, next);
    return;
  }
  const line = lines.findIndex(({ last }) => last === index);
  if (line >= 0) removeFrom(lines, line);
}

function newDelivery(): SnsDelivery {
  return { route: 0, row: 0, attempts: 0, group: NONE, deduplicationId: NONE, next: NONE };
}

function deliver(run: Run, index: number): void {
  const delivery = rowOf(run.sqs.deliveries, index);
  const route = run.sqs.routes[delivery.route]!;
  const edge = run.edges[route.edge]!;
  delivery.attempts += 1;
  const delayNs = latencyNs(run, edge, edge.forward);
  const lost = edge.cut || isLost(run, edge.forward);
  const kind = lost ? FLIGHT_OF.lostData : delivery.attempts > 1 ? FLIGHT_OF.retry : FLIGHT_OF.data;
  noteSqsFlight(run, route.edge, run.nowNs + delayNs, kind, 1, run.messages.int[delivery.row + M.key]!);
  const waitNs = lost ? delayNs + restNs(delivery.attempts) : delayNs;
  at(run, run.nowNs + waitNs, PRIORITY.broker, lost ? OP.snsTriesAgain : OP.snsArrives, index, run.nowNs);
}

/** [SN4] Three tries at once, two a second apart, ten with a backoff up to 20 s, then every 20 s. At least a millisecond. */
function restNs(attempts: number): number {
  if (attempts < 3) return 1e6;
  if (attempts < 5) return 1e9;
  return Math.min(20e9, 1e9 * (attempts - 3));
}

/** The copy is at its queue, unless its edge was cut on the way. */
export function snsArrives(run: Run, index: number, sentNs: number): void {
  const { route: routeIndex, row, attempts, group, deduplicationId } = rowOf(run.sqs.deliveries, index);
  const route = run.sqs.routes[routeIndex]!;
  const place = run.sqs.places[route.place]!;
  const edge = run.edges[route.edge]!;
  if (!route.gone && !place.gone && (edge.cut || edge.lastCutNs >= sentNs)) {
    at(run, run.nowNs + restNs(attempts), PRIORITY.broker, OP.snsTriesAgain, index);
    return;
  }
  endDelivery(run, index);
  if (route.gone || place.gone) {
    dropChance(run, row, slotOf(run, row, place.subscription));
    return;
  }
  beginPlace(run, place);
  const bytes = run.messages.int[row + M.bytes]! + (route.settings.rawMessageDelivery ? 0 : WRAPPING_BYTES);
  const sent = sendMessage(
    place.queue,
    {
      message: row,
      bytes,
      group,
      deduplicationId: place.settings.fifo ? deduplicationId : NONE,
      contentId: run.messages.num[row + M.id]!,
      delayNs: NONE,
    },
    run.nowNs,
  );
  if (sent === SENT.accepted) {
    route.delivered += 1;
    noteHop(run, row, HOP.queued, place.subscription, -1, -1);
  } else dropChance(run, row, slotOf(run, row, place.subscription));
  endPlace(run, route.place);
}

/** The copy is sent again. */
export function snsTriesAgain(run: Run, index: number): void {
  const { route, row } = rowOf(run.sqs.deliveries, index);
  const { gone, place } = run.sqs.routes[route]!;
  if (!gone) {
    deliver(run, index);
    return;
  }
  endDelivery(run, index);
  dropChance(run, row, slotOf(run, row, run.sqs.places[place]!.subscription));
}
