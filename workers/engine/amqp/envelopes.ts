/** Envelopes of publishers: one for each key that their routing keys or headers depend on. */
import { headersOf } from '../../scenario/amqp/header-text.ts';
import type { HeaderTable } from '../../scenario/amqp/headers.ts';
import { addEnvelope, letGo } from '../brokers/amqp/envelopes.ts';
import { growInt32 } from '../core/columns.ts';
import { keyText } from '../keys.ts';
import { FIXED_KEYS_AT } from '../ledger/messages.ts';
import type { Run } from '../state.ts';
import type { AmqpPublisher, AmqpSource } from './amqp-state.ts';

/** Of so many keys of a kind the envelopes are kept; those of others are made for each message. */
const COUNTED_KEPT = 65_536;
const FIXED_KEPT = 4096;

/** Where a key's envelope is kept, -1 for nowhere. */
function placeOf(key: number): number {
  if (key < 0) return 0;
  if (key < COUNTED_KEPT) return key + 1;
  const fixed = key - FIXED_KEYS_AT;
  return fixed >= 0 && fixed < FIXED_KEPT ? COUNTED_KEPT + 1 + fixed : -1;
}

/** The envelope for a message of that key. One that is not kept is held for the caller, who lets it go: see `releaseEnvelope`. */
export function envelopeFor(run: Run, publisher: AmqpPublisher, source: AmqpSource, key: number): number {
  const place = source.keyed ? placeOf(key) : 0;
  if (place < 0) return newEnvelope(run, source, key);
  const known = place < publisher.envelopes.length ? publisher.envelopes[place]! : 0;
  if (known > 0) return known - 1;
  const envelope = newEnvelope(run, source, key);
  publisher.envelopes = growInt32(publisher.envelopes, place + 1);
  publisher.envelopes[place] = envelope + 1;
  return envelope;
}

/** The message has been published. */
export function releaseEnvelope(run: Run, source: AmqpSource, key: number, envelope: number): void {
  if (source.keyed && placeOf(key) < 0) letGo(run.amqp.broker, envelope);
}

/** The settings have changed, or the publisher is gone. */
export function forgetEnvelopes(run: Run, publisher: AmqpPublisher): void {
  for (const each of publisher.envelopes) if (each > 0) letGo(run.amqp.broker, each - 1);
  publisher.envelopes = new Int32Array(0);
}

function newEnvelope(run: Run, source: AmqpSource, key: number): number {
  const { settings, exchange } = source;
  const text = keyText(run, key) ?? '';
  return addEnvelope(run.amqp.broker, {
    exchange,
    key: exchange === '' ? settings.to : withKey(settings.routingKey, text),
    headers: headersWithKey(settings.headers, text),
    cc: linesOf(settings.cc, text),
    bcc: linesOf(settings.bcc, text),
  });
}

function linesOf(text: string, key: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => withKey(line, key));
}

/** What stands in routing keys and headers for the key of the message. */
export const KEY_SIGN = '{key}';

function withKey(text: string, key: string): string {
  return text.replaceAll(KEY_SIGN, key);
}

function headersWithKey(lines: string, key: string): HeaderTable {
  return headersOf(lines).map(
    ([name, value]) => [name, typeof value === 'string' ? withKey(value, key) : value] as const,
  );
}
