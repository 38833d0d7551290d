/**
 * Diagnostics: everything that can be wrong with a document or a link, in one registry.
 *
 * Bad input is never thrown: it is returned as a list of findings, each with a stable code, a path into the document, a
 * sentence, and where there is one a suggestion. Codes are part of the command line's contract: never rename one.
 */

import { amqpDiagnostics } from './amqp-diagnostics.ts';
import { managedQueueDiagnostics } from './managed-queue-diagnostics.ts';

type Severity = 'error' | 'warning';

interface Entry {
  /** An error refuses the document, or with `lenient` the piece it concerns; a warning refuses nothing. */
  readonly severity: Severity;
  /** A sentence with `{facts}` to fill in. */
  readonly sentence: string;
  /** Used where the place that finds it has nothing better to suggest. */
  readonly suggestion?: string;
}

const registry = {
  'document.unreadable': { severity: 'error', sentence: 'The document cannot be read as data: {reason}.' },
  'document.notJson': { severity: 'error', sentence: 'The text is not JSON: {reason}.' },
  'document.notAnObject': {
    severity: 'error',
    sentence: 'A scenario is an object, but this is {found}.',
    suggestion: 'Start from {"format": "sluice/1", "nodes": [], "edges": []}.',
  },
  'diagnostics.more': { severity: 'warning', sentence: 'There are {count} further findings, which are not listed.' },

  'format.missing': {
    severity: 'error',
    sentence: 'The document does not say which format it has.',
    suggestion: 'Add "format": "sluice/1".',
  },
  'format.foreign': {
    severity: 'error',
    sentence: 'The format is {found}, which is not a Sluice scenario.',
    suggestion: 'A scenario says "format": "sluice/1".',
  },
  'format.newer': {
    severity: 'error',
    sentence: 'The document has format {found}, which is newer than this program ({known}).',
    suggestion: 'Reload the page to get the newest program, or open the rest: what is not understood is left out.',
  },
  'version.newer': {
    severity: 'warning',
    sentence:
      '{subject} has version {found} here and version {known} in this program; what is not known is kept and not used.',
    suggestion: 'Reload the page to get the newest program.',
  },
  'version.unknown': {
    severity: 'warning',
    sentence: 'The document gives a version for {subject}, which is not known.',
  },
  'migration.failed': {
    severity: 'error',
    sentence: 'The document has the older format {found} and could not be brought up to date: {reason}.',
  },

  'limit.exceeded': { severity: 'error', sentence: 'The document has {count} {what}; at most {most} are allowed.' },

  'parameter.unknown': { severity: 'error', sentence: '"{name}" is not a parameter of {owner}.' },
  'parameter.unknownNewer': {
    severity: 'warning',
    sentence: '"{name}" of {owner} comes from a newer program; it is kept and not used.',
  },
  'parameter.missing': { severity: 'error', sentence: '"{name}" is missing in {owner}.' },
  'parameter.type': { severity: 'error', sentence: '{name} should be {expected}, but is {found}.' },
  'parameter.range': { severity: 'error', sentence: '{name} should be {expected}, but is {found}.' },
  'parameter.choice': { severity: 'error', sentence: '{name} cannot be {found}; it is one of {expected}.' },

  'kind.unknown': { severity: 'error', sentence: '{found} is not a kind of {what}; there are {expected}.' },
  'id.invalid': {
    severity: 'error',
    sentence: 'The id {found} is not usable.',
    suggestion: 'Ids are 1 to 40 letters, digits, "-" or "_", but not "__proto__".',
  },
  'id.duplicate': { severity: 'error', sentence: 'The id "{id}" is already used by {other}.' },

  'parent.unknown': { severity: 'error', sentence: 'The parent "{parent}" does not exist.' },
  'parent.notFrame': {
    severity: 'error',
    sentence: 'The parent "{parent}" is a {kind}; only a frame holds other nodes.',
  },
  'parent.cycle': { severity: 'error', sentence: 'The frames {ids} hold each other in a circle.' },

  'edge.endUnknown': { severity: 'error', sentence: 'The edge {end} "{id}", which is not a node.' },
  'edge.noProtocol': { severity: 'error', sentence: 'No {kind} edge leads from a {from} to a {to}.' },
  'edge.duplicate': {
    severity: 'error',
    sentence: 'The edge "{other}" already connects these two nodes in the same way.',
  },

  'idempotence.acks': {
    severity: 'error',
    sentence: 'Idempotence needs acks "all", but acks is "{acks}"; Kafka refuses to start such a producer.',
    suggestion: 'Set acks to "all", or enableIdempotence to false.',
  },
  'idempotence.inFlight': {
    severity: 'error',
    sentence:
      'Idempotence allows at most 5 requests in flight, but maxInFlight is {found}; Kafka refuses to start such a producer.',
    suggestion: 'Set maxInFlight to 5 or less, or enableIdempotence to false.',
  },
  'idempotence.retries': {
    severity: 'error',
    sentence: 'Idempotence needs retries, but retries is 0; Kafka refuses to start such a producer.',
    suggestion: 'Leave retries at its default, or set enableIdempotence to false.',
  },
  'transaction.idempotence': {
    severity: 'error',
    sentence:
      'A transactional id needs idempotence, which these settings turn off; Kafka refuses to start such a producer.',
    suggestion: 'Leave acks, retries, maxInFlight and enableIdempotence at their defaults, or transactionalId empty.',
  },
  'transaction.ids': {
    severity: 'warning',
    sentence:
      'The edges of {node} name several transactional ids ({ids}); they are one producer, with the first of them.',
    suggestion: 'Give all of them the same transactionalId.',
  },
  'transaction.noProducer': {
    severity: 'warning',
    sentence:
      '{node} saves its positions in a transaction, but publishes nothing in one: they are saved after the work.',
    suggestion: 'Set transactionalId on what it publishes, or commit to "after".',
  },
  'replicas.tooFew': {
    severity: 'warning',
    sentence: 'minInsyncReplicas is {min} with {factor} replicas: every write with acks "all" is refused.',
    suggestion: 'Raise replicationFactor or lower minInsyncReplicas.',
  },
  'replicas.assignment': {
    severity: 'error',
    sentence: 'The replica assignment {found} does not say which brokers, or names one of them twice.',
    suggestion: 'Write the brokers of each partition as in 0:1,1:2, none of them twice.',
  },
  'timing.heartbeat': {
    severity: 'error',
    sentence: 'The heartbeat interval ({heartbeat} ms) must be shorter than the session timeout ({session} ms).',
    suggestion: 'A third of the session timeout or less is usual.',
  },
  'protocol.unused': {
    severity: 'warning',
    sentence: 'With the consumer protocol {name} is not used; Kafka refuses to start a consumer that sets {broker}.',
    suggestion: 'Leave it out: the broker has settings of its own for that.',
  },
  'timing.delivery': {
    severity: 'error',
    sentence: 'The delivery timeout ({delivery} ms) must be at least linger and request timeout together ({least} ms).',
    suggestion: 'Raise deliveryTimeoutMs, or leave it out.',
  },
  'timing.window': {
    severity: 'warning',
    sentence: 'The source stops ({stop} ms) before it starts ({start} ms), so it never sends.',
  },
  'autoscale.bounds': {
    severity: 'error',
    sentence: 'Autoscaling goes from {min} to {max} instances: the least is above the most.',
    suggestion: 'Lower autoscale.min or raise autoscale.max.',
  },
  'autoscale.cap': {
    severity: 'error',
    sentence: 'KEDA refuses allowIdleConsumers together with limitToPartitionsWithLag.',
    suggestion: 'Leave one of them out.',
  },
  'distribution.order': {
    severity: 'error',
    sentence: '{name} goes from {min} to {max}: the lower end is above the upper.',
  },
  'group.assignors': {
    severity: 'warning',
    sentence:
      'The group "{group}" on "{topic}" has members with different assignors ({assignors}), which have no protocol in common.',
    suggestion: 'Choose one assignor for the whole group.',
  },
  'consumer.families': {
    severity: 'error',
    sentence:
      'The consumer {consumer} reads over the edge "{other}" from another kind of broker; a consumer reads from one.',
    suggestion: 'Give each its own consumer.',
  },
  ...amqpDiagnostics,
  ...managedQueueDiagnostics,
  'group.protocols': {
    severity: 'warning',
    sentence:
      'The group "{group}" is a consumer group for some of its connections and a share group for others; a group is one of them.',
    suggestion: 'Choose one protocol for the whole group.',
  },

  'host.twice': {
    severity: 'error',
    sentence: 'The topic "{topic}" is on the cluster "{other}" already; a topic has one.',
  },
  'host.brokers': {
    severity: 'warning',
    sentence:
      '"{topic}" has {factor} replicas, and its cluster "{cluster}" has {brokers} brokers: one replica a broker is all there can be.',
    suggestion: 'Lower replicationFactor, or add brokers.',
  },

  'fault.target': { severity: 'error', sentence: 'The fault names "{id}", which does not exist.' },
  'fault.kind': { severity: 'error', sentence: 'A {what} cannot {fault}: that happens to {expected}.' },
  'fault.instance': {
    severity: 'warning',
    sentence: 'The fault names instance {instance} of "{id}", which has {count}.',
  },
  'fault.notAnInstance': {
    severity: 'error',
    sentence: 'Only a consumer has instances and a cluster brokers, but "{id}" is a {kind}.',
  },
  'fault.order': {
    severity: 'warning',
    sentence: 'The faults are not in order of time; they happen at their times all the same.',
  },

  'check.target': { severity: 'error', sentence: 'The check is about "{id}", which does not exist.' },
  'check.kind': { severity: 'error', sentence: 'The claim {claim} is about a {expected}, but "{id}" is a {kind}.' },

  'journal.form': {
    severity: 'error',
    sentence: 'The journal entry is neither an edit nor a fault.',
    suggestion: 'An entry is {"atMs": …, "edit": […]} or {"atMs": …, "fault": {…}}.',
  },
  'journal.order': { severity: 'error', sentence: 'The journal entry at {at} ms comes after the one at {before} ms.' },
  'journal.notApplicable': {
    severity: 'error',
    sentence: 'The change does not fit the design at that moment: {reason}.',
  },
  'journal.partitionsShrink': {
    severity: 'warning',
    sentence: 'The edit takes partitions from "{id}" during the run; a log cannot lose partitions.',
  },

  'branch.parent': {
    severity: 'error',
    sentence: 'The branch "{id}" left the branch "{parent}", which {problem}.',
  },
  'branch.fork': {
    severity: 'error',
    sentence: 'The branch "{id}" has {given} without {missing}; where it comes from needs both.',
  },

  'view.ignored': { severity: 'warning', sentence: 'The view\'s "{name}" is not understood and was left out.' },

  'share.foreign': {
    severity: 'error',
    sentence: 'This is not a link made by Sluice.',
    suggestion: 'Check that the whole link was copied, from the first character after "#".',
  },
  'share.damaged': {
    severity: 'error',
    sentence: 'The link is damaged: {reason}.',
    suggestion: 'Links are long, and some programs cut them. Ask for it again, as a file if need be.',
  },
  'share.newer': {
    severity: 'error',
    sentence: 'The link was made by a newer version of Sluice.',
    suggestion: 'Reload the page to get the newest program.',
  },
  'share.tooLarge': {
    severity: 'error',
    sentence: 'The link holds more than a scenario can need ({reason}), so it was not opened.',
    suggestion: 'If you trust where it comes from, ask for the scenario as a file.',
  },
  'share.unsupported': {
    severity: 'error',
    sentence: 'This browser cannot unpack links.',
    suggestion: 'Use a browser from 2023 or later.',
  },
} as const satisfies Record<string, Entry>;

export type DiagnosticCode = keyof typeof registry;

/** One finding. Plain data: it crosses threads and is printed by the command line. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** Where in the document, e.g. `nodes[3].arrivals.ratePerSecond`; empty for the whole. */
  readonly path: string;
  /** One complete sentence. */
  readonly sentence: string;
  /** What to do about it, where there is something to suggest. */
  readonly suggestion?: string;
}

/** The names in braces of a sentence. */
type Placeholders<Sentence extends string> = Sentence extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type Facts<Code extends DiagnosticCode> = Readonly<
  Record<Placeholders<(typeof registry)[Code]['sentence']>, string | number>
>;

/** Step of a path: a property's name or an index. */
export type PathStep = string | number;

/** `['nodes', 3, 'arrivals']` as `nodes[3].arrivals`. Names that are no identifiers are quoted. */
export function pathText(path: readonly PathStep[]): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[A-Za-z_$][\w$]*$/.test(step)) text += `[${JSON.stringify(clipped(step, 60))}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** Makes a finding from its registry entry. `suggestion` takes the place of the entry's own. */
export function diagnose<Code extends DiagnosticCode>(
  code: Code,
  path: readonly PathStep[],
  facts: Facts<Code>,
  suggestion?: string,
): Diagnostic {
  const entry: Entry = registry[code];
  const values: Readonly<Record<string, string | number>> = facts;
  const sentence = entry.sentence.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  const advice = suggestion ?? entry.suggestion;
  return {
    code,
    severity: entry.severity,
    path: pathText(path),
    sentence,
    ...(advice === undefined ? {} : { suggestion: advice }),
  };
}

/** All codes with their severity and the sentence's pattern, in the registry's order: for documentation and tests. */
export function diagnosticRegistry(): readonly (Entry & { readonly code: DiagnosticCode })[] {
  return (Object.keys(registry) as DiagnosticCode[]).map((code) => ({ code, ...registry[code] }));
}

/** Whether any finding refuses the document. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** A value from a document as a sentence may quote it: short, on one line, strings in quotes. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(clipped(value, 60));
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'number' || typeof value === 'boolean' ? value.toString() : typeof value;
}

function clipped(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
