import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { useDocument } from '../../../document/store.ts';
import { useTracedRoute } from '../../../document/traced-route.ts';
import { describeEdge, nodeTitle } from '../flow/describe.ts';
import type { FlowNode } from '../flow/elements.ts';
import { BINDING_ROWS } from './node-size.ts';
import { NodeShell } from './NodeShell.tsx';
import classes from './amqp.module.css';

/** What is bound to it: each binding with its keys and where it leads. */
export const ExchangeFace = memo(function ExchangeFace({ data }: NodeProps<FlowNode>) {
  const { edgesOut } = data;
  const shown = edgesOut.length <= BINDING_ROWS ? edgesOut : edgesOut.slice(0, BINDING_ROWS - 1);
  return (
    <NodeShell node={data.node}>
      {edgesOut.length === 0 && <p className={classes.empty}>Nothing is bound to it: draw an edge to a queue</p>}
      <ul className={classes.bindings} aria-label="Bindings">
        {shown.map((edge) => (
          <BindingRow key={edge} edgeId={edge} />
        ))}
        {shown.length < edgesOut.length && <li className={classes.more}>and {edgesOut.length - shown.length} more</li>}
      </ul>
    </NodeShell>
  );
});

function BindingRow({ edgeId }: { readonly edgeId: string }) {
  const edge = useDocument(({ design }) => design.edges.find(({ id }) => id === edgeId));
  const name = useDocument(({ design }) => {
    const to = design.nodes.find(({ id }) => id === edge?.to);
    return to === undefined ? '' : nodeTitle(to);
  });
  const traced = useTracedRoute(({ edges }) => edges.has(edgeId));
  if (edge?.kind !== 'bind') return null;
  const words = describeEdge(edge);
  return (
    <li className={classes.binding} data-traced={traced} data-alternate={edge.alternate === true}>
      <span className={classes.bindingKey}>{words.length === 0 ? 'any' : words.join(' · ')}</span>
      <span className={classes.bindingTo}>{name}</span>
    </li>
  );
}
