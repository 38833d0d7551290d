/** What messages of a drawing carry: offered where a value is typed. */
import type { Design } from '../../../../workers/scenario/document.ts';
import { resolveNode } from '../../../../workers/scenario/resolve.ts';
import type { KeyChoice } from '../../../../workers/scenario/values/key.ts';
import { nameOf } from '../../../document/actions.ts';

const OFFERED = 4;

/** Some of the keys that a source draws; an empty text is a message without one. */
export function messageKeys(choice: KeyChoice): readonly string[] {
  switch (choice.type) {
    case 'listed':
      return choice.keys.split('\n');
    case 'fixed':
      return [choice.key];
    case 'uniform':
    case 'zipf':
      return Array.from({ length: Math.min(choice.keys, OFFERED) }, (_, index) => `k${index}`);
    default:
      return [''];
  }
}

/** Some of the keys that sources of a drawing publish, each once. */
export function keysIn({ nodes }: Pick<Design, 'nodes'>): readonly string[] {
  const keys = nodes.flatMap((node) => {
    const source = resolveNode(node);
    return source.kind === 'producer' || source.kind === 'client' ? messageKeys(source.key) : [];
  });
  return [...new Set(keys)].filter((key) => key !== '');
}

/** Who publishes to topics of SNS, each once. */
export function sourcesIn(
  design: Design,
  topic?: string,
): readonly { readonly value: string; readonly label: string }[] {
  const ids = design.edges.flatMap(({ kind, from, to }) =>
    kind === 'snsPublish' && (topic === undefined || topic === to) ? [from] : [],
  );
  return [...new Set(ids)].map((id) => ({ value: id, label: nameOf(design, id) }));
}
