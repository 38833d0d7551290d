/**
 * The document: what is drawn, saved and shared. Its types are inferred from the same schemas that validate it.
 *
 * A document is sparse (`Scenario`: absent parameters are absent); `resolve.ts` fills in the defaults
 * (`ResolvedScenario`), which is what the engine reads.
 */
import * as v from 'valibot';
import { amqpConsume } from './edges/amqp-consume.ts';
import { amqpPublish } from './edges/amqp-publish.ts';
import { bind } from './edges/bind.ts';
import { deadLetter } from './edges/dead-letter.ts';
import { publishToTopic } from './edges/publish-to-topic.ts';
import { hostTopic } from './edges/host-topic.ts';
import { redrive } from './edges/redrive.ts';
import { snsPublish } from './edges/sns-publish.ts';
import { snsSubscribe } from './edges/sns-subscribe.ts';
import { sqsReceive } from './edges/sqs-receive.ts';
import { sqsSend } from './edges/sqs-send.ts';
import { insert } from './edges/insert.ts';
import { poll } from './edges/poll.ts';
import { subscribeToTopic } from './edges/subscribe-to-topic.ts';
import { faultActionSchema, faultSchema, type Fault, type FaultAction } from './fault-schema.ts';
import { client } from './kinds/client.ts';
import { cluster } from './kinds/cluster.ts';
import { consumer } from './kinds/consumer.ts';
import { exchange } from './kinds/exchange.ts';
import { queue } from './kinds/queue.ts';
import { rabbitmq } from './kinds/rabbitmq.ts';
import { frame, note } from './kinds/annotations.ts';
import { sns } from './kinds/sns.ts';
import { sqs } from './kinds/sqs.ts';
import type { NodeKind } from './kinds/table.ts';
import type { Protocol } from './edges/table.ts';
import { producer } from './kinds/producer.ts';
import { store } from './kinds/store.ts';
import { topic } from './kinds/topic.ts';
import { coordinate, id, instantMs, name } from './primitives.ts';
import { viewSchema, type View } from './view.ts';

export { viewSchema, type View } from './view.ts';

export {
  faultActionSchema,
  faultSchema,
  type Fault,
  type FaultAction,
  type FaultKind,
  type LogPosition,
} from './fault-schema.ts';

export const FORMAT = 'sluice/1';

const common = {
  id,
  name,
  position: v.strictObject({ x: coordinate, y: coordinate }),
  parent: v.optional(id),
};

/** One schema a node kind. A complete table: a kind without a row does not compile. */
export const nodeSchemas = {
  producer: v.strictObject({ ...common, kind: v.literal('producer'), ...producer.parameters }),
  client: v.strictObject({ ...common, kind: v.literal('client'), ...client.parameters }),
  topic: v.strictObject({ ...common, kind: v.literal('topic'), ...topic.parameters }),
  cluster: v.strictObject({ ...common, kind: v.literal('cluster'), ...cluster.parameters }),
  exchange: v.strictObject({ ...common, kind: v.literal('exchange'), ...exchange.parameters }),
  queue: v.strictObject({ ...common, kind: v.literal('queue'), ...queue.parameters }),
  rabbitmq: v.strictObject({ ...common, kind: v.literal('rabbitmq'), ...rabbitmq.parameters }),
  sqs: v.strictObject({ ...common, kind: v.literal('sqs'), ...sqs.parameters }),
  sns: v.strictObject({ ...common, kind: v.literal('sns'), ...sns.parameters }),
  store: v.strictObject({ ...common, kind: v.literal('store'), ...store.parameters }),
  consumer: v.strictObject({ ...common, kind: v.literal('consumer'), ...consumer.parameters }),
  note: v.strictObject({ ...common, kind: v.literal('note'), ...note.parameters }),
  frame: v.strictObject({ ...common, kind: v.literal('frame'), ...frame.parameters }),
} satisfies Record<NodeKind, v.GenericSchema>;

export const nodeSchema = v.variant('kind', [
  nodeSchemas.producer,
  nodeSchemas.client,
  nodeSchemas.topic,
  nodeSchemas.cluster,
  nodeSchemas.exchange,
  nodeSchemas.queue,
  nodeSchemas.rabbitmq,
  nodeSchemas.sqs,
  nodeSchemas.sns,
  nodeSchemas.store,
  nodeSchemas.consumer,
  nodeSchemas.note,
  nodeSchemas.frame,
]);

const ends = { id, from: id, to: id };

/** One schema a protocol. A complete table. */
export const edgeSchemas = {
  publishToTopic: v.strictObject({ ...ends, kind: v.literal('publish'), ...publishToTopic.parameters }),
  subscribeToTopic: v.strictObject({ ...ends, kind: v.literal('subscribe'), ...subscribeToTopic.parameters }),
  hostTopic: v.strictObject({ ...ends, kind: v.literal('host'), ...hostTopic.parameters }),
  amqpPublish: v.strictObject({ ...ends, kind: v.literal('amqpPublish'), ...amqpPublish.parameters }),
  bind: v.strictObject({ ...ends, kind: v.literal('bind'), ...bind.parameters }),
  amqpConsume: v.strictObject({ ...ends, kind: v.literal('amqpConsume'), ...amqpConsume.parameters }),
  deadLetter: v.strictObject({ ...ends, kind: v.literal('deadLetter'), ...deadLetter.parameters }),
  sqsSend: v.strictObject({ ...ends, kind: v.literal('sqsSend'), ...sqsSend.parameters }),
  sqsReceive: v.strictObject({ ...ends, kind: v.literal('sqsReceive'), ...sqsReceive.parameters }),
  redrive: v.strictObject({ ...ends, kind: v.literal('redrive'), ...redrive.parameters }),
  snsPublish: v.strictObject({ ...ends, kind: v.literal('snsPublish'), ...snsPublish.parameters }),
  snsSubscribe: v.strictObject({ ...ends, kind: v.literal('snsSubscribe'), ...snsSubscribe.parameters }),
  insert: v.strictObject({ ...ends, kind: v.literal('insert'), ...insert.parameters }),
  poll: v.strictObject({ ...ends, kind: v.literal('poll'), ...poll.parameters }),
} satisfies Record<Protocol, v.GenericSchema>;

/** Told apart by kind: each protocol has one of its own. */
export const edgeSchema = v.variant('kind', [
  edgeSchemas.publishToTopic,
  edgeSchemas.subscribeToTopic,
  edgeSchemas.hostTopic,
  edgeSchemas.amqpPublish,
  edgeSchemas.bind,
  edgeSchemas.amqpConsume,
  edgeSchemas.deadLetter,
  edgeSchemas.sqsSend,
  edgeSchemas.sqsReceive,
  edgeSchemas.redrive,
  edgeSchemas.snsPublish,
  edgeSchemas.snsSubscribe,
  edgeSchemas.insert,
  edgeSchemas.poll,
]);

const claims = { id };
const of = { of: id };
/**
 * A claim about a run. `of` names a consumer, and for `availabilityAbove` a producer (`CLAIM_SUBJECTS` in `rules.ts`).
 * `noLoss`: nothing acknowledged is lost or expires unread. `noDuplicateEffects`: nothing is applied twice. `orderPerKey`: of each key nothing
 * is applied after a later one. `latencyBelow`: that percentile from the fact to its effect stays below `ms`. `lagBelow`:
 * records not yet committed by the group stay below `messages`. `availabilityAbove`: of the messages with an outcome, at
 * least this share was acknowledged.
 */
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
export type Check = v.InferInput<typeof checkSchema>;

/**
 * One change of the design, applicable in order. `set` replaces whole parameters, shallowly; `unset` returns them to their default.
 * `at` is an index into the list at that moment, clamped; absent means the end. Identity (`id`, `kind`, `from`, `to`, `do`,
 * `claim`) is never set: such a change is a removal and an addition.
 *
 * The changes of one journal entry are one edit: between two of them an edge may lack an end, after the last one not. An
 * item that is removed and added again under the same id has moved in its list; in a run it starts anew.
 */
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

/**
 * Counts that a document may not exceed, so that a hostile one is refused before it is run. Partitions and instances are
 * sums over all nodes.
 */
export const LIMITS = {
  nodes: 2000,
  edges: 5000,
  partitions: 20_000,
  instances: 10_000,
  faults: 2000,
  checks: 500,
  journal: 5000,
  /** Changes of all journal entries together. Both hold for each branch, counted from the start of the run on. */
  journalChanges: 50_000,
  branches: 16,
} as const;

/** What a person did during a run: changed the design, or caused a fault. Times in simulated milliseconds. */
export type JournalEntry =
  | { readonly atMs: number; readonly edit: readonly DesignChange[]; readonly label?: string }
  | { readonly atMs: number; readonly fault: FaultAction };

/**
 * A branch: one future of the run. Going back and changing something begins one; what both have in common is what
 * happened up to the fork, and the old future stays as it was.
 */
export interface BranchHead {
  readonly id: string;
  readonly name: string;
  /** The branch it left. Absent for the first one, and for what is left of a tree whose first one was deleted. */
  readonly parent?: string;
  /** Where it left its parent: the parent's entries up to this instant, included, are its own too. There with `parent`. */
  readonly forkMs?: number;
  /** Furthest instant it had been run to when it was left. A change before it begins another branch. */
  readonly untilMs?: number;
}

/** One that is not shown: its journal after the fork, in order of time. */
export interface Branch extends BranchHead {
  readonly journal: readonly JournalEntry[];
}

const at = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)));
const part = v.picklist(['nodes', 'edges', 'checks', 'faults']);

/** The form of a change; what it adds or sets is judged against the kind it concerns (`validate/journal.ts`). */
export const designChangeSchema = v.variant('op', [
  v.strictObject({ op: v.literal('add'), in: part, item: v.looseObject({ id }), at }),
  v.strictObject({ op: v.literal('remove'), in: part, id }),
  v.strictObject({
    op: v.literal('change'),
    in: part,
    id,
    set: v.optional(v.record(v.string(), v.unknown())),
    unset: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(100))),
  }),
]);

/** An entry holds either `edit` or `fault`. */
export const journalEntrySchema = v.union([
  v.strictObject({
    atMs: instantMs,
    edit: v.pipe(v.array(designChangeSchema), v.maxLength(LIMITS.journalChanges)),
    label: v.optional(v.pipe(v.string(), v.maxLength(200))),
  }),
  v.strictObject({ atMs: instantMs, fault: faultActionSchema }),
]);

export const branchHeadSchema = v.strictObject({
  id,
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
  parent: v.optional(id),
  forkMs: v.optional(instantMs),
  untilMs: v.optional(instantMs),
});

export const branchSchema = v.strictObject({
  ...branchHeadSchema.entries,
  journal: v.pipe(v.array(journalEntrySchema), v.maxLength(LIMITS.journal)),
});

/** What a run starts from and what a person edits: the part of the document that undo covers. */
export interface Design {
  readonly nodes: readonly ScenarioNode[];
  /** Order is the order of a handler's steps. */
  readonly edges: readonly ScenarioEdge[];
  readonly faults: readonly Fault[];
  readonly checks: readonly Check[];
}

/**
 * Versions other than 1, by name of a node kind or protocol. `document` is there while the document still holds what a
 * program with a newer format wrote and this one did not understand (see `migrate.ts`).
 */
export type Versions = Readonly<Record<string, number>>;

export interface Scenario extends Design {
  readonly format: typeof FORMAT;
  readonly title: string;
  readonly notes: string;
  /** Integer in `[0, 2^32)`. */
  readonly seed: number;
  /** In order of time: the whole journal of the branch that is shown. */
  readonly journal: readonly JournalEntry[];
  /** Which branch that is; absent while there is only one. */
  readonly branch?: BranchHead;
  /** The other branches; absent while there are none. Read and change both by `branches.ts`. */
  readonly branches?: readonly Branch[];
  readonly view: View;
  /** Absent when everything is at version 1. */
  readonly versions?: Versions;
}

/** Longest title and notes, in UTF-16 units. */
export const TITLE_MAX = 200;
export const NOTES_MAX = 20_000;

/** The parts of a document that are no lists. */
export const headSchema = v.strictObject({
  format: v.literal(FORMAT),
  title: v.optional(v.pipe(v.string(), v.maxLength(TITLE_MAX)), 'Untitled'),
  notes: v.optional(v.pipe(v.string(), v.maxLength(NOTES_MAX)), ''),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4_294_967_295)), 1),
  versions: v.optional(v.record(v.pipe(v.string(), v.maxLength(60)), v.pipe(v.number(), v.integer(), v.minValue(1)))),
});

/** The whole document, as the published JSON Schema describes it. `validate.ts` judges it piece by piece instead. */
export const documentSchema = v.strictObject({
  ...headSchema.entries,
  nodes: v.pipe(v.array(nodeSchema), v.maxLength(LIMITS.nodes)),
  edges: v.pipe(v.array(edgeSchema), v.maxLength(LIMITS.edges)),
  faults: v.optional(v.pipe(v.array(faultSchema), v.maxLength(LIMITS.faults)), []),
  checks: v.optional(v.pipe(v.array(checkSchema), v.maxLength(LIMITS.checks)), []),
  journal: v.optional(v.pipe(v.array(journalEntrySchema), v.maxLength(LIMITS.journal)), []),
  branch: v.optional(branchHeadSchema),
  branches: v.optional(v.pipe(v.array(branchSchema), v.maxLength(LIMITS.branches - 1))),
  view: v.optional(viewSchema, {}),
});
