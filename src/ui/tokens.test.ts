import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KEY_COLORS } from './colors.ts';
import { STATE_KINDS } from './states.ts';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

function scheme(name: 'light' | 'dark'): Readonly<Record<string, string>> {
  const block = new RegExp(`:root\\[data-mantine-color-scheme='${name}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return Object.fromEntries([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map((found) => [found[1], found[2]]));
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG contrast ratio, in [1, 21]. */
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('tokens, %s', (name) => {
  const tokens = scheme(name);
  const surfaces = ['--surface-0', '--surface-1', '--surface-2', '--surface-3'];
  const worst = (token: string) => Math.min(...surfaces.map((s) => contrast(tokens[token] ?? '', tokens[s] ?? '')));

  test.each(['--text', '--text-2', '--accent', '--ok', '--warn', '--danger', '--info'])('%s is readable', (token) => {
    expect(worst(token)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(STATE_KINDS)('state %s is readable', (kind) => {
    expect(worst(`--s-${kind}`)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(Array.from({ length: KEY_COLORS }, (_, index) => `--key-${index}`).concat('--key-none'))(
    '%s is seen',
    (token) => {
      expect(worst(token)).toBeGreaterThanOrEqual(3);
    },
  );

  test.each(['ok', 'warn', 'danger', 'info'])('%s is readable on its soft ground', (token) => {
    expect(contrast(tokens[`--${token}`] ?? '', tokens[`--${token}-soft`] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  test('text on the accent is readable', () => {
    expect(contrast(tokens['--on-accent'] ?? '', tokens['--accent'] ?? '')).toBeGreaterThanOrEqual(4.5);
  });
});
