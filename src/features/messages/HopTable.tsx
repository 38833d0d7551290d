import { UnstyledButton } from '@mantine/core';
import { simulation } from '../../simulation/client.ts';
import { Mark } from '../../ui/marks.tsx';
import { writeDuration, writeInstant } from '../../ui/numbers.ts';
import type { Diagram } from './space-time.ts';
import classes from './messages.module.css';

interface HopTableProps {
  readonly diagram: Diagram;
  readonly truncated: boolean;
  readonly pointed: number | null;
  readonly onPoint: (index: number | null) => void;
}

/** The hops one by one: the diagram in words. Each instant takes the run there. */
export function HopTable({ diagram, truncated, pointed, onPoint }: HopTableProps) {
  const { lanes, points } = diagram;
  return (
    <div className={classes.tableScroll}>
      <table className={classes.table} onPointerLeave={() => onPoint(null)}>
        <caption className={classes.spoken}>Hops, oldest first</caption>
        <thead>
          <tr>
            <th scope="col">Instant</th>
            <th scope="col">Since the last</th>
            <th scope="col">What</th>
            <th scope="col">Where</th>
            <th scope="col">Detail</th>
          </tr>
        </thead>
        <tbody>
          {truncated && (
            <tr>
              <td colSpan={5} className={classes.dim}>
                Earlier hops have made room for newer ones.
              </td>
            </tr>
          )}
          {points.map(({ hop, lane, state }, index) => {
            const before = points[index - 1]?.hop.atMs;
            return (
              <tr key={index} data-pointed={pointed === index || undefined} onPointerEnter={() => onPoint(index)}>
                <th scope="row">
                  <UnstyledButton
                    className={classes.link}
                    aria-label={`Go to ${writeInstant(hop.atMs)}`}
                    onFocus={() => onPoint(index)}
                    onClick={() => void simulation.seek(hop.atMs)}
                  >
                    {writeInstant(hop.atMs)}
                  </UnstyledButton>
                </th>
                <td className={classes.gap}>{before === undefined ? '' : `+${writeDuration(hop.atMs - before)}`}</td>
                <td>
                  <span className={classes.what}>
                    {state === null ? <span className={classes.dot} /> : <Mark kind={state} size={13} />}
                    {hop.what}
                  </span>
                </td>
                <td>{lanes[Math.floor(lane)]?.label ?? hop.where}</td>
                <td className={classes.detail}>{hop.detail}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
