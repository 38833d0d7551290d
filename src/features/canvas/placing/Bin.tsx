import { Panel } from '@xyflow/react';
import { IconTrash } from '@tabler/icons-react';
import { useCanvas } from '../canvas-store.ts';
import classes from './placing.module.css';

/** Takes what is dragged out of a node; there only while something is. */
export function Bin() {
  const bin = useCanvas((state) => state.bin);
  if (bin === null) return null;
  return (
    <Panel position="bottom-center">
      <div className={classes.bin} data-canvas-bin data-over={bin.over} aria-hidden>
        <IconTrash size={18} stroke={1.7} />
        Drop here to remove
      </div>
    </Panel>
  );
}
