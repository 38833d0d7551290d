import { useMemo } from 'react';
import { writeRate } from '../../ui/numbers.ts';
import { ChartFigure, type FigureLine } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import { lineLook } from './palette.ts';
import { useSubjects } from './use-chart-data.ts';

/** How many messages a second set out, are acknowledged, and take effect. */
export function FlowPanel() {
  const { sources, subscriptions } = useSubjects();
  const published = useMemo<readonly FigureLine[]>(
    () =>
      sources.flatMap(({ prefix, label }, index) => {
        const named = sources.length > 1 ? `${label}: ` : '';
        const { color } = lineLook(index);
        return [
          line(`${prefix}attempted`, `${named}produced`, { color, dash: '4 3' }),
          line(`${prefix}acknowledged`, `${named}acknowledged`, { color }),
          { ...line(`${prefix}refused`, `${named}refused`, { color: 'var(--s-refused)' }), hidden: index > 0 },
        ];
      }),
    [sources],
  );
  const applied = useMemo<readonly FigureLine[]>(
    () =>
      subscriptions.map(({ prefix, label }, index) =>
        line(`${prefix}applied`, label, lineLook(index + sources.length)),
      ),
    [subscriptions, sources.length],
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
              title="Into the topics"
              quantity="messages per second"
              data={data}
              lines={published}
              write={writeRate}
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
              empty="Nothing has been applied yet."
            />
          )}
        </>
      )}
    </ChartPanel>
  );
}

function line(column: string, label: string, look: { readonly color: string; readonly dash?: string }): FigureLine {
  return { column, gathering: 'rate', label, ...look };
}
