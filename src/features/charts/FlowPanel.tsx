import { useMemo } from 'react';
import { writeRate } from '../../ui/numbers.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import type { FigureLine } from './choose-lines.ts';
import { sourceLook, subscriptionLook } from './palette.ts';
import { useSubjects } from './use-chart-data.ts';

/** Rates need stretches long enough to hold some messages. */
const POINTS = 48;
const OVER_A_SECOND = { rateOverMs: 1000 } as const;

/** How many messages a second set out, are acknowledged, and take effect. */
export function FlowPanel() {
  const { sources, subscriptions } = useSubjects();
  const several = sources.length > 1;
  const published = useMemo<readonly FigureLine[]>(
    () =>
      sources.flatMap(({ prefix, label }, index) => {
        const { color } = sourceLook(index);
        const group = prefix;
        return [
          {
            ...line(`${prefix}attempted`, several ? `${label}, produced` : 'produced', { color, dash: '4 3' }),
            ...(several ? { group, unnamed: true } : {}),
          },
          {
            ...line(`${prefix}acknowledged`, several ? label : 'acknowledged', { color }),
            ...(several ? { group } : {}),
          },
          {
            ...line(`${prefix}refused`, several ? `${label}, refused` : 'refused', { color: 'var(--s-refused)' }),
            optional: true,
          },
        ];
      }),
    [sources, several],
  );
  const applied = useMemo<readonly FigureLine[]>(
    () =>
      subscriptions.flatMap(({ prefix, label, isRead }, index) =>
        isRead ? [line(`${prefix}applied`, label, subscriptionLook(index))] : [],
      ),
    [subscriptions],
  );
  return (
    <ChartPanel
      possible={sources.length + subscriptions.length > 0}
      emptyTitle="Nothing has been produced yet"
      emptyText="Press play: here you see how many messages a second set out, are acknowledged, and take effect."
    >
      {(data) => (
        <>
          {published.length > 0 && (
            <ChartFigure
              title="Published"
              quantity={`messages per second${several ? '; dashed: produced' : ''}`}
              data={data}
              lines={published}
              write={writeRate}
              points={POINTS}
              empty="Nothing has been produced yet."
            />
          )}
          {applied.length > 0 && (
            <ChartFigure
              title="Effects"
              quantity="messages applied per second"
              data={data}
              lines={applied}
              write={writeRate}
              points={POINTS}
              empty="Nothing has been applied yet."
            />
          )}
        </>
      )}
    </ChartPanel>
  );
}

function line(column: string, label: string, look: { readonly color: string; readonly dash?: string }): FigureLine {
  return { column, gathering: OVER_A_SECOND, label, ...look };
}
