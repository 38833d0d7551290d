import {
  IconDeviceDesktop,
  IconLayoutBottombar,
  IconLayoutSidebar,
  IconLayoutSidebarRight,
  IconMaximize,
  IconMoon,
  IconSun,
  IconZoomIn,
  IconZoomOut,
  IconZoomScan,
} from '@tabler/icons-react';
import { lazyStage } from '../lazy-canvas.ts';
import { panels } from '../panels.ts';
import { shellStore, togglePanel, type ShellState } from '../shell-store.ts';
import { schemeStore, type Scheme } from '../scheme.ts';
import type { Command } from './command.ts';

type Part = 'paletteOpen' | 'inspectorOpen' | 'bottomOpen';

function part(key: Part, label: string, icon: Command['icon'], shortcut: string): Command {
  return {
    id: `view.${key}`,
    group: 'View',
    label,
    icon,
    shortcuts: [shortcut],
    keywords: 'show hide fold panel',
    checked: ({ shell }) => shell[key],
    perform: () => shellStore.setState((state) => ({ [key]: !state[key] })),
  };
}

function scheme(name: Scheme, label: string, icon: Command['icon']): Command {
  return {
    id: `view.${name}`,
    group: 'View',
    label,
    icon,
    keywords: 'theme colour dark light mode',
    perform: () => schemeStore.choose(name),
  };
}

let before: Pick<ShellState, Part> | null = null;

/** Folds everything but the canvas, and brings it back. */
function toggleCanvasAlone(): void {
  const { paletteOpen, inspectorOpen, bottomOpen } = shellStore.getState();
  const anything = paletteOpen || inspectorOpen || bottomOpen;
  const all = { paletteOpen: true, inspectorOpen: true, bottomOpen: true };
  shellStore.setState(anything ? { paletteOpen: false, inspectorOpen: false, bottomOpen: false } : (before ?? all));
  before = anything ? { paletteOpen, inspectorOpen, bottomOpen } : null;
}

export const viewCommands = {
  fit: {
    id: 'view.fit',
    group: 'View',
    label: 'Show everything',
    icon: IconZoomScan,
    shortcuts: ['F'],
    keywords: 'fit zoom centre',
    perform: () => lazyStage.fitView(),
  },
  zoomIn: {
    id: 'view.zoomIn',
    group: 'View',
    label: 'Zoom in',
    icon: IconZoomIn,
    shortcuts: ['+', '='],
    repeats: true,
    perform: () => lazyStage.zoomIn(),
  },
  zoomOut: {
    id: 'view.zoomOut',
    group: 'View',
    label: 'Zoom out',
    icon: IconZoomOut,
    shortcuts: ['-'],
    repeats: true,
    perform: () => lazyStage.zoomOut(),
  },
  palette: part('paletteOpen', 'Palette', IconLayoutSidebar, 'Mod+B'),
  inspector: part('inspectorOpen', 'Inspector', IconLayoutSidebarRight, 'Mod+I'),
  bottom: part('bottomOpen', 'Panels', IconLayoutBottombar, 'Mod+J'),
  canvasAlone: {
    id: 'view.canvasAlone',
    group: 'View',
    label: 'Canvas alone',
    icon: IconMaximize,
    shortcuts: ['Mod+.'],
    keywords: 'focus zen fold everything',
    perform: toggleCanvasAlone,
  },
  light: scheme('light', 'Light colours', IconSun),
  dark: scheme('dark', 'Dark colours', IconMoon),
  auto: scheme('auto', 'Colours as the system has them', IconDeviceDesktop),
} as const satisfies Readonly<Record<string, Command>>;

/** One command a panel at the bottom: 1 to 8. */
export const panelCommands: readonly Command[] = panels.map(({ id, label, icon }, index) => ({
  id: `panel.${id}`,
  group: 'View',
  label: `${label} panel`,
  icon,
  shortcuts: [String(index + 1)],
  keywords: 'show hide chart',
  checked: ({ shell }) => shell.bottomOpen && shell.panels.includes(id),
  perform: () => togglePanel(id),
}));
