import { lazy, Suspense } from 'react';
import { useStore } from 'zustand';
import { arrivalsStore } from './arrivals.ts';
import classes from './Arrivals.module.css';

const TroubleDialog = lazy(async () => ({ default: (await import('./TroubleDialog.tsx')).TroubleDialog }));

/** What is shown of scenarios that arrive: where to drop a file, and why something could not be opened. */
export function Arrivals() {
  const { trouble, dragging } = useStore(arrivalsStore);
  return (
    <>
      {dragging && (
        <div className={classes.drop}>
          <p>Drop the scenario to open it</p>
        </div>
      )}
      {trouble !== null && (
        <Suspense fallback={null}>
          <TroubleDialog trouble={trouble} />
        </Suspense>
      )}
    </>
  );
}
