/**
 * The validator, fetched after the first page: nothing has to be judged before something was edited, pasted or opened.
 */
import type { Diagnostic } from '../../workers/scenario/diagnostics.ts';
import type { Design, Scenario } from '../../workers/scenario/document.ts';

type Validator = typeof import('../../workers/scenario/validate.ts');

let validator: Validator | null = null;

/** Fetches the validator. Editing waits for it: see `newProblem`. */
export async function fetchValidator(): Promise<Validator> {
  validator ??= await import('../../workers/scenario/validate.ts');
  return validator;
}

/** What can be understood of a document of unknown origin; null when that is nothing. */
export async function understood(document: unknown): Promise<Scenario | null> {
  const { validateScenario } = await fetchValidator();
  return validateScenario(document, { lenient: true }).scenario;
}

/** What is wrong with a design and refuses nothing; nothing before the validator is there. */
export function warningsOf(design: Design): readonly Diagnostic[] {
  return (validator?.validateDesign(design) ?? []).filter(({ severity }) => severity === 'warning');
}

function key({ code, sentence }: Diagnostic): string {
  return `${code} ${sentence}`;
}

/**
 * The first thing wrong with a design that was not wrong before, as a sentence; null when there is none, or when the
 * validator is not there yet. (The inspector, through which parameters are set, fetches it along with itself, and refuses
 * by itself what is out of range.)
 */
export function newProblem(before: Design, after: Design): string | null {
  if (validator === null) return null;
  const known = new Set(validator.validateDesign(before).map(key));
  const found = validator
    .validateDesign(after)
    .find((finding) => finding.severity === 'error' && !known.has(key(finding)));
  return found === undefined ? null : found.sentence;
}
