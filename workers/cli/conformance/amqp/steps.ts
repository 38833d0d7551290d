/**
 * The steps of a recorded AMQP run (`broker-conformance/1`, model `amqp-0-9-1`), as they are read. Objects are strict: an
 * argument or an expectation that nothing is known of makes a case not covered, because leaving it out could only pass by
 * accident.
 */
import * as v from 'valibot';
import { readStepsBy } from '../recorded/read-steps.ts';

const name = v.string();
const names = v.array(v.string());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const ms = v.pipe(v.number(), v.finite(), v.minValue(0));
const yes = v.optional(v.boolean(), true);
const no = v.optional(v.boolean(), false);
const table = v.optional(v.record(v.string(), v.unknown()), {});
const error = v.optional(
  v.strictObject({ code: count, name: v.string(), closes: v.picklist(['channel', 'connection']) }),
);
const onlyError = v.optional(v.strictObject({ error }));
const nothing = v.optional(v.strictObject({}));
const message = v.looseObject({ body: v.string() });
const textOrTexts = v.optional(v.union([v.string(), names]), []);
const expiration = v.union([ms, v.string()]);
const priority = v.pipe(count, v.maxValue(255));

const target = { exchange: name, queue: v.optional(name), toExchange: v.optional(name), key: v.optional(name, '') };

/** One schema a verb. */
const verbs = {
  declareExchange: v.strictObject({
    do: v.literal('declareExchange'),
    client: v.optional(name),
    exchange: name,
    type: v.string(),
    durable: yes,
    autoDelete: no,
    internal: no,
    args: table,
    expect: onlyError,
  }),
  declareQueue: v.strictObject({
    do: v.literal('declareQueue'),
    client: v.optional(name),
    queue: name,
    kind: v.optional(v.picklist(['classic', 'quorum', 'stream'])),
    durable: yes,
    exclusive: no,
    autoDelete: no,
    passive: no,
    args: table,
    expect: onlyError,
  }),
  bind: v.strictObject({ do: v.literal('bind'), client: v.optional(name), ...target, args: table, expect: onlyError }),
  unbind: v.strictObject({
    do: v.literal('unbind'),
    client: v.optional(name),
    ...target,
    args: table,
    expect: onlyError,
  }),
  publish: v.strictObject({
    do: v.literal('publish'),
    client: v.optional(name),
    exchange: v.optional(name, ''),
    key: v.optional(name, ''),
    keys: v.optional(names),
    body: v.optional(v.string()),
    bodies: v.optional(names),
    headers: table,
    persistent: yes,
    mandatory: no,
    priority: v.optional(priority),
    priorities: v.optional(v.array(v.nullable(priority))),
    expiration: v.optional(expiration),
    expirations: v.optional(v.array(v.nullable(expiration))),
    cc: textOrTexts,
    bcc: textOrTexts,
    recordOrder: no,
    expect: v.optional(
      v.strictObject({
        confirmed: v.optional(names),
        refused: v.optional(names),
        returned: v.optional(names),
        returnCode: v.optional(v.string()),
        eventOrder: v.optional(names),
        error,
      }),
    ),
  }),
  consume: v.strictObject({
    do: v.literal('consume'),
    client: v.optional(name),
    consumer: name,
    queue: name,
    prefetch: v.optional(count),
    prefetchShared: no,
    ack: v.optional(v.picklist(['auto', 'manual']), 'manual'),
    exclusive: no,
    onMessage: v.optional(v.picklist(['hold', 'ack', 'reject', 'requeue']), 'hold'),
    args: table,
    expect: onlyError,
  }),
  cancel: ofConsumer('cancel'),
  ack: v.strictObject({
    do: v.literal('ack'),
    client: v.optional(name),
    consumer: name,
    body: v.optional(v.string()),
    bodies: v.optional(names),
    upTo: no,
    expect: nothing,
  }),
  nack: v.strictObject({
    do: v.literal('nack'),
    client: v.optional(name),
    consumer: name,
    body: v.optional(v.string()),
    bodies: v.optional(names),
    upTo: no,
    requeue: no,
    expect: nothing,
  }),
  ackAgain: v.strictObject({
    do: v.literal('ackAgain'),
    client: v.optional(name),
    consumer: name,
    deliveryTag: count,
    expect: onlyError,
  }),
  recover: v.strictObject({
    do: v.literal('recover'),
    client: v.optional(name),
    consumer: name,
    /** The broker knows no other. */
    requeue: v.optional(v.literal(true)),
    expect: nothing,
  }),
  settle: v.strictObject({
    do: v.literal('settle'),
    idleMs: v.optional(ms),
    expect: v.optional(
      v.strictObject({
        deliveries: v.optional(v.record(v.string(), v.array(message))),
        cancelledByBroker: v.optional(names),
      }),
    ),
  }),
  wait: v.strictObject({ do: v.literal('wait'), ms, expect: nothing }),
  drain: v.strictObject({
    do: v.literal('drain'),
    client: v.optional(name),
    queue: name,
    max: v.optional(count),
    expect: v.optional(v.strictObject({ messages: v.optional(v.array(message)), error })),
  }),
  inspect: v.strictObject({
    do: v.literal('inspect'),
    client: v.optional(name),
    queue: name,
    expect: v.optional(
      v.strictObject({
        exists: v.optional(v.boolean()),
        ready: v.optional(count),
        consumers: v.optional(count),
        error,
      }),
    ),
  }),
  inspectExchange: v.strictObject({
    do: v.literal('inspectExchange'),
    client: v.optional(name),
    exchange: name,
    expect: v.optional(v.strictObject({ exists: v.boolean() })),
  }),
  deleteQueue: v.strictObject({
    do: v.literal('deleteQueue'),
    client: v.optional(name),
    queue: name,
    ifUnused: no,
    ifEmpty: no,
    expect: v.optional(v.strictObject({ messages: v.optional(count), error })),
  }),
  deleteExchange: v.strictObject({
    do: v.literal('deleteExchange'),
    client: v.optional(name),
    exchange: name,
    ifUnused: no,
    expect: onlyError,
  }),
  purge: v.strictObject({
    do: v.literal('purge'),
    client: v.optional(name),
    queue: name,
    expect: v.optional(v.strictObject({ messages: v.optional(count), error })),
  }),
  closeChannel: ofClient('closeChannel'),
  closeConnection: ofClient('closeConnection'),
  dropConnection: ofClient('dropConnection'),
  restartBroker: v.strictObject({
    do: v.literal('restartBroker'),
    how: v.optional(v.picklist(['graceful', 'kill']), 'graceful'),
    expect: nothing,
  }),
};

function ofConsumer<const Name extends string>(verb: Name) {
  return v.strictObject({ do: v.literal(verb), client: v.optional(name), consumer: name, expect: onlyError });
}

function ofClient<const Name extends string>(verb: Name) {
  return v.strictObject({ do: v.literal(verb), client: name, expect: nothing });
}

type Verbs = typeof verbs;
export type Verb = keyof Verbs;
/** A step of one verb. */
export type StepOf<V extends Verb> = v.InferOutput<Verbs[V]>;
export type Step = { [V in Verb]: StepOf<V> }[Verb];

/** All steps of a case, or why they cannot be played. */
export function readSteps(steps: readonly unknown[]): readonly Step[] | string {
  return readStepsBy<Step>(steps, (verb) => (isVerb(verb) ? verbs[verb] : undefined));
}

function isVerb(text: string): text is Verb {
  return Object.hasOwn(verbs, text);
}
