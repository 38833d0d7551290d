/** Which kinds have a port to leave from and one to enter by: whichever some protocol names. */
import { protocols } from '../../../../workers/scenario/edges/table.ts';
import type { NodeKind } from '../../../../workers/scenario/kinds/table.ts';

function endsNamed(end: 'from' | 'to'): ReadonlySet<NodeKind> {
  return new Set(Object.values(protocols).flatMap((protocol): readonly NodeKind[] => protocol[end]));
}

const leaving = endsNamed('from');
const entering = endsNamed('to');

export function portsOf(kind: NodeKind): { readonly out: boolean; readonly in: boolean } {
  return { out: leaving.has(kind), in: entering.has(kind) };
}
