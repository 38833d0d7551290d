/** A plan: how a model's case is run through the engine, and how its metrics are read off. */
import * as v from 'valibot';
import { NotExpressible } from './design.ts';
import type { Tally } from './tally.ts';

export interface Plan {
  /**
   * One replication: a real run of a real scenario, its warm-up left out.
   *
   * @param size units to measure: messages, or whole short runs where the tables count replications
   */
  readonly run: (seed: number, size: number) => Tally;
  /** Units that a tally covers, in the sense of the tables' `run_length`. */
  readonly units: (tally: Tally) => number;
  /** How often it was looked for what a metric counts, where that is less often than once a unit. */
  readonly observations?: (tally: Tally, metric: string) => number | undefined;
  /** The measured value in the table's unit; undefined for a metric that is not measured. */
  readonly figure: (tally: Tally, metric: string) => number | readonly number[] | undefined;
  /** Least and greatest size of one replication, units. */
  readonly size: { readonly min: number; readonly max: number };
  /** What a unit is; absent means `messages`. */
  readonly unit?: string;
  /** Messages that one unit costs; absent means 1. */
  readonly cost?: number;
  /** Every replication gives the same: one is enough, and is compared exactly. */
  readonly deterministic?: true;
}

export interface Request {
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Of the table; where absent, a model takes its own. */
  readonly relaxation: number | undefined;
  readonly metrics: readonly string[];
}

/** Makes a plan, or says why there is none. */
export type Model = (request: Request) => Plan | Uncovered;

export interface Uncovered {
  readonly uncovered: string;
}

export function uncovered(reason: string): Uncovered {
  return { uncovered: reason };
}

/** A model whose parameters read as the schema says; other ones are not covered. */
export function model<Parameters>(
  schema: v.GenericSchema<unknown, Parameters>,
  plan: (parameters: Parameters, request: Request) => Plan | Uncovered,
): Model {
  return (request) => {
    const read = v.safeParse(schema, request.parameters);
    if (read.success) return plan(read.output, request);
    const [issue] = read.issues;
    return uncovered(
      `The engine is not given this model with such parameters: ${v.getDotPath(issue) ?? ''}: ${issue.message}`,
    );
  };
}

/** A rule of thumb for how many messages a queue remembers: rho / (1 - sqrt(rho))². */
export function relaxationOf(rho: number): number {
  return rho / ((1 - Math.sqrt(rho)) * (1 - Math.sqrt(rho)));
}

/** Sizes of replications by the tables' rule: 50 relaxations and 10,000 messages at least. */
export function sizes(relaxation: number, max = Infinity): Plan['size'] {
  return { min: Math.min(max, Math.max(10_000, Math.ceil(50 * relaxation))), max };
}

/** A longer warm-up is not worth its time. */
const WARM_UP_MAX = 5_000_000;

/** Messages to leave out at the beginning: ten relaxations. */
export function warmUp(relaxation: number): number {
  const messages = Math.ceil(10 * relaxation);
  if (messages > WARM_UP_MAX) throw new NotExpressible(`The warm-up alone would take ${messages} messages.`);
  return Math.max(1000, messages);
}
