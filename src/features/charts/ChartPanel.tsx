import { SegmentedControl } from '@mantine/core';
import { IconChartLine } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useChartData, type ChartData } from './use-chart-data.ts';
import { setWindowLength, useWindowLength, WINDOWS } from './window.ts';
import classes from './charts.module.css';

interface ChartPanelProps {
  /** Said while there is nothing to draw. */
  readonly emptyTitle: string;
  readonly emptyText: string;
  /** Whether the run has what this panel draws. */
  readonly possible: boolean;
  /** Further controls beside the window. */
  readonly controls?: ReactNode;
  readonly children: (data: ChartData) => ReactNode;
}

/** What all chart panels share: the window of time, and what stands there before the run has begun. */
export function ChartPanel({ emptyTitle, emptyText, possible, controls, children }: ChartPanelProps) {
  const data = useChartData();
  const lengthMs = useWindowLength();
  if (data === null || !possible) {
    return (
      <EmptyState icon={<IconChartLine size={28} stroke={1.5} />} title={emptyTitle}>
        {emptyText}
      </EmptyState>
    );
  }
  return (
    <div className={classes.panel}>
      <div className={classes.toolbar}>
        <SegmentedControl
          aria-label="Shown"
          value={String(lengthMs)}
          onChange={(value) => setWindowLength(value === 'null' ? null : Number(value))}
          data={WINDOWS.map(({ label, lengthMs: length }) => ({ label, value: String(length) }))}
        />
        {controls}
      </div>
      <div className={classes.figures}>{children(data)}</div>
    </div>
  );
}
