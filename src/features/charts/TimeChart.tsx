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
  /** Where the run stands, if that is not at its end. */
  readonly instantMs: number | null;
  readonly marks: readonly TimelineMark[];
  readonly thresholds: readonly Threshold[];
  readonly write: (value: number) => string;
  readonly logarithmic?: boolean;
  /** Values are counts: no ticks between whole numbers. */
  readonly whole?: boolean;
}

/** All charts share one cursor. */
const SYNC_ID = 'run';
const AXIS_WIDTH = 52;
/** More marks than this make a fence; then only faults and edits are drawn. */
const MOST_MARKS = 12;

/** Charts differ in how long their stretches are: the shared cursor goes to the nearest one. */
function nearestInstant(
  ticks: readonly { readonly value: number }[],
  { activeLabel }: { readonly activeLabel: unknown },
): number {
  const atMs = Number(activeLabel);
  let nearest = 0;
  for (const [index, { value }] of ticks.entries()) {
    if (Math.abs(value - atMs) < Math.abs((ticks[nearest]?.value ?? 0) - atMs)) nearest = index;
  }
  return nearest;
}

type Row = Readonly<Record<string, number | null>>;

/** One chart over simulated time. Clicking takes the run to that instant. */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const { title, lines, rows, window, instantMs, marks, thresholds, write, logarithmic = false, whole = false } = props;
  const data = useMemo(() => rowObjects(rows, lines, logarithmic), [rows, lines, logarithmic]);
  const ticks = useMemo(
    () => valueTicks(rows, lines, thresholds, { logarithmic, whole }),
    [rows, lines, thresholds, logarithmic, whole],
  );
  const span = window.toMs - window.fromMs;
  return (
    <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 180 }}>
      <ComposedChart
        data={data}
        title={title}
        syncId={SYNC_ID}
        syncMethod={nearestInstant}
        margin={{ top: 12, right: 16, bottom: 0, left: 0 }}
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
        {shownMarks(marks, window).map(({ atMs, kind }) => (
          <ReferenceLine
            key={`${kind} ${atMs}`}
            x={atMs}
            stroke={MARK_COLORS[kind]}
            strokeDasharray="1 3"
            strokeWidth={1.25}
            ifOverflow="hidden"
            label={<MarkGlyph kind={kind} />}
          />
        ))}
        {instantMs !== null && (
          <ReferenceLine x={instantMs} stroke="var(--accent)" strokeWidth={1.5} ifOverflow="hidden" />
        )}
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
        {thresholds.map((threshold) => (
          <ReferenceLine
            key={threshold.label}
            y={threshold.value}
            stroke="var(--danger)"
            strokeDasharray="6 3"
            ifOverflow="hidden"
            label={{ value: threshold.label, position: 'insideBottomRight', ...LIMIT_TEXT }}
          />
        ))}
        <Tooltip
          isAnimationActive={false}
          cursor={{ stroke: 'var(--text-3)', fill: 'var(--surface-3)', fillOpacity: 0.5 }}
          content={<Reading lines={lines} write={write} marks={marks} bucketMs={rows.bucketMs} />}
        />
      </ComposedChart>
    </ResponsiveContainer>
  );
});

const AXIS_TEXT = { fill: 'var(--text-2)', fontSize: 10.5 };
/** Read over the lines that it crosses. */
const LIMIT_TEXT = {
  fontSize: 10,
  offset: 4,
  fill: 'var(--danger)',
  stroke: 'var(--surface-1)',
  strokeWidth: 3,
  paintOrder: 'stroke',
};

const MARK_COLORS: Readonly<Record<TimelineMark['kind'], string>> = {
  fault: 'var(--warn)',
  edit: 'var(--info)',
  anomaly: 'var(--danger)',
  rebalance: 'var(--accent)',
};

/** Shapes on a grid of 12 by 12: a bolt for what was caused, a diamond for what was edited, a disc in parts for a rebalance. */
const MARK_PATHS: Readonly<Record<TimelineMark['kind'], string>> = {
  fault: 'M7.2 0.6 2.4 7h2.9L4.6 11.4 9.6 4.9H6.6z',
  edit: 'M6 1.6 10.4 6 6 10.4 1.6 6z',
  anomaly: 'M6 1 11.4 10.8H0.6z',
  rebalance:
    'M5.4 0.9v10.2a5.1 5.1 0 0 1 0-10.2zM6.8 0.9a5.1 5.1 0 0 1 4.3 4.3H6.8zM6.8 6.8h4.3a5.1 5.1 0 0 1-4.3 4.3z',
};

interface MarkGlyphProps {
  readonly kind: TimelineMark['kind'];
  /** Where the line is, given by the chart. */
  readonly viewBox?: { readonly x?: number; readonly y?: number };
}

/** The head of a mark's line. What it stands for is read with the cursor: names would cover each other. */
function MarkGlyph({ kind, viewBox = {} }: MarkGlyphProps) {
  if (viewBox.x === undefined || viewBox.y === undefined) return null;
  return (
    <path
      d={MARK_PATHS[kind]}
      fill={MARK_COLORS[kind]}
      transform={`translate(${viewBox.x - 5} ${viewBox.y - 11}) scale(0.85)`}
    />
  );
}

/**
 * Faults, edits and rebalances explain a chart; anomalies have a chart of their own and stay on the timeline. One mark of
 * a kind an instant.
 */
function shownMarks(marks: readonly TimelineMark[], { fromMs, toMs }: Window): readonly TimelineMark[] {
  const within = marks.filter(({ kind, atMs }) => kind !== 'anomaly' && atMs >= fromMs && atMs <= toMs);
  const distinct = [...new Map(within.map((mark) => [`${mark.kind} ${mark.atMs}`, mark])).values()];
  if (distinct.length <= MOST_MARKS) return distinct;
  return distinct.filter((mark) => mark.kind !== 'rebalance').slice(0, MOST_MARKS);
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
  { logarithmic, whole }: { readonly logarithmic: boolean; readonly whole: boolean },
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
  if (!logarithmic) return evenTicks(most, whole ? 1 : 0);
  return most <= 0 ? decadeTicks(1, 10) : decadeTicks(least, most);
}

interface ReadingProps extends Partial<Pick<TooltipContentProps, 'active' | 'label' | 'payload'>> {
  readonly lines: readonly ChartLine[];
  readonly write: (value: number) => string;
  readonly marks: readonly TimelineMark[];
  readonly bucketMs: number;
}

/** Marks named under the values; more are counted. */
const MOST_NAMED = 4;

/** What the cursor reads off the chart: the values, and what happened in that stretch of time. */
function Reading({ active, label, payload, lines, write, marks, bucketMs }: ReadingProps) {
  const row = payload?.[0]?.payload as Row | undefined;
  if (active !== true || row === undefined) return null;
  const until = Number(label);
  const here = marks.filter(({ kind, atMs }) => kind !== 'anomaly' && atMs > until - bucketMs && atMs <= until);
  return (
    <div className={classes.reading}>
      <strong>{writeInstant(until)}</strong>
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
      {here.slice(0, MOST_NAMED).map(({ kind, atMs, label: name }) => (
        <span key={`${kind} ${atMs} ${name}`} className={classes.readingMark}>
          <svg width={11} height={11} viewBox="0 0 12 12" aria-hidden>
            <path d={MARK_PATHS[kind]} fill={MARK_COLORS[kind]} />
          </svg>
          {name}
        </span>
      ))}
      {here.length > MOST_NAMED && <span>and {here.length - MOST_NAMED} more</span>}
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
