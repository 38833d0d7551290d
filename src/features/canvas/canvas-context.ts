import { createContext, useContext } from 'react';

/** What a person points at on the canvas to see more of it. */
export type InspectTarget =
  | {
      readonly type: 'message';
      /** Logical id, or 0 when the ledger has forgotten which message the record was. */
      readonly message: number;
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
    }
  | {
      readonly type: 'anomalies';
      readonly node: string;
      /** The figure's name: of the ledger for consumers, `refused` for producers. */
      readonly figure: string;
    };

export interface CanvasCallbacks {
  readonly onInspect: (target: InspectTarget) => void;
  /** Whether a person may change the design here; watching and inspecting are always possible. */
  readonly editable: boolean;
}

export const CanvasContext = createContext<CanvasCallbacks>({ onInspect: () => {}, editable: true });

export function useCanvasCallbacks(): CanvasCallbacks {
  return useContext(CanvasContext);
}
