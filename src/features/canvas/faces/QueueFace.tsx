import type { NodeProps } from '@xyflow/react';
import { memo, useRef, type RefObject } from 'react';
import { QUEUE_CONSUMER } from '../../../../workers/protocol/frame-amqp.ts';
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { resolveNode } from '../../../../workers/scenario/resolve.ts';
import { Mark } from '../../../ui/marks.tsx';
import type { StateKind } from '../../../ui/states.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, useLive, usePaintText, writeData, writeLabel, writeShare } from '../live/hooks.tsx';
import { blockOf } from './blocks.ts';
import { holdingOf, lengthShare, queueFigure } from './amqp-gauges.ts';
import { NodeShell } from './NodeShell.tsx';
import { shortCount } from './short-count.ts';
import classes from './amqp.module.css';

/** So many consumers are shown one by one. */
const HOLDERS_SHOWN = 9;

/** Messages that are ready, those that each consumer holds unacknowledged, and what went another way. */
export const QueueFace = memo(function QueueFace({ id, data }: NodeProps<FlowNode>) {
  const node = resolveNode(data.node);
  const isStream = node.kind === 'queue' && node.type === 'stream';
  const most = node.kind === 'queue' && !isStream ? node.maxLength : -1;
  return (
    <NodeShell node={data.node} badge={<Gone id={id} />}>
      <div className={classes.figures}>
        <Figure id={id} figure="ready" label={isStream ? 'kept' : 'ready'} />
        <Figure id={id} figure="unacknowledged" label="unacked" />
        {isStream ? (
          <Figure id={id} figure="nextOffset" label="next offset" quiet />
        ) : (
          <Figure id={id} figure="redelivered" label="redelivered" quiet />
        )}
      </div>
      <Length id={id} most={most} />
      <Holders id={id} isStream={isStream} />
      <Others id={id} />
    </NodeShell>
  );
});

function Gone({ id }: { readonly id: string }) {
  const gone = useLive(
    (values, layout) => blockOf(layout, id, 'queue') !== null && queueFigure(values, layout, id, 'exists') === 0,
    false,
  );
  return gone ? <span className={classes.gone}>Deleted itself</span> : null;
}

interface FigureProps {
  readonly id: string;
  readonly figure: 'ready' | 'unacknowledged' | 'redelivered' | 'nextOffset';
  readonly label: string;
  /** Shown faintly: it says nothing of now. */
  readonly quiet?: boolean;
}

function Figure({ id, figure, label, quiet = false }: FigureProps) {
  return (
    <span className={classes.figure} data-quiet={quiet}>
      <LiveText
        className={classes.figureValue}
        fallback="0"
        read={(values, layout) => shortCount(queueFigure(values, layout, id, figure))}
      />
      <span className={classes.figureLabel}>{label}</span>
    </span>
  );
}

/** How full it is: of its limit where it has one, else on a logarithmic scale. */
function Length({ id, most }: { readonly id: string; readonly most: number }) {
  const bar = useRef<HTMLDivElement>(null);
  usePaintText((values, layout) => {
    const ready = queueFigure(values, layout, id, 'ready');
    const share = most > 0 ? Math.min(1, ready / most) : lengthShare(ready);
    writeShare(bar, share);
    writeData(bar, 'level', share < 0.5 ? 'low' : share < 0.9 ? 'some' : 'high');
  });
  return (
    <div className={classes.track} title={most > 0 ? `Of ${most} at most` : undefined} aria-hidden>
      <div ref={bar} className={classes.fill} />
    </div>
  );
}

interface HoldersProps {
  readonly id: string;
  readonly isStream: boolean;
}

/** The consumers: of a queue with what each of them holds of its prefetch, of a stream with how far behind each is. */
function Holders({ id, isStream }: HoldersProps) {
  const count = useLive((_values, layout) => blockOf(layout, id, 'queue')?.consumers.length ?? 0, 0);
  const shown = Math.min(count, HOLDERS_SHOWN);
  if (count === 0) return <p className={classes.holders}>{isStream ? 'No readers' : 'No consumers'}</p>;
  return (
    <ul className={classes.holders} aria-label={isStream ? 'Messages behind, by reader' : 'Unacknowledged by consumer'}>
      {Array.from({ length: shown }, (_, place) =>
        isStream ? <Reader key={place} id={id} place={place} /> : <Holder key={place} id={id} place={place} />,
      )}
      {shown < count && <li className={classes.moreHolders}>+{count - shown}</li>}
    </ul>
  );
}

interface HolderProps {
  readonly id: string;
  readonly place: number;
}

type Holding = Exclude<keyof typeof QUEUE_CONSUMER, 'size'>;

function Holder({ id, place }: HolderProps) {
  const item = useRef<HTMLLIElement>(null);
  const fill = useRef<HTMLSpanElement>(null);
  usePaintText((values, layout) => {
    const of = (figure: Holding) => holdingOf(values, layout, id, place, figure);
    const [held, prefetch] = [of('unacknowledged'), of('prefetch')];
    writeShare(fill, prefetch > 0 ? held / prefetch : lengthShare(held));
    writeData(item, 'attached', String(of('attached') === 1));
    writeLabel(item, `${who(layout, id, place)} holds ${held}${prefetch > 0 ? ` of ${prefetch}` : ''}`);
  });
  return <HolderChip id={id} place={place} item={item} fill={fill} figure="unacknowledged" />;
}

/** How far one reader is: full when it has read all that the stream keeps. */
function Reader({ id, place }: HolderProps) {
  const item = useRef<HTMLLIElement>(null);
  const fill = useRef<HTMLSpanElement>(null);
  usePaintText((values, layout) => {
    const of = (figure: Holding) => holdingOf(values, layout, id, place, figure);
    const kept = queueFigure(values, layout, id, 'ready');
    const lag = of('lag');
    writeShare(fill, kept > 0 ? Math.max(0, 1 - lag / kept) : 0);
    writeData(item, 'attached', String(of('attached') === 1));
    writeLabel(item, `${who(layout, id, place)} is ${lag} behind, at offset ${of('position')}`);
  });
  return <HolderChip id={id} place={place} item={item} fill={fill} figure="lag" />;
}

interface HolderChipProps extends HolderProps {
  readonly item: RefObject<HTMLLIElement | null>;
  readonly fill: RefObject<HTMLSpanElement | null>;
  readonly figure: Holding;
}

function HolderChip({ id, place, item, fill, figure }: HolderChipProps) {
  return (
    <li ref={item} className={classes.holder}>
      <span ref={fill} className={classes.holderFill} aria-hidden />
      <LiveText
        className={classes.holderCount}
        fallback="0"
        read={(values, layout) => shortCount(holdingOf(values, layout, id, place, figure))}
      />
    </li>
  );
}

function who(layout: Layout, id: string, place: number): string {
  return `Instance ${blockOf(layout, id, 'queue')?.consumers[place]?.instance ?? place}`;
}

const OTHERS = [
  { figure: 'deadLettered', mark: 'dead', label: 'dead-lettered' },
  { figure: 'dropped', mark: 'lost', label: 'dropped' },
  { figure: 'refused', mark: 'refused', label: 'refused' },
] as const satisfies readonly { readonly figure: string; readonly mark: StateKind; readonly label: string }[];

/** What left it without an acknowledgement, or never came in; silent until there is any. */
function Others({ id }: { readonly id: string }) {
  const present = useLive(
    (values, layout) =>
      OTHERS.filter(({ figure }) => queueFigure(values, layout, id, figure) > 0)
        .map(({ figure }) => figure)
        .join(),
    '',
  );
  return (
    <ul className={classes.others}>
      {OTHERS.filter(({ figure }) => present.split(',').includes(figure)).map(({ figure, mark, label }) => (
        <li key={figure} className={classes.other}>
          <Mark kind={mark} size={12} />
          <LiveText read={(values, layout) => shortCount(queueFigure(values, layout, id, figure))} />
          <span className={classes.figureLabel}>{label}</span>
        </li>
      ))}
    </ul>
  );
}
