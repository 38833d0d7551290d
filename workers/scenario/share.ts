/**
 * The link: a whole scenario as the fragment of an address.
 *
 *   s1.CHECKSUM.DATA     s1: version of this form; CHECKSUM: six letters; DATA: deflated compact JSON, both in base64url
 *
 * The checksum tells a damaged link from one that was never ours. What comes in is hostile until it is judged: its length is
 * capped, inflating stops at a cap, and what comes out goes through `validateScenario` like any other document.
 */
import { diagnose, type Diagnostic, type DiagnosticCode } from './diagnostics.ts';
import type { Scenario } from './document.ts';
import { stampVersions } from './migrate.ts';
import { toPlain, type Plain } from './plain.ts';
import { checksum, fromBase64Url, toBase64Url } from './share/base64url.ts';
import { canonicalScenario, compactForm, documentOf } from './share/compact.ts';
import { deflate, inflate } from './share/compression.ts';
import { validateScenario } from './validate.ts';

const VERSION = 1;

/** Longest fragment that is opened, in characters, included. A longer scenario is better sent as a file. */
export const SHARE_LENGTH_MAX = 200_000;

/** Most bytes that a fragment may inflate to, included. The largest sensible scenario takes a tenth of it. */
const INFLATED_MAX = 4_000_000;

export type Shared =
  | { readonly ok: true; readonly scenario: Scenario; /** warnings only */ readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly ok: false;
      readonly diagnostics: readonly Diagnostic[];
      /** What can be opened all the same, without what the diagnostics name; null when there is nothing to open. */
      readonly rest: Scenario | null;
    };

/**
 * The fragment of a link to the scenario, without "#". It uses letters, digits, "-", "_" and "." only. Parameters that equal
 * their default are left out, positions are rounded to whole pixels; all else comes back as it was.
 *
 * It may come out longer than `SHARE_LENGTH_MAX`, which nobody could open: compare before offering it.
 *
 * @throws Error where the host has no compression streams (browsers before 2023)
 */
export async function encodeShare(scenario: Scenario): Promise<string> {
  const text = JSON.stringify(compactForm(canonicalScenario(stampVersions(scenario))));
  const bytes = await deflate(text);
  return `s${VERSION}.${toBase64Url(checksum(bytes))}.${toBase64Url(bytes)}`;
}

/** Opens a fragment. A leading "#", white space and percent signs from copying do no harm. Never throws. */
export async function decodeShare(fragment: string): Promise<Shared> {
  const unpacked = await unpack(fragment);
  if ('code' in unpacked) return { ok: false, diagnostics: [unpacked], rest: null };
  const document = documentOf(unpacked.compact);
  if (document === undefined) return failed('share.damaged', 'it does not hold a scenario');
  const { scenario, diagnostics } = validateScenario(document);
  if (scenario !== null) return { ok: true, scenario, diagnostics };
  const lenient = validateScenario(document, { lenient: true });
  return {
    ok: false,
    diagnostics: lenient.scenario === null ? diagnostics : lenient.diagnostics,
    rest: lenient.scenario,
  };
}

async function unpack(fragment: string): Promise<Diagnostic | { readonly compact: Plain }> {
  // Three times the length leaves room for percent signs, and no more: cleaning is not free either.
  if (fragment.length > 3 * SHARE_LENGTH_MAX) return tooLong();
  const text = cleaned(fragment);
  const match = /^s(\d{1,4})\.([^.]*)\.?([^]*)$/.exec(text);
  if (match === null) return diagnose('share.foreign', [], {});
  const [, version, sum = '', data = ''] = match;
  if (Number(version) > VERSION) return diagnose('share.newer', [], {});
  if (Number(version) < 1) return diagnose('share.foreign', [], {});
  if (text.length > SHARE_LENGTH_MAX) return tooLong();
  const bytes = fromBase64Url(data);
  if (bytes === undefined || toBase64Url(checksum(bytes)) !== sum) {
    return diagnose('share.damaged', [], { reason: 'some of it is missing or changed' });
  }
  return parse(await inflate(bytes, INFLATED_MAX));
}

function parse(inflated: Awaited<ReturnType<typeof inflate>>): Diagnostic | { readonly compact: Plain } {
  if (!inflated.ok) {
    switch (inflated.why) {
      case 'unsupported':
        return diagnose('share.unsupported', [], {});
      case 'tooLarge':
        return diagnose('share.tooLarge', [], { reason: 'it unpacks to more than 4 MB' });
      case 'damaged':
        return diagnose('share.damaged', [], { reason: 'it cannot be unpacked' });
      default:
        return inflated.why satisfies never;
    }
  }
  try {
    const plain = toPlain(JSON.parse(inflated.text));
    if (plain.ok) return { compact: plain.value };
  } catch {
    // Falls through to the same answer: whoever wrote this was not this program.
  }
  return diagnose('share.damaged', [], { reason: 'it does not hold a scenario' });
}

function failed(code: Extract<DiagnosticCode, 'share.damaged'>, reason: string): Shared {
  return { ok: false, diagnostics: [diagnose(code, [], { reason })], rest: null };
}

function tooLong(): Diagnostic {
  return diagnose('share.tooLarge', [], { reason: `it is longer than ${SHARE_LENGTH_MAX.toString()} characters` });
}

/** Without what mail programs and chats add to long addresses. */
function cleaned(fragment: string): string {
  const text = fragment.replaceAll(/[\s\u00AD\u200B-\u200D\u2060\uFEFF]+/g, '').replace(/^#/, '');
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
