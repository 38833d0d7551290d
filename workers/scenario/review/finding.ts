import type { DesignChange } from '../document.ts';

/** Stable codes, one a rule. */
export type FindingCode =
  | 'acceptsFailures'
  | 'deafClient'
  | 'duplicatesByRedelivery'
  | 'duplicatesByRetry'
  | 'endlessCircle'
  | 'hotKey'
  | 'idleDeadLetters'
  | 'idleInstances'
  | 'lossByAcks'
  | 'lossByCommit'
  | 'lossByFailure'
  | 'lossByRejection'
  | 'missingPartition'
  | 'nervousGroup'
  | 'overload'
  | 'parallelDisorder'
  | 'poisonForEver'
  | 'sharedRows'
  | 'shortLock'
  | 'shortVisibility'
  | 'unbound'
  | 'unconnected'
  | 'unread'
  | 'unreachableQuorum';

export interface Finding {
  readonly code: FindingCode;
  /** What it concerns: a node, or the connection whose setting it is. */
  readonly in: 'nodes' | 'edges';
  readonly id: string;
  /** What will happen, in one or two sentences. */
  readonly sentence: string;
  /** One edit that settles it. */
  readonly fix?: Fix;
}

export interface Fix {
  /** What it does, as a button says it. */
  readonly label: string;
  readonly changes: readonly DesignChange[];
}

/** A fix that changes one thing. */
export function fixOf(
  label: string,
  { in: where, id }: Pick<Finding, 'in' | 'id'>,
  set: Readonly<Record<string, unknown>>,
): Fix {
  return { label, changes: [{ op: 'change', in: where, id, set }] };
}
