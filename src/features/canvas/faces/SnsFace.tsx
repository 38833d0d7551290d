import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { SUBSCRIBE } from '../../../../workers/protocol/frame.ts';
import { SNS } from '../../../../workers/protocol/frame-sqs.ts';
import { useDocument } from '../../../document/store.ts';
import { nodeTitle } from '../flow/describe.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText } from '../live/hooks.tsx';
import { figureOf } from './blocks.ts';
import { ROUTES_SHOWN } from './node-size.ts';
import { NodeShell } from './NodeShell.tsx';
import { shortCount } from './short-count.ts';
import classes from './sqs.module.css';

/** A topic that keeps nothing: how many messages it took, and how many copies went to each queue. */
export const SnsFace = memo(function SnsFace({ id, data }: NodeProps<FlowNode>) {
  const { edgesOut } = data;
  const shown = edgesOut.length <= ROUTES_SHOWN ? edgesOut : edgesOut.slice(0, ROUTES_SHOWN - 1);
  return (
    <NodeShell node={data.node}>
      <p className={classes.taken}>
        <LiveText
          fallback="0"
          read={(values, layout) => `${shortCount(figureOf(values, layout, id, 'sns', SNS.published))} published`}
        />
      </p>
      <ul className={classes.routes} aria-label="Subscriptions">
        {shown.map((edge) => (
          <RouteRow key={edge} edgeId={edge} />
        ))}
        {edgesOut.length === 0 && <li className={classes.more}>No queue subscribes: draw an edge to one</li>}
        {shown.length < edgesOut.length && <li className={classes.more}>and {edgesOut.length - shown.length} more</li>}
      </ul>
    </NodeShell>
  );
});

function RouteRow({ edgeId }: { readonly edgeId: string }) {
  const name = useDocument(({ design }) => {
    const edge = design.edges.find(({ id }) => id === edgeId);
    const to = design.nodes.find(({ id }) => id === edge?.to);
    return to === undefined ? '' : nodeTitle(to);
  });
  const filtered = useDocument(({ design }) => {
    const edge = design.edges.find(({ id }) => id === edgeId);
    return edge?.kind === 'snsSubscribe' && (edge.filterPolicy ?? '') !== '';
  });
  return (
    <li className={classes.route}>
      <span className={classes.routeTo}>{name}</span>
      <span className={classes.routeFilter}>{filtered ? 'filtered' : ''}</span>
      <LiveText
        className={classes.routeFigure}
        fallback="0"
        read={(values, layout) => {
          const block = layout.edges[edgeId];
          return block === undefined ? '0' : shortCount(values[block.at + SUBSCRIBE.fetched]!);
        }}
      />
    </li>
  );
}
