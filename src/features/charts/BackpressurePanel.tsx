import { useMemo } from 'react';
import { writeShort } from '../../ui/numbers.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import type { FigureLine } from './choose-lines.ts';
import { sourceLook, subscriptionLook } from './palette.ts';
import { useSubjects } from './use-chart-data.ts';

/** Where messages wait: in the producers' buffers before the broker, and at the consumers after it. */
export function BackpressurePanel() {
  const { sources, subscriptions, consumers } = useSubjects();
  const before = useMemo<readonly FigureLine[]>(
    () =>
      sources.flatMap(({ prefix, label }, index) => {
        const named = sources.length > 1 ? `${label}: ` : '';
        const { color } = sourceLook(index);
        return [
          {
            column: `${prefix}queued`,
            gathering: 'max',
            label: sources.length > 1 ? label : 'in batches',
            color,
            ...(sources.length > 1 ? { group: prefix } : {}),
          },
          {
            column: `${prefix}blocked`,
            gathering: 'max',
            label: `${named}blocked`,
            color: 'var(--danger)',
            optional: true,
          },
          {
            column: `${prefix}requestsInFlight`,
            gathering: 'max',
            label: `${named}requests in flight`,
            color,
            dash: '3 3',
            ...(sources.length > 1 ? { group: prefix, unnamed: true } : {}),
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
        label,
        group: label,
        ...subscriptionLook(index),
      })),
      ...consumers.map<FigureLine>(({ prefix, label }, index) => ({
        column: `${prefix}busy`,
        gathering: 'max',
        label: `${label}, busy`,
        group: label,
        unnamed: subscriptions.some((subscription) => subscription.label === label),
        color: subscriptionLook(index).color,
        dash: '3 3',
      })),
    ],
    [subscriptions, consumers],
  );
  const scaled = useMemo<readonly FigureLine[]>(
    () =>
      consumers
        .filter((consumer) => consumer.scaled)
        .flatMap(({ prefix, label }, index) => [
          { column: `${prefix}instances`, gathering: 'max', label, group: label, ...subscriptionLook(index) },
          {
            column: `${prefix}instancesUp`,
            gathering: 'max',
            label: `${label}, up`,
            group: label,
            unnamed: true,
            color: subscriptionLook(index).color,
            dash: '3 3',
          },
        ]),
    [consumers],
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
              quantity={sources.length > 1 ? 'messages in batches; dashed: requests' : 'messages and requests'}
              data={data}
              lines={before}
              write={writeShort}
              whole
              empty="Nothing has been produced yet."
            />
          )}
          {scaled.length > 0 && (
            <ChartFigure
              title="Instances"
              quantity="asked for and not gone; dashed: up"
              data={data}
              lines={scaled}
              write={writeShort}
              whole
              empty="No autoscaler has looked yet."
            />
          )}
          {after.length > 0 && (
            <ChartFigure
              title="At the consumers"
              quantity="messages in flight; dashed: busy workers"
              data={data}
              lines={after}
              write={writeShort}
              whole
              empty="Nothing has been read yet."
            />
          )}
        </>
      )}
    </ChartPanel>
  );
}
