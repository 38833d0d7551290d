/** The panels at the bottom: one row each. Their code is loaded when they are first shown. */
import {
  IconArrowsSort,
  IconChartAreaLine,
  IconChecklist,
  IconClockHour4,
  IconGauge,
  IconRoute,
  IconShieldCheck,
  IconStack2,
} from '@tabler/icons-react';
import { lazy, type ComponentType } from 'react';
import type { PanelId } from './panel-ids.ts';

interface PanelProps {
  /** The message whose life is shown, by its logical id. */
  readonly messageId: number | null;
  /** Shows the life of another message, in the trace panel. */
  readonly onInspect: (messageId: number) => void;
}

interface PanelRow {
  readonly id: PanelId;
  readonly label: string;
  readonly icon: ComponentType<{ readonly size?: number }>;
  readonly component: ComponentType<PanelProps>;
}

const charts = () => import('../features/charts/index.ts');

const rows: Readonly<Record<PanelId, Omit<PanelRow, 'id'>>> = {
  guarantees: {
    label: 'Guarantees',
    icon: IconShieldCheck,
    component: lazy(async () => ({ default: (await import('../features/guarantees/index.ts')).GuaranteesPanel })),
  },
  flow: {
    label: 'Flow',
    icon: IconChartAreaLine,
    component: lazy(async () => ({ default: (await charts()).FlowPanel })),
  },
  lag: {
    label: 'Lag & depth',
    icon: IconStack2,
    component: lazy(async () => ({ default: (await charts()).LagPanel })),
  },
  latency: {
    label: 'Latency',
    icon: IconClockHour4,
    component: lazy(async () => ({ default: (await charts()).LatencyPanel })),
  },
  ordering: {
    label: 'Ordering',
    icon: IconArrowsSort,
    component: lazy(async () => ({ default: (await charts()).OrderingPanel })),
  },
  backpressure: {
    label: 'Backpressure',
    icon: IconGauge,
    component: lazy(async () => ({ default: (await charts()).BackpressurePanel })),
  },
  trace: {
    label: 'Trace',
    icon: IconRoute,
    component: lazy(async () => ({ default: (await import('../features/messages/index.ts')).TracePanel })),
  },
  checks: {
    label: 'Checks',
    icon: IconChecklist,
    component: lazy(async () => ({ default: (await import('../features/checks/index.ts')).ChecksPanel })),
  },
};

export const panels: readonly PanelRow[] = (Object.keys(rows) as PanelId[]).map((id) => ({ id, ...rows[id] }));

export function panelOf(id: PanelId): PanelRow {
  return { id, ...rows[id] };
}
