import { useMemo } from 'react';
import { writeShort } from '../../ui/numbers.ts';
import { ChartFigure, type FigureLine } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import { lineLook } from './palette.ts';
import { useSubjects } from './use-chart-data.ts';

/** Where messages wait: in the producers' buffers before the broker, and at the consumers after it. */
export function BackpressurePanel() {
  const { sources, subscriptions, consumers } = useSubjects();
  const before = useMemo<readonly FigureLine[]>(
    () =>
      sources.flatMap(({ prefix, label }, index) => {
        const named = sources.length > 1 ? `${label}: ` : '';
        const { color } = lineLook(index);
        return [
          { column: `${prefix}queued`, gathering: 'max', label: `${named}in batches`, color },
          { column: `${prefix}blocked`, gathering: 'max', label: `${named}blocked`, color: 'var(--danger)' },
          {
            column: `${prefix}requestsInFlight`,
            gathering: 'max',
            label: `${named}requests in flight`,
            color,
            dash: '3 3',
          },
        ];
      }),
    [sources],
  );
  const after = useMemo<readonly FigureLine[]>(
    () => [
      ...subscriptions.map<FigureLine>(({ prefix, label }, index) => ({
        column: `${prefix}inFlight`,
        gathering: 'max',
        label: `${label}: in flight`,
        ...lineLook(index + sources.length),
      })),
      ...consumers.map<FigureLine>(({ prefix, label }, index) => ({
        column: `${prefix}busy`,
        gathering: 'max',
        label: `${label}: busy`,
        color: lineLook(index + sources.length).color,
        dash: '3 3',
      })),
    ],
    [subscriptions, consumers, sources.length],
  );
  return (
    <ChartPanel
      possible={sources.length + consumers.length > 0}
      emptyTitle="Nothing waits yet"
      emptyText="Press play: here you see where messages queue, what is blocked, and how many workers are busy."
    >
      {(data) => (
        <>
          {before.length > 0 && (
            <ChartFigure
              title="Before the broker"
              quantity="messages and requests, highest of each interval"
              data={data}
              lines={before}
              write={writeShort}
              empty="Nothing has been produced yet."
            />
          )}
          {after.length > 0 && (
            <ChartFigure
              title="At the consumers"
              quantity="messages and busy workers, highest of each interval"
              data={data}
              lines={after}
              write={writeShort}
              empty="Nothing has been read yet."
            />
          )}
        </>
      )}
    </ChartPanel>
  );
}
