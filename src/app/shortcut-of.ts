import { isMac } from '../ui/shortcut.ts';

/** What of a key event a shortcut is made of. */
type Keys = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** How an event would be written in a command's `shortcuts`. */
export function shortcutOf(event: Keys, mac: boolean = isMac): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const other = mac ? event.ctrlKey : event.metaKey;
  // Of signs (? . [) Shift is how one types them on some keyboard; of letters and named keys it is part of the shortcut.
  const shift = event.shiftKey && (/^[A-Z]$/.test(key) || key.length > 1);
  return [mod && 'Mod', other && 'Other', event.altKey && 'Alt', shift && 'Shift', key].filter(Boolean).join('+');
}
