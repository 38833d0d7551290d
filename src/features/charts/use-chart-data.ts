import { useIntersection } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { TimelineMark } from '../../../workers/protocol/commands.ts';
import type { Design } from '../../../workers/scenario/document.ts';
import { useDocument } from '../../document/store.ts';
import { useSeries, wantColumns, type SeriesSet } from '../../simulation/polling.ts';
import { useSimulation } from '../../simulation/status.ts';
import { redrawInTurn } from './redraw-queue.ts';
import type { Window } from './rows.ts';
import { subjectsOf, type Subjects } from './subjects.ts';
import { useWindowLength, windowOf } from './window.ts';

export interface ChartData {
  readonly series: SeriesSet;
  readonly window: Window;
  /** Where the run stands, if that is not at its end. */
  readonly instantMs: number | null;
  readonly marks: readonly TimelineMark[];
}

/** The subjects and checks of the run, as the document names them. */
export function useSubjects(): Subjects & Pick<Design, 'checks'> {
  const layout = useSimulation((state) => state.layout);
  const nodes = useDocument((state) => state.design.nodes);
  const edges = useDocument((state) => state.design.edges);
  const checks = useDocument((state) => state.design.checks);
  return useMemo(() => ({ ...subjectsOf(layout, { nodes, edges }), checks }), [layout, nodes, edges, checks]);
}

/** What all charts draw from; null until the run has been sampled. */
export function useChartData(): ChartData | null {
  const series = useSeries();
  const lengthMs = useWindowLength();
  const instantMs = useSimulation((state) => state.instantMs);
  const horizonMs = useSimulation((state) => state.horizonMs);
  return useMemo(() => {
    if (series === null || series.samples < 2) return null;
    // The series are a little older than the instant: what lies beyond their end has not been sampled yet.
    const sampledMs = (series.samples - 1) * series.intervalMs;
    const furthest = Math.max(sampledMs, Math.min(horizonMs, sampledMs + series.intervalMs));
    return {
      series,
      window: windowOf(lengthMs, furthest, instantMs),
      instantMs: horizonMs - instantMs > 1 ? instantMs : null,
      marks: series.marks,
    };
  }, [series, lengthMs, instantMs, horizonMs]);
}

/** Asks for these columns of the series while mounted; the array is to change only with its content. */
export function useColumns(columns: readonly string[]): void {
  useEffect(() => wantColumns(columns), [columns]);
}

/**
 * Holds a chart's input back until it is its turn to redraw, and for as long as it cannot be seen. `seen` is false until
 * it has been seen for the first time: before that there is nothing to draw.
 */
export function useInTurn<Value>(value: Value): {
  readonly shown: Value;
  readonly seen: boolean;
  readonly ref: (element: Element | null) => void;
} {
  const { ref, entry } = useIntersection();
  const visible = entry?.isIntersecting ?? false;
  const [shown, setShown] = useState(value);
  const [seen, setSeen] = useState(false);
  const newest = useRef(value);
  useEffect(() => {
    newest.current = value;
    if (!visible) return undefined;
    return redrawInTurn(() => {
      setShown(newest.current);
      setSeen(true);
    });
  }, [value, visible]);
  return { shown, seen, ref };
}
