import '@mantine/spotlight/styles.layer.css';
import {
  createSpotlight,
  Spotlight,
  type SpotlightActionGroupData,
  type SpotlightFilterFunction,
} from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import { Keys } from '../../ui/Keys.tsx';
import '../../ui/styles-late.ts';
import { allCommands } from '../commands/all-commands.ts';
import { isPossible, labelOf, perform, type Command } from '../commands/command.ts';
import type { DialogProps } from '../Dialogs.tsx';
import { shellStore, useShell } from '../shell-store.ts';

const [store, spotlight] = createSpotlight();

/** Every command that is possible now, by name. */
export function CommandPalette({ onClose }: DialogProps) {
  const actions = useMemo(() => groupedActions(), []);
  const query = useShell((state) => state.commandsQuery);
  useEffect(() => {
    spotlight.open();
    return spotlight.close;
  }, []);
  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={actions}
      query={query}
      onQueryChange={(commandsQuery) => shellStore.setState({ commandsQuery })}
      filter={withWords}
      nothingFound="No command of that name."
      highlightQuery
      scrollable
      maxHeight={420}
      onSpotlightClose={onClose}
      attributes={{ content: { 'aria-label': 'Commands' } }}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      searchProps={{
        leftSection: <IconSearch size={17} />,
        placeholder: 'What do you want to do?',
        'aria-label': 'Search commands',
        // What was typed before the palette was there has selected nothing.
        onKeyDown: ({ key, currentTarget }) => {
          if (key !== 'Enter' || store.getState().selected >= 0) return;
          currentTarget.closest('[role=dialog]')?.querySelector<HTMLElement>('[data-action]')?.click();
        },
      }}
    />
  );
}

/** Those that have every word of the query, wherever: "add producer" finds "Add a producer". */
const withWords: SpotlightFilterFunction = (query, groups) => {
  const words = query.toLowerCase().split(/\s+/);
  return groups.flatMap((group) => {
    if (!('actions' in group)) return [];
    const actions = group.actions.filter(({ label = '', keywords = [] }) => {
      const text = [label, keywords].flat().join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return actions.length === 0 ? [] : [{ ...group, actions }];
  });
};

function groupedActions(): SpotlightActionGroupData[] {
  const groups = new Map<string, Command[]>();
  for (const command of allCommands.filter(isPossible)) {
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  }
  return [...groups].map(([group, commands]) => ({ group, actions: commands.map(actionOf) }));
}

function actionOf(command: Command): SpotlightActionGroupData['actions'][number] {
  const Icon = command.icon;
  const shortcut = command.shortcuts?.[0];
  return {
    id: command.id,
    label: labelOf(command),
    keywords: [command.group, command.keywords ?? ''],
    leftSection: <Icon size={17} />,
    rightSection: shortcut === undefined ? undefined : <Keys shortcut={shortcut} />,
    // After the palette has closed and given the focus back: some commands open a dialog of their own.
    onClick: () => void setTimeout(() => perform(command), 0),
  };
}
