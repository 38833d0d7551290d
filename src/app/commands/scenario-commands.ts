import {
  IconAdjustments,
  IconBook2,
  IconCommand,
  IconCopyPlus,
  IconDownload,
  IconFilePlus,
  IconFolder,
  IconHelpCircle,
  IconHistory,
  IconLayoutGrid,
  IconShare,
  IconUpload,
} from '@tabler/icons-react';
import { newScenario, saveCopy } from '../../document/actions.ts';
import { documentStore } from '../../document/store.ts';
import { downloadScenario } from '../../features/sharing/index.ts';
import { notify } from '../../ui/notices.ts';
import { openDialog, openRules, shellStore } from '../shell-store.ts';
import type { Command } from './command.ts';

async function duplicateScenario(): Promise<void> {
  const title = `${documentStore.getState().scenario.title} (copy)`;
  await saveCopy(title);
  notify('ok', `You are now working on “${title}”.`);
}

export const scenarioCommands = {
  share: {
    id: 'scenario.share',
    group: 'Scenario',
    label: 'Share…',
    icon: IconShare,
    shortcuts: ['Mod+Shift+S'],
    whileTyping: true,
    keywords: 'link url embed iframe send',
    perform: () => openDialog('share'),
  },
  gallery: {
    id: 'scenario.gallery',
    group: 'Scenario',
    label: 'Gallery…',
    icon: IconLayoutGrid,
    shortcuts: ['G'],
    keywords: 'examples templates start',
    perform: () => openDialog('gallery'),
  },
  create: {
    id: 'scenario.new',
    group: 'Scenario',
    label: 'New empty scenario',
    icon: IconFilePlus,
    keywords: 'create blank',
    perform: () => void newScenario(),
  },
  open: {
    id: 'scenario.open',
    group: 'Scenario',
    label: 'My scenarios…',
    icon: IconFolder,
    shortcuts: ['Mod+O'],
    whileTyping: true,
    keywords: 'open saved library',
    perform: () => openDialog('scenarios'),
  },
  versions: {
    id: 'scenario.versions',
    group: 'Scenario',
    label: 'Earlier versions…',
    icon: IconHistory,
    keywords: 'history restore back',
    when: ({ document: { saved } }) => saved !== 'unsaved',
    perform: () => openDialog('versions'),
  },
  duplicate: {
    id: 'scenario.duplicate',
    group: 'Scenario',
    label: 'Save a copy',
    icon: IconCopyPlus,
    keywords: 'duplicate fork branch',
    perform: () => void duplicateScenario(),
  },
  settings: {
    id: 'scenario.settings',
    group: 'Scenario',
    label: 'Title, notes and seed…',
    icon: IconAdjustments,
    keywords: 'settings random about description',
    perform: () => openDialog('settings'),
  },
  import: {
    id: 'scenario.import',
    group: 'Scenario',
    label: 'Import…',
    icon: IconUpload,
    keywords: 'open file json paste link',
    perform: () => openDialog('import'),
  },
  export: {
    id: 'scenario.export',
    group: 'Scenario',
    label: 'Download as a file',
    icon: IconDownload,
    shortcuts: ['Mod+S'],
    whileTyping: true,
    keywords: 'export save json',
    perform: () => downloadScenario(),
  },
  commands: {
    id: 'help.commands',
    group: 'Help',
    label: 'All commands…',
    icon: IconCommand,
    shortcuts: ['Mod+K'],
    whileTyping: true,
    keywords: 'search palette',
    perform: () => shellStore.setState({ commandsOpen: true, commandsQuery: '' }),
  },
  help: {
    id: 'help.help',
    group: 'Help',
    label: 'Help and keys',
    icon: IconHelpCircle,
    shortcuts: ['?'],
    keywords: 'shortcuts keyboard about legend colours',
    perform: () => openDialog('help'),
  },
  rules: {
    id: 'help.rules',
    group: 'Help',
    label: 'What the engine does…',
    icon: IconBook2,
    keywords: 'rules specification fidelity modelled simplified left out kafka semantics why source',
    perform: () => openRules(''),
  },
} as const satisfies Readonly<Record<string, Command>>;
