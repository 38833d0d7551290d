import { useElementSize } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState, type CSSProperties, type PointerEvent, type RefObject } from 'react';
import { branchRows } from '../../../workers/scenario/branches.ts';
import { useDocument } from '../../document/store.ts';
import { simulation } from '../../simulation/client.ts';
import { frames } from '../../simulation/frames.ts';
import { useMarks } from '../../simulation/polling.ts';
import { simulationStore, useSimulation } from '../../simulation/status.ts';
import { writeInstant } from '../../ui/numbers.ts';
import { MarkIcon, markLabels } from './MarkIcon.tsx';
import {
  LANES,
  clusterMarks,
  forkMarks,
  instantByKey,
  markNear,
  timelineSpan,
  timelineTicks,
  writeTick,
  type MarkCluster,
} from './timeline.ts';
import classes from './transport.module.css';

/** Horizontal room of one mark, CSS pixels: closer ones of a kind are drawn as one. */
const MARK_ROOM_PX = 13;

/** The timeline: what has been simulated, where the run stands, what happened when. Dragging it scrubs. */
export function Timeline() {
  const { ref: sizeRef, width } = useElementSize<HTMLDivElement>();
  const track = useRef<HTMLDivElement>(null);
  const horizonMs = useSimulation((state) => state.horizonMs);
  const instantMs = useSimulation((state) => state.instantMs);
  const playing = useSimulation((state) => state.status === 'playing');
  const marks = useMarks();
  const spanMs = timelineSpan(Math.max(horizonMs, instantMs));
  const [pointedMs, setPointedMs] = useState<number | null>(null);
  const scrub = useScrub(track, spanMs);
  useMovingPlayhead(track, spanMs, scrub.draggedMs);

  const scenario = useDocument((state) => state.scenario);
  const forks = useMemo(() => forkMarks(branchRows(scenario)), [scenario]);
  const clusters = useMemo(
    () => clusterMarks([...marks, ...forks], spanMs, Math.max(1, Math.floor(width / MARK_ROOM_PX))),
    [marks, forks, spanMs, width],
  );
  const sharedMs = scenario.branch?.forkMs;
  const ticks = timelineTicks(spanMs, Math.max(2, Math.floor(width / 70)));
  const shownMs = scrub.draggedMs ?? instantMs;
  const percent = (ms: number) => `${(ms / spanMs) * 100}%`;
  return (
    <div className={classes.timeline} ref={sizeRef}>
      <div
        ref={track}
        className={classes.scrubber}
        role="slider"
        tabIndex={0}
        aria-label="Timeline"
        aria-valuemin={0}
        aria-valuemax={Math.round(spanMs)}
        aria-valuenow={Math.round(shownMs)}
        aria-valuetext={`${writeInstant(shownMs)} of ${writeInstant(horizonMs)}${playing ? ', playing' : ''}`}
        data-dragging={scrub.draggedMs !== null || undefined}
        {...scrub.handlers}
        onPointerDown={(event) => {
          const mark = pressedMark(event, clusters, spanMs);
          if (mark === null) return scrub.handlers.onPointerDown(event);
          simulation.pause();
          return scrub.to(mark.atMs);
        }}
        onPointerMove={(event) => {
          scrub.handlers.onPointerMove(event);
          setPointedMs(instantAt(event.currentTarget, event.clientX, spanMs));
        }}
        onPointerLeave={() => setPointedMs(null)}
        onKeyDown={(event) => {
          if (event.altKey || event.ctrlKey || event.metaKey) return;
          const next = instantByKey(event, { instantMs: simulationStore.getState().instantMs, horizonMs, spanMs });
          if (next === null) return;
          event.preventDefault();
          event.stopPropagation();
          scrub.to(next);
        }}
      >
        <div className={classes.track}>
          <div className={classes.simulated} style={{ width: percent(Math.min(horizonMs, spanMs)) }} />
          <div className={classes.played} />
        </div>
        {sharedMs !== undefined && (
          <div className={classes.shared} style={{ width: percent(Math.min(sharedMs, spanMs)) }} />
        )}
        <div aria-hidden>
          {clusters.map((cluster) => (
            <span
              key={`${cluster.kind} ${cluster.atMs}`}
              className={classes.mark}
              data-lane={LANES[cluster.kind]}
              style={{ left: percent(cluster.atMs) }}
            >
              <MarkIcon kind={cluster.kind} />
            </span>
          ))}
        </div>
        <div className={classes.playhead} />
        <div className={classes.ticks} aria-hidden>
          {ticks.map((tick) => (
            <span key={tick} className={classes.tick} style={{ left: percent(tick) }}>
              {writeTick(tick, spanMs)}
            </span>
          ))}
        </div>
        {pointedMs !== null && width > 0 && (
          <PointedInstant
            atMs={pointedMs}
            place={pointedMs / spanMs}
            clusters={clusters.filter(({ atMs }) => (Math.abs(atMs - pointedMs) / spanMs) * width <= MARK_ROOM_PX)}
          />
        )}
      </div>
      <LastEvent place={shownMs / spanMs} hidden={pointedMs !== null} />
    </div>
  );
}

/** What a step has ended with: "Fetch answered: Orders → Billing 2", above the playhead. */
function LastEvent({ place, hidden }: { readonly place: number; readonly hidden: boolean }) {
  const event = useSimulation((state) => state.lastEvent);
  return (
    <div className={classes.lastEventRoom} role="status">
      {event !== null && (
        <span className={classes.pointed} data-hidden={hidden || undefined} style={bubbleAt(place)}>
          <span>
            <strong>{event.what}</strong>
            {event.where !== '' && `: ${event.where}`}
          </span>
        </span>
      )}
    </div>
  );
}

/** Above that place of the timeline, and within it. */
function bubbleAt(place: number): CSSProperties {
  return { left: `${place * 100}%`, transform: `translateX(${place < 0.15 ? 0 : place > 0.85 ? -100 : -50}%)` };
}

interface PointedInstantProps {
  readonly atMs: number;
  /** In `[0, 1]`. */
  readonly place: number;
  readonly clusters: readonly MarkCluster[];
}

/** What the pointer is over: the instant, and the marks there. */
function PointedInstant({ atMs, place, clusters }: PointedInstantProps) {
  return (
    <div className={classes.pointed} aria-hidden style={bubbleAt(place)}>
      <strong>{writeInstant(atMs)}</strong>
      {clusters.slice(0, 4).map((cluster) => (
        <span key={`${cluster.kind} ${cluster.atMs}`} className={classes.pointedMark}>
          <MarkIcon kind={cluster.kind} />
          {cluster.count > 1 ? `${cluster.count} marks: ` : `${markLabels[cluster.kind]}: `}
          {cluster.labels.join(', ')}
        </span>
      ))}
    </div>
  );
}

function instantAt(element: Element, clientX: number, spanMs: number): number {
  const { left, width } = element.getBoundingClientRect();
  return width <= 0 ? 0 : Math.min(1, Math.max(0, (clientX - left) / width)) * spanMs;
}

/** Height of the lane of what happened; pressing a mark there takes the run to it, exactly. */
const LANE_PX = 17;

function pressedMark(
  event: PointerEvent<HTMLElement>,
  clusters: readonly MarkCluster[],
  spanMs: number,
): MarkCluster | null {
  const { top, width } = event.currentTarget.getBoundingClientRect();
  if (event.clientY - top > LANE_PX || width <= 0) return null;
  const reachMs = (MARK_ROOM_PX / width) * spanMs;
  return markNear(clusters, 'happened', instantAt(event.currentTarget, event.clientX, spanMs), reachMs);
}

/** Dragging, tapping and keys: all lead to `to`. A run that plays waits while it is dragged. */
function useScrub(track: RefObject<HTMLDivElement | null>, spanMs: number) {
  const [draggedMs, setDraggedMs] = useState<number | null>(null);
  // The span stays as it was when the drag began, or the timeline would run away under the finger.
  const drag = useRef<{ spanMs: number; wasPlaying: boolean } | null>(null);
  // Seeks wait for each other, and of those that wait only the newest is visited.
  const lastSeek = useRef(Promise.resolve());
  const to = (atMs: number): void => {
    lastSeek.current = simulation.seek(atMs);
  };

  const follow = (event: PointerEvent<HTMLDivElement>): void => {
    if (drag.current === null || track.current === null) return;
    const atMs = instantAt(track.current, event.clientX, drag.current.spanMs);
    setDraggedMs(atMs);
    to(atMs);
  };
  const release = async (): Promise<void> => {
    const ended = drag.current;
    drag.current = null;
    if (ended === null) return;
    await lastSeek.current;
    setDraggedMs(null);
    if (ended.wasPlaying) simulation.play();
  };
  return {
    draggedMs,
    to,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLDivElement>) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const wasPlaying = simulationStore.getState().status === 'playing';
        drag.current = { spanMs, wasPlaying };
        if (wasPlaying) simulation.pause();
        follow(event);
      },
      onPointerMove: follow,
      onPointerUp: () => void release(),
      onPointerCancel: () => void release(),
    },
  };
}

/** Moves the playhead without rendering; while dragged it stays under the finger. */
function useMovingPlayhead(track: RefObject<HTMLDivElement | null>, spanMs: number, draggedMs: number | null): void {
  useEffect(() => {
    const move = (): void => {
      const atMs = draggedMs ?? (frames.current() === null ? 0 : frames.nowNs() / 1e6);
      track.current?.style.setProperty('--at', String(Math.min(1, Math.max(0, atMs / spanMs))));
    };
    move();
    return frames.subscribePaced(move);
  }, [track, spanMs, draggedMs]);
}
