/** The shell: which parts are open and how large, which dialog is up. What a link carries of it goes through `view`. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { PANEL_IDS, type PanelId } from './panel-ids.ts';

export type Dialog =
  | 'share'
  | 'gallery'
  | 'scenarios'
  | 'versions'
  | 'import'
  | 'settings'
  | 'help'
  | 'compare'
  | 'rules';

export interface ShellState {
  readonly paletteOpen: boolean;
  readonly inspectorOpen: boolean;
  readonly bottomOpen: boolean;
  /** Panels at the bottom, side by side; as many of the last ones are shown as there is room for. */
  readonly panels: readonly PanelId[];
  readonly paletteWidth: number;
  readonly inspectorWidth: number;
  readonly bottomHeight: number;
  readonly dialog: Dialog | null;
  readonly commandsOpen: boolean;
  /** What is looked for among the commands. */
  readonly commandsQuery: string;
  /** What the dialog of rules looks for when it opens. */
  readonly rulesQuery: string;
  /** The list of the run's branches. */
  readonly branchesOpen: boolean;
  /** On a phone: what the sheet shows; null while it is down. */
  readonly sheet: Sheet | null;
  /** The message whose life the trace panel shows: its logical id. */
  readonly inspected: number | null;
}

export type Sheet = PanelId | 'palette' | 'inspector';

export const USUAL = { paletteWidth: 216, inspectorWidth: 300, bottomHeight: 264 } as const;

const REMEMBERED = [
  'paletteOpen',
  'inspectorOpen',
  'bottomOpen',
  'panels',
  'paletteWidth',
  'inspectorWidth',
  'bottomHeight',
] as const;
const STORAGE_KEY = 'sluice.shell';

/** Below this width the inspector starts folded, so that the canvas has room. */
const INSPECTOR_FROM_WIDTH = 1200;

const usual: ShellState = {
  paletteOpen: true,
  inspectorOpen: typeof innerWidth === 'undefined' || innerWidth >= INSPECTOR_FROM_WIDTH,
  bottomOpen: true,
  panels: ['guarantees', 'flow'],
  ...USUAL,
  dialog: null,
  commandsOpen: false,
  commandsQuery: '',
  rulesQuery: '',
  branchesOpen: false,
  sheet: null,
  inspected: null,
};

/** What was remembered, as far as it still makes sense. Nothing that a person did: a broken memory is simply dropped. */
function remembered(): Partial<ShellState> {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Readonly<Record<string, unknown>>;
    const sane = Object.entries(stored).filter(([key, value]) => {
      if (key === 'panels') return Array.isArray(value);
      return (
        typeof value === typeof usual[key as keyof ShellState] && (typeof value !== 'number' || Number.isFinite(value))
      );
    });
    const found = Object.fromEntries(sane) as Partial<ShellState>;
    return found.panels === undefined ? found : { ...found, panels: knownPanels(found.panels) };
  } catch {
    return {};
  }
}

function knownPanels(names: readonly string[]): readonly PanelId[] {
  return PANEL_IDS.filter((id) => names.includes(id)).toSorted((a, b) => names.indexOf(a) - names.indexOf(b));
}

export const shellStore = createStore<ShellState>()(() => ({ ...usual, ...remembered() }));

/** Keeps sizes and open parts for the next visit. */
export function rememberShell(): void {
  shellStore.subscribe((state) => {
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(REMEMBERED.map((key) => [key, state[key]]))));
    } catch {
      // Storage is blocked or full: the next visit starts with the usual sizes.
    }
  });
}

export function useShell<Value>(selector: (state: ShellState) => Value): Value {
  return useStore(shellStore, selector);
}

export function openDialog(dialog: Dialog | null): void {
  shellStore.setState({ dialog });
}

/** Opens the rules of the engine that speak of something: a setting's name, a rule's number; empty for all. */
export function openRules(query: string): void {
  shellStore.setState({ dialog: 'rules', rulesQuery: query });
}

/** Opens or closes a panel at the bottom. With `alone`, it becomes the only one. */
export function togglePanel(id: PanelId, { alone = false }: { readonly alone?: boolean } = {}): void {
  shellStore.setState(({ panels, bottomOpen }) => {
    const open = bottomOpen && panels.includes(id);
    if (alone) return { panels: [id], bottomOpen: true };
    if (!open) return { panels: [...panels.filter((other) => other !== id), id], bottomOpen: true };
    const rest = panels.filter((other) => other !== id);
    return rest.length === 0 ? { bottomOpen: false } : { panels: rest };
  });
}

/** Shows a panel without closing others. */
export function showPanel(id: PanelId): void {
  const { panels, bottomOpen } = shellStore.getState();
  if (!bottomOpen || !panels.includes(id)) togglePanel(id);
  shellStore.setState({ sheet: id });
}

/** Shows the life of a message, by its logical id. */
export function inspectMessage(messageId: number): void {
  shellStore.setState({ inspected: messageId });
  showPanel('trace');
}

/** The open parts as a link carries them. */
export function openPanels(): readonly string[] {
  const { paletteOpen, inspectorOpen, bottomOpen, panels } = shellStore.getState();
  return [...(paletteOpen ? ['palette'] : []), ...(inspectorOpen ? ['inspector'] : []), ...(bottomOpen ? panels : [])];
}

/** Opens the parts that a link names; with `onlyPanels`, what stands beside the canvas stays as it is. */
export function adoptPanels(names: readonly string[], { onlyPanels }: { readonly onlyPanels: boolean }): void {
  const panels = knownPanels(names);
  shellStore.setState((state) => ({
    paletteOpen: onlyPanels ? state.paletteOpen : names.includes('palette'),
    inspectorOpen: onlyPanels ? state.inspectorOpen : names.includes('inspector'),
    bottomOpen: panels.length > 0,
    panels: panels.length > 0 ? panels : state.panels,
  }));
}
