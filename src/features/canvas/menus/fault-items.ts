/** Faults as menu items, for whatever has a process. */
import { IconBolt, IconPlayerPause } from '@tabler/icons-react';
import type { FaultAction } from '../../../../workers/scenario/document.ts';
import { causeFault } from '../../../document/actions.ts';
import { writeDuration } from '../../../ui/numbers.ts';
import type { MenuItem } from './menu-items.ts';

export const SLOW_FACTOR = 10;
/** As long as the inspector's faults last unless told otherwise. */
const FAULT_MS = 5000;

interface Place {
  readonly target: string;
  readonly instance?: number;
}

export function cause(fault: FaultAction): () => void {
  return () => void causeFault(fault);
}

/** A crash and a pause end by themselves, or when told to. */
export function crashItems(at: Place): readonly MenuItem[] {
  return [
    {
      label: `Crash for ${writeDuration(FAULT_MS)}`,
      icon: IconBolt,
      perform: cause({ do: 'crash', ...at, forMs: FAULT_MS }),
    },
    { label: 'Crash until restarted', icon: IconBolt, perform: cause({ do: 'crash', ...at }) },
  ];
}

export function pauseItems(at: Place): readonly MenuItem[] {
  return [
    {
      label: `Pause for ${writeDuration(FAULT_MS)}`,
      icon: IconPlayerPause,
      perform: cause({ do: 'pause', ...at, forMs: FAULT_MS }),
    },
    { label: 'Pause until resumed', icon: IconPlayerPause, perform: cause({ do: 'pause', ...at }) },
  ];
}
