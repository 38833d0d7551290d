/** What the steps of one recorded AMQP run share, and how deliveries reach the consumers. */
import { getMessage } from '../../../engine/brokers/amqp/consumers.ts';
import { NOTE } from '../../../engine/brokers/amqp/codes.ts';
import { dropCopy } from '../../../engine/brokers/amqp/envelopes.ts';
import { clearDeliveries, clearNotes } from '../../../engine/brokers/amqp/outbox.ts';
import { OUTCOME, outcomeOfNack, settle, type Outcome } from '../../../engine/brokers/amqp/settle.ts';
import type { Refusal } from '../../../scenario/amqp/refusal.ts';
import { viewOf, type MessageView } from './message-view.ts';
import { channelOf, createStage, isRefusal, NotPlayable, type Stage } from './stage.ts';

/** A delivery that its consumer has not settled. */
export interface Held {
  readonly body: string;
  readonly channel: number;
  readonly tag: number;
}

interface Reader {
  readonly name: string;
  readonly onMessage: 'hold' | 'ack' | 'reject' | 'requeue';
}

export interface Play {
  readonly stage: Stage;
  /** By the broker's number of the consumer. */
  readonly readers: Map<number, Reader>;
  readonly held: Map<string, readonly Held[]>;
  /** Deliveries, and consumers that the broker cancelled, since the last step that asked. */
  inbox: Map<string, MessageView[]>;
  cancelled: string[];
  /** Everything that anybody ever received, in order, by who read it. */
  readonly received: Map<string, MessageView[]>;
  readonly told: { refused: string[]; returned: string[] };
  /** Queues that were declared, with their types, in order. */
  readonly declared: Map<string, string>;
}

export function createPlay(): Play {
  return {
    stage: createStage(),
    readers: new Map(),
    held: new Map(),
    inbox: new Map(),
    cancelled: [],
    received: new Map(),
    told: { refused: [], returned: [] },
    declared: new Map(),
  };
}

/** More deliveries than these at one instant are a circle that would never end. */
const DELIVERIES_MAX = 20_000;

/** Hands deliveries to their consumers, who answer at once if they are of that kind, until there are none. */
export function pump(play: Play): void {
  const { broker } = play.stage;
  const { notes, deliveries } = broker;
  for (let i = 0; i < notes.count; i += 1) {
    const reader = notes.kind[i] === NOTE.cancelled ? play.readers.get(notes.detail[i]!) : undefined;
    if (reader !== undefined) play.cancelled.push(reader.name);
  }
  clearNotes(broker);
  let seen = 0;
  while (deliveries.count > 0) {
    seen += deliveries.count;
    if (seen > DELIVERIES_MAX) throw new NotPlayable('Messages go round in a circle without end.');
    const answers = takeDeliveries(play);
    for (const { copy, outcome } of answers) settle(broker, copy, outcome, play.stage.nowNs);
  }
}

interface Answer {
  readonly copy: number;
  readonly outcome: Outcome;
}

function takeDeliveries(play: Play): Answer[] {
  const { broker, bodies } = play.stage;
  const { copies, deliveries, consumers } = broker;
  const answers: Answer[] = [];
  for (let i = 0; i < deliveries.count; i += 1) {
    const copy = deliveries.copy[i]!;
    const consumer = deliveries.consumer[i]!;
    const { name, onMessage } = play.readers.get(consumer)!;
    const view = viewOf(broker, bodies, copy, false);
    listIn(play.inbox, name).push(view);
    listIn(play.received, name).push(view);
    if (consumers[consumer]!.autoAck) continue;
    if (onMessage === 'ack') answers.push({ copy, outcome: OUTCOME.acknowledged });
    else if (onMessage === 'reject') answers.push({ copy, outcome: OUTCOME.rejected });
    else if (onMessage === 'requeue') answers.push({ copy, outcome: OUTCOME.returned });
    else hold(play, name, { body: view.body, channel: copies.channel[copy]!, tag: copies.tag[copy]! });
  }
  clearDeliveries(broker);
  return answers;
}

function listIn<Item>(lists: Map<string, Item[]>, name: string): Item[] {
  const known = lists.get(name);
  if (known !== undefined) return known;
  const list: Item[] = [];
  lists.set(name, list);
  return list;
}

function hold(play: Play, consumer: string, delivery: Held): void {
  play.held.set(consumer, [...(play.held.get(consumer) ?? []), delivery]);
}

/** Takes what a consumer holds of that body out of its hands. */
export function takeHeld(play: Play, consumer: string, body: string, upTo: boolean): Held {
  const list = play.held.get(consumer) ?? [];
  const found = list.find((each) => each.body === body);
  if (found === undefined) throw new NotPlayable(`The consumer "${consumer}" holds no "${body}".`);
  const stays = (each: Held) => each !== found && !(upTo && each.tag <= found.tag);
  play.held.set(consumer, list.filter(stays));
  return found;
}

/** What a channel had delivered is out of everybody's hands. */
export function forgetHeld(play: Play, channel: number | null): void {
  for (const [consumer, list] of play.held) {
    play.held.set(
      consumer,
      list.filter((each) => channel !== null && each.channel !== channel),
    );
  }
}

export function nackOutcome({ stage }: Play, requeue: boolean): Outcome {
  return outcomeOfNack(stage.broker, requeue);
}

/** Reads a queue by basic.get with automatic acknowledgement, until it is empty or has given `max`. */
export function readOut(play: Play, client: string, queue: string, max: number): MessageView[] | Refusal {
  const { stage } = play;
  const list: MessageView[] = [];
  while (list.length < max) {
    const copy = getMessage(stage.broker, channelOf(stage, client), queue, true, stage.nowNs);
    if (isRefusal(copy)) return copy;
    if (copy < 0) break;
    list.push(viewOf(stage.broker, stage.bodies, copy, true));
    dropCopy(stage.broker, copy);
    pump(play);
  }
  return list;
}
