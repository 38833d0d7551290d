import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { HEADER } from '../../../../workers/protocol/frame.ts';
import { SQS, SQS_TIMERS, type SqsBlock } from '../../../../workers/protocol/frame-sqs.ts';
import { tokenColor } from '../../../ui/colors.ts';
import { monthlyDollars, writeDollars } from '../../../ui/money.ts';
import { writeDuration } from '../../../ui/numbers.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText } from '../live/hooks.tsx';
import { blockOf, figureOf } from './blocks.ts';
import { useFacePaint } from './face-paints.ts';
import { NodeShell } from './NodeShell.tsx';
import { shortCount } from './short-count.ts';
import classes from './sqs.module.css';

/** A managed queue: what can be received, what is hidden and for how long, what is delayed. */
export const SqsFace = memo(function SqsFace({ id, data }: NodeProps<FlowNode>) {
  useFacePaint(id, ({ context, frame: { values, layout }, zoom }) => {
    const block = blockOf(layout, id, 'sqs');
    if (block !== null && zoom > TIMERS.fromZoom) drawTimers(context, values, block);
    return false;
  });
  return (
    <NodeShell node={data.node}>
      <dl className={classes.counts}>
        {COUNTS.map(({ figure, label, title }) => (
          <div key={figure} className={classes.count} data-figure={figure} title={title}>
            <dt className={classes.label}>{label}</dt>
            <dd className={classes.figure}>
              <LiveText
                fallback="0"
                read={(values, layout) => shortCount(figureOf(values, layout, id, 'sqs', SQS[figure]))}
              />
            </dd>
          </div>
        ))}
      </dl>
      <span className={classes.timers} aria-hidden />
      <p className={classes.foot}>
        <LiveText
          fallback={NOTHING_HIDDEN}
          read={(values, layout) => {
            const block = blockOf(layout, id, 'sqs');
            return block === null ? NOTHING_HIDDEN : sayNext(values, block);
          }}
        />
      </p>
      <p className={classes.foot} title="Requests that are paid for, and what a month like this would cost">
        <LiveText
          fallback=""
          read={(values, layout) => {
            const block = blockOf(layout, id, 'sqs');
            return block === null ? '' : sayCost(values, block);
          }}
        />
      </p>
    </NodeShell>
  );
});

const COUNTS = [
  { figure: 'visible', label: 'visible', title: 'Messages that can be received' },
  { figure: 'inFlight', label: 'in flight', title: 'Received, hidden, and not deleted' },
  { figure: 'delayed', label: 'delayed', title: 'Not to be received yet' },
] as const satisfies readonly { figure: keyof typeof SQS; label: string; title: string }[];

/** Where the bars of hidden messages are in the face; as its style says. */
const TIMERS = { x: 12, y: 88, width: 236, height: 22, fromZoom: 0.25 } as const;
const GAP = 2;

/** A bar for each hidden message, the next to come back first: it shrinks as its time runs out. */
function drawTimers(context: OffscreenCanvasRenderingContext2D, values: Float64Array, block: SqsBlock): void {
  const { x: left, y: top, width, height } = TIMERS;
  context.translate(left, top);
  context.fillStyle = tokenColor('--line');
  context.fillRect(0, height - 1, width, 1);
  const shown = Math.min(SQS_TIMERS, values[block.at + SQS.timers]!);
  const wholeNs = values[block.at + SQS.visibilityNs]!;
  const step = (width + GAP) / SQS_TIMERS;
  for (let i = 0; i < shown; i += 1) {
    const share = wholeNs > 0 ? Math.min(1, values[block.timersAt + i]! / wholeNs) : 0;
    const size = Math.max(2, share * (height - 3));
    context.fillStyle = tokenColor(share < 0.2 ? '--warn' : '--accent');
    context.fillRect(i * step, height - 1 - size, step - GAP, size);
  }
}

const NOTHING_HIDDEN = 'nothing hidden';

function sayNext(values: Float64Array, block: SqsBlock): string {
  if (values[block.at + SQS.timers] === 0) return NOTHING_HIDDEN;
  return `next back in ${writeDuration(Math.max(0, Math.round(values[block.timersAt]! / 1e6)))}`;
}

function sayCost(values: Float64Array, block: SqsBlock): string {
  const requests = values[block.at + SQS.requests]!;
  const empties = values[block.at + SQS.emptyReceives]!;
  if (requests === 0) return 'no requests yet';
  const month = monthlyDollars(requests, values[block.at + SQS.pricePerMillion]!, values[HEADER.timeNs]!);
  return [
    `${shortCount(requests)} requests`,
    ...(empties > 0 ? [`${shortCount(empties)} empty`] : []),
    `${writeDollars(month)} a month`,
  ].join(' · ');
}
