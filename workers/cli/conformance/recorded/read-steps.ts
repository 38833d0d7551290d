/** Reads the steps of a recorded run, whatever broker it is of. */
import * as v from 'valibot';

/**
 * All steps of a case, or why they cannot be played.
 *
 * @param schemaOf the schema of a verb; undefined for one that nobody knows
 */
export function readStepsBy<Step>(
  steps: readonly unknown[],
  schemaOf: (verb: string) => v.GenericSchema<unknown, Step> | undefined,
): readonly Step[] | string {
  const read: Step[] = [];
  for (const [index, step] of steps.entries()) {
    const verb = typeof step === 'object' && step !== null && 'do' in step ? step.do : undefined;
    if (typeof verb !== 'string') return `step ${index}: It names no verb.`;
    const schema = schemaOf(verb);
    if (schema === undefined) return `step ${index}: Nothing is known of the verb "${verb}".`;
    const one = v.safeParse(schema, step);
    if (!one.success) {
      const [issue] = one.issues;
      return `step ${index}: ${verb}, ${v.getDotPath(issue) ?? 'itself'}: ${issue.message}`;
    }
    read.push(one.output);
  }
  return read;
}

/** Members of records in the order of their names, so that they may be compared as text. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, member]) => [name, inOrder(member)]));
}
