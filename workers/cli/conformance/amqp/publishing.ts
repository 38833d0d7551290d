/** The step that publishes, with publisher confirms: it shows what the publisher is told, in that order. */
import { tableOf } from '../../../scenario/amqp/headers.ts';
import { preconditionFailed, type Refusal } from '../../../scenario/amqp/refusal.ts';
import { refuseChannel } from '../../../engine/brokers/amqp/channels.ts';
import { addEnvelope, letGo } from '../../../engine/brokers/amqp/envelopes.ts';
import { beforePublish, publish, PUBLISHED } from '../../../engine/brokers/amqp/publish.ts';
import { NS_PER_MS } from '../../../engine/core/time.ts';
import { pump, type Play } from './play.ts';
import { channelOf, errorOf, NotPlayable, untyped } from './stage.ts';
import type { StepOf } from './steps.ts';

type Publish = StepOf<'publish'>;

export function publishStep(play: Play, step: Publish): Readonly<Record<string, unknown>> {
  const { stage, told } = play;
  const bodies = step.bodies ?? (step.body === undefined ? [] : [step.body]);
  const channel = channelOf(stage, step.client ?? 'producer');
  if (stage.broker.connections[stage.broker.channels[channel]!.connection]!.blocked) {
    throw new NotPlayable('The connection is blocked by an alarm.');
  }
  const [confirmed, refused, returned, events]: string[][] = [[], [], [], []];
  for (const [place, body] of bodies.entries()) {
    stage.bodies.push(body);
    const refusal =
      beforePublish(stage.broker, channel, step.exchange, stage.nowNs) ?? refuseExpiration(play, step, place);
    if (refusal !== null) {
      stage.bodies.push(...bodies.slice(place + 1));
      return { error: errorOf(refusal) };
    }
    const published = publishOne(play, step, place, body);
    if (published === PUBLISHED.unroutable && step.mandatory) {
      returned!.push(body);
      events!.push(`return ${body}`);
    }
    const answer = published === PUBLISHED.refused ? 'refused' : 'confirmed';
    (answer === 'refused' ? refused! : confirmed!).push(body);
    events!.push(`${answer} ${body}`);
    pump(play);
  }
  told.refused.push(...refused!);
  told.returned.push(...returned!);
  return {
    ...(confirmed!.length > 0 && { confirmed }),
    ...(refused!.length > 0 && { refused }),
    ...(returned!.length > 0 && { returned, returnCode: '312 NO_ROUTE' }),
    ...(step.recordOrder && { eventOrder: events }),
  };
}

function expirationOf({ expiration, expirations }: Publish, place: number): string | null {
  const given = expirations === undefined ? expiration : expirations[place];
  return given === undefined || given === null ? null : String(given);
}

function refuseExpiration({ stage }: Play, step: Publish, place: number): Refusal | null {
  const given = expirationOf(step, place);
  if (given === null || /^\d+$/.test(given)) return null;
  const channel = channelOf(stage, step.client ?? 'producer');
  return refuseChannel(stage.broker, channel, preconditionFailed(`invalid expiration '${given}'`), stage.nowNs);
}

function publishOne({ stage }: Play, step: Publish, place: number, body: string): number {
  const { broker } = stage;
  const headers = untyped(step.headers);
  const address = {
    exchange: step.exchange,
    key: step.keys?.[place] ?? step.key,
    headers: tableOf(headers),
    cc: [step.cc].flat(),
    bcc: [step.bcc].flat(),
  };
  const envelope = addEnvelope(broker, address);
  const expiration = expirationOf(step, place);
  const parcel = {
    message: stage.bodies.length - 1,
    envelope,
    bytes: new TextEncoder().encode(body).length,
    priority: (step.priorities === undefined ? step.priority : step.priorities[place]) ?? -1,
    persistent: step.persistent,
    ttlNs: expiration === null ? -1 : Number(expiration) * NS_PER_MS,
  };
  const published = publish(broker, parcel, stage.nowNs);
  letGo(broker, envelope);
  return published;
}
