/** What the route tester says, and what it offers to try. */
import type { Design } from '../../../../workers/scenario/document.ts';
import { drawnRouting } from '../../../../workers/scenario/amqp/drawn-routing.ts';
import type { DrawnRoute, DrawnVerdict } from '../../../../workers/scenario/amqp/drawn-route.ts';
import { X_MATCH, xMatchOf } from '../../../../workers/scenario/amqp/headers.ts';
import { ANY_WORDS, ONE_WORD, wordsOf } from '../../../../workers/scenario/amqp/topic-pattern.ts';
import { protocols } from '../../../../workers/scenario/edges/table.ts';
import { nodeKinds } from '../../../../workers/scenario/kinds/table.ts';
import { resolveEdge, resolveNode } from '../../../../workers/scenario/resolve.ts';
import { messageKeys } from './known-values.ts';

const OFFERED = 4;

export function nameOf(design: Pick<Design, 'nodes'>, id: string): string {
  const node = design.nodes.find((one) => one.id === id);
  if (node === undefined) return id;
  return node.name.trim() === '' ? nodeKinds[node.kind].label : node.name;
}

/** Exchanges that a message may come to from this one, itself first. */
function within(design: Pick<Design, 'edges'>, exchange: string): ReadonlySet<string> {
  const reached = new Set([exchange]);
  for (const at of reached)
    for (const edge of design.edges) if (edge.kind === protocols.bind.edge && edge.from === at) reached.add(edge.to);
  return reached;
}

/** What exchanges on the way look at. */
export function lookedAt(design: Design, exchange: string): { readonly headers: boolean; readonly keys: boolean } {
  const reached = within(design, exchange);
  const types = design.nodes.flatMap((node) => {
    if (node.kind !== 'exchange' || !reached.has(node.id)) return [];
    return [node.type === 'x-consistent-hash' && (node.hashHeader ?? '') !== '' ? 'headers' : (node.type ?? 'direct')];
  });
  return { headers: types.includes('headers'), keys: types.some((type) => type !== 'headers' && type !== 'fanout') };
}

/** Keys to try: what bindings on the way would take (wildcards filled in, weights left out), and what is published here. */
export function suggestedKeys(design: Design, exchange: string): readonly string[] {
  const { table } = drawnRouting(design);
  const reached = within(design, exchange);
  const keys = table.bindings.flatMap(({ source, key }) => {
    const { name, type } = table.exchanges[source]!;
    if (!reached.has(name) || key === '' || (type !== 'direct' && type !== 'topic')) return [];
    return [type === 'topic' ? filledIn(key) : key];
  });
  const published = publishedTo(design, exchange).map(({ routingKey }) => routingKey);
  return [...new Set([...keys, ...published])].filter((key) => key !== '').slice(0, OFFERED);
}

/** Headers to try, as lines: what is published here, and without that what bindings ask for. */
export function suggestedHeaders(design: Design, exchange: string): readonly string[] {
  const published = publishedTo(design, exchange).map(({ headers }) => headers);
  const reached = within(design, exchange);
  const asked = design.edges.flatMap((edge) =>
    edge.kind === 'bind' && reached.has(edge.from) ? [(edge.headers ?? '').replaceAll(/= *null *$/gm, '= any')] : [],
  );
  const some = published.some((lines) => lines.trim() !== '') ? published : asked;
  return [...new Set(some.map((lines) => lines.trim()))].filter((lines) => lines !== '').slice(0, OFFERED);
}

/** Some of the messages that are published to this exchange. */
function publishedTo(
  design: Design,
  exchange: string,
): readonly { readonly routingKey: string; readonly headers: string }[] {
  return design.edges.flatMap((edge) => {
    const resolved = resolveEdge(edge);
    if (resolved.kind !== 'amqpPublish' || edge.to !== exchange) return [];
    const from = design.nodes.find(({ id }) => id === edge.from);
    const source = from === undefined ? undefined : resolveNode(from);
    const keys = source?.kind === 'producer' || source?.kind === 'client' ? messageKeys(source.key) : [''];
    return keys.map((key) => ({
      routingKey: resolved.routingKey.replaceAll('{key}', key),
      headers: resolved.headers.replaceAll('{key}', key),
    }));
  });
}

/** `logs.*.#` would take `logs.any`. */
function filledIn(pattern: string): string {
  return wordsOf(pattern)
    .filter((word) => word !== ANY_WORDS)
    .map((word) => (word === ONE_WORD ? 'any' : word))
    .join('.');
}

/** The verdict in one sentence. */
export function outcomeWords(design: Pick<Design, 'nodes'>, { queues }: DrawnRoute): string {
  if (queues.length === 0) return 'No queue gets it: it is dropped, or returned if it is mandatory.';
  const names = (certain: boolean) =>
    queues.filter((queue) => queue.certain === certain).map(({ queue }) => nameOf(design, queue));
  const [sure, possible] = [names(true), names(false)];
  const parts = [
    ...(sure.length > 0 ? [`Goes to ${listed(sure, 'and')}`] : []),
    ...(possible.length > 0 ? [`${sure.length > 0 ? 'and by' : 'Goes by'} chance to ${listed(possible, 'or')}`] : []),
  ];
  return `${parts.join(', ')}.`;
}

/** `a, b and c`. */
export function listed(names: readonly string[], last: 'and' | 'or'): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} ${last} ${names.at(-1)}`;
}

/** Arguments of a binding as they are written on its edge. */
export function writtenHeaders({ arguments: given }: DrawnVerdict): string {
  const mode = xMatchOf(given);
  const words = given
    .filter(([name]) => name !== X_MATCH)
    .map(([name, value]) =>
      value === null ? name : `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(', ');
  return mode === 'all' ? words : `${mode}: ${words}`;
}
