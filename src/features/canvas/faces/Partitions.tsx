import { useState, type KeyboardEvent } from 'react';
import { writeCount } from '../../../ui/numbers.ts';
import { announce } from '../canvas-store.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';
import { removePart, usePullOut } from '../placing/pull-out.tsx';
import { topicRowsHeight, topicRowsTop } from './node-size.ts';
import { messageAt, movedCursor, type RecordPlace } from './records.ts';
import { Strips } from './Strips.tsx';
import { rowShape, ROWS_SHOWN } from './topic-strip.ts';
import classes from './face.module.css';

/** Of the card: what is placed in it starts inside. */
const BORDER = 1;

interface PartitionsProps {
  readonly id: string;
  readonly partitions: number;
  /** Partitions that the face has room for, which may not yet be those that run. */
  readonly rows: number;
}

/**
 * The partitions of a topic. Their labels are buttons: dragged into the bin they remove a partition, and with the
 * keyboard they choose a record, for the strips themselves are a picture.
 */
export function Partitions({ id, partitions, rows }: PartitionsProps) {
  const [firstRow, setFirstRow] = useState(0);
  const [cursor, setCursor] = useState<RecordPlace | null>(null);
  const { onInspect, editable } = useCanvasCallbacks();
  const { bind, ghost } = usePullOut();
  const shape = rowShape(rows);
  const height = topicRowsHeight(rows);
  const first = Math.floor(firstRow);
  const labels = Array.from({ length: Math.min(partitions - first, ROWS_SHOWN + 1) }, (_, row) => first + row);

  const open = ({ partition, offset }: RecordPlace) => {
    onInspect({ type: 'message', message: messageAt(id, { partition, offset }), topic: id, partition, offset });
  };
  const onKeyDown = (event: KeyboardEvent, partition: number) => {
    const here = cursor?.partition === partition ? cursor : null;
    const moved = movedCursor(event.key, { id, partition, from: here?.offset ?? null });
    if (moved !== null) {
      setCursor({ partition, offset: moved });
      announce(`Offset ${writeCount(moved)} of partition ${partition}.`);
    } else if (event.key === 'Enter' && here !== null) open(here);
    else if (editable && (event.key === 'Delete' || event.key === 'Backspace')) {
      removePart({ type: 'partition', node: id, index: partition });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className={`${classes.partitions} ${partitions > ROWS_SHOWN ? 'nowheel' : ''}`}
      style={{ top: topicRowsTop(rows) - BORDER, height }}
      data-scrolls={partitions > ROWS_SHOWN}
      onScroll={(event) => setFirstRow(event.currentTarget.scrollTop / shape.height)}
    >
      <div style={{ height: Math.max(rows, partitions) * shape.height, position: 'relative' }}>
        <Strips id={id} rows={rows} firstRow={firstRow} cursor={cursor} onPoint={setCursor} onOpen={open} />
        {labels.map((partition) => (
          <button
            key={partition}
            type="button"
            className={`${classes.partitionLabel} nodrag nopan nokey`}
            {...(editable ? bind({ type: 'partition', node: id, index: partition }) : {})}
            style={{ top: partition * shape.height + shape.cellY, height: shape.cellHeight, touchAction: 'none' }}
            aria-label={`Partition ${partition}: arrow keys choose a record, Enter shows its life, Delete removes a partition`}
            onKeyDown={(event) => onKeyDown(event, partition)}
            onBlur={() => setCursor(null)}
          >
            P{partition}
          </button>
        ))}
      </div>
      {ghost}
    </div>
  );
}
