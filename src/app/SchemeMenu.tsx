import { useMantineColorScheme } from '@mantine/core';
import { lazy, Suspense, useEffect } from 'react';
import { schemeStore } from './scheme.ts';
import { SchemeButton } from './SchemeButton.tsx';

const SchemeMenuShown = lazy(async () => ({ default: (await import('./SchemeMenuShown.tsx')).SchemeMenuShown }));

/** Chooses light or dark. The menu's code comes after the first paint. */
export function SchemeMenu() {
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => schemeStore.connect(setColorScheme), [setColorScheme]);
  return (
    <Suspense fallback={<SchemeButton />}>
      <SchemeMenuShown />
    </Suspense>
  );
}
