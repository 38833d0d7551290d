import { IconPlayerPause, IconPlayerPlay, IconPlayerSkipForward, IconPlayerTrackPrev } from '@tabler/icons-react';
import { causeFault } from '../../document/actions.ts';
import { readingActions, readsLog } from '../../document/reading.ts';
import { documentStore, type DocumentState } from '../../document/store.ts';
import type { Command } from './command.ts';

const icons = {
  back: IconPlayerTrackPrev,
  forward: IconPlayerSkipForward,
  pause: IconPlayerPause,
  resume: IconPlayerPlay,
} as const;

/** The selected consumers that read a log. */
function consumersOf({ design, selection }: DocumentState): readonly string[] {
  return selection.nodes.filter((id) => readsLog(design, id));
}

/** What the selected consumers are made to do with their places in the log. */
export const readingCommands: readonly Command[] = readingActions.map(({ id, label, keywords, icon, action }) => ({
  id,
  group: 'Run',
  label,
  keywords,
  icon: icons[icon],
  when: ({ document }) => consumersOf(document).length > 0,
  perform: () => {
    for (const target of consumersOf(documentStore.getState())) void causeFault(action({ target }));
  },
}));
