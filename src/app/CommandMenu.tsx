import { lazy, Suspense } from 'react';
import type { CommandMenuProps } from './CommandMenuShown.tsx';

const CommandMenuShown = lazy(async () => ({ default: (await import('./CommandMenuShown.tsx')).CommandMenuShown }));

/** Commands as a menu. Its code comes after the first paint; until then only the button is there. */
export function CommandMenu(props: CommandMenuProps) {
  return (
    <Suspense fallback={props.target}>
      <CommandMenuShown {...props} />
    </Suspense>
  );
}
