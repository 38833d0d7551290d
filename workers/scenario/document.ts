/**
 * The document: what is drawn, saved and shared. Its types are inferred from the same schemas that validate it.
 *
 * A document is sparse (`Scenario`: absent parameters are absent); `resolve.ts` fills in the defaults
 * (`ResolvedScenario`), which is what the engine reads.
 */
import * as v from 'valibot';
import { publishToTopic } from './edges/publish-to-topic.ts';
import { subscribeToTopic } from './edges/subscribe-to-topic.ts';
import { consumer } from './kinds/consumer.ts';
import { frame, note } from './kinds/annotations.ts';
import { producer } from './kinds/producer.ts';
import { topic } from './kinds/topic.ts';

export const FORMAT = 'sluice/1';

const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/, 'Expected 1 to 40 letters, digits, - or _'));
const name = v.pipe(v.string(), v.maxLength(120));
const coordinate = v.pipe(v.number(), v.finite(), v.minValue(-1_000_000), v.maxValue(1_000_000));
const instantMs = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8_640_000_000));

const common = {
  id,
  name,
  position: v.strictObject({ x: coordinate, y: coordinate }),
  parent: v.optional(id),
};

export const nodeSchema = v.variant('kind', [
  v.strictObject({ ...common, kind: v.literal('producer'), ...producer.parameters }),
  v.strictObject({ ...common, kind: v.literal('topic'), ...topic.parameters }),
  v.strictObject({ ...common, kind: v.literal('consumer'), ...consumer.parameters }),
  v.strictObject({ ...common, kind: v.literal('note'), ...note.parameters }),
  v.strictObject({ ...common, kind: v.literal('frame'), ...frame.parameters }),
]);

const ends = { id, from: id, to: id };

/** Told apart by kind today; when `publish` gains a second protocol, by kind and far end (see `rules.ts`). */
export const edgeSchema = v.variant('kind', [
  v.strictObject({ ...ends, kind: v.literal('publish'), ...publishToTopic.parameters }),
  v.strictObject({ ...ends, kind: v.literal('subscribe'), ...subscribeToTopic.parameters }),
]);

const target = { target: id };
/** Length of the disturbance; absent means until the opposite fault. */
const forMs = v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(86_400_000)));
/** Index of one instance of a consumer, from 0; absent means all of them. */
const instance = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(499)));

/**
 * What can go wrong, without its time.
 * `crash`: a node (or one instance) dies; memory is lost, a log keeps its disk. Ends by `restart` or after `forMs`.
 * `pause`: a node (or one instance) freezes, keeps its memory, and sends no heartbeats.
 * `slow`: work, append or arrivals take `factor` times as long.
 * `cut`: nothing passes an edge in either direction, what is under way included.
 * `dropAcks`: requests pass an edge, their responses do not.
 */
export const faultActionSchema = v.variant('do', [
  v.strictObject({ do: v.literal('crash'), ...target, instance, forMs }),
  v.strictObject({ do: v.literal('restart'), ...target, instance }),
  v.strictObject({ do: v.literal('pause'), ...target, instance, forMs }),
  v.strictObject({ do: v.literal('resume'), ...target, instance }),
  v.strictObject({
    do: v.literal('slow'),
    ...target,
    factor: v.pipe(v.number(), v.minValue(0.01), v.maxValue(1000)),
    forMs,
  }),
  v.strictObject({ do: v.literal('cut'), ...target, forMs }),
  v.strictObject({ do: v.literal('heal'), ...target }),
  v.strictObject({ do: v.literal('dropAcks'), ...target, forMs }),
]);

export const faultSchema = v.intersect([v.object({ id, atMs: instantMs }), v.looseObject({ do: v.string() })]);

const claims = { id };
const of = { of: id };
/** A claim about a run. `of` names a consumer; `ofSource` claims name a producer. */
export const checkSchema = v.variant('claim', [
  v.strictObject({ ...claims, claim: v.literal('noLoss'), ...of }),
  v.strictObject({ ...claims, claim: v.literal('noDuplicateEffects'), ...of }),
  v.strictObject({ ...claims, claim: v.literal('orderPerKey'), ...of }),
  v.strictObject({
    ...claims,
    claim: v.literal('latencyBelow'),
    ...of,
    percentile: v.optional(v.picklist([50, 95, 99, 99.9]), 99),
    ms: v.pipe(v.number(), v.minValue(0), v.maxValue(86_400_000)),
  }),
  v.strictObject({
    ...claims,
    claim: v.literal('lagBelow'),
    ...of,
    messages: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e12)),
  }),
  v.strictObject({
    ...claims,
    claim: v.literal('availabilityAbove'),
    ...of,
    share: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  }),
]);

export type ScenarioNode = v.InferInput<typeof nodeSchema>;
export type ScenarioEdge = v.InferInput<typeof edgeSchema>;
export type FaultAction = v.InferInput<typeof faultActionSchema>;
export type Fault = FaultAction & { readonly id: string; readonly atMs: number };
export type Check = v.InferInput<typeof checkSchema>;

/** One change of the design, applicable in order. `set` replaces whole parameters, shallowly; `unset` returns them to their default. */
export type DesignChange =
  | { readonly op: 'add'; readonly in: 'nodes'; readonly item: ScenarioNode; readonly at?: number }
  | { readonly op: 'add'; readonly in: 'edges'; readonly item: ScenarioEdge; readonly at?: number }
  | { readonly op: 'add'; readonly in: 'checks'; readonly item: Check; readonly at?: number }
  | { readonly op: 'add'; readonly in: 'faults'; readonly item: Fault; readonly at?: number }
  | { readonly op: 'remove'; readonly in: DesignPart; readonly id: string }
  | {
      readonly op: 'change';
      readonly in: DesignPart;
      readonly id: string;
      readonly set?: Readonly<Record<string, unknown>>;
      readonly unset?: readonly string[];
    };

export type DesignPart = 'nodes' | 'edges' | 'checks' | 'faults';

/** What a person did during a run: changed the design, or caused a fault. Times in simulated milliseconds. */
export type JournalEntry =
  | { readonly atMs: number; readonly edit: readonly DesignChange[]; readonly label?: string }
  | { readonly atMs: number; readonly fault: FaultAction };

/** How the person looks at it; never read by the engine. */
export interface View {
  readonly panels?: readonly string[];
  /** Canvas viewport in flow coordinates; absent means fit. */
  readonly viewport?: { readonly x: number; readonly y: number; readonly zoom: number };
  /** Simulated instant shown. */
  readonly instantMs?: number;
  /** Simulated seconds per wall second; absent means 1. `0` stands for as fast as the machine can. */
  readonly speed?: number;
  readonly playing?: boolean;
  readonly selected?: readonly string[];
}

/** What a run starts from and what a person edits: the part of the document that undo covers. */
export interface Design {
  readonly nodes: readonly ScenarioNode[];
  /** Order is the order of a handler's steps. */
  readonly edges: readonly ScenarioEdge[];
  readonly faults: readonly Fault[];
  readonly checks: readonly Check[];
}

export interface Scenario extends Design {
  readonly format: typeof FORMAT;
  readonly title: string;
  readonly notes: string;
  /** Integer in `[0, 2^32)`. */
  readonly seed: number;
  /** In order of time. */
  readonly journal: readonly JournalEntry[];
  readonly view: View;
}
