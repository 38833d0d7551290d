import { NativeSelect, Switch } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { writeDuration } from '../../ui/numbers.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import type { FigureLine } from './choose-lines.ts';
import { latencyThresholds } from './subjects.ts';
import { useSubjects } from './use-chart-data.ts';

/** Fewer and longer stretches than elsewhere: a quantile needs some messages to be one. */
const POINTS = 40;

/** From typical to rare: the rarer, the darker and the heavier. */
const QUANTILES = [
  { figure: 'p50Ms', quantile: 0.5, label: 'p50', color: 'var(--quantile-50)', width: 1.5 },
  { figure: 'p95Ms', quantile: 0.95, label: 'p95', color: 'var(--quantile-95)', width: 1.5 },
  { figure: 'p99Ms', quantile: 0.99, label: 'p99', color: 'var(--quantile-99)', width: 2 },
  { figure: 'p999Ms', quantile: 0.999, label: 'p99.9', color: 'var(--quantile-999)', width: 1.5, dash: '4 2' },
] as const;

/** From the fact at its source to its effect: quantiles over time, for one subscription; or of a client's round trips. */
export function LatencyPanel() {
  const { subscriptions, clients, checks } = useSubjects();
  const subjects = [...subscriptions.filter(({ isRead }) => isRead), ...clients];
  const [logarithmic, setLogarithmic] = useLocalStorage({ key: 'sluice.latency.log', defaultValue: false });
  const [chosen, setChosen] = useState<string | null>(null);
  const subject = subjects.find(({ prefix }) => prefix === chosen) ?? subjects[0];
  const subscription = subscriptions.find(({ prefix }) => prefix === subject?.prefix);
  const lines = useMemo<readonly FigureLine[]>(
    () =>
      subject === undefined
        ? []
        : QUANTILES.map(({ figure, quantile, ...look }) => ({
            column: subject.prefix + figure,
            gathering: { quantile },
            ...look,
          })),
    [subject],
  );
  const thresholds = useMemo(
    () => (subscription === undefined ? [] : latencyThresholds(checks, subscription)),
    [checks, subscription],
  );
  return (
    <ChartPanel
      possible={subject !== undefined}
      emptyTitle="Nothing has been applied yet"
      emptyText="Connect a producer through a topic or a queue to a consumer and press play: here you see how long messages take from the fact to its effect."
      controls={
        <>
          {subjects.length > 1 && (
            <NativeSelect
              aria-label="Subscription"
              size="xs"
              value={subject?.prefix ?? ''}
              onChange={(event) => setChosen(event.currentTarget.value)}
              data={subjects.map(({ prefix, label }) => ({ value: prefix, label }))}
            />
          )}
          <Switch
            label="Logarithmic"
            checked={logarithmic}
            onChange={(event) => setLogarithmic(event.currentTarget.checked)}
          />
        </>
      }
    >
      {(data) => (
        <ChartFigure
          title={subjects.length > 1 && subject !== undefined ? `Latency of ${subject.label}` : 'Latency'}
          quantity={subscription === undefined ? 'from the first attempt to the answer' : 'from the fact to its effect'}
          data={data}
          lines={lines}
          thresholds={thresholds}
          write={writeDuration}
          logarithmic={logarithmic}
          points={POINTS}
          empty="Nothing has been applied yet."
        />
      )}
    </ChartPanel>
  );
}
