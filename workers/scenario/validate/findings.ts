import { diagnose, type Diagnostic, type DiagnosticCode } from '../diagnostics.ts';

/** Diagnostics listed at most; a document made of nothing but mistakes is not worth more. */
const LISTED_MAX = 200;

/** What a judgement knows and writes to. */
export interface Findings {
  /** In the order found. */
  readonly list: Diagnostic[];
  /** Errors found so far, listed or not. */
  errors: number;
  leftOut: number;
  /** Subjects (node kinds, protocols, `document`) that a newer program wrote: what is unknown of them is kept. */
  readonly newer: ReadonlySet<string>;
}

export function noFindings(newer: ReadonlySet<string> = new Set()): Findings {
  return { list: [], errors: 0, leftOut: 0, newer };
}

/** Adds a finding; its arguments are those of `diagnose`. */
export function find<Code extends DiagnosticCode>(
  findings: Findings,
  ...found: Parameters<typeof diagnose<Code>>
): void {
  add(findings, diagnose<Code>(...found));
}

export function add(findings: Findings, diagnostic: Diagnostic): void {
  if (diagnostic.severity === 'error') findings.errors += 1;
  if (findings.list.length < LISTED_MAX) findings.list.push(diagnostic);
  else findings.leftOut += 1;
}

/** All findings, with a last one that says how many are not listed. */
export function listed(findings: Findings): readonly Diagnostic[] {
  if (findings.leftOut === 0) return findings.list;
  return [...findings.list, diagnose('diagnostics.more', [], { count: findings.leftOut })];
}
