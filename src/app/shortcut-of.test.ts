import { expect, test } from 'vitest';
import { shortcutOf } from './shortcut-of.ts';

function press(key: string, held: readonly ('ctrl' | 'meta' | 'alt' | 'shift')[] = []) {
  return {
    key,
    ctrlKey: held.includes('ctrl'),
    metaKey: held.includes('meta'),
    altKey: held.includes('alt'),
    shiftKey: held.includes('shift'),
  };
}

test('letters count by themselves, whatever Shift and the lock make of them', () => {
  expect(shortcutOf(press('g'), false)).toBe('G');
  expect(shortcutOf(press('Z', ['ctrl', 'shift']), false)).toBe('Mod+Shift+Z');
  expect(shortcutOf(press('z', ['ctrl']), false)).toBe('Mod+Z');
});

test('of signs Shift is how one types them', () => {
  expect(shortcutOf(press('?', ['shift']), false)).toBe('?');
  expect(shortcutOf(press('+', ['shift']), false)).toBe('+');
});

test('of named keys Shift counts', () => {
  expect(shortcutOf(press('Home', ['shift']), false)).toBe('Shift+Home');
  expect(shortcutOf(press(' '), false)).toBe('Space');
});

test('on a Mac the command key is the modifier, elsewhere Ctrl; the other one is no match', () => {
  expect(shortcutOf(press('k', ['meta']), true)).toBe('Mod+K');
  expect(shortcutOf(press('k', ['ctrl']), true)).toBe('Other+K');
  expect(shortcutOf(press('k', ['meta']), false)).toBe('Other+K');
});
