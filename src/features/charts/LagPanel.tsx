import { Switch } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useMemo } from 'react';
import { writeShort } from '../../ui/numbers.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import type { FigureLine } from './choose-lines.ts';
import { PartitionLags } from './PartitionLags.tsx';
import { subscriptionLook } from './palette.ts';
import { lagThresholds } from './subjects.ts';
import { useSubjects } from './use-chart-data.ts';

/** How far each group is behind the end of the log. */
export function LagPanel() {
  const { subscriptions, checks } = useSubjects();
  const [byPartition, setByPartition] = useLocalStorage({ key: 'sluice.lag.partitions', defaultValue: true });
  const lines = useMemo<readonly FigureLine[]>(
    () =>
      subscriptions.map(({ prefix, label }, index) => ({
        column: `${prefix}lag`,
        gathering: 'max',
        label,
        ...subscriptionLook(index),
      })),
    [subscriptions],
  );
  const thresholds = useMemo(
    () => subscriptions.flatMap((subscription) => lagThresholds(checks, subscription)),
    [subscriptions, checks],
  );
  return (
    <ChartPanel
      possible={subscriptions.length > 0}
      emptyTitle="Nobody reads yet"
      emptyText="Connect a topic to a consumer and press play: here you see how far each group is behind."
      controls={
        <Switch
          label="By partition"
          checked={byPartition}
          onChange={(event) => setByPartition(event.currentTarget.checked)}
        />
      }
    >
      {(data) => (
        <>
          <ChartFigure
            title="Lag"
            quantity="records not yet committed"
            data={data}
            lines={lines}
            thresholds={thresholds}
            write={writeShort}
            whole
            empty="Nothing has been read yet."
          />
          {byPartition && <PartitionLags subscriptions={subscriptions} />}
        </>
      )}
    </ChartPanel>
  );
}
