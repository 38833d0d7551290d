import { IconAlertTriangle, IconArrowsExchange, IconCircleCheck, IconMinus } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Change, ComparedPart, ComparedRow } from './comparison.ts';
import classes from './compare.module.css';

interface ComparedTableProps {
  readonly parts: readonly ComparedPart[];
  /** What the two sides are called. */
  readonly left: string;
  readonly right: string;
  readonly onlyDifferent: boolean;
}

const CHANGES: Readonly<
  Record<Change, { readonly word: string; readonly Icon: ComponentType<{ readonly size?: number }> }>
> = {
  same: { word: 'the same', Icon: IconMinus },
  better: { word: 'better', Icon: IconCircleCheck },
  worse: { word: 'worse', Icon: IconAlertTriangle },
  other: { word: 'different', Icon: IconArrowsExchange },
};

/** Figure by figure. What differs is marked by shape, colour and word. */
export function ComparedTable({ parts, left, right, onlyDifferent }: ComparedTableProps) {
  const shown = parts
    .map(({ title, rows }) => ({ title, rows: rows.filter(({ change }) => !onlyDifferent || change !== 'same') }))
    .filter(({ rows }) => rows.length > 0);
  if (shown.length === 0) {
    return <p className={classes.note}>Nothing differs: up to this instant the two branches tell the same.</p>;
  }
  return (
    <table className={classes.table}>
      <caption className={classes.spoken}>
        {left} and {right} compared
      </caption>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col">{left}</th>
          <th scope="col">{right}</th>
          <th scope="col">Difference</th>
        </tr>
      </thead>
      {shown.map(({ title, rows }) => (
        <tbody key={title}>
          <tr>
            <th scope="rowgroup" colSpan={4} className={classes.part}>
              {title}
            </th>
          </tr>
          {rows.map((row) => (
            <Row key={row.label} row={row} />
          ))}
        </tbody>
      ))}
    </table>
  );
}

function Row({ row: { label, left, right, change, difference } }: { readonly row: ComparedRow }) {
  const { word, Icon } = CHANGES[change];
  return (
    <tr data-change={change}>
      <th scope="row">{label}</th>
      <td>{left}</td>
      <td>{right}</td>
      <td className={classes.difference}>
        {difference !== '' && <span>{difference} </span>}
        {change !== 'same' && difference === '' && <span aria-hidden>{word} </span>}
        <Icon size={14} />
        <span className={classes.spoken}>{word}</span>
      </td>
    </tr>
  );
}
