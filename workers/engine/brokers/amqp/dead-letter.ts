/**
 * Dead letters: what a queue does with messages that were rejected, have expired, were pushed out, or came back too often.
 * They are published again when the operation that killed them is over, as the broker does it: by a message to the next queue.
 *
 * Source: rabbit_dead_letter.erl, rabbitmq.com/docs/dlx.
 */
import { copyPlain } from '../../core/plain.ts';
import { COPY } from './copies.ts';
import { DEATH_REASONS, NOTE, REASON } from './codes.ts';
import { dropCopy, letGo, keepEnvelope } from './envelopes.ts';
import { tell } from './outbox.ts';
import { accept, isRefused, type Parcel } from './accept.ts';
import { keepDead } from './later.ts';
import { routeOf } from './routing.ts';
import { KIND, type Broker, type Death, type Envelope, type Queue } from './state.ts';

/** Sends what has died to where it goes, and what dies of that. Ends, because a circle without a rejection is cut. */
export function bury(broker: Broker, nowNs: number): void {
  if (broker.dying.length === 0) return;
  for (let i = 0; i < broker.dying.length; i += 1) {
    buryOne(broker, broker.dying[i]!, broker.dyingReasons[i]!, nowNs);
  }
  broker.dying = [];
  broker.dyingReasons = [];
}

function buryOne(broker: Broker, copy: number, reason: number, nowNs: number): void {
  const { copies } = broker;
  const index = copies.queue[copy]!;
  const queue = broker.queues[index]!;
  const message = copies.message[copy]!;
  const { deadLetterExchange } = queue.arguments;
  if (deadLetterExchange === null) {
    tell(broker, NOTE.dropped, message, index, reason);
    dropCopy(broker, copy);
    return;
  }
  const before = broker.envelopes[copies.envelope[copy]!]!;
  const expirationNs = copies.ttlNs[copy]! < 0 ? null : copies.ttlNs[copy]!;
  const envelope = deadEnvelope(before, queue, DEATH_REASONS[reason]!, nowNs, expirationNs);
  const parcel: Parcel = {
    message,
    envelope: keepEnvelope(broker, envelope),
    bytes: copies.bytes[copy]!,
    priority: copies.priority[copy]!,
    persistent: (copies.flags[copy]! & COPY.persistent) !== 0,
    ttlNs: -1,
  };
  if (isKept(broker, queue, parcel, reason)) {
    letGo(broker, parcel.envelope);
    keepDead(broker, copy, reason, nowNs);
    return;
  }
  dropCopy(broker, copy);
  const sent = sendOn(broker, parcel, reason, nowNs);
  tell(broker, sent ? NOTE.deadLettered : NOTE.deadLetterLost, message, index, reason);
  letGo(broker, parcel.envelope);
}

/** [RD7] Whether a queue that gives up nothing before it has arrived must wait: nobody is there for it, or somebody refuses it. */
function isKept(
  broker: Broker,
  { kind, arguments: given }: Queue,
  { envelope, bytes }: Parcel,
  reason: number,
): boolean {
  if (given.deadLetterStrategy !== 'at-least-once' || given.overflow !== 'reject-publish') return false;
  if (kind !== KIND.quorum) return false;
  const route = routeOf(broker, envelope);
  const { deaths } = broker.envelopes[envelope]!;
  const targets = route.filter((target) => reason === REASON.rejected || !isCycle(deaths, broker.queues[target]!.name));
  return route.length === 0 || targets.some((target) => isRefused(broker.queues[target]!, bytes));
}

/**
 * Puts a dead letter into the queues that its exchange has for it, except those that it would reach in a circle. False if none
 * takes it.
 */
function sendOn(broker: Broker, parcel: Parcel, reason: number, nowNs: number): boolean {
  const envelope = broker.envelopes[parcel.envelope]!;
  let sent = false;
  for (const target of routeOf(broker, parcel.envelope)) {
    if (reason !== REASON.rejected && isCycle(envelope.deaths, broker.queues[target]!.name)) continue;
    if (accept(broker, target, parcel, true, nowNs) || deadLettersRefused(broker, target)) sent = true;
  }
  return sent;
}

/** What it refuses goes on to its own dead letters. */
function deadLettersRefused(broker: Broker, target: number): boolean {
  const { overflow, deadLetterExchange } = broker.queues[target]!.arguments;
  return overflow === 'reject-publish-dlx' && deadLetterExchange !== null;
}

/** Whether a queue is met again in a circle that no rejection is part of. */
function isCycle(deaths: readonly Death[], queue: string): boolean {
  const end = deaths.findIndex((death) => death.queue === queue);
  return end >= 0 && deaths.slice(0, end + 1).every(({ reason }) => reason !== 'rejected');
}

function deadEnvelope(
  before: Envelope,
  queue: Queue,
  reason: Death['reason'],
  atNs: number,
  originalExpirationNs: number | null,
): Envelope {
  const { deadLetterExchange, deadLetterRoutingKey: key } = queue.arguments;
  const known = before.deaths.find((death) => death.queue === queue.name && death.reason === reason);
  const death: Death =
    known === undefined
      ? {
          queue: queue.name,
          reason,
          count: 1,
          exchange: before.exchange,
          routingKeys: [before.key, ...before.cc],
          atNs,
          originalExpirationNs,
        }
      : { ...known, count: known.count + 1 };
  return {
    exchange: deadLetterExchange!,
    key: key ?? before.key,
    // Nothing is shared with the envelope before: state is a tree.
    headers: copyPlain(before.headers),
    cc: key === null ? [...before.cc] : [],
    bcc: key === null ? [...before.bcc] : [],
    deaths: copyPlain([death, ...before.deaths.filter((other) => other !== known)]),
    firstDeath:
      before.firstDeath === null ? { queue: queue.name, reason, exchange: before.exchange } : { ...before.firstDeath },
    route: [],
    matched: [],
    version: -1,
    uses: 0,
  };
}
