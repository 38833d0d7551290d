import { expect, test } from 'vitest';
import { shortcutAria, shortcutKeys, shortcutText } from './shortcut.ts';

test.each([
  ['Mod+Shift+Z', 'Ctrl+Shift+Z', '⌘⇧Z', 'Control+Shift+Z'],
  ['+', '+', '+', '+'],
  ['Mod++', 'Ctrl++', '⌘+', 'Control++'],
  ['.', '.', '.', '.'],
  ['Home', 'Home', 'Home', 'Home'],
  ['ArrowLeft', '←', '←', 'ArrowLeft'],
])('%s is written %s, on a Mac %s', (shortcut, elsewhere, mac, aria) => {
  expect(shortcutText(shortcut, false)).toBe(elsewhere);
  expect(shortcutText(shortcut, true)).toBe(mac);
  expect(shortcutAria(shortcut, false)).toBe(aria);
});

test('each key has a cap', () => {
  expect(shortcutKeys('Mod+K', false)).toEqual(['Ctrl', 'K']);
});
