import { UnstyledButton } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useDocument } from '../../document/store.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Mark } from '../../ui/marks.tsx';
import { writeDuration } from '../../ui/numbers.ts';
import type { StateKind } from '../../ui/states.ts';
import type { ShownStory } from './use-story.ts';
import classes from './messages.module.css';

type Status = NonNullable<ShownStory['status']>;

const STATUS: Readonly<Record<Status, { readonly label: string; readonly mark: StateKind }>> = {
  waiting: { label: 'waiting for its acknowledgement', mark: 'waiting' },
  acknowledged: { label: 'acknowledged', mark: 'applied' },
  refused: { label: 'refused', mark: 'refused' },
  unknown: { label: 'unknown to its source', mark: 'unknown' },
};

interface StoryHeadProps {
  readonly story: ShownStory;
  readonly onInspect: (messageId: number) => void;
  readonly children: ReactNode;
}

/** Which message it is, what its source believes, and which messages it belongs to. */
export function StoryHead({ story, onInspect, children }: StoryHeadProps) {
  const { message, key, because, history, source, parent, root, status } = story;
  const nodes = useDocument((state) => state.design.nodes);
  const edges = useDocument((state) => state.design.edges);
  const sourceId = edges.find(({ id }) => id === source)?.from ?? source;
  const from = nodes.find(({ id }) => id === sourceId)?.name ?? sourceId;
  const first = history[0]?.atMs;
  const effect = history.find(({ what }) => what === 'applied')?.atMs;
  return (
    <header className={classes.head}>
      <div className={classes.headLine}>
        <IconButton label="Message before" size={22} disabled={message <= 1} onClick={() => onInspect(message - 1)}>
          <IconChevronLeft size={15} />
        </IconButton>
        <h3 className={classes.headTitle}>Message {message.toLocaleString('en')}</h3>
        <IconButton label="Message after" size={22} onClick={() => onInspect(message + 1)}>
          <IconChevronRight size={15} />
        </IconButton>
        {key !== null && <code className={classes.key}>key {key}</code>}
        {status !== undefined && (
          <span className={classes.status}>
            <Mark kind={STATUS[status].mark} size={13} /> {STATUS[status].label}
          </span>
        )}
        {from !== undefined && <span className={classes.dim}>from {from}</span>}
        {first !== undefined && effect !== undefined && (
          <span className={classes.dim}>effect after {writeDuration(effect - first)}</span>
        )}
        {parent !== undefined && parent !== null && (
          <UnstyledButton className={classes.link} onClick={() => onInspect(parent)}>
            caused by message {parent.toLocaleString('en')}
          </UnstyledButton>
        )}
        {root !== undefined && root !== message && root !== parent && (
          <UnstyledButton className={classes.link} onClick={() => onInspect(root)}>
            began with message {root.toLocaleString('en')}
          </UnstyledButton>
        )}
        <span className={classes.headEnd}>{children}</span>
      </div>
      {because !== '' && <p className={classes.because}>{because}</p>}
    </header>
  );
}
