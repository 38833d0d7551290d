/** Live copies of messages in queues of SQS, and on their way to and from them. */
import { slotOf } from '../ledger/ledger.ts';
import type { Run } from '../state.ts';

/** See `eachCopy`. */
export function eachSqsCopy(run: Run, tell: (row: number, slot: number) => void): void {
  const { places, receivers, feeds, deliveries, routes } = run.sqs;
  for (const { queue, subscription } of places) {
    const { rows } = queue;
    for (let row = 0; row < rows.used; row += 1)
      if (rows.state[row] !== 0) tell(rows.message[row]!, slotOf(run, rows.message[row]!, subscription));
  }
  for (const { inbound, feed } of receivers) {
    const { subscription } = places[feeds[feed]!.place]!;
    for (let i = 0; i < inbound.length; i += 2) tell(inbound[i]!, slotOf(run, inbound[i]!, subscription));
  }
  for (const delivery of deliveries.rows) {
    if (delivery === null) continue;
    const { route, row } = delivery;
    tell(row, slotOf(run, row, places[routes[route]!.place]!.subscription));
  }
}
