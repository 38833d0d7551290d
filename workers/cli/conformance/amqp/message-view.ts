/** What a client sees of a message. */
import type { HeaderValue } from '../../../scenario/amqp/headers.ts';
import { COPY } from '../../../engine/brokers/amqp/copies.ts';
import { KIND, type Broker, type Death, type Envelope } from '../../../engine/brokers/amqp/state.ts';
import { NS_PER_MS } from '../../../engine/core/time.ts';
import { shownValue } from './stage.ts';

export interface MessageView {
  readonly body: string;
  readonly redelivered: boolean;
  readonly exchange: string;
  readonly key: string;
  readonly priority?: number;
  readonly expiration?: string;
  readonly headers?: Readonly<Record<string, HeaderValue>>;
}

/** @param got whether it was asked for by basic.get: then a quorum queue tells also a count of 0 */
export function viewOf(broker: Broker, bodies: readonly string[], copy: number, got: boolean): MessageView {
  const { copies } = broker;
  const envelope = broker.envelopes[copies.envelope[copy]!]!;
  const headers = { ...headersOf(envelope), ...headersOfQueue(broker, copy, got) };
  const priority = copies.priority[copy]!;
  const ttlNs = copies.ttlNs[copy]!;
  return {
    body: bodies[copies.message[copy]!]!,
    redelivered: (copies.flags[copy]! & COPY.redelivered) !== 0,
    exchange: envelope.exchange,
    key: envelope.key,
    ...(priority >= 0 && { priority }),
    ...(ttlNs >= 0 && { expiration: `${ttlNs / NS_PER_MS}` }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
}

function headersOf({ headers, cc, deaths, firstDeath }: Envelope): Record<string, HeaderValue> {
  return {
    ...Object.fromEntries(headers.map(([name, value]) => [name, shownValue(value)])),
    ...(cc.length > 0 && { CC: cc }),
    ...(deaths.length > 0 && { 'x-death': deaths.map(deathView) }),
    ...(firstDeath !== null && {
      'x-first-death-exchange': firstDeath.exchange,
      'x-first-death-queue': firstDeath.queue,
      'x-first-death-reason': firstDeath.reason,
    }),
  };
}

/** An entry of `x-death` without its time, which no two runs have in common. */
function deathView({ count, reason, queue, exchange, routingKeys, originalExpirationNs }: Death): HeaderValue {
  return {
    count,
    reason,
    queue,
    exchange,
    'routing-keys': [...routingKeys],
    ...(originalExpirationNs !== null && { 'original-expiration': `${originalExpirationNs / NS_PER_MS}` }),
  };
}

function headersOfQueue(broker: Broker, copy: number, got: boolean): Record<string, HeaderValue> {
  const { copies } = broker;
  const { kind } = broker.queues[copies.queue[copy]!]!;
  if (kind === KIND.stream) return { 'x-stream-offset': copies.order[copy]! };
  const count = copies.returns[copy]!;
  return kind === KIND.quorum && (got || count > 0) ? { 'x-delivery-count': count } : {};
}
