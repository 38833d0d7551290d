/** A topic of SNS: it keeps nothing, and sends a copy of each message on to every queue whose policy lets it pass. */
import { passes } from '../../scenario/sns/filter-policy.ts';
import { NONE } from '../brokers/sqs/queue-state.ts';
import { SENT, sendMessage } from '../brokers/sqs/send.ts';
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
import type { SnsDelivery, SnsTopic, SqsSource } from './sqs-state.ts';

/** What SNS takes. */
export const SNS_BYTES_MAX = 262_144;
/** A message that is not delivered raw is wrapped into a JSON text, about so much longer. */
const WRAPPING_BYTES = 600;

/** [SN1] [SN2] A copy to each subscription whose policy lets the message pass; only to those it is owed. */
export function fanOut(run: Run, topic: SnsTopic, source: SqsSource, row: number): void {
  for (const index of topic.routes) {
    const route = run.sqs.routes[index]!;
    const attributes = {
      key: keyText(run, run.messages.int[row + M.key]!),
      source: run.edges[source.edge]!.from,
      bytes: run.messages.int[row + M.bytes]!,
    };
    if (route.policy !== null && !passes(route.policy, attributes)) {
      route.filtered += 1;
      continue;
    }
    addChance(run, row, oweTo(run, row, run.sqs.places[route.place]!.subscription));
    const delivery = allocate(run.sqs.deliveries, newDelivery);
    Object.assign(rowOf(run.sqs.deliveries, delivery), { route: index, row, attempts: 0 });
    deliver(run, delivery);
  }
}

function newDelivery(): SnsDelivery {
  return { route: 0, row: 0, attempts: 0 };
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
  const { route: routeIndex, row, attempts } = rowOf(run.sqs.deliveries, index);
  const route = run.sqs.routes[routeIndex]!;
  const place = run.sqs.places[route.place]!;
  const edge = run.edges[route.edge]!;
  if (!route.gone && !place.gone && (edge.cut || edge.lastCutNs >= sentNs)) {
    at(run, run.nowNs + restNs(attempts), PRIORITY.broker, OP.snsTriesAgain, index);
    return;
  }
  release(run.sqs.deliveries, index);
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
      group: NONE,
      deduplicationId: NONE,
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
  release(run.sqs.deliveries, index);
  dropChance(run, row, slotOf(run, row, run.sqs.places[place]!.subscription));
}
