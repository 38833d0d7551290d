/** How a person looks at a scenario. */
import * as v from 'valibot';
import { coordinate, id, instantMs } from './primitives.ts';

/** How the person looks at it; never read by the engine. */
export interface View {
  readonly panels?: readonly string[];
  /** Canvas viewport in flow coordinates; absent means fit. */
  readonly viewport?: { readonly x: number; readonly y: number; readonly zoom: number };
  /** Simulated instant shown. */
  readonly instantMs?: number;
  /** Simulated seconds per wall second; absent means 1. `0` stands for as fast as the machine can. */
  readonly speed?: number;
  readonly playing?: boolean;
  readonly selected?: readonly string[];
}

const viewEntries = {
  panels: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(60))), v.maxLength(40))),
  viewport: v.optional(
    v.strictObject({ x: coordinate, y: coordinate, zoom: v.pipe(v.number(), v.minValue(0.01), v.maxValue(100)) }),
  ),
  instantMs: v.optional(instantMs),
  speed: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1_000_000))),
  playing: v.optional(v.boolean()),
  selected: v.optional(v.pipe(v.array(id), v.maxLength(7000))),
} satisfies Record<keyof View, v.GenericSchema>;

export const viewSchema = v.strictObject(viewEntries);
