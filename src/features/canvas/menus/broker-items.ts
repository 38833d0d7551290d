/** What the context menu of a broker offers. */
import {
  IconArrowBackUp,
  IconLink,
  IconPlayerPlay,
  IconPlugConnectedX,
  IconRefresh,
  IconSnail,
} from '@tabler/icons-react';
import { BROKER, BROKER_STATE } from '../../../../workers/protocol/frame-cluster.ts';
import { frames } from '../../../simulation/frames.ts';
import { cause, crashItems, pauseItems, SLOW_FACTOR } from './fault-items.ts';
import type { MenuGroup, MenuItem } from './menu-items.ts';
import { blockOf } from '../faces/blocks.ts';

export function brokerGroups(target: string, instance: number): readonly MenuGroup[] {
  return [{ label: `Broker ${instance}`, items: brokerItems(stateOf(target, instance), { target, instance }) }];
}

function stateOf(target: string, broker: number): number {
  const frame = frames.current();
  const block = frame === null ? null : blockOf(frame.layout, target, 'cluster');
  if (frame === null || block === null || broker >= block.brokers) return BROKER_STATE.up;
  return frame.values[block.brokersAt + broker * BROKER.size + BROKER.state]!;
}

function brokerItems(state: number, at: { readonly target: string; readonly instance: number }): readonly MenuItem[] {
  switch (state) {
    case BROKER_STATE.down:
      return [{ label: 'Restart', icon: IconRefresh, perform: cause({ do: 'restart', ...at }) }];
    case BROKER_STATE.frozen:
      return [{ label: 'Resume', icon: IconPlayerPlay, perform: cause({ do: 'resume', ...at }) }, ...crashItems(at)];
    case BROKER_STATE.isolated:
      return [{ label: 'Heal', icon: IconLink, perform: cause({ do: 'heal', ...at }) }, ...crashItems(at)];
    default:
      return [
        ...crashItems(at),
        ...pauseItems(at),
        { label: 'Isolate from the other brokers', icon: IconPlugConnectedX, perform: cause({ do: 'isolate', ...at }) },
        state === BROKER_STATE.slow
          ? { label: 'Back to full speed', icon: IconArrowBackUp, perform: cause({ do: 'slow', ...at, factor: 1 }) }
          : {
              label: `Slow down ${SLOW_FACTOR} ×`,
              icon: IconSnail,
              perform: cause({ do: 'slow', ...at, factor: SLOW_FACTOR }),
            },
      ];
  }
}
