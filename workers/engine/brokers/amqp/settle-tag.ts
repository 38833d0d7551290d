/** basic.ack, basic.nack, basic.reject and basic.recover, as clients say them: by delivery tag. */
import { preconditionFailed, type Refusal } from '../../../scenario/amqp/refusal.ts';
import { refuseChannel } from './channels.ts';
import { outstanding } from './holding.ts';
import { outcomeOfNack, settle, settleAll, type Outcome } from './settle.ts';
import type { Broker } from './state.ts';

/**
 * Settles what a tag stands for. A tag that is not outstanding closes the channel, and what it held
 * goes back.
 *
 * @param multiple all outstanding ones up to the tag, and with tag 0 all there are
 */
export function settleTag(
  broker: Broker,
  channel: number,
  tag: number,
  multiple: boolean,
  outcome: Outcome,
  nowNs: number,
): Refusal | null {
  const list = outstanding(broker, channel);
  const at = list.findIndex((copy) => broker.copies.tag[copy] === tag);
  const all = multiple && tag === 0;
  if (at < 0 && !all) {
    return refuseChannel(broker, channel, preconditionFailed(`unknown delivery tag ${tag}`), nowNs);
  }
  if (all) settleAll(broker, list, outcome, nowNs);
  else if (multiple) settleAll(broker, list.slice(0, at + 1), outcome, nowNs);
  else settle(broker, list[at]!, outcome, nowNs);
  return null;
}

/** basic.recover: everything a channel holds goes back. */
export function recover(broker: Broker, channel: number, nowNs: number): void {
  settleAll(broker, outstanding(broker, channel), outcomeOfNack(broker, true), nowNs);
}
