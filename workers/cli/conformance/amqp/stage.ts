/** A broker with clients that do what a recorded case says, and the time that passes there. Nothing takes time by itself. */
import type { HeaderRecord, HeaderValue } from '../../../scenario/amqp/headers.ts';
import type { Refusal } from '../../../scenario/amqp/refusal.ts';
import { closeConnection, openChannel, openConnection } from '../../../engine/brokers/amqp/channels.ts';
import { createBroker, FEATURES_3_10, type Broker } from '../../../engine/brokers/amqp/state.ts';
import { advance } from '../../../engine/brokers/amqp/time.ts';
import { NS_PER_MS } from '../../../engine/core/time.ts';

/** A step asks for what the engine does not represent. */
export class NotPlayable extends Error {}

/** One connection with one channel. */
interface Client {
  readonly connection: number;
  channel: number;
}

export interface Stage {
  readonly broker: Broker;
  readonly clients: Map<string, Client>;
  /** By the number that stands for a message. */
  readonly bodies: string[];
  nowNs: number;
}

export function createStage(): Stage {
  return { broker: createBroker(FEATURES_3_10, 1), clients: new Map(), bodies: [], nowNs: 0 };
}

/** The channel of a client, opened anew where an error closed the last one. */
export function channelOf(stage: Stage, name: string): number {
  const { broker, clients } = stage;
  let client = clients.get(name);
  if (client === undefined || !broker.connections[client.connection]!.open) {
    client = { connection: openConnection(broker), channel: -1 };
    clients.set(name, client);
  }
  if (client.channel < 0 || !broker.channels[client.channel]!.open) {
    client.channel = openChannel(broker, client.connection);
  }
  return client.channel;
}

/** The channel that a client has had so far; null for a client that is not connected. */
export function openChannelOf({ broker, clients }: Stage, name: string): number | null {
  const client = clients.get(name);
  return client === undefined || client.channel < 0 || !broker.channels[client.channel]!.open ? null : client.channel;
}

/** A client's connection ends. */
export function leave(stage: Stage, name: string): void {
  const client = stage.clients.get(name);
  if (client === undefined) throw new NotPlayable(`No client "${name}" is connected.`);
  stage.clients.delete(name);
  closeConnection(stage.broker, client.connection, stage.nowNs);
}

/**
 * Lets time pass, and the broker do what is due meanwhile.
 *
 * @param afterEach hears of every instant at which something may have happened
 */
export function pass(stage: Stage, ms: number, afterEach: () => void): void {
  const untilNs = stage.nowNs + ms * NS_PER_MS;
  while (stage.broker.dueNs <= untilNs) {
    stage.nowNs = Math.max(stage.nowNs, stage.broker.dueNs);
    advance(stage.broker, stage.nowNs);
    afterEach();
  }
  stage.nowNs = untilNs;
}

/** As an error is written down. */
export function errorOf({ code, name, closes }: Refusal): object {
  return { code, name, closes };
}

export function isRefusal(result: number | Refusal | object | null): result is Refusal {
  return typeof result === 'object' && result !== null && 'closes' in result;
}

/** How a timestamp is told from a text; those who recorded wrote the same for all. */
const TIME = '\u0000time ';

/** A header as it was written down. */
export function shownValue(value: HeaderValue): HeaderValue {
  if (typeof value === 'string') return value.startsWith(TIME) ? '<time>' : value;
  if (Array.isArray(value)) return value.map(shownValue);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shownValue(each)]));
}

/** `{ "type": "int64", "value": 1 }` is 1. */
export function untyped(record: Readonly<Record<string, unknown>>): HeaderRecord {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, untypedValue(value)]));
}

function untypedValue(value: unknown): HeaderValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (Array.isArray(value)) return value.map(untypedValue);
  const fields: Readonly<Record<string, unknown>> = { ...(value as object) };
  const typed = Object.keys(fields).length === 2 && typeof fields['type'] === 'string' && 'value' in fields;
  if (typed && fields['type'] === 'timestamp') return TIME + String(fields['value']);
  return typed ? untypedValue(fields['value']) : untyped(fields);
}
