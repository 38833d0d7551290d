import type { Scenario } from '../../../workers/scenario/document.ts';

/** A scenario that plays when it is opened. */
export function running(scenario: Scenario): Scenario {
  return { ...scenario, view: { ...scenario.view, playing: true } };
}
