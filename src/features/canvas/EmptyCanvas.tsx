import { Button } from '@mantine/core';
import { IconLayoutGrid } from '@tabler/icons-react';
import { useDocument } from '../../document/store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import classes from './canvas.module.css';

/** What an empty canvas says. */
export function EmptyCanvas({ onOpenGallery }: { readonly onOpenGallery: () => void }) {
  const empty = useDocument((state) => state.design.nodes.length === 0);
  if (!empty) return null;
  return (
    <div className={classes.empty}>
      <EmptyState
        title="Nothing here yet"
        actions={
          <Button leftSection={<IconLayoutGrid size={15} />} variant="light" onClick={onOpenGallery}>
            Start from the gallery
          </Button>
        }
      >
        Drag a producer, a topic or a queue, and a consumer from the palette onto the canvas, connect them, and press
        play.
      </EmptyState>
    </div>
  );
}
