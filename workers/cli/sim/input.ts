import { hasErrors, type Diagnostic } from '../../scenario/diagnostics.ts';
import type { Scenario } from '../../scenario/document.ts';
import { decodeShare } from '../../scenario/share.ts';
import { validateText } from '../../scenario/validate.ts';

/** A finding of the document, or one of the command line itself. */
export type Finding = Omit<Diagnostic, 'code'> & { readonly code: string };

export interface Sources {
  readonly readFile: (path: string) => Promise<string>;
  readonly readStandardInput: () => Promise<string>;
}

/** The scenario is null when an error is among the findings. */
export interface Input {
  readonly scenario: Scenario | null;
  readonly findings: readonly Finding[];
}

/** What a person pastes when they mean a link: an address with a fragment, the fragment with its #, or without. */
const LINK = /^(?:https?:\/\/\S*|#\S*|s\d{1,4}\.[\w-]{6}\.[\w-]{20,})$/;

/** Reads the scenario that the argument names. What is read may be a document or hold a link. */
export async function readScenario(argument: string, sources: Sources): Promise<Input> {
  if (LINK.test(argument)) return openLink(argument);
  let text;
  try {
    text = await (argument === '-' ? sources.readStandardInput() : sources.readFile(argument));
  } catch (error) {
    return { scenario: null, findings: [unreadable(argument, error)] };
  }
  const trimmed = text.trim();
  if (LINK.test(trimmed)) return openLink(trimmed);
  const { scenario, diagnostics } = validateText(text);
  return { scenario: hasErrors(diagnostics) ? null : scenario, findings: diagnostics };
}

async function openLink(link: string): Promise<Input> {
  const hash = link.indexOf('#');
  const shared = await decodeShare(link.slice(hash + 1));
  return { scenario: shared.ok ? shared.scenario : null, findings: shared.diagnostics };
}

function unreadable(argument: string, error: unknown): Finding {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const what = argument === '-' ? 'The standard input' : `The file "${argument}"`;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'does not exist',
    EISDIR: 'is a directory',
    EACCES: 'may not be read',
  };
  const reason = reasons[String(code)] ?? 'cannot be read';
  return {
    code: 'file.unreadable',
    severity: 'error',
    path: '',
    sentence: `${what} ${reason}.`,
    suggestion: 'Give the path of a scenario, "-" for the standard input, or a link in quotes.',
  };
}
