/** The models of the tables by name. A model with a plan is run; of the others it is said what the engine lacks for them. */
import { uncovered, type Model, type Uncovered } from '../plan.ts';
import { batching } from './batching.ts';
import { availability } from './calls.ts';
import { chain, scatterGather } from './chains.ts';
import { closedNetwork, finiteSource } from './closed.ts';
import { deterministicQueue } from './deterministic-queue.ts';
import { dispatchPolicies, fanOut, tandem } from './networks.ts';
import { attempts, crashes } from './retries.ts';
import { singleQueue } from './single-queue.ts';
import { groupAssignment, skew } from './skew.ts';
import { outage, transient } from './transient.ts';
import { inFlightWindow } from './window.ts';

/** The first pattern that a model's name fits holds. */
const MODELS: readonly (readonly [RegExp, Model | string])[] = [
  [/^D\/D\/1$/, deterministicQueue],
  [/^(M|D|E\d+|H\d*|G|GI)\/(M|D|E\d+|H\d*|G)\/(1|c|\d+)( \([\w/]+\))?$/, singleQueue],
  [/^M\/M\/(1|c)\/K|^M\/M\/c\/c|drop-oldest/, 'The log keeps what is appended: it has no queue that is full at K.'],
  [/message TTL/, 'Records expire by age whether read or not; a message has no time to live of its own.'],
  [/^tandem/, tandem],
  [/Bernoulli feedback/, 'A handler cannot fail and put its message back at the tail.'],
  [/Jackson/, 'A handler publishes along all of its edges; it does not choose one at random.'],
  [/^fan-out/, fanOut],
  [/^dispatch policies/, dispatchPolicies],
  [/^crash after processing/, crashes],
  [/^max k attempts/, attempts],
  [/^exponential backoff/, "A producer's backoff has a jitter of 20 %, and no other one; handlers have no backoff."],
  [/delayed retry|in-place \(blocking\) retry/, 'Handlers do not fail and try again.'],
  [/visibility timeout/, 'The log has no visibility timeout.'],
  [
    /DB-as-queue|^poll|periodic flush/,
    'The engine has no pollers: fetches wait at the broker, and linger begins with a message.',
  ],
  [/^producer batching with linger/, batching],
  [/^partition skew/, skew],
  [/^consumer-group assignment/, groupAssignment],
  [/^deterministic in-flight window/, inFlightWindow],
  [/finite source/, finiteSource],
  [/blocking producer/, 'The log has no bounded queue that blocks its producer until a message is processed.'],
  [/in-flight window/, 'Requests in flight end with the append, not with the processing.'],
  [/closed network/, closedNetwork],
  [/priority/, 'Messages of the log have no priority.'],
  [/processor sharing/, 'Workers do not share their speed: each takes as long whatever the others do.'],
  [/vacation/, 'A consumer does not go away when its queue is empty.'],
  [/^retry amplification|^single call with timeout/, 'The engine has no calls that are answered, fail or time out.'],
  [/^synchronous chain/, availability],
  [/^chain of n/, chain],
  [/thread.pool/, 'The engine has no pool that turns requests away.'],
  [/^scatter-gather/, scatterGather],
  [/^transient M\/M\/1/, transient],
  [/^consumer outage/, outage],
];

export function modelOf(name: string): Model | Uncovered {
  const found = MODELS.find(([pattern]) => pattern.test(name))?.[1];
  if (found === undefined) return uncovered(`Nothing is known of the model "${name}".`);
  return typeof found === 'string' ? uncovered(found) : found;
}
