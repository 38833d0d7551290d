import { memo, useMemo } from 'react';
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
  type TooltipContentProps,
} from 'recharts';
import type { TimelineMark } from '../../../workers/protocol/commands.ts';
import { simulation } from '../../simulation/client.ts';
import { writeInstant } from '../../ui/numbers.ts';
import type { Rows, Window } from './rows.ts';
import type { Threshold } from './subjects.ts';
import { decadeTicks, evenTicks, timeTicks, writeTick } from './ticks.ts';
import classes from './charts.module.css';

export interface ChartLine {
  /** Column of the rows; also what tells lines apart. */
  readonly column: string;
  readonly label: string;
  /** A CSS colour, usually a variable. */
  readonly color: string;
  /** SVG dash pattern: tells lines apart without colour. */
  readonly dash?: string;
  readonly width?: number;
  /** Drawn as a bar of a stack instead of a line. */
  readonly bar?: boolean;
}

export interface TimeChartProps {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly rows: Rows;
  readonly window: Window;
  readonly instantMs: number;
  readonly horizonMs: number;
  readonly marks: readonly TimelineMark[];
  readonly thresholds: readonly Threshold[];
  readonly write: (value: number) => string;
  readonly logarithmic?: boolean;
}

/** All charts share one cursor. */
const SYNC_ID = 'run';
const AXIS_WIDTH = 52;
/** More marks than this make a fence; then only faults and edits are drawn. */
const MOST_MARKS = 24;

type Row = Readonly<Record<string, number | null>>;

/** One chart over simulated time. Clicking takes the run to that instant. */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const { title, lines, rows, window, instantMs, horizonMs, marks, thresholds, write, logarithmic = false } = props;
  const data = useMemo(() => rowObjects(rows, lines, logarithmic), [rows, lines, logarithmic]);
  const ticks = useMemo(() => valueTicks(rows, lines, thresholds, logarithmic), [rows, lines, thresholds, logarithmic]);
  const span = window.toMs - window.fromMs;
  const behind = horizonMs - instantMs > 1;
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 180 }}>
      <ComposedChart
        data={data}
        title={title}
        syncId={SYNC_ID}
        syncMethod="value"
        margin={{ top: 6, right: 10, bottom: 0, left: 0 }}
        barCategoryGap="12%"
        onClick={({ activeLabel }) => {
          if (activeLabel !== undefined) void simulation.seek(Number(activeLabel));
        }}
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="atMs"
          type="number"
          domain={[window.fromMs, window.toMs]}
          allowDataOverflow
          ticks={[...timeTicks(window.fromMs, window.toMs)]}
          tickFormatter={(ms: number) => writeTick(ms, span)}
          tick={AXIS_TEXT}
          tickLine={false}
          axisLine={{ stroke: 'var(--line-strong)' }}
          height={20}
          minTickGap={16}
        />
        <YAxis
          width={AXIS_WIDTH}
          scale={logarithmic ? 'log' : 'linear'}
          domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]}
          allowDataOverflow
          ticks={[...ticks]}
          tickFormatter={write}
          tick={AXIS_TEXT}
          tickLine={false}
          axisLine={false}
        />
        {shownMarks(marks, window).map((mark) => (
          <ReferenceLine
            key={`${mark.kind} ${mark.atMs} ${mark.label}`}
            x={mark.atMs}
            stroke={MARK_COLORS[mark.kind]}
            strokeDasharray="1 3"
            strokeWidth={1.25}
            ifOverflow="hidden"
            {...(mark.kind === 'fault' || mark.kind === 'edit'
              ? { label: { value: mark.label, position: 'insideTopLeft', ...MARK_TEXT, fill: MARK_COLORS[mark.kind] } }
              : {})}
          />
        ))}
        {thresholds.map((threshold) => (
          <ReferenceLine
            key={threshold.label}
            y={threshold.value}
            stroke="var(--danger)"
            strokeDasharray="6 3"
            ifOverflow="hidden"
            label={{ value: threshold.label, position: 'insideBottomRight', ...MARK_TEXT, fill: 'var(--danger)' }}
          />
        ))}
        {behind && <ReferenceLine x={instantMs} stroke="var(--accent)" strokeWidth={1.5} ifOverflow="hidden" />}
        {lines.map((line) =>
          line.bar === true ? (
            <Bar
              key={line.column}
              dataKey={line.column}
              name={line.label}
              stackId="stack"
              fill={line.color}
              maxBarSize={14}
              isAnimationActive={false}
            />
          ) : (
            <Line
              key={line.column}
              dataKey={line.column}
              name={line.label}
              type="linear"
              stroke={line.color}
              strokeWidth={line.width ?? 1.75}
              {...(line.dash === undefined ? {} : { strokeDasharray: line.dash })}
              dot={false}
              activeDot={{ r: 3, strokeWidth: 0 }}
              isAnimationActive={false}
            />
          ),
        )}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--text-3)', fill: 'var(--surface-3)', fillOpacity: 0.5 }}
          content={(tooltip) => <Reading {...tooltip} lines={lines} write={write} />}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
});

const AXIS_TEXT = { fill: 'var(--text-2)', fontSize: 10.5 };
const MARK_TEXT = { fontSize: 10, offset: 4 };

const MARK_COLORS: Readonly<Record<TimelineMark['kind'], string>> = {
  fault: 'var(--warn)',
  edit: 'var(--info)',
  anomaly: 'var(--danger)',
  rebalance: 'var(--s-out-of-order)',
};

/** Faults and edits explain a chart; anomalies have a chart of their own and stay on the timeline. */
function shownMarks(marks: readonly TimelineMark[], { fromMs, toMs }: Window): readonly TimelineMark[] {
  const within = marks.filter((mark) => mark.kind !== 'anomaly' && mark.atMs >= fromMs && mark.atMs <= toMs);
  if (within.length <= MOST_MARKS) return within;
  return within.filter((mark) => mark.kind !== 'rebalance').slice(0, MOST_MARKS);
}

/** Recharts wants an object a point. On a logarithmic axis there is no zero: such points are left out. */
function rowObjects(rows: Rows, lines: readonly ChartLine[], logarithmic: boolean): Row[] {
  return rows.atMs.map((atMs, index) => {
    const row: Record<string, number | null> = { atMs };
    for (const { column } of lines) {
      const value = rows.values[column]?.[index] ?? null;
      row[column] = logarithmic && value !== null && value <= 0 ? null : value;
    }
    return row;
  });
}

function valueTicks(
  rows: Rows,
  lines: readonly ChartLine[],
  thresholds: readonly Threshold[],
  logarithmic: boolean,
): readonly number[] {
  let most = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < rows.atMs.length; index += 1) {
    let stack = 0;
    for (const { column, bar } of lines) {
      const value = rows.values[column]?.[index] ?? null;
      if (value === null) continue;
      if (bar === true) stack += value;
      most = Math.max(most, value, stack);
      if (value > 0) least = Math.min(least, value);
    }
  }
  // A limit far above what happens would press the lines to the floor: it comes into view when they come near.
  for (const { value } of thresholds) if (value <= most * 3) most = Math.max(most, value * 1.05);
  if (!logarithmic) return evenTicks(most);
  return most <= 0 ? decadeTicks(1, 10) : decadeTicks(least, most);
}

interface ReadingProps extends TooltipContentProps {
  readonly lines: readonly ChartLine[];
  readonly write: (value: number) => string;
}

/** What the cursor reads off the chart. */
function Reading({ active, label, payload, lines, write }: ReadingProps) {
  const row = payload[0]?.payload as Row | undefined;
  if (!active || row === undefined) return null;
  return (
    <div className={classes.reading}>
      <strong>{writeInstant(Number(label))}</strong>
      {lines.map((line) => {
        const value = row[line.column];
        if (value === null || value === undefined) return null;
        return (
          <span key={line.column} className={classes.readingLine}>
            <Swatch line={line} />
            <span>{line.label}</span>
            <span className={classes.readingValue}>{write(value)}</span>
          </span>
        );
      })}
    </div>
  );
}

/** A short piece of a line (or bar) as it is drawn. */
export function Swatch({ line }: { readonly line: ChartLine }) {
  return (
    <svg width={18} height={10} aria-hidden className={classes.swatch}>
      {line.bar === true ? (
        <rect x={5} y={1} width={8} height={8} rx={1.5} fill={line.color} />
      ) : (
        <line
          x1={1}
          x2={17}
          y1={5}
          y2={5}
          stroke={line.color}
          strokeWidth={Math.max(2, line.width ?? 2)}
          {...(line.dash === undefined ? {} : { strokeDasharray: line.dash })}
        />
      )}
    </svg>
  );
}
