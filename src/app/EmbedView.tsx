import { IconExternalLink } from '@tabler/icons-react';
import { useDocument } from '../document/store.ts';
import { fullAddress } from '../features/sharing/index.ts';
import { CanvasArea } from './CanvasArea.tsx';
import classes from './EmbedView.module.css';
import { TransportBar } from './TransportBar.tsx';

/** Inside another page: canvas and playback alone, and a way to the whole app. */
export function EmbedView() {
  const title = useDocument((state) => state.scenario.title);
  return (
    <div className={classes.screen}>
      <CanvasArea editable={false} />
      <a
        className={classes.open}
        href={fullAddress()}
        target="_blank"
        rel="noopener"
        onPointerDown={(event) => (event.currentTarget.href = fullAddress())}
        onFocus={(event) => (event.currentTarget.href = fullAddress())}
      >
        <span className={classes.title}>{title}</span>
        Open in Sluice
        <IconExternalLink size={14} aria-hidden />
      </a>
      <TransportBar />
    </div>
  );
}
