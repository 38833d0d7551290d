import { useMemo } from 'react';
import { writeShort } from '../../ui/numbers.ts';
import { stateVariable } from '../../ui/states.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import type { FigureLine } from './choose-lines.ts';
import { useSubjects } from './use-chart-data.ts';

interface Anomaly {
  readonly figure: string;
  readonly label: string;
  readonly color: string;
  /** Left out until asked for. */
  readonly off?: boolean;
}

const ANOMALIES: readonly Anomaly[] = [
  { figure: 'outOfOrderPerKey', label: 'out of order per key', color: stateVariable('out-of-order') },
  { figure: 'duplicateEffects', label: 'duplicate effects', color: stateVariable('duplicate') },
  { figure: 'lost', label: 'lost', color: stateVariable('lost') },
  // Several partitions alone do this: it would drown the rest.
  { figure: 'outOfOrderGlobal', label: 'out of order overall', color: 'var(--text-3)', off: true },
];

/** Bars wide enough to be seen. */
const POINTS = 60;

/** When promises were broken: disorder, duplicates and losses in each stretch of time, one chart a subscription. */
export function OrderingPanel() {
  const { subscriptions } = useSubjects();
  const charts = useMemo(
    () =>
      subscriptions
        .filter(({ isRead }) => isRead)
        .map(({ prefix, label }) => ({
          prefix,
          label,
          lines: ANOMALIES.map<FigureLine>(({ figure, label: name, ...look }) => ({
            column: prefix + figure,
            gathering: 'increase',
            label: name,
            ...look,
            bar: true,
          })),
        })),
    [subscriptions],
  );
  return (
    <ChartPanel
      possible={subscriptions.length > 0}
      emptyTitle="Nothing has been applied yet"
      emptyText="Connect a producer through a topic or a queue to a consumer and press play: here you see when messages overtake each other, take effect twice, or are lost."
    >
      {(data) =>
        charts.map(({ prefix, label, lines }) => (
          <ChartFigure
            key={prefix}
            title={label}
            quantity="anomalies per interval"
            data={data}
            lines={lines}
            write={writeShort}
            whole
            points={POINTS}
            empty="Nothing has been applied yet."
          />
        ))
      }
    </ChartPanel>
  );
}
