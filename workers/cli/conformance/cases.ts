/** What a runner is: a function from one case to what came of it. */
import * as v from 'valibot';

export type Outcome =
  /** The note says how much was compared, where that is not everything. */
  | { readonly verdict: 'pass'; readonly note?: string }
  /** The reason is a sentence, or says what was expected. */
  | { readonly verdict: 'fail' | 'not covered'; readonly reason: string };

/** The content of a vector file: an object with a format. */
export type Content = Readonly<Record<string, unknown>> & { readonly format: string };

/** Runs one case; `content` is the whole file that it stands in. */
export type Runner = (one: unknown, content: Content) => Outcome;

/** Why a case fails; null for a pass. */
export type Check<Case> = (one: Case, content: Content) => string | null;

/** A runner of cases that read as the schema says; others are not covered. What the engine throws is a failure. */
export function checking<Case>(schema: v.GenericSchema<unknown, Case>, check: Check<Case>): Runner {
  return checkingOutcome(schema, (one, content) => {
    const reason = check(one, content);
    return reason === null ? { verdict: 'pass' } : { verdict: 'fail', reason };
  });
}

/** The same for a check that knows by itself what it does not cover. */
export function checkingOutcome<Case>(
  schema: v.GenericSchema<unknown, Case>,
  check: (one: Case, content: Content) => Outcome,
): Runner {
  return (one, content) => {
    const read = v.safeParse(schema, one);
    if (!read.success) {
      const [issue] = read.issues;
      return notCovered(`The case cannot be read: ${v.getDotPath(issue) ?? 'itself'}: ${issue.message}`);
    }
    try {
      return check(read.output, content);
    } catch (error) {
      const reason = `The engine threw: ${error instanceof Error ? error.message : String(error)}`;
      return { verdict: 'fail', reason };
    }
  };
}

/** A runner for what the engine does not represent: no case is covered, for one reason. */
export function notRepresented(reason: string): Runner {
  return () => notCovered(reason);
}

export function notCovered(reason: string): Outcome {
  return { verdict: 'not covered', reason };
}

/** The entries of `cases` or `identities`, named by their place and what they call themselves; without a list the file is the case. */
export function casesOf(content: Content): readonly { readonly name: string; readonly one: unknown }[] {
  const cases = content['cases'] ?? content['identities'];
  if (!Array.isArray(cases)) return [{ name: labelOf(content) ?? 'file', one: content }];
  return cases.map((one, index) => {
    const label = labelOf(one);
    return { name: label === undefined ? `${index}` : `${index}:${label}`, one };
  });
}

function labelOf(one: unknown): string | undefined {
  if (typeof one !== 'object' || one === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...one };
  const labels = [fields['id'], fields['case_id'], fields['name']];
  return labels.find((label): label is string => typeof label === 'string' && label !== '');
}

const SHOWN = 240;

/** Says what differs, cut to a readable length; null if nothing does. Objects compare by their JSON text. */
export function difference(what: string, got: unknown, expected: unknown): string | null {
  const [gotText, expectedText] = [JSON.stringify(got), JSON.stringify(expected)];
  if (gotText === expectedText) return null;
  return `${what}: expected ${shortened(expectedText)}, got ${shortened(gotText)}`;
}

function shortened(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
