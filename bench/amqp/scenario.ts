/**
 * RabbitMQ under load: a producer with confirms, a direct exchange, eight queues, sixteen consumers with a prefetch of 20 that
 * acknowledge each message.
 */

const QUEUES = 8;
const INSTANCES = 2;
const PREFETCH = 20;
/** At 500,000 messages/s the sixteen are busy for 0.6 of their time. */
const WORK_MS = 0.02;

/** @param latencyMs one way, of every edge; 0 for everything in one place */
export function amqpDocument(ratePerSecond: number, latencyMs: number, seed: number): unknown {
  const network = { latencyMs: { type: 'constant', mean: latencyMs } };
  const places = Array.from({ length: QUEUES }, (_, place) => place);
  return {
    format: 'sluice/1',
    title: `Eight queues, ${ratePerSecond} messages a second`,
    seed,
    nodes: [
      {
        id: 'source',
        kind: 'producer',
        arrivals: { type: 'poisson', ratePerSecond },
        key: { type: 'uniform', keys: QUEUES },
      },
      { id: 'exchange', kind: 'exchange', type: 'direct' },
      // What writing to disk takes is not what is measured.
      { id: 'broker', kind: 'rabbitmq', confirmMs: 0 },
      ...places.map((place) => ({ id: `queue${place}`, kind: 'queue' })),
      ...places.map((place) => ({
        id: `consumer${place}`,
        kind: 'consumer',
        instances: INSTANCES,
        workMs: { type: 'exponential', mean: WORK_MS },
      })),
    ],
    edges: [
      { kind: 'amqpPublish', from: 'source', to: 'exchange', confirms: true, maxInFlight: 100_000, network },
      ...places.map((place) => ({ kind: 'bind', from: 'exchange', to: `queue${place}`, bindingKeys: `k${place}` })),
      ...places.map((place) => ({
        kind: 'amqpConsume',
        from: `queue${place}`,
        to: `consumer${place}`,
        prefetch: PREFETCH,
        network,
      })),
    ],
  };
}
