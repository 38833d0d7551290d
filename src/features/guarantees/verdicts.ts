/** Verdicts in words: the strongest guarantee that the run did not contradict, and what contradicted the stronger ones. */
import { writeAmount, writeCount, writeDuration } from '../../ui/numbers.ts';
import type { SubscriptionReport } from '../../simulation/polling.ts';

/** How a verdict should strike the eye. */
export type Tone = 'untested' | 'kept' | 'weakened' | 'broken';

export interface Verdict {
  readonly title: string;
  readonly tone: Tone;
  /** One or two sentences: why this and nothing stronger. */
  readonly because: string;
}

/** The delivery verdict of a subscription. Before anything was applied or lost there is nothing to judge by. */
export function deliveryVerdict(subscription: SubscriptionReport): Verdict {
  const { verdict, applied, lost, gone, expired, dropped, duplicateEffects, unexpected } = subscription;
  if (applied + lost + gone + expired + dropped + unexpected === 0) {
    return { title: 'Not tested yet', tone: 'untested', because: 'Nothing has been applied so far.' };
  }
  const losses = lostInWords(subscription);
  const doubles = writeAmount(duplicateEffects, 'effect');
  switch (verdict) {
    case 'exactly-once effect':
      return {
        title: 'Exactly-once effect',
        tone: 'kept',
        because: `All ${writeAmount(applied, 'applied message')} took effect once, and none that was acknowledged is lost.${repeatedInWords(subscription)}`,
      };
    case 'at-least-once':
      return {
        title: 'At least once',
        tone: 'weakened',
        because: `${doubledInWords(subscription, doubles)}; nothing acknowledged is lost.`,
      };
    case 'at-most-once':
      return { title: 'At most once', tone: 'weakened', because: `${losses}; no effect took place twice.` };
    case 'none':
      return {
        title: 'No guarantee',
        tone: 'broken',
        because:
          unexpected > 0
            ? `${writeAmount(unexpected, 'message was', 'messages were')} applied although refused or aborted.`
            : `${losses}, and ${doubles} took place again.`,
      };
    default:
      return verdict satisfies never;
  }
}

function doubledInWords({ duplicateEffects, unexpected }: SubscriptionReport, doubles: string): string {
  const aborted = `${writeAmount(unexpected, 'message was', 'messages were')} applied although refused or aborted`;
  if (unexpected === 0) return `${doubles} took place again`;
  return duplicateEffects === 0 ? aborted : `${doubles} took place again, ${aborted}`;
}

/** What a transaction does not cover. */
function repeatedInWords({ repeatedWork }: SubscriptionReport): string {
  if (repeatedWork === 0) return '';
  const times = repeatedWork === 1 ? 'once' : `${writeCount(repeatedWork)} times`;
  return ` That is what its transactions cover: the work itself was done again ${times}, with whatever it does outside of Kafka.`;
}

function lostInWords({ lost, gone, expired, dropped }: SubscriptionReport): string {
  const named = [
    [lost, 'lost'],
    [expired, 'expired unread'],
    [dropped, 'dropped by rule'],
    [gone, 'gone without anybody knowing'],
  ] as const;
  const [first, ...others] = named.filter(([count]) => count > 0);
  if (first === undefined) return 'Nothing is lost';
  const words = [`${writeAmount(first[0], 'message')} ${first[1]}`];
  for (const [count, word] of others) words.push(`${writeCount(count)} ${word}`);
  return words.join(', ');
}

/** The order verdict of a subscription, with the causes of disorder where there was any. */
export function orderVerdict(subscription: SubscriptionReport): Verdict {
  const { order, applied, outOfOrderGlobal, outOfOrderPerKey, disorderDistanceMax } = subscription;
  if (applied < 2) {
    return { title: 'Order not tested yet', tone: 'untested', because: 'Order needs two applied messages.' };
  }
  const causes = causesInWords(subscription);
  switch (order) {
    case 'global':
      return { title: 'In order', tone: 'kept', because: 'Every message was applied in the order of its source.' };
    case 'per key':
      return {
        title: 'In order per key',
        tone: 'kept',
        because: `Messages of one key kept their order; across keys ${writeAmount(outOfOrderGlobal, 'was', 'were')} overtaken${causes}.`,
      };
    case 'none':
      return {
        title: 'Out of order',
        tone: 'broken',
        because: `${writeAmount(outOfOrderPerKey, 'message')} came after a later one of the same key, by up to ${writeAmount(disorderDistanceMax, 'place')}${causes}.`,
      };
    default:
      return order satisfies never;
  }
}

/** ": 12 by retry, 3 by rebalance", largest first; empty where the report knows no causes. */
function causesInWords({ disorderCauses }: SubscriptionReport): string {
  const named = Object.entries(disorderCauses)
    .filter(([, count]) => count > 0)
    .sort(([left, a], [right, b]) => b - a || (left < right ? -1 : 1));
  if (named.length === 0) return '';
  return `: ${named.map(([cause, count]) => `${count.toLocaleString('en')} by ${cause}`).join(', ')}`;
}

/** "p50 12 ms · p99 340 ms", or null while nothing was measured. */
export function latencyInWords({ latency }: SubscriptionReport): string | null {
  if (latency === null) return null;
  return `p50 ${writeDuration(latency.p50Ms)} · p99 ${writeDuration(latency.p99Ms)}`;
}
