/** Everything that is to be said about a drawing: what a broker would refuse or leave undone, then what a colleague would ask about. */
import type { Design } from '../../../workers/scenario/document.ts';
import type { Fix } from '../../../workers/scenario/review/finding.ts';
import { reviewDesign } from '../../../workers/scenario/review/review.ts';
import { warningsOf } from '../../document/judge.ts';

export interface Remark {
  /** What it is about; null for several things. */
  readonly item: { readonly in: 'nodes' | 'edges'; readonly id: string } | null;
  readonly sentence: string;
  readonly fix?: Fix;
}

export function remarksOn(design: Design): readonly Remark[] {
  const warnings = warningsOf(design).map(({ path, sentence, suggestion }): Remark => ({
    item: itemAt(design, path),
    sentence: suggestion === undefined ? sentence : `${sentence} ${suggestion}`,
  }));
  const findings = reviewDesign(design).map(({ in: where, id, sentence, fix }): Remark => ({
    item: { in: where, id },
    sentence,
    ...(fix !== undefined && { fix }),
  }));
  // A rule may find the same of several edges.
  return [...new Map([...warnings, ...findings].map((remark) => [remark.sentence, remark])).values()];
}

/** What a path of a diagnostic leads to: `edges[3].prefetch` is about the fourth edge. */
function itemAt(design: Design, path: string): Remark['item'] {
  const [, where, place] = /^(nodes|edges)\[(\d+)\]/.exec(path) ?? [];
  if (where !== 'nodes' && where !== 'edges') return null;
  const item = design[where][Number(place)];
  return item === undefined ? null : { in: where, id: item.id };
}
