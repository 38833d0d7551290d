import type { NodeProps } from '@xyflow/react';
import { IconCircleFilled, IconPlayerPauseFilled, IconPlugConnectedX, IconSnail, IconX } from '@tabler/icons-react';
import { memo, useRef, type MouseEvent } from 'react';
import { BROKER, BROKER_STATE, CLUSTER } from '../../../../workers/protocol/frame-cluster.ts';
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { resolveNode } from '../../../../workers/scenario/resolve.ts';
import { causeFault } from '../../../document/actions.ts';
import { writeAmount } from '../../../ui/numbers.ts';
import { openMenu } from '../canvas-store.ts';
import { titleOf } from '../connecting/targets.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, useLive, usePaintText, writeLabel } from '../live/hooks.tsx';
import { blockOf } from './blocks.ts';
import { COLUMN_GAP, COLUMN_HEIGHT, columnWidth } from './cluster-grid.ts';
import { drawCluster } from './draw-cluster.ts';
import { useFacePaint } from './face-paints.ts';
import { CLUSTER_HEAD_HEIGHT, FACE_PADDING, HEADER_HEIGHT } from './node-size.ts';
import { NodeShell } from './NodeShell.tsx';
import classes from './cluster.module.css';

type BrokerState = keyof typeof BROKER_STATE;
const STATE_NAMES = Object.keys(BROKER_STATE) as readonly BrokerState[];

/** Each state has a shape of its own, and words for those who do not see it. */
const states = {
  down: { text: 'down', Icon: IconX },
  up: { text: 'up', Icon: IconCircleFilled },
  slow: { text: 'slowed down', Icon: IconSnail },
  frozen: { text: 'paused', Icon: IconPlayerPauseFilled },
  isolated: { text: 'isolated from the other brokers', Icon: IconPlugConnectedX },
} as const satisfies Record<BrokerState, unknown>;

/** Brokers as columns, and in each the replicas that it holds. */
export const ClusterFace = memo(function ClusterFace({ id, data }: NodeProps<FlowNode>) {
  const node = resolveNode(data.node);
  const declared = node.kind === 'cluster' ? node.brokers : 0;
  const brokers = useLive((_values, layout) => blockOf(layout, id, 'cluster')?.brokers ?? declared, declared);
  const width = columnWidth(declared);
  return (
    <NodeShell node={data.node}>
      <ul className={classes.brokers} style={{ height: CLUSTER_HEAD_HEIGHT, gap: COLUMN_GAP }} aria-label="Brokers">
        {Array.from({ length: Math.min(brokers, declared) }, (_, broker) => (
          <Broker key={broker} id={id} broker={broker} width={width} />
        ))}
      </ul>
      <Replicas id={id} />
      <p className={classes.foot}>
        <LiveText fallback="" read={(values, layout) => conditionOf(values, layout, id)} />
      </p>
    </NodeShell>
  );
});

function figureOf(
  values: Float64Array,
  layout: Layout,
  { id, broker }: BrokerProps,
  figure: Exclude<keyof typeof BROKER, 'size'>,
): number {
  const block = blockOf(layout, id, 'cluster');
  if (block === null || broker >= block.brokers) return figure === 'state' ? BROKER_STATE.up : 0;
  return values[block.brokersAt + broker * BROKER.size + BROKER[figure]]!;
}

interface BrokerProps {
  readonly id: string;
  readonly broker: number;
}

/** A click kills the broker, or starts it again; the context menu has what else can happen to it. */
function Broker({ id, broker, width }: BrokerProps & { readonly width: number }) {
  const place = { id, broker };
  const state =
    STATE_NAMES[useLive((values, layout) => figureOf(values, layout, place, 'state'), BROKER_STATE.up)] ?? 'up';
  const fenced = useLive((values, layout) => figureOf(values, layout, place, 'fenced'), 0) === 1;
  const controls = useLive((values, layout) => controllerOf(values, layout, id), -1) === broker;
  const { text, Icon } = states[state];
  const perform = state === 'down' ? 'Restart' : 'Crash';
  const words = `Broker ${broker}, ${text}${fenced ? ', fenced' : ''}${controls ? ', active controller' : ''}`;
  return (
    <li style={{ width }}>
      <button
        type="button"
        className={`${classes.broker} nodrag nopan nokey`}
        data-state={state}
        data-fenced={fenced}
        data-controls={controls}
        aria-label={`${words}. ${perform} it`}
        title={`${words}. Click: ${perform.toLowerCase()}. Right click: more`}
        onClick={() => void causeFault({ do: state === 'down' ? 'restart' : 'crash', target: id, instance: broker })}
        onContextMenu={(event: MouseEvent) => {
          event.preventDefault();
          event.stopPropagation();
          openMenu({ type: 'broker', id, broker }, { x: event.clientX, y: event.clientY });
        }}
      >
        <Icon size={state === 'up' ? 7 : 11} stroke={2.2} aria-hidden />
        <span className={classes.number}>{broker}</span>
        {width >= 58 && (
          <span className={classes.leaders} title="Partitions that it leads" aria-hidden>
            <LiveText fallback="" read={(values, layout) => String(figureOf(values, layout, place, 'leaders'))} />
          </span>
        )}
      </button>
    </li>
  );
}

function controllerOf(values: Float64Array, layout: Layout, id: string): number {
  const block = blockOf(layout, id, 'cluster');
  return block === null ? -1 : values[block.at + CLUSTER.controller]!;
}

function Replicas({ id }: { readonly id: string }) {
  const picture = useRef<HTMLDivElement>(null);
  useFacePaint(id, ({ context, frame, zoom }) => {
    const block = blockOf(frame.layout, id, 'cluster');
    if (block === null) return false;
    context.translate(FACE_PADDING, HEADER_HEIGHT + CLUSTER_HEAD_HEIGHT + 2);
    drawCluster(context, frame.values, block, { zoom, titleOf });
    return false;
  });
  usePaintText((values, layout) => writeLabel(picture, `Replicas: ${conditionOf(values, layout, id)}`));
  return <div ref={picture} role="img" aria-label="Replicas" style={{ height: COLUMN_HEIGHT, flex: 'none' }} />;
}

/** How the cluster's partitions are, in a few words. */
function conditionOf(values: Float64Array, layout: Layout, id: string): string {
  const block = blockOf(layout, id, 'cluster');
  if (block === null) return '';
  const partitions = block.topics.reduce((sum, topic) => sum + topic.partitions, 0);
  if (partitions === 0) return 'No topics: draw an edge to one';
  const under = values[block.at + CLUSTER.underReplicated]!;
  const offline = values[block.at + CLUSTER.offline]!;
  const words = [
    ...(offline > 0 ? [`${offline} without a leader`] : []),
    ...(under > 0 ? [`${under} under-replicated`] : []),
  ];
  return `${writeAmount(partitions, 'partition')}: ${words.length === 0 ? 'all in sync' : words.join(', ')}`;
}
