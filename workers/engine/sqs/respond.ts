/** A queue's answer to a receive, on its way to the client. */
import type { SqsOutput } from '../brokers/sqs/output.ts';
import { empty } from '../core/columns.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { M } from '../ledger/layout.ts';
import { addChance, dropChance, slotOf } from '../ledger/ledger.ts';
import { isLost, latencyNs } from '../network.ts';
import { FLIGHT_OF } from '../observe/flights.ts';
import type { Run } from '../state.ts';
import { furtherRequests } from './cost.ts';
import { noteSqsFlight } from './flights.ts';
import type { SqsFeed, SqsReceiver } from './sqs-state.ts';

export function feedOf(run: Run, receiver: SqsReceiver): SqsFeed {
  return run.sqs.feeds[receiver.feed]!;
}

/** A queue answers a receive: what it gives is one more copy that may be applied, from now on. */
export function respond(run: Run, index: number, out: SqsOutput, from: number, to: number): void {
  const receiver = run.sqs.receivers[index]!;
  const feed = feedOf(run, receiver);
  const place = run.sqs.places[feed.place]!;
  const edge = run.edges[feed.edge]!;
  if (from === to) place.emptyReceives += 1;
  const delayNs = latencyNs(run, edge, edge.forward);
  let bytes = 0;
  for (let i = from; i < to; i += 1) {
    const row = out.message[i]!;
    bytes += run.messages.int[row + M.bytes]!;
    addChance(run, row, slotOf(run, row, place.subscription));
    receiver.inbound.push(row, out.handle[i]!);
  }
  place.furtherRequests += furtherRequests(bytes);
  const lost = edge.cut || edge.dropAcks || isLost(run, edge.forward);
  if (to > from) {
    const kind = lost ? FLIGHT_OF.lostData : FLIGHT_OF.data;
    const color = run.messages.int[out.message[from]! + M.key]!;
    const { index: number } = run.instances[receiver.instance]!;
    noteSqsFlight(run, feed.edge, run.nowNs + delayNs, kind, to - from, color, number);
  }
  if (lost) dropInbound(run, receiver);
  else at(run, run.nowNs + delayNs, PRIORITY.client, OP.sqsReceiveReturns, index, receiver.ticket);
}

/** What an answer carried is hidden at the queue, and comes back in time. */
export function dropInbound(run: Run, receiver: SqsReceiver): void {
  const { subscription } = run.sqs.places[feedOf(run, receiver).place]!;
  const { inbound } = receiver;
  for (let i = 0; i < inbound.length; i += 2) {
    noteHop(run, inbound[i]!, HOP.responseLost, run.messages.int[inbound[i]! + M.source]!, -1, -1);
    dropChance(run, inbound[i]!, slotOf(run, inbound[i]!, subscription));
  }
  empty(inbound);
}
