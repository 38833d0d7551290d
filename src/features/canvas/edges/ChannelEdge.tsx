import { BaseEdge, EdgeLabelRenderer, useStore, type EdgeProps } from '@xyflow/react';
import { IconPlugConnectedX, IconScissors, IconSnail } from '@tabler/icons-react';
import { memo, useLayoutEffect, useMemo, useRef, type RefObject } from 'react';
import type { ScenarioEdge } from '../../../../workers/scenario/document.ts';
import type { EdgeKind } from '../../../../workers/scenario/edges/table.ts';
import { CONDITION } from '../../../../workers/protocol/frame.ts';
import { useTracedRoute } from '../../../document/traced-route.ts';
import { useCanvas } from '../canvas-store.ts';
import { describeEdge, isLossy } from '../flow/describe.ts';
import type { FlowEdge } from '../flow/elements.ts';
import { matchedBy } from '../faces/amqp-gauges.ts';
import { useLive, usePaintText, writeData } from '../live/hooks.tsx';
import { curveBetween, placeOn } from './edge-curve.ts';
import { publishCurve } from './edge-geometry.ts';
import classes from './edge.module.css';

/** From this zoom on, every edge says its essential setting. */
const LABELS_FROM_ZOOM = 1.15;
/** The key of a binding says more than a setting. */
const BINDINGS_FROM_ZOOM = 0.55;

/** Labels stand above the line, clear of what moves along it. */
const LABEL_ABOVE = 12;

type Condition = keyof typeof CONDITION;
const CONDITIONS = Object.keys(CONDITION) as readonly Condition[];

const breaks = {
  cut: { text: 'Cut', Icon: IconScissors, tone: 'danger' },
  dropAcks: { text: 'Acknowledgements dropped', Icon: IconPlugConnectedX, tone: 'danger' },
  slow: { text: 'Slowed', Icon: IconSnail, tone: 'warn' },
} as const satisfies Record<Exclude<Condition, 'ok'>, unknown>;

/** A conversation between two nodes: where it runs, whether it is whole, and its essential setting. */
export const ChannelEdge = memo(function ChannelEdge({
  id,
  sourceX,
  sourceY,
  targetX,
  targetY,
  selected,
  data,
}: EdgeProps<FlowEdge>) {
  const curve = useMemo(
    () => curveBetween({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }),
    [sourceX, sourceY, targetX, targetY],
  );
  useLayoutEffect(() => publishCurve(id, curve), [id, curve]);
  const condition = useLive((values, layout) => {
    const edge = layout.edges[id];
    // Both kinds of block begin with the connection's condition.
    return (edge === undefined ? undefined : CONDITIONS[values[edge.at]!]) ?? 'ok';
  }, 'ok');
  const group = useRef<SVGGElement>(null);
  const traced = useTracedRoute(({ edges }) => edges.has(id));
  const lossy = data !== undefined && isLossy(data.edge);
  return (
    <g
      ref={group}
      className={classes.channel}
      data-condition={condition}
      data-lossy={lossy}
      data-kind={data?.edge.kind}
      data-alternate={data?.edge.kind === 'bind' && data.edge.alternate === true}
      data-traced={traced}
    >
      <BaseEdge id={id} path={curve.path} interactionWidth={18} className={classes.line ?? ''} />
      <path d={arrowAt(targetX, targetY)} className={classes.arrow} />
      {data?.edge.kind === 'bind' && <BindingLight group={group} edge={data.edge} />}
      <EdgeLabel
        curve={curve}
        condition={condition}
        selected={selected === true || traced}
        kind={data?.edge.kind}
        edgeId={id}
        words={data === undefined ? [] : describeEdge(data.edge)}
      />
    </g>
  );
});

interface BindingLightProps {
  readonly group: RefObject<SVGGElement | null>;
  readonly edge: ScenarioEdge;
}

/** Lights the line of a binding while messages match it: they take no time between exchange and queue, so none is seen on it. */
function BindingLight({ group, edge: { id, from } }: BindingLightProps) {
  const seen = useRef(0);
  usePaintText((values, layout) => {
    const matched = matchedBy(values, layout, from, id);
    writeData(group, 'hit', String(matched > seen.current));
    seen.current = matched;
  });
  return null;
}

/** A small head just outside the target's port. */
function arrowAt(x: number, y: number): string {
  return `M${x - 13},${y - 4} L${x - 7},${y} L${x - 13},${y + 4}`;
}

interface EdgeLabelProps {
  readonly edgeId: string;
  readonly curve: ReturnType<typeof curveBetween>;
  readonly condition: Condition;
  readonly selected: boolean;
  readonly kind: EdgeKind | undefined;
  readonly words: readonly string[];
}

function EdgeLabel({ edgeId, curve, condition, selected, kind, words }: EdgeLabelProps) {
  const hovered = useCanvas((state) => state.hoveredEdge === edgeId);
  const near = useStore(({ transform }) => transform[2] >= (kind === 'bind' ? BINDINGS_FROM_ZOOM : LABELS_FROM_ZOOM));
  const broken = condition === 'ok' ? null : breaks[condition];
  const spelled = near || selected || hovered;
  // An invisible label would still be a layer for the browser to sort.
  if (broken === null && !spelled) return null;
  const middle = { x: 0, y: 0 };
  placeOn(curve.points, 0.5, middle);
  return (
    <EdgeLabelRenderer>
      <div
        className={classes.label}
        data-edge-label={edgeId}
        data-kind={kind}
        data-whole={selected || hovered}
        style={{ transform: `translate(-50%, -100%) translate(${middle.x}px, ${middle.y - LABEL_ABOVE}px)` }}
        aria-hidden
      >
        {broken !== null && (
          <span className={classes.broken} data-tone={broken.tone}>
            <broken.Icon size={12} stroke={2} />
            {broken.text}
          </span>
        )}
        {spelled && <span className={classes.words}>{words.join(' · ')}</span>}
      </div>
    </EdgeLabelRenderer>
  );
}
