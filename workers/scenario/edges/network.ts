import { distributionSchema } from '../values/distribution.ts';
import { group, probability, shape } from '../fields.ts';

/** What lies between the two ends of an edge. Each direction is a first-in-first-out connection. */
export const network = group(
  {
    latencyMs: shape(distributionSchema, {
      label: 'Latency',
      help: 'One-way delay of each request and each response. A connection never reorders, so a slow packet holds up those behind it.',
      default: { type: 'constant', mean: 1 },
    }),
    loss: probability({
      label: 'Loss',
      help: 'Probability that one request or one response disappears; the sender only notices by its timeout.',
      default: 0,
    }),
    duplicate: probability({
      label: 'Duplication',
      help: 'Probability that the network delivers a request twice.',
      default: 0,
    }),
  },
  { label: 'Network', help: 'Delay, loss and duplication between the two ends.' },
);
