/**
 * Shortcuts as a person reads them. Written as `Mod+Shift+Z`, where Mod is ⌘ on a Mac and Ctrl elsewhere.
 */
const MAC: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Ctrl: '⌃' };
const NAMES: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  ' ': 'Space',
};

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/** A plus sign is between two keys, or is the key itself. */
function partsOf(shortcut: string): readonly string[] {
  return shortcut.split(/(?<=.)\+(?=.)/);
}

/** The keys of a shortcut, each as printed on its cap. */
export function shortcutKeys(shortcut: string, mac: boolean = isMac): readonly string[] {
  return partsOf(shortcut).map((part) => {
    if (mac && MAC[part] !== undefined) return MAC[part];
    if (part === 'Mod') return 'Ctrl';
    return NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

/** One line: `Ctrl+Shift+Z`, or `⇧⌘Z` on a Mac. */
export function shortcutText(shortcut: string, mac: boolean = isMac): string {
  return shortcutKeys(shortcut, mac).join(mac ? '' : '+');
}

/** The same for `aria-keyshortcuts`. */
export function shortcutAria(shortcut: string, mac: boolean = isMac): string {
  return partsOf(shortcut)
    .map((part) => (part === 'Mod' ? (mac ? 'Meta' : 'Control') : part === 'Ctrl' ? 'Control' : part))
    .join('+');
}
