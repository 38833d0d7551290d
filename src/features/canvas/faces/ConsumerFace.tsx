import { IconRefresh } from '@tabler/icons-react';
import type { NodeProps } from '@xyflow/react';
import { backlogWords, familyRead } from '../../../../workers/scenario/backlog-words.ts';
import { memo, useMemo, useRef } from 'react';
import { CONSUMER, HEADER, STATUS, type Layout } from '../../../../workers/protocol/frame.ts';
import type { ScenarioNode } from '../../../../workers/scenario/document.ts';
import { instancesAtMost } from '../../../../workers/scenario/kinds/autoscale.ts';
import { frames } from '../../../simulation/frames.ts';
import { Mark } from '../../../ui/marks.tsx';
import { NO_FIGURE, writeDuration } from '../../../ui/numbers.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, useLive, usePaintText, writeData, writeShare } from '../live/hooks.tsx';
import { blockOf } from './blocks.ts';
import { AnomalyBadges } from './AnomalyBadges.tsx';
import {
  groupFigure,
  isRebalancing,
  isShareGroup,
  ownershipMark,
  ownershipOf,
  sumOf,
  type Ownership,
} from './gauges.ts';
import { groupIndexOf, subscriptionsOfConsumer } from './layout-index.ts';
import { groupLetter, groupVariable } from './groups.ts';
import { Instances } from './Instances.tsx';
import { instancesHeight } from './node-size.ts';
import { NodeShell } from './NodeShell.tsx';
import { shortCount } from './short-count.ts';
import { useHeld } from './use-held.ts';
import classes from './face.module.css';

/** A rebalance of a few milliseconds would be over before it was seen. */
const REBALANCE_SHOWN_MS = 900;

/** A group of instances: who is there, who owns what, how far behind, and what went wrong. */
export const ConsumerFace = memo(function ConsumerFace({ id, data }: NodeProps<FlowNode>) {
  const node = data.node as Extract<ScenarioNode, { kind: 'consumer' }>;
  const declared = node.instances ?? 1;
  const instances = useLive((_values, layout) => blockOf(layout, id, 'consumer')?.instances ?? declared, declared);
  const rebalancing = useLive((values, layout) => isRebalancing(values, layout, id), false);
  // A generation that changed between two frames was a rebalance, too; in a share group nobody has to wait.
  const generation = useLive(
    (values, layout) => (isShareGroup(layout, id) ? 0 : groupFigure(values, layout, id, 'generation')),
    0,
  );
  const flows = useLive((values) => values[HEADER.status] === STATUS.playing, false);
  const shown = useHeld(rebalancing, generation, { flows, holdMs: REBALANCE_SHOWN_MS });
  return (
    <NodeShell node={data.node} rebalancing={shown} badge={<GroupBadge id={id} rebalancing={shown} />}>
      <Instances
        id={id}
        instances={instances}
        concurrency={node.concurrency ?? 1}
        owned={useOwnership(id)}
        height={instancesHeight(instancesAtMost(node))}
      />
      <Lag id={id} />
      {node.autoscale?.enabled === true && <Scaling id={id} />}
      <Applied id={id} />
      <AnomalyBadges id={id} />
    </NodeShell>
  );
});

function useOwnership(id: string): readonly Ownership[] {
  const mark = useLive((values, layout) => ownershipMark(values, layout, id), 0);
  return useMemo(() => {
    const frame = frames.current();
    return frame === null || mark === 0 ? [] : ownershipOf(frame.values, frame.layout, id);
  }, [id, mark]);
}

function GroupBadge({ id, rebalancing }: { readonly id: string; readonly rebalancing: boolean }) {
  const newer = useLive((values, layout) => groupFigure(values, layout, id, 'newer'), 0) === 1;
  const generation = useLive((values, layout) => groupFigure(values, layout, id, 'generation'), 0);
  const group = useLive((_values, layout) => groupIndexOf(layout, id), -1);
  const shares = useLive((_values, layout) => isShareGroup(layout, id), false);
  if (rebalancing) {
    return (
      <span className={classes.badge} data-tone="accent">
        <IconRefresh size={11} stroke={2.2} className={classes.turning} aria-hidden />
        {newer ? `To epoch ${generation}…` : 'Rebalancing…'}{' '}
        <LiveText
          fallback=""
          read={(values, layout) => {
            if (!isRebalancing(values, layout, id)) return '';
            const since = values[HEADER.timeNs]! - groupFigure(values, layout, id, 'sinceNs');
            return writeDuration(Number((since / 1e6).toPrecision(2)));
          }}
        />
      </span>
    );
  }
  if (group < 0) return null;
  return (
    <span
      className={classes.groupPill}
      style={{ background: groupVariable(group) }}
      title={
        shares
          ? `Share group ${groupLetter(group)}: its members compete for records`
          : `Group ${groupLetter(group)}, ${newer ? 'epoch' : 'generation'} ${generation}`
      }
      data-share={shares}
    >
      {groupLetter(group)}
      {shares && ' share'}
    </span>
  );
}

/** The bar is logarithmic: a lag of ten is seen, and one of a hundred thousand still fits. */
function lagShare(lag: number): number {
  return Math.min(1, Math.log10(1 + lag) / 5);
}

function lagOfConsumer(values: Float64Array, layout: Layout, id: string): number {
  return sumOf(values, subscriptionsOfConsumer(layout, id), 'lag');
}

function Lag({ id }: { readonly id: string }) {
  const bar = useRef<HTMLDivElement>(null);
  const word = useLive((_values, layout) => {
    const read = subscriptionsOfConsumer(layout, id).flatMap(
      ({ topic }) => familyRead(layout.nodes[topic]?.kind) ?? [],
    );
    return backlogWords(read).short;
  }, 'Lag');
  usePaintText((values, layout) => {
    const lag = lagOfConsumer(values, layout, id);
    writeShare(bar, lagShare(lag));
    writeData(bar, 'level', lag < 100 ? 'low' : lag < 2000 ? 'some' : 'high');
  });
  return (
    <div className={classes.lag}>
      <span className={classes.caption}>{word}</span>
      <div className={classes.lagTrack} aria-hidden>
        <div ref={bar} className={classes.lagFill} />
      </div>
      <LiveText
        className={classes.lagFigure}
        read={(values, layout) => shortCount(lagOfConsumer(values, layout, id))}
        fallback="0"
      />
    </div>
  );
}

/** How many instances the autoscaler asks for, and what they have cost so far. */
function Scaling({ id }: { readonly id: string }) {
  const read = (figure: 'wanted' | 'instanceSeconds') => (values: Float64Array, layout: Layout) => {
    const block = blockOf(layout, id, 'consumer');
    return block === null ? '0' : shortCount(Math.round(values[block.at + CONSUMER[figure]]!));
  };
  return (
    <div className={classes.scaling}>
      <span className={classes.caption}>Wanted</span>
      <LiveText className={classes.lagFigure} read={read('wanted')} fallback="0" />
      <span className={classes.scalingCost} title="Instance-seconds: what the instances have cost so far">
        <LiveText read={read('instanceSeconds')} fallback="0" /> instance s
      </span>
    </div>
  );
}

/** Messages applied at least once, as the guarantees count them: repeats are counted as duplicates beside. */
function Applied({ id }: { readonly id: string }) {
  return (
    <div className={classes.applied}>
      <Mark kind="applied" size={12} />
      <LiveText
        className={classes.appliedFigure}
        fallback="0"
        read={(values, layout) => shortCount(sumOf(values, subscriptionsOfConsumer(layout, id), 'applied'))}
      />
      <span className={classes.caption}>applied</span>
      <span className={classes.latency}>
        p99{' '}
        <LiveText
          read={(values, layout) => {
            const worst = Math.max(
              0,
              ...subscriptionsOfConsumer(layout, id).map((sub) => sumOf(values, [sub], 'p99Ns')),
            );
            return worst === 0 ? NO_FIGURE : writeDuration(Number((worst / 1e6).toPrecision(2)));
          }}
        />
      </span>
    </div>
  );
}
