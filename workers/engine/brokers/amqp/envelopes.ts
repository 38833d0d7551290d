/** Envelopes: where messages were published to and with which headers. Messages that have that in common share one. */
import type { HeaderTable } from '../../../scenario/amqp/headers.ts';
import { freeRow } from './copies.ts';
import type { Broker, Envelope } from './state.ts';

export interface Address {
  /** Empty for the default exchange. */
  readonly exchange: string;
  readonly key: string;
  readonly headers: HeaderTable;
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
}

/** A new envelope. Its maker holds it until `letGo`; copies under it hold it too. */
export function addEnvelope(broker: Broker, address: Address): number {
  return keepEnvelope(broker, {
    exchange: address.exchange,
    key: address.key,
    headers: address.headers,
    cc: address.cc ?? [],
    bcc: address.bcc ?? [],
    deaths: [],
    firstDeath: null,
    route: [],
    matched: [],
    version: -1,
    uses: 0,
  });
}

export function keepEnvelope(broker: Broker, envelope: Envelope): number {
  envelope.uses += 1;
  const free = broker.freeEnvelopes.pop();
  if (free !== undefined) {
    broker.envelopes[free] = envelope;
    return free;
  }
  broker.envelopes.push(envelope);
  return broker.envelopes.length - 1;
}

/** One holder of an envelope less; without any it is gone. */
export function letGo(broker: Broker, index: number): void {
  const envelope = broker.envelopes[index]!;
  envelope.uses -= 1;
  if (envelope.uses === 0) broker.freeEnvelopes.push(index);
}

/** A copy is no more. */
export function dropCopy(broker: Broker, copy: number): void {
  letGo(broker, broker.copies.envelope[copy]!);
  freeRow(broker.copies, copy);
}
