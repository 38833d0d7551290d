import { useMemo } from 'react';
import { writeShort } from '../../ui/numbers.ts';
import { stateVariable, type StateKind } from '../../ui/states.ts';
import { ChartFigure, type FigureLine } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import { useSubjects } from './use-chart-data.ts';

const ANOMALIES: readonly { readonly figure: string; readonly label: string; readonly state: StateKind }[] = [
  { figure: 'outOfOrderPerKey', label: 'out of order per key', state: 'out-of-order' },
  { figure: 'duplicateEffects', label: 'duplicate effects', state: 'duplicate' },
  { figure: 'lost', label: 'lost', state: 'lost' },
];

/** Bars wide enough to be seen. */
const POINTS = 60;

/** When promises were broken: disorder, duplicates and losses in each stretch of time, one chart a subscription. */
export function OrderingPanel() {
  const { subscriptions } = useSubjects();
  const charts = useMemo(
    () =>
      subscriptions.map(({ prefix, label }) => ({
        prefix,
        label,
        lines: ANOMALIES.map<FigureLine>(({ figure, label: name, state }) => ({
          column: prefix + figure,
          gathering: 'increase',
          label: name,
          color: stateVariable(state),
          bar: true,
        })),
      })),
    [subscriptions],
  );
  return (
    <ChartPanel
      possible={subscriptions.length > 0}
      emptyTitle="Nothing has been applied yet"
      emptyText="Press play: here you see when messages overtake each other, take effect twice, or are lost."
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
