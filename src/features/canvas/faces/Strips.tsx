import { useRef, type MouseEvent } from 'react';
import { frames } from '../../../simulation/frames.ts';
import { titleOf } from '../connecting/targets.ts';
import { usePaintText, writeLabel } from '../live/hooks.tsx';
import { blockOf } from './blocks.ts';
import { drawTopic, stillTopic, type TopicMotion } from './draw-topic.ts';
import { useFacePaint } from './face-paints.ts';
import { subscriptionsOfTopic } from './layout-index.ts';
import { FACE_PADDING, topicRowsHeight, topicRowsTop } from './node-size.ts';
import { recordAt, type RecordPlace } from './records.ts';
import { shareWords } from './share-cells.ts';
import { topicSpoken } from './topic-model.ts';
import { END_WIDTH, LABEL_WIDTH, rowShape, STRIP_WIDTH } from './topic-strip.ts';
import classes from './face.module.css';

interface StripsProps {
  readonly id: string;
  readonly rows: number;
  /** First row in view, a fraction while scrolled between two. */
  readonly firstRow: number;
  readonly cursor: RecordPlace | null;
  readonly onPoint: (place: RecordPlace | null) => void;
  readonly onOpen: (place: RecordPlace) => void;
}

const WIDTH = LABEL_WIDTH + STRIP_WIDTH + END_WIDTH;
/** The picture in words changes no more often than that. */
const SPOKEN_EVERY_MS = 1000;

/** The picture of all partitions in view: painted with the frames, never rendered for one. */
export function Strips({ id, rows, firstRow, cursor, onPoint, onOpen }: StripsProps) {
  const picture = useRef<HTMLDivElement>(null);
  const motion = useRef<TopicMotion>(null);
  const spokenMs = useRef(-Infinity);
  const height = topicRowsHeight(rows);
  const rowsShown = height / rowShape(rows).height;

  useFacePaint(id, ({ context, frame, zoom, elapsedMs, still }) => {
    const block = blockOf(frame.layout, id, 'topic');
    if (block === null) return false;
    motion.current ??= stillTopic();
    context.translate(FACE_PADDING, topicRowsTop(rows));
    if (rows < block.partitions) clip(context, height);
    const subscriptions = subscriptionsOfTopic(frame.layout, id);
    const view = { rows, firstRow, rowsShown, elapsedMs, still, cursor, zoom };
    drawTopic(context, { ...frame, block, subscriptions, motion: motion.current }, view);
    return motion.current.moving;
  });
  usePaintText((values, layout) => {
    const nowMs = performance.now();
    const block = blockOf(layout, id, 'topic');
    if (block === null || nowMs - spokenMs.current < SPOKEN_EVERY_MS) return;
    spokenMs.current = nowMs;
    writeLabel(picture, topicSpoken(values, layout, block, { id, titleOf }));
  });

  const find = (event: MouseEvent<HTMLElement>): RecordPlace | null => {
    const box = event.currentTarget.getBoundingClientRect();
    const scale = WIDTH / box.width;
    return recordAt(id, motion.current?.heads ?? [], {
      x: (event.clientX - box.left) * scale - LABEL_WIDTH,
      row: firstRow + ((event.clientY - box.top) * scale) / rowShape(rows).height,
    });
  };
  return (
    <div ref={picture} className={classes.strips} role="img" aria-label="Partitions">
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- The labels beside the strips do the same by key. */}
      <span
        className={classes.stripsPlace}
        style={{ width: WIDTH, height }}
        title={cursor === null ? '' : recordTitle(id, cursor)}
        data-record={cursor !== null}
        onPointerMove={(event) => {
          const found = find(event);
          if (found?.partition !== cursor?.partition || found?.offset !== cursor?.offset) onPoint(found);
        }}
        onPointerLeave={() => onPoint(null)}
        onClick={(event) => {
          const found = find(event);
          if (found !== null) onOpen(found);
        }}
      />
    </div>
  );
}

/** What is pointed at, and what share groups are doing with it. */
function recordTitle(id: string, { partition, offset }: RecordPlace): string {
  const frame = frames.current();
  const block = frame === null ? null : blockOf(frame.layout, id, 'topic');
  const words =
    frame === null || block === null ? [] : shareWords(frame.values, frame.layout, block, id, { partition, offset });
  return [`Partition ${partition}, offset ${offset}`, ...words].join('\n');
}

/** More rows than the face has room for do not run over its foot. */
function clip(context: OffscreenCanvasRenderingContext2D, height: number): void {
  context.beginPath();
  context.rect(0, 0, WIDTH, height);
  context.clip();
}
