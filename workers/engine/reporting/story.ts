/** Stories: from rows of hops to sentences that a person reads. */
import { toMs } from '../core/time.ts';
import { keyText } from '../keys.ts';
import { HOP, HOP_WORDS, hopsOf, type RawHop } from '../ledger/hops.ts';
import type { EvidenceRow } from '../ledger/accounts.ts';
import type { Family } from '../ledger/subscription.ts';
import { findMessage } from '../ledger/messages.ts';
import type { Evidence, Hop, MessageStory } from '../report.ts';
import type { Run } from '../state.ts';
import { whyAgain } from './why-again.ts';
import { M } from '../ledger/layout.ts';

/** Hops that happen at the source, told by the edge; at the log, told by the topic; the rest happens in an instance. */
const AT_TOPIC: ReadonlySet<number> = new Set([
  HOP.appended,
  HOP.truncated,
  HOP.lostUncleanly,
  HOP.expired,
  HOP.superseded,
  HOP.accepted,
  HOP.released,
  HOP.lockEnded,
  HOP.archived,
]);
const AT_INSTANCE: ReadonlySet<number> = new Set([
  HOP.fetched,
  HOP.taken,
  HOP.started,
  HOP.applied,
  HOP.failed,
  HOP.dropped,
  HOP.forwarded,
  HOP.worked,
  HOP.rolledBack,
]);

/** Hops in a queue or a table, told by its subscription. */
const AT_QUEUE: ReadonlySet<number> = new Set([
  HOP.queued,
  HOP.deleted,
  HOP.deadLettered,
  HOP.aged,
  HOP.removed,
  HOP.inserted,
  HOP.spent,
]);

function placeOf(run: Run, hop: RawHop): string {
  if (hop.where < 0) return '';
  if (AT_QUEUE.has(hop.what)) return run.subscriptions[hop.where]!.node;
  if (AT_TOPIC.has(hop.what)) return run.topics[hop.where]!.id;
  if (AT_INSTANCE.has(hop.what)) return run.consumers[run.instances[hop.where]!.consumer]!.id;
  if (hop.what === HOP.committed) return run.consumers[run.instances[run.members[hop.where]!.instance]!.consumer]!.id;
  const edge = run.edges[run.sources[hop.where]!.edge]!;
  return hop.what === HOP.produced ? edge.from : edge.id;
}

/** By `REASON` of RabbitMQ's queues. */
const REMOVED_BECAUSE = [
  'rejected',
  'expired',
  'the queue was too long',
  'returned too often',
  'purged',
  'the queue was deleted',
  'the broker was restarted',
] as const;

function detailOf(run: Run, hop: RawHop): string {
  const position = `partition ${hop.first}, offset ${hop.second}`;
  if (AT_TOPIC.has(hop.what) || hop.what === HOP.committed) return position;
  if (hop.what === HOP.forwarded) return `instance ${run.instances[hop.where]!.index}`;
  if (AT_QUEUE.has(hop.what)) return hop.second < 0 ? '' : REMOVED_BECAUSE[hop.second]!;
  if (AT_INSTANCE.has(hop.what)) {
    const instance = `instance ${run.instances[hop.where]!.index}`;
    // What came from a queue has no position.
    return hop.first < 0 ? instance : `${instance}, ${position}`;
  }
  if (hop.what === HOP.merged) return `${hop.second} facts in one message`;
  if (hop.what === HOP.retried) return `attempt ${hop.first + 1}`;
  if (hop.first >= 0)
    return hop.second > 0 ? `partition ${hop.first}, attempt ${hop.second}` : `partition ${hop.first}`;
  return '';
}

export function tellHop(run: Run, hop: RawHop): Hop {
  return { atMs: toMs(hop.timeNs), what: HOP_WORDS[hop.what]!, where: placeOf(run, hop), detail: detailOf(run, hop) };
}

/** Why each kind of anomaly counts as one. */
const BECAUSE: Readonly<Record<string, string>> = {
  lost: 'It was acknowledged, but will not be applied: every copy is gone, or its readers have gone past it.',
  gone: 'Its source cannot know its fate, and it will not be applied: no copy is left, or its readers have gone past it.',
  duplicateEffect: 'Its effect took place before and took place again.',
  outOfOrder: 'A later message of the same key was applied before it.',
  unexpected:
    'It was applied although its source was told no: its transaction was aborted, and this subscription reads what is not committed.',
  repeatedWork:
    'Its handler had been given it before, and the transaction did not commit: the work is done again, and with it whatever it does outside of Kafka.',
  expired: 'Retention deleted it before this subscription had applied it.',
  superseded: 'Compaction removed it before this subscription had read it: a later record of its key stands for it.',
  dropped: 'A rule of its broker took it, and nobody will get it any more.',
  deadLettered: 'It left its queue for where the dead letters go.',
};

const CAUSES: Readonly<Record<string, (code: string) => string>> = {
  outOfOrder: (code) => ` Cause: ${code}.`,
  dropped: (code) => ` Cause: ${code}.`,
  duplicateEffect: () =>
    ' Another message that the same handler published for the same input was applied here before: the handler worked on it again.',
};

export function tellEvidence(run: Run, kind: string, row: EvidenceRow, family: Family): Evidence {
  return {
    message: row.message,
    atMs: toMs(row.timeNs),
    key: keyText(run, row.key),
    because: becauseOf(kind, row, family),
    history: row.hops.map((hop) => tellHop(run, hop)),
    truncated: row.truncated,
  };
}

function becauseOf(kind: string, { because, hops }: EvidenceRow, family: Family): string {
  if (isComeBack(kind)) return `It was handed out again: ${whyAgain(hops, family)}.`;
  const cause = because === '' ? '' : (CAUSES[kind]?.(because) ?? '');
  if (kind === 'duplicateEffect' && cause === '') return `${BECAUSE[kind]} Cause: ${whyAgain(hops, family)}.`;
  return `${BECAUSE[kind] ?? ''}${cause}`;
}

function isComeBack(kind: string): boolean {
  return kind === 'redelivered' || kind === 'duplicateDelivery';
}

const STATUS_WORDS = ['waiting', 'acknowledged', 'refused', 'unknown'] as const;

/** The life of a message by its logical id: from the table while it lives, from kept evidence, or from the ring alone. */
export function messageStory(run: Run, id: number): MessageStory | null {
  const row = findMessage(run.messages, id);
  const hops = hopsOf(run.hops, id, 200);
  const evidence = findEvidence(run, id);
  const raw = hops.length >= (evidence?.row.hops.length ?? 0) ? hops : evidence!.row.hops;
  if (row < 0 && raw.length === 0) return null;
  const firstHop = raw.find((hop) => hop.what === HOP.produced);
  const source = row >= 0 ? run.messages.int[row + M.source]! : (firstHop?.where ?? -1);
  return {
    message: id,
    atMs: toMs(row >= 0 ? run.messages.num[row + M.producedNs]! : (raw[0]?.timeNs ?? 0)),
    key:
      row >= 0
        ? keyText(run, run.messages.int[row + M.key]!)
        : evidence === null
          ? null
          : keyText(run, evidence.row.key),
    because: evidence === null ? '' : becauseOf(evidence.kind, evidence.row, evidence.family),
    history: raw.map((hop) => tellHop(run, hop)),
    truncated: firstHop === undefined,
    source: source >= 0 ? run.edges[run.sources[source]!.edge]!.id : '',
    parent: row >= 0 && run.messages.num[row + M.parent]! > 0 ? run.messages.num[row + M.parent]! : null,
    root: row >= 0 ? run.messages.num[row + M.root]! : id,
    status: row >= 0 ? STATUS_WORDS[run.messages.int[row + M.status]!]! : statusFromHops(raw),
  };
}

interface FoundEvidence {
  readonly kind: string;
  readonly row: EvidenceRow;
  readonly family: Family;
}

function findEvidence(run: Run, id: number): FoundEvidence | null {
  let found: FoundEvidence | null = null;
  for (const { ledger, family } of run.subscriptions) {
    for (const kind of Object.keys(ledger.evidence)) {
      const row = ledger.evidence[kind]!.find((candidate) => candidate.message === id);
      // An anomaly says more than that it came again, which may be how the anomaly came about.
      if (row !== undefined && (found === null || isComeBack(found.kind))) found = { kind, row, family };
    }
  }
  return found;
}

/** A settled message's status as its hops tell it. */
function statusFromHops(hops: readonly RawHop[]): MessageStory['status'] {
  if (hops.some((hop) => hop.what === HOP.acknowledged)) return 'acknowledged';
  if (hops.some((hop) => hop.what === HOP.refused)) return 'refused';
  return hops.some((hop) => hop.what === HOP.unknown) ? 'unknown' : 'waiting';
}
