/** The operations of `rabbitmq-dispatch/1` and its kin, as they are read: strictly, so that nothing passes by being left out. */
import * as v from 'valibot';

const name = v.string();
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const no = v.optional(v.boolean(), false);
const yes = v.optional(v.boolean(), true);
const table = v.optional(v.record(v.string(), v.unknown()), {});
const texts = v.optional(v.union([v.string(), v.array(v.string())]));
const death = v.record(v.string(), v.unknown());
const deaths = {
  xDeath: v.optional(v.nullable(v.array(death))),
  firstDeath: v.optional(v.strictObject({ queue: v.unknown(), reason: v.unknown(), exchange: v.unknown() })),
  expirationProp: v.optional(v.nullable(v.string())),
};

const ops = {
  queue: v.strictObject({ op: v.literal('queue'), name, args: table, durable: yes, exclusive: no, autoDelete: no }),
  exchange: v.strictObject({
    op: v.literal('exchange'),
    name,
    type: v.string(),
    args: table,
    durable: yes,
    autoDelete: no,
    internal: no,
  }),
  bind: v.strictObject({
    op: v.literal('bind'),
    source: name,
    dest: name,
    destType: v.optional(v.picklist(['queue', 'exchange']), 'queue'),
    key: v.optional(name, ''),
    args: table,
  }),
  publish: v.strictObject({
    op: v.literal('publish'),
    exchange: name,
    key: name,
    id: v.string(),
    mandatory: no,
    persistent: yes,
    props: v.optional(
      v.strictObject({
        expiration: v.optional(v.pipe(v.string(), v.digits())),
        priority: v.optional(v.pipe(count, v.maxValue(255))),
        headers: v.optional(v.objectWithRest({ CC: texts, BCC: texts }, v.unknown())),
      }),
      {},
    ),
    expect: v.strictObject({ confirm: v.picklist(['ack', 'nack']), returned: v.boolean() }),
  }),
  get: v.strictObject({
    op: v.literal('get'),
    queue: name,
    deaths: no,
    expect: v.nullable(
      v.strictObject({
        id: v.string(),
        redelivered: v.optional(v.boolean()),
        exchange: v.optional(name),
        routingKey: v.optional(name),
        readyAfter: v.optional(count),
        deliveryCount: v.optional(v.nullable(count)),
        'delivery-count': v.optional(v.nullable(count)),
        ...deaths,
      }),
    ),
  }),
  ack: v.strictObject({ op: v.literal('ack'), id: v.string(), multiple: no }),
  nack: v.strictObject({ op: v.literal('nack'), id: v.string(), multiple: no, requeue: v.boolean() }),
  reject: v.strictObject({ op: v.literal('reject'), id: v.string(), requeue: v.boolean() }),
  drain: v.strictObject({
    op: v.literal('drain'),
    queue: name,
    deaths: no,
    keys: no,
    expect: v.array(v.union([v.string(), v.strictObject({ id: v.string(), routingKey: v.optional(name), ...deaths })])),
  }),
  count: v.strictObject({ op: v.literal('count'), queue: name, expect: count }),
  consume: v.strictObject({
    op: v.literal('consume'),
    consumer: name,
    queue: name,
    prefetch: v.optional(count, 0),
    autoAck: no,
    exclusive: no,
    args: table,
    expect: v.optional(v.union([v.literal('ok'), v.strictObject({ error: count })]), 'ok'),
  }),
  deliveries: v.strictObject({
    op: v.literal('deliveries'),
    expect: v.record(v.string(), v.array(v.tuple([v.string(), v.boolean()]))),
  }),
  cancel: v.strictObject({ op: v.literal('cancel'), consumer: name }),
  closeChannel: v.strictObject({ op: v.literal('closeChannel'), consumer: name }),
  sleep: v.strictObject({ op: v.literal('sleep'), ms: v.pipe(v.number(), v.finite(), v.minValue(0)) }),
};

type Ops = typeof ops;
export type OpOf<Name extends keyof Ops> = v.InferOutput<Ops[Name]>;
export type Op = { [Name in keyof Ops]: OpOf<Name> }[keyof Ops];

export const opList = v.object({
  queueType: v.optional(v.string()),
  ops: v.array(
    v.variant('op', [
      ops.queue,
      ops.exchange,
      ops.bind,
      ops.publish,
      ops.get,
      ops.ack,
      ops.nack,
      ops.reject,
      ops.drain,
      ops.count,
      ops.consume,
      ops.deliveries,
      ops.cancel,
      ops.closeChannel,
      ops.sleep,
    ]),
  ),
});
