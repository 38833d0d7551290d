import type { NodeProps } from '@xyflow/react';
import { memo, useRef } from 'react';
import { EXCHANGE } from '../../../../workers/protocol/frame-amqp.ts';
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { useDocument } from '../../../document/store.ts';
import { useTracedRoute } from '../../../document/traced-route.ts';
import { describeEdge, nodeTitle } from '../flow/describe.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, useLive, usePaintText, writeData } from '../live/hooks.tsx';
import { figureOf } from './blocks.ts';
import { matchedBy } from './amqp-gauges.ts';
import { BINDING_ROWS } from './node-size.ts';
import { NodeShell } from './NodeShell.tsx';
import { shortCount } from './short-count.ts';
import classes from './amqp.module.css';

/** What is bound to it: each binding with its keys, where it leads, and how many messages it has matched. */
export const ExchangeFace = memo(function ExchangeFace({ id, data }: NodeProps<FlowNode>) {
  const { edgesOut } = data;
  const shown = edgesOut.length <= BINDING_ROWS ? edgesOut : edgesOut.slice(0, BINDING_ROWS - 1);
  return (
    <NodeShell node={data.node} badge={<Unroutable id={id} />}>
      {edgesOut.length === 0 && <p className={classes.empty}>Nothing is bound to it: draw an edge to a queue</p>}
      <ul className={classes.bindings} aria-label="Bindings">
        {shown.map((edge) => (
          <BindingRow key={edge} exchange={id} edgeId={edge} />
        ))}
        {shown.length < edgesOut.length && <li className={classes.more}>and {edgesOut.length - shown.length} more</li>}
      </ul>
    </NodeShell>
  );
});

/** What no queue got, once there is any. */
function Unroutable({ id }: { readonly id: string }) {
  const read = (values: Float64Array, layout: Layout) => figureOf(values, layout, id, 'exchange', EXCHANGE.unroutable);
  const any = useLive((values, layout) => read(values, layout) > 0, false);
  if (!any) return null;
  return (
    <span className={classes.unroutable} title="Messages that no queue got">
      <LiveText read={(values, layout) => shortCount(read(values, layout))} /> unroutable
    </span>
  );
}

function BindingRow({ exchange, edgeId }: { readonly exchange: string; readonly edgeId: string }) {
  const edge = useDocument(({ design }) => design.edges.find(({ id }) => id === edgeId));
  const name = useDocument(({ design }) => {
    const to = design.nodes.find(({ id }) => id === edge?.to);
    return to === undefined ? '' : nodeTitle(to);
  });
  const traced = useTracedRoute(({ edges }) => edges.has(edgeId));
  const row = useRef<HTMLLIElement>(null);
  const seen = useRef(0);
  usePaintText((values, layout) => {
    const matched = matchedBy(values, layout, exchange, edgeId);
    writeData(row, 'hit', String(matched > seen.current));
    seen.current = matched;
  });
  if (edge?.kind !== 'bind') return null;
  const words = describeEdge(edge).join(' · ') || 'no key';
  return (
    <li
      ref={row}
      className={classes.binding}
      // Whatever does not fit is read by pointing at it.
      title={`${words} → ${name}`}
      data-traced={traced}
      data-alternate={edge.alternate === true}
    >
      <span className={classes.bindingKey}>{words}</span>
      <span className={classes.bindingTo}>{name}</span>
      <LiveText
        className={classes.bindingCount}
        fallback=""
        read={(values, layout) => {
          const matched = matchedBy(values, layout, exchange, edgeId);
          return matched === 0 ? '' : shortCount(matched);
        }}
      />
    </li>
  );
}
