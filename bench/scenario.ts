import type { Scenario } from '../workers/scenario/document.ts';
import { validateScenario } from '../workers/scenario/validate.ts';

/** A document judged, as everything that is run is. @throws Error with what is wrong with it */
export function scenarioOf(document: unknown): Scenario {
  const { scenario, diagnostics } = validateScenario(document);
  if (scenario === null) throw new Error(JSON.stringify(diagnostics));
  return scenario;
}
