import type { NodeProps } from '@xyflow/react';
import { memo, useRef } from 'react';
import { STORE } from '../../../../workers/protocol/frame-store.ts';
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { writeAmount, writeDuration, writeShare } from '../../../ui/numbers.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, usePaintText, writeData, writeLabel, writeShare as writeWidth } from '../live/hooks.tsx';
import { blockOf } from './blocks.ts';
import { NodeShell } from './NodeShell.tsx';
import { shortCount } from './short-count.ts';
import classes from './store.module.css';

/** A table used as a queue: its rows by what may be done with them, the cores and connections that are busy, and what polling costs. */
export const StoreFace = memo(function StoreFace({ id, data }: NodeProps<FlowNode>) {
  return (
    <NodeShell node={data.node}>
      <dl className={classes.counts}>
        <Count id={id} label="ready" title="Rows that a poll would find" of={['ready']} />
        <Count id={id} label="in hand" title="Rows that are locked or claimed" of={['locked', 'claimed']} />
        <Count
          id={id}
          label="kept"
          title="Rows that are marked done, or have failed for good"
          of={['kept', 'failed']}
          quiet
        />
      </dl>
      <Meter id={id} label="cores" used="coresBusy" most="cores" />
      <Meter id={id} label="connections" used="connections" most="connectionsMax" />
      <p className={classes.foot}>
        <LiveText fallback="not polled" read={(values, layout) => told(values, layout, id, sayPolls) ?? 'not polled'} />
      </p>
      <p className={classes.foot}>
        <LiveText fallback="" read={(values, layout) => told(values, layout, id, sayPast) ?? ''} />
      </p>
    </NodeShell>
  );
});

type Figure = Exclude<keyof typeof STORE, 'size'>;
type Read = (figure: Figure) => number;

/** Null while the frame does not know the table. */
function told<Said>(values: Float64Array, layout: Layout, id: string, say: (read: Read) => Said): Said | null {
  const block = blockOf(layout, id, 'store');
  return block === null ? null : say((figure) => values[block.at + STORE[figure]]!);
}

interface CountProps {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly of: readonly Figure[];
  /** Shown faintly: nobody waits for these rows. */
  readonly quiet?: boolean;
}

function Count({ id, label, title, of, quiet = false }: CountProps) {
  return (
    <div className={classes.count} title={title} data-quiet={quiet}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.figure}>
        <LiveText
          fallback="0"
          read={(values, layout) =>
            told(values, layout, id, (read) => shortCount(of.reduce((sum, figure) => sum + read(figure), 0))) ?? '0'
          }
        />
      </dd>
    </div>
  );
}

interface MeterProps {
  readonly id: string;
  readonly label: string;
  readonly used: Figure;
  readonly most: Figure;
}

/** How much of something is in use now, of all there is. */
function Meter({ id, label, used, most }: MeterProps) {
  const row = useRef<HTMLDivElement>(null);
  const fill = useRef<HTMLSpanElement>(null);
  usePaintText((values, layout) => {
    const [busy, all] = told(values, layout, id, (read): readonly [number, number] => [read(used), read(most)]) ?? [
      0, 0,
    ];
    const share = all > 0 ? Math.min(1, busy / all) : 0;
    writeWidth(fill, share);
    writeData(row, 'level', share < 0.8 ? 'low' : 'high');
    writeLabel(row, `${busy} of ${all} ${label} busy`);
  });
  return (
    <div ref={row} className={classes.meter}>
      <span className={classes.label}>{label}</span>
      <span className={classes.track} aria-hidden>
        <span ref={fill} className={classes.fill} />
      </span>
      <LiveText
        className={classes.amount}
        fallback=""
        read={(values, layout) => told(values, layout, id, (read) => `${read(used)}/${shortCount(read(most))}`) ?? ''}
      />
    </div>
  );
}

function sayPolls(read: Read): string {
  const polls = read('polls');
  if (polls === 0) return 'not polled';
  return [
    `found after ${writeDuration(Number(read('addedDelayMs').toPrecision(2)))}`,
    `${writeShare(Number((read('idlePolls') / polls).toPrecision(2)))} of polls empty`,
  ].join(' · ');
}

function sayPast(read: Read): string {
  return [
    ...(read('lockQueue') > 0 ? [`${writeAmount(read('lockQueue'), 'session')} wait for locks`] : []),
    ...(read('connectionQueue') > 0 ? [`${shortCount(read('connectionQueue'))} wait for a connection`] : []),
    ...(read('passed') > 0 ? [`${shortCount(read('passed'))} passed over`] : []),
    ...(read('dead') > 0 ? [`${shortCount(read('dead'))} dead rows`] : []),
    `${writeShare(Number(read('utilisation').toPrecision(2)))} busy`,
  ].join(' · ');
}
