import { lazy } from 'react';
import { fetchValidator } from '../document/judge.ts';

/** The inspector's controls are a good part of the app; the canvas can be seen and played without them. */
export const LazyInspector = lazy(async () => {
  const [{ Inspector }] = await Promise.all([import('../features/inspector/index.ts'), fetchValidator()]);
  return { default: Inspector };
});
