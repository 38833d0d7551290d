import type { NodeProps } from '@xyflow/react';
import { memo, useRef } from 'react';
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { REQUESTS } from '../../../../workers/protocol/frame-requests.ts';
import { Mark } from '../../../ui/marks.tsx';
import { NO_FIGURE, writeDuration } from '../../../ui/numbers.ts';
import type { StateKind } from '../../../ui/states.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, usePaintText, writeData } from '../live/hooks.tsx';
import { blockOf } from './blocks.ts';
import { NodeShell } from './NodeShell.tsx';
import { shortCount } from './short-count.ts';
import classes from './face.module.css';

type Figure = Exclude<keyof typeof REQUESTS, 'size'>;

function read(values: Float64Array, layout: Layout, id: string, figure: Figure): number {
  const block = blockOf(layout, id, 'consumer');
  return block === null || block.requestsAt < 0 ? 0 : values[block.requestsAt + REQUESTS[figure]]!;
}

function writeTrip(ns: number): string {
  return ns === 0 ? NO_FIGURE : writeDuration(Number((ns / 1e6).toPrecision(2)));
}

/** A source of requests: how long answers take, who still waits, and what became of the others. */
export const ClientFace = memo(function ClientFace({ id, data }: NodeProps<FlowNode>) {
  return (
    <NodeShell node={data.node}>
      <div className={classes.rate}>
        <div className={classes.rateFigures}>
          <LiveText
            className={classes.rateFigure}
            fallback={NO_FIGURE}
            read={(values, layout) => writeTrip(read(values, layout, id, 'p50Ns'))}
          />
          <LiveText
            className={classes.caption}
            fallback={`round trip, p99 ${NO_FIGURE}`}
            read={(values, layout) => `round trip, p99 ${writeTrip(read(values, layout, id, 'p99Ns'))}`}
          />
        </div>
        <div className={`${classes.rateFigures} ${classes.asked}`}>
          <LiveText
            className={classes.rateFigure}
            fallback="0"
            read={(values, layout) => shortCount(read(values, layout, id, 'waiting'))}
          />
          <LiveText
            className={classes.caption}
            fallback="wait, of 0 asked"
            read={(values, layout) => `wait, of ${shortCount(read(values, layout, id, 'asked'))} asked`}
          />
        </div>
      </div>
      <ul className={classes.outcomes} aria-label="What became of the requests">
        {OUTCOMES.map((outcome) => (
          <Outcome key={outcome.figure} id={id} {...outcome} />
        ))}
      </ul>
    </NodeShell>
  );
});

const OUTCOMES = [
  { figure: 'answered', mark: 'applied', label: 'answered' },
  { figure: 'givenUp', mark: 'unknown', label: 'given up' },
  { figure: 'late', mark: 'stale', label: 'late answers' },
  { figure: 'duplicates', mark: 'duplicate', label: 'answered twice' },
] as const satisfies readonly { figure: Figure; mark: StateKind; label: string }[];

function Outcome({ id, figure, mark, label }: (typeof OUTCOMES)[number] & { readonly id: string }) {
  const item = useRef<HTMLLIElement>(null);
  usePaintText((values, layout) => writeData(item, 'none', String(read(values, layout, id, figure) === 0)));
  return (
    <li ref={item} className={classes.outcome} data-none="true" title={label}>
      <Mark kind={mark} size={12} />
      <LiveText
        className={classes.outcomeFigure}
        read={(values, layout) => shortCount(read(values, layout, id, figure))}
        fallback="0"
      />
      <span className={classes.spoken}> {label}</span>
    </li>
  );
}
