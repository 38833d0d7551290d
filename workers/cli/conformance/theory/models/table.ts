/** The models of the tables by name. */
import { uncovered, type Model, type Uncovered } from '../plan.ts';
import { amplification } from './amplification.ts';
import { exponentialBackoff } from './backoff.ts';
import { batching } from './batching.ts';
import { blockingProducer } from './blocking.ts';
import { availability, impatientCall } from './calls.ts';
import { boundedQueue, expiring, threadPool } from './bounded.ts';
import { chain, scatterGather } from './chains.ts';
import { closedNetwork, finiteSource } from './closed.ts';
import { deterministicQueue } from './deterministic-queue.ts';
import { jackson } from './jackson.ts';
import { dispatchPolicies, fanOut, tandem } from './networks.ts';
import { prefetchWindow } from './prefetch.ts';
import { periodicFlush, pollers, randomPoller } from './polling.ts';
import { slowPolls } from './slow-polls.ts';
import { priorityQueue } from './priority.ts';
import { delayedRetry, feedback, inPlaceRetry } from './repeats.ts';
import { drainAndSleep, vacations } from './sleeping.ts';
import { attempts, crashes } from './retries.ts';
import { processorSharing } from './sharing.ts';
import { singleQueue } from './single-queue.ts';
import { groupAssignment, skew } from './skew.ts';
import { outage, transient } from './transient.ts';
import { visibility } from './visibility.ts';
import { inFlightWindow } from './window.ts';

/** The first pattern that a model's name fits holds. */
const MODELS: readonly (readonly [RegExp, Model])[] = [
  [/^D\/D\/1$/, deterministicQueue],
  [/^(M|D|E\d+|H\d*|G|GI)\/(M|D|E\d+|H\d*|G)\/(1|c|\d+)( \([\w/]+\))?$/, singleQueue],
  [/^M\/M\/(1|c)\/K|^M\/M\/c\/c|drop-oldest/, boundedQueue],
  [/message TTL/, expiring],
  [/^tandem/, tandem],
  [/Bernoulli feedback/, feedback],
  [/Jackson/, jackson],
  [/^fan-out/, fanOut],
  [/^dispatch policies/, dispatchPolicies],
  [/^crash after processing/, crashes],
  [/^max k attempts/, attempts],
  [/^exponential backoff/, exponentialBackoff],
  [/delayed retry/, delayedRetry],
  [/in-place \(blocking\) retry/, inPlaceRetry],
  [/visibility timeout/, visibility],
  [/^poll until empty/, drainAndSleep],
  [/with exponential multiple vacations/, vacations],
  [/^fixed-delay poller/, slowPolls],
  [/^poller with (exponential|jittered) intervals/, randomPoller],
  [/DB-as-queue/, pollers],
  [/periodic flush/, periodicFlush],
  [/^producer batching with linger/, batching],
  [/^partition skew/, skew],
  [/^consumer-group assignment/, groupAssignment],
  [/^deterministic in-flight window/, inFlightWindow],
  [/finite source/, finiteSource],
  [/blocking producer/, blockingProducer],
  [/in-flight window/, prefetchWindow],
  [/closed network/, closedNetwork],
  [/priority/, priorityQueue],
  [/processor sharing/, processorSharing],
  [/^retry amplification/, amplification],
  [/^single call with timeout/, impatientCall],
  [/^synchronous chain/, availability],
  [/^chain of n/, chain],
  [/thread.pool/, threadPool],
  [/^scatter-gather/, scatterGather],
  [/^transient M\/M\/1/, transient],
  [/^consumer outage/, outage],
];

export function modelOf(name: string): Model | Uncovered {
  return MODELS.find(([pattern]) => pattern.test(name))?.[1] ?? uncovered(`Nothing is known of the model "${name}".`);
}
