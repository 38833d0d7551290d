import { UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTable } from '@tabler/icons-react';
import { useId, useMemo, useState, type ReactNode } from 'react';
import { IconButton } from '../../ui/IconButton.tsx';
import { NO_FIGURE, writeInstant } from '../../ui/numbers.ts';
import { chooseLines, groupOf, MOST_GROUPS, type FigureLine } from './choose-lines.ts';
import { gatherRows, largest, latest, type Rows } from './rows.ts';
import type { Threshold } from './subjects.ts';
import { Swatch, TimeChart } from './TimeChart.tsx';
import { useColumns, useInTurn, type ChartData } from './use-chart-data.ts';
import classes from './charts.module.css';

interface ChartFigureProps {
  readonly title: string;
  /** What the values are, with their unit: "messages per second". */
  readonly quantity: string;
  readonly data: ChartData;
  readonly lines: readonly FigureLine[];
  readonly thresholds?: readonly Threshold[];
  readonly write: (value: number) => string;
  readonly logarithmic?: boolean;
  readonly whole?: boolean;
  /** Most points along the time axis. */
  readonly points?: number;
  /** Said instead of a chart while there is nothing in it. */
  readonly empty: string;
  /** Further controls in the heading. */
  readonly controls?: ReactNode;
}

const NO_THRESHOLDS: readonly Threshold[] = [];

/** A chart with its heading, its legend, and the same as a table for who cannot see it. */
export function ChartFigure(props: ChartFigureProps) {
  const { title, quantity, data, thresholds = NO_THRESHOLDS, write, empty, controls, points } = props;
  const id = useId();
  const [asTable, { toggle: toggleTable }] = useDisclosure(false);
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const { shown, seen, ref } = useInTurn(data);
  useColumns(useMemo(() => props.lines.map(({ column }) => column), [props.lines]));
  const rows = useMemo(() => gatherRows(shown.series, props.lines, shown.window, points), [shown, props.lines, points]);
  const { lines, groups } = useMemo(() => chooseLines(props.lines, rows), [props.lines, rows]);
  const drawn = useMemo(
    () => lines.filter((line) => (line.off === true) === toggled.has(groupOf(line))),
    [lines, toggled],
  );
  // A column that has not been pulled yet is no reason to say that there is nothing.
  const pulled = props.lines.some(({ column }) => column in shown.series.columns);
  const measured = lines.some((line) => largest(rows.values[line.column]) !== null);
  return (
    <figure className={classes.figure} aria-labelledby={id} ref={ref}>
      <figcaption className={classes.caption}>
        <span id={id} className={classes.title}>
          {title}
        </span>
        <span className={classes.quantity}>{quantity}</span>
        <span className={classes.controls}>
          {controls}
          <IconButton label="Show as a table" size={24} pressed={asTable} onClick={toggleTable}>
            <IconTable size={14} />
          </IconButton>
        </span>
      </figcaption>
      <Legend
        lines={lines}
        rows={rows}
        drawn={drawn}
        write={write}
        onToggle={(line) => setToggled((before) => flipped(before, groupOf(line)))}
        groups={groups}
      />
      <p className={classes.spoken}>{sayLines(drawn, rows, write)}</p>
      <div className={classes.plot}>
        {!measured && pulled && <p className={classes.nothing}>{empty}</p>}
        {measured && asTable && <ChartTable title={title} rows={rows} lines={drawn} write={write} />}
        {measured && !asTable && seen && (
          <TimeChart
            title={title}
            lines={drawn}
            rows={rows}
            window={shown.window}
            instantMs={shown.instantMs}
            marks={shown.marks}
            thresholds={thresholds}
            write={write}
            logarithmic={props.logarithmic ?? false}
            whole={props.whole ?? false}
          />
        )}
      </div>
    </figure>
  );
}

function flipped(before: ReadonlySet<string>, column: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(column)) after.add(column);
  return after;
}

function isNamed({ unnamed }: FigureLine): boolean {
  return unnamed !== true;
}

interface LegendProps {
  readonly lines: readonly FigureLine[];
  readonly drawn: readonly FigureLine[];
  readonly rows: Rows;
  readonly write: (value: number) => string;
  readonly onToggle: (line: FigureLine) => void;
  /** Names that there would be, if all were drawn. */
  readonly groups: number;
}

/** Names, colours and newest values; pressing a name leaves its line out. */
function Legend({ lines, drawn, rows, write, onToggle, groups }: LegendProps) {
  return (
    <ul className={classes.legend} aria-label="Lines">
      {lines.filter(isNamed).map((line) => {
        const value = latest(rows.values[line.column]);
        const on = drawn.includes(line);
        return (
          <li key={line.column}>
            <UnstyledButton
              className={classes.legendItem}
              aria-pressed={on}
              data-off={!on || undefined}
              onClick={() => onToggle(line)}
            >
              <Swatch line={line} />
              <span>{line.label}</span>
              {line.bar !== true && (
                <span className={classes.legendValue}>{value === null ? NO_FIGURE : write(value)}</span>
              )}
            </UnstyledButton>
          </li>
        );
      })}
      {groups > MOST_GROUPS && (
        <li className={classes.leftOut}>
          the {MOST_GROUPS} highest of {groups}
        </li>
      )}
    </ul>
  );
}

/** The chart in a sentence a line. */
function sayLines(lines: readonly FigureLine[], rows: Rows, write: (value: number) => string): string {
  return lines
    .map((line) => {
      const values = rows.values[line.column];
      const [now, most] = [latest(values), largest(values)];
      if (now === null || most === null) return `${line.label}: nothing measured.`;
      return `${line.label}: ${write(now)} at the end, ${write(most)} at most.`;
    })
    .join(' ');
}

interface ChartTableProps {
  readonly title: string;
  readonly rows: Rows;
  readonly lines: readonly FigureLine[];
  readonly write: (value: number) => string;
}

function ChartTable({ title, rows, lines, write }: ChartTableProps) {
  const order = rows.atMs.map((_, index) => index).reverse();
  return (
    <div className={classes.tableScroll}>
      <table className={classes.table}>
        <caption className={classes.spoken}>{title}, newest first</caption>
        <thead>
          <tr>
            <th scope="col">Until</th>
            {lines.map((line) => (
              <th key={line.column} scope="col">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {order.map((index) => (
            <tr key={index}>
              <th scope="row">{writeInstant(rows.atMs[index] ?? 0, 1)}</th>
              {lines.map((line) => {
                const value = rows.values[line.column]?.[index] ?? null;
                return <td key={line.column}>{value === null ? NO_FIGURE : write(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
