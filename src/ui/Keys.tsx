import { Kbd } from '@mantine/core';
import { shortcutKeys } from './shortcut.ts';

/** A shortcut as key caps. */
export function Keys({ shortcut }: { readonly shortcut: string }) {
  return (
    <span style={{ display: 'inline-flex', gap: 3, alignItems: 'center', whiteSpace: 'nowrap' }}>
      {shortcutKeys(shortcut).map((key) => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
    </span>
  );
}
