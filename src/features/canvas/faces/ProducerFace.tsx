import type { NodeProps } from '@xyflow/react';
import { memo, useRef } from 'react';
import { HEADER, PRODUCER, type Layout } from '../../../../workers/protocol/frame.ts';
import { sentNowhere } from '../../../simulation/sent-nowhere.ts';
import { tokenColor } from '../../../ui/colors.ts';
import { Mark } from '../../../ui/marks.tsx';
import { NO_FIGURE, writeAmount, writeRate } from '../../../ui/numbers.ts';
import { stateLabels, type StateKind } from '../../../ui/states.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';
import type { FlowNode } from '../flow/elements.ts';
import { LiveText, useLive, usePaintText, writeData, writeShare, writeText } from '../live/hooks.tsx';
import { blockOf, figureOf } from './blocks.ts';
import { useFacePaint } from './face-paints.ts';
import { bufferOf, type BufferState } from './gauges.ts';
import { NodeShell } from './NodeShell.tsx';
import { BINS, currentRate, emptyHistory, observe, type RateHistory } from './rate-history.ts';
import { shortCount } from './short-count.ts';
import classes from './face.module.css';

/** A source: its rate, what became of what it sent, and its buffer once that fills. */
export const ProducerFace = memo(function ProducerFace({ id, data }: NodeProps<FlowNode>) {
  return (
    <NodeShell node={data.node}>
      <RateStrip id={id} />
      <Outcomes id={id} />
      <Buffer edgeIds={data.edgesOut} />
    </NodeShell>
  );
});

/** Where the sparkline is in the face; as its style says. From afar it would only be a smudge. */
const SPARK = { x: 99, y: 51, width: 128, height: 30, fromZoom: 0.25 } as const;

function RateStrip({ id }: { readonly id: string }) {
  const history = useRef<RateHistory>(null);
  const figure = useRef<HTMLSpanElement>(null);
  useFacePaint(id, ({ context, frame: { values, layout }, zoom }) => {
    const block = blockOf(layout, id, 'producer');
    if (block === null) return false;
    history.current ??= emptyHistory();
    observe(history.current, values[HEADER.timeNs]!, values[block.at + PRODUCER.attempted]!, values[HEADER.speed]!);
    // Where nothing is sent the caption needs the room.
    if (zoom > SPARK.fromZoom && !sentNowhere(values, block.at)) drawSpark(context, history.current.bins);
    return false;
  });
  usePaintText((values, layout) => {
    const block = blockOf(layout, id, 'producer');
    if (block === null || history.current === null) return;
    const rate = currentRate(history.current, values[HEADER.timeNs]!, values[block.at + PRODUCER.attempted]!);
    writeText(figure, Number.isNaN(rate) ? NO_FIGURE : writeRate(Number(rate.toPrecision(rate < 100 ? 2 : 3))));
  });
  return (
    <div className={classes.rate}>
      <div className={classes.rateFigures}>
        <span ref={figure} className={classes.rateFigure}>
          {NO_FIGURE}
        </span>
        <LiveText
          className={classes.caption}
          fallback={`${NO_FIGURE} attempted`}
          read={(values, layout) => {
            const block = blockOf(layout, id, 'producer');
            if (block === null) return `${NO_FIGURE} attempted`;
            const made = shortCount(values[block.at + PRODUCER.attempted]!);
            return `${made} ${sentNowhere(values, block.at) ? 'sent nowhere' : 'attempted'}`;
          }}
        />
      </div>
      <span className={classes.spark} aria-hidden />
    </div>
  );
}

function drawSpark(context: OffscreenCanvasRenderingContext2D, bins: readonly number[]): void {
  const { x: left, y: top, width, height } = SPARK;
  context.translate(left, top);
  const step = width / BINS;
  const most = Math.max(1e-9, ...bins) * 1.1;
  const x = (index: number) => width - (bins.length - index) * step;
  const y = (rate: number) => height - 1 - (rate / most) * (height - 4);
  context.fillStyle = tokenColor('--line');
  context.fillRect(0, height - 1, width, 1);
  if (bins.length < 2) return;
  context.beginPath();
  bins.forEach((rate, index) => context.lineTo(x(index) + step, y(rate)));
  context.strokeStyle = tokenColor('--accent');
  context.lineWidth = 1.4;
  context.lineJoin = 'round';
  context.stroke();
  context.lineTo(width, height - 1);
  context.lineTo(x(0) + step, height - 1);
  context.globalAlpha = 0.14;
  context.fillStyle = tokenColor('--accent');
  context.fill();
  context.globalAlpha = 1;
}

const OUTCOMES = [
  { figure: 'acknowledged', mark: 'applied', label: 'acknowledged' },
  { figure: 'refused', mark: 'refused', label: stateLabels.refused },
  { figure: 'unknown', mark: 'unknown', label: stateLabels.unknown },
  { figure: 'waiting', mark: 'waiting', label: stateLabels.waiting },
] as const satisfies readonly { figure: keyof typeof PRODUCER; mark: StateKind; label: string }[];

function Outcomes({ id }: { readonly id: string }) {
  return (
    <ul className={classes.outcomes} aria-label="What became of the messages">
      {OUTCOMES.map((outcome) => (
        <Outcome key={outcome.figure} id={id} {...outcome} />
      ))}
    </ul>
  );
}

function Outcome({ id, figure, mark, label }: (typeof OUTCOMES)[number] & { readonly id: string }) {
  const item = useRef<HTMLLIElement>(null);
  const { onInspect } = useCanvasCallbacks();
  const read = (values: Float64Array, layout: Layout) => figureOf(values, layout, id, 'producer', PRODUCER[figure]);
  usePaintText((values, layout) => writeData(item, 'none', String(read(values, layout) === 0)));
  const content = (
    <>
      <Mark kind={mark} size={12} />
      <LiveText
        className={classes.outcomeFigure}
        read={(values, layout) => shortCount(read(values, layout))}
        fallback="0"
      />
      <span className={classes.spoken}> {label}</span>
    </>
  );
  return (
    <li ref={item} className={classes.outcome} data-none="true" title={label}>
      {figure === 'refused' ? (
        <button
          type="button"
          className={`${classes.plainButton} nodrag nokey`}
          onClick={() => onInspect({ type: 'anomalies', node: id, figure })}
        >
          {content}
        </button>
      ) : (
        content
      )}
    </li>
  );
}

function sayPressure({ blocked, merged }: BufferState): string {
  if (merged === 0) return `Buffer full, ${writeAmount(blocked, 'message')} held up`;
  if (blocked === 0) return `${shortCount(merged)} facts merged`;
  return `Full, ${shortCount(blocked)} held up, ${shortCount(merged)} merged`;
}

/** Silent while there is room; says so when the source is held up. */
function Buffer({ edgeIds }: { readonly edgeIds: readonly string[] }) {
  const bar = useRef<HTMLDivElement>(null);
  const blocked = useLive((values, layout) => bufferOf(values, layout, edgeIds).blocked > 0, false);
  const merges = useLive((values, layout) => bufferOf(values, layout, edgeIds).merged > 0, false);
  usePaintText((values, layout) => {
    const { bufferedBytes, bufferMemory } = bufferOf(values, layout, edgeIds);
    const share = bufferMemory > 0 ? Math.min(1, bufferedBytes / bufferMemory) : 0;
    writeShare(bar, share);
    writeData(bar, 'full', String(share > 0.8));
    writeData(bar, 'used', String(share > 0.02));
  });
  return (
    <div className={classes.buffer}>
      <div className={classes.bufferTrack} data-blocked={blocked} aria-hidden>
        <div ref={bar} className={classes.bufferFill} data-used="false" />
      </div>
      {(blocked || merges) && (
        <span className={classes.bufferText} data-calm={!blocked}>
          <LiveText read={(values, layout) => sayPressure(bufferOf(values, layout, edgeIds))} />
        </span>
      )}
    </div>
  );
}
