import { Switch } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useMemo } from 'react';
import { writeShort } from '../../ui/numbers.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import type { FigureLine } from './choose-lines.ts';
import { PartitionLags } from './PartitionLags.tsx';
import { QueueContents } from './QueueContents.tsx';
import { subscriptionLook } from './palette.ts';
import { lagThresholds, type SubscriptionSubject } from './subjects.ts';
import { useSubjects } from './use-chart-data.ts';

/** How far each group is behind the end of its log, and what stands in each queue. */
export function LagPanel() {
  const { subscriptions, checks } = useSubjects();
  const logs = subscriptions.some(({ ofLog }) => ofLog);
  const queues = subscriptions.some(({ ofLog }) => !ofLog);
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
      emptyText="Connect a topic or a queue to a consumer and press play: here you see how much each of them is behind."
      controls={
        <Switch
          label={SWITCH[nature(subscriptions)]}
          checked={byPartition}
          onChange={(event) => setByPartition(event.currentTarget.checked)}
        />
      }
    >
      {(data) => (
        <>
          <ChartFigure
            {...TITLES[nature(subscriptions)]}
            data={data}
            lines={lines}
            thresholds={thresholds}
            write={writeShort}
            whole
            empty="Nothing has been read yet."
          />
          {byPartition && logs && <PartitionLags subscriptions={subscriptions} />}
          {byPartition && queues && <QueueContents subscriptions={subscriptions} />}
        </>
      )}
    </ChartPanel>
  );
}

type Nature = 'logs' | 'queues' | 'both';

/** What is behind is told in the words of the brokers that are there. */
const TITLES: Readonly<Record<Nature, { readonly title: string; readonly quantity: string }>> = {
  logs: { title: 'Lag', quantity: 'records not yet committed' },
  queues: { title: 'Queue depth', quantity: 'messages not yet done with' },
  both: { title: 'Lag and queue depth', quantity: 'messages not yet done with' },
};
const SWITCH: Readonly<Record<Nature, string>> = {
  logs: 'By partition',
  queues: 'By queue',
  both: 'By partition and queue',
};

function nature(subscriptions: readonly SubscriptionSubject[]): Nature {
  if (subscriptions.every(({ ofLog }) => ofLog)) return 'logs';
  return subscriptions.some(({ ofLog }) => ofLog) ? 'both' : 'queues';
}
