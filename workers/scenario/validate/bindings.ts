/** Rules of what exchanges accept: a broker refuses some bindings, and some say nothing. */
import { drawnRouting } from '../amqp/drawn-routing.ts';
import { anyWordsIn, ANY_WORDS_MAX } from '../amqp/topic-pattern.ts';
import { quoted } from '../diagnostics.ts';
import type { ScenarioEdge } from '../document.ts';
import { utf8 } from '../utf8.ts';
import { find, type Findings } from './findings.ts';
import { pathOfEdge, type DesignIndex } from './structure.ts';

/** A short string of AMQP has so many bytes at most. */
const KEY_BYTES_MAX = 255;

export function judgeBindings(index: DesignIndex, findings: Findings): void {
  const nodes = [...index.nodes.values()];
  if (!nodes.some(({ kind }) => kind === 'exchange')) return;
  const edges = [...index.edges.values()];
  const { table, edges: drawnBy, refused, alternates } = drawnRouting({ nodes, edges });
  for (const { edge, refusal } of refused)
    find(findings, 'binding.refused', pathOfEdge(index, edge), { edge, code: refusal.code, why: refusal.why });
  for (const [place, { source, key }] of table.bindings.entries()) {
    const edge = drawnBy[place]!;
    if (utf8(key).length > KEY_BYTES_MAX)
      find(findings, 'binding.long', pathOfEdge(index, edge), { edge, bytes: utf8(key).length, most: KEY_BYTES_MAX });
    if (table.exchanges[source]!.type === 'topic' && anyWordsIn(key) > ANY_WORDS_MAX)
      find(findings, 'binding.anyWords', pathOfEdge(index, edge), { edge, key: quoted(key), most: ANY_WORDS_MAX });
  }
  for (const edge of edges)
    if (edge.kind === 'bind' && edge.alternate === true) judgeAlternate(edge, index, alternates, findings);
}

/** An exchange has one alternate, which is an exchange. */
function judgeAlternate(
  edge: ScenarioEdge,
  index: DesignIndex,
  alternates: ReadonlyMap<string, string>,
  findings: Findings,
): void {
  if (alternates.get(edge.from) === edge.id) return;
  find(findings, 'alternate.unused', pathOfEdge(index, edge.id), { edge: edge.id, from: edge.from });
}
