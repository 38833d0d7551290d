import { Switch } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useMemo } from 'react';
import { backlogWords } from '../../../workers/scenario/backlog-words.ts';
import { writeShort } from '../../ui/numbers.ts';
import { capitalised } from '../../ui/words.ts';
import { ChartFigure } from './ChartFigure.tsx';
import { ChartPanel } from './ChartPanel.tsx';
import type { FigureLine } from './choose-lines.ts';
import { PartitionLags } from './PartitionLags.tsx';
import { QueueContents } from './QueueContents.tsx';
import { subscriptionLook } from './palette.ts';
import { lagThresholds } from './subjects.ts';
import { useSubjects } from './use-chart-data.ts';

/** How far each group is behind the end of its log, and what stands in each queue. */
export function LagPanel() {
  const { subscriptions, checks } = useSubjects();
  const families = new Set(subscriptions.map(({ family }) => family));
  const logs = families.has('log');
  const tables = families.has('table');
  const queues = families.has('amqp') || families.has('sqs');
  const words = backlogWords(families);
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
          label={`By ${[logs && 'partition', queues && 'queue', tables && 'table'].filter(Boolean).join(' and ')}`}
          checked={byPartition}
          onChange={(event) => setByPartition(event.currentTarget.checked)}
        />
      }
    >
      {(data) => (
        <>
          <ChartFigure
            title={capitalised(words.name)}
            quantity={`${words.unit}s ${words.which}`}
            data={data}
            lines={lines}
            thresholds={thresholds}
            write={writeShort}
            whole
            empty="Nothing has been read yet."
          />
          {byPartition && logs && <PartitionLags subscriptions={subscriptions} />}
          {byPartition && (queues || tables) && <QueueContents subscriptions={subscriptions} />}
        </>
      )}
    </ChartPanel>
  );
}
