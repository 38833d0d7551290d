import type { NodeProps } from '@xyflow/react';
import { memo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { PARTITION, type Layout, type TopicBlock } from '../../../../workers/protocol/frame.ts';
import type { NodeOf } from '../../../../workers/scenario/resolve.ts';
import { writeCount } from '../../../ui/numbers.ts';
import { announce } from '../canvas-store.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';
import type { FlowNode } from '../flow/elements.ts';
import { useLive, usePaintEveryFrame, usePaintText } from '../live/hooks.tsx';
import { useReducedMotion } from '../live/reduced-motion.ts';
import { frames } from '../../../simulation/frames.ts';
import { removePart, usePullOut } from '../placing/pull-out.tsx';
import { drawTopic, stillTopic, type TopicMotion } from './draw-topic.ts';
import { useFaceCanvas } from './face-canvas.ts';
import { subscriptionsOfTopic, topicBlock } from './gauges.ts';
import { topicRowsHeight } from './node-size.ts';
import { NodeShell } from './NodeShell.tsx';
import { topicMark, topicSpoken } from './topic-model.ts';
import { TopicGroups } from './TopicGroups.tsx';
import { CELLS_SHOWN, END_WIDTH, LABEL_WIDTH, offsetAt, rowShape, ROWS_SHOWN, STRIP_WIDTH } from './topic-strip.ts';
import classes from './face.module.css';

/** A log: every partition as a strip of records, and how far each group has read. */
export const TopicFace = memo(function TopicFace({ id, data }: NodeProps<FlowNode>) {
  const declared = (data.node as NodeOf<'topic'>).partitions ?? 1;
  // The engine's number, once it has one: strips and labels must agree.
  const partitions = useLive((_values, layout) => topicBlock(layout, id)?.partitions ?? declared, declared);
  return (
    <NodeShell node={data.node}>
      <Partitions id={id} partitions={partitions} />
      <TopicGroups id={id} />
    </NodeShell>
  );
});

export interface Cursor {
  readonly partition: number;
  readonly offset: number;
}

function Partitions({ id, partitions }: { readonly id: string; readonly partitions: number }) {
  const [firstRow, setFirstRow] = useState(0);
  const shape = rowShape(partitions);
  const height = topicRowsHeight(partitions);
  const scrolls = partitions > ROWS_SHOWN;
  const first = Math.floor(firstRow);
  const { bind, ghost } = usePullOut();
  const strips = useStrips({ id, height, firstRow, rowsShown: height / shape.height });
  const labels = Array.from({ length: Math.min(partitions - first, ROWS_SHOWN + 1) }, (_, row) => first + row);
  return (
    <div
      className={`${classes.partitions} ${scrolls ? 'nowheel' : ''}`}
      style={{ height }}
      data-scrolls={scrolls}
      onScroll={(event) => setFirstRow(event.currentTarget.scrollTop / shape.height)}
    >
      <div style={{ height: partitions * shape.height, position: 'relative' }}>
        <canvas
          ref={strips.ref}
          className={classes.strips}
          style={{ width: LABEL_WIDTH + STRIP_WIDTH + END_WIDTH, height }}
          role="img"
          aria-label="Partitions"
          {...strips.pointer}
        />
        {labels.map((partition) => (
          <button
            key={partition}
            type="button"
            className={`${classes.partitionLabel} nodrag nopan nokey`}
            {...bind({ type: 'partition', node: id, index: partition })}
            style={{ top: partition * shape.height + shape.cellY, height: shape.cellHeight, touchAction: 'none' }}
            aria-label={`Partition ${partition}`}
            aria-description="Arrow keys choose a record, Enter shows its life, Delete removes a partition."
            onKeyDown={(event) => strips.onKeyDown(event, partition)}
            onBlur={() => strips.point(null)}
          >
            P{partition}
          </button>
        ))}
      </div>
      {ghost}
    </div>
  );
}

/** Everything about the canvas of strips: painting it with the frames, pointing at a record, opening one. */
function useStrips({
  id,
  height,
  firstRow,
  rowsShown,
}: {
  readonly id: string;
  readonly height: number;
  readonly firstRow: number;
  readonly rowsShown: number;
}) {
  const { onInspect } = useCanvasCallbacks();
  const motion = useRef<TopicMotion>(stillTopic());
  const drawn = useRef({ mark: Number.NaN, atMs: 0 });
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const still = useReducedMotion();
  const size = { width: LABEL_WIDTH + STRIP_WIDTH + END_WIDTH, height };

  const draw = () => {
    const frame = frames.current();
    const block = frame === null ? null : topicBlock(frame.layout, id);
    const context = canvas.begin();
    if (context === null || frame === null || block === null) return;
    const nowMs = performance.now();
    const elapsedMs = Math.min(100, nowMs - drawn.current.atMs);
    drawn.current.atMs = nowMs;
    const subscriptions = subscriptionsOfTopic(frame.layout, id);
    const view = {
      firstRow,
      rowsShown,
      elapsedMs,
      still,
      cursor,
      detailed: context.getTransform().a / devicePixelRatio >= 2,
    };
    drawTopic(context, { ...frame, block, subscriptions, motion: motion.current }, view);
    if (motion.current.moving) canvas.request();
  };
  const canvas = useFaceCanvas(size, draw);

  usePaintEveryFrame((values, layout) => {
    const block = topicBlock(layout, id);
    if (block === null) return;
    const mark = topicMark(values, layout, block, { id, firstRow, rowsShown, cursor });
    if (mark === drawn.current.mark) return;
    drawn.current.mark = mark;
    canvas.request();
  });

  const spokenAtMs = useRef(-Infinity);
  usePaintText((values, layout) => {
    const nowMs = performance.now();
    const block = topicBlock(layout, id);
    if (block === null || canvas.ref.current === null || nowMs - spokenAtMs.current < 1000) return;
    spokenAtMs.current = nowMs;
    canvas.ref.current.ariaLabel = topicSpoken(values, layout, block, id);
  });

  const open = ({ partition, offset }: Cursor) => {
    onInspect({ type: 'message', message: messageAt(id, partition, offset), topic: id, partition, offset });
  };
  const find = (event: PointerEvent<HTMLCanvasElement> | React.MouseEvent<HTMLCanvasElement>): Cursor | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = size.width / box.width;
    return recordAt(id, motion.current, {
      x: (event.clientX - box.left) * scale - LABEL_WIDTH,
      row: firstRow + ((event.clientY - box.top) * scale) / (height / rowsShown),
    });
  };
  const pointer = {
    onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => {
      const found = find(event);
      setCursor((before) =>
        before?.partition === found?.partition && before?.offset === found?.offset ? before : found,
      );
      event.currentTarget.title = found === null ? '' : `Partition ${found.partition}, offset ${found.offset}`;
    },
    onPointerLeave: () => setCursor(null),
    onClick: (event: React.MouseEvent<HTMLCanvasElement>) => {
      const found = find(event);
      if (found !== null) open(found);
    },
  };
  const onKeyDown = (event: KeyboardEvent, partition: number) => {
    const moved = movedCursor(event.key, cursor?.partition === partition ? cursor.offset : null, id, partition);
    if (moved !== null) {
      setCursor({ partition, offset: moved });
      announce(`Offset ${writeCount(moved)} of partition ${partition}.`);
    } else if (event.key === 'Enter' && cursor?.partition === partition) open(cursor);
    else if (event.key === 'Delete' || event.key === 'Backspace')
      removePart({ type: 'partition', node: id, index: partition });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { ref: canvas.ref, pointer, onKeyDown, point: setCursor };
}

function currentTopic(
  id: string,
): { readonly values: Float64Array; readonly layout: Layout; readonly block: TopicBlock } | null {
  const frame = frames.current();
  const block = frame === null ? null : topicBlock(frame.layout, id);
  return frame === null || block === null ? null : { ...frame, block };
}

function recordAt(
  id: string,
  motion: TopicMotion,
  { x, row }: { readonly x: number; readonly row: number },
): Cursor | null {
  const topic = currentTopic(id);
  const partition = Math.floor(row);
  if (topic === null || partition < 0 || partition >= topic.block.partitions) return null;
  const at = topic.block.partitionsAt + partition * PARTITION.size;
  const end = topic.values[at + PARTITION.end]!;
  const offset = offsetAt(x, motion.heads[partition] ?? end, topic.values[at + PARTITION.start]!, end);
  return offset === null ? null : { partition, offset };
}

/** The logical id of the message in a cell, or 0 when the frame does not say. */
function messageAt(id: string, partition: number, offset: number): number {
  const topic = currentTopic(id);
  if (topic === null) return 0;
  const at = topic.block.partitionsAt + partition * PARTITION.size;
  const cell = offset - topic.values[at + PARTITION.firstCell]!;
  if (cell < 0 || cell >= topic.values[at + PARTITION.cells]!) return 0;
  return topic.values[at + PARTITION.messagesAt + cell]!;
}

/** Where an arrow key takes the cursor within the records shown; null for other keys and for an empty log. */
function movedCursor(key: string, from: number | null, id: string, partition: number): number | null {
  const topic = currentTopic(id);
  if (topic === null || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return null;
  const at = topic.block.partitionsAt + partition * PARTITION.size;
  const end = topic.values[at + PARTITION.end]!;
  const least = Math.max(topic.values[at + PARTITION.start]!, end - CELLS_SHOWN);
  if (end <= least) return null;
  const wanted = from === null ? end - 1 : from + (key === 'ArrowLeft' ? -1 : 1);
  return Math.min(end - 1, Math.max(least, wanted));
}
