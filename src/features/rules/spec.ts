/**
 * The engine's specification as the page shows it: sections of numbered rules, and what is modelled, simplified and left
 * out. Read from the very text that the engine's tests quote (`workers/engine/SPEC.md`), so that the two cannot differ.
 */
import { capitalised } from '../../ui/words.ts';

/** How near a rule is to the broker it speaks of; `own` is what the playground itself defines. */
export type Fidelity = 'exact' | 'modelled' | 'simplified' | 'own';

interface Rule {
  readonly id: string;
  readonly what: string;
  readonly source: string;
  readonly fidelity: Fidelity;
}

export interface RuleSection {
  /** Two letters that its rules begin with. */
  readonly id: string;
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** One line of the fidelity table. An empty text stands for nothing. */
export interface FidelityLine {
  readonly what: string;
  readonly modelled: string;
  readonly simplified: string;
  readonly leftOut: string;
}

export interface Specification {
  readonly sections: readonly RuleSection[];
  readonly fidelity: readonly FidelityLine[];
}

const HEADING = /^## (?:([A-Z]{2}): )?(.+)$/;
/** The word at a rule's end that is shown as a mark instead. */
const LAST_WORD = / (?:Exact|Modelled|Simplified)\.$/;
const RULE_ID = /^[A-Z]{2}\d+$/;

/** Reads headings and tables; whatever else the text says is for those who write rules. */
export function readSpecification(markdown: string): Specification {
  const sections: { id: string; title: string; rules: Rule[] }[] = [];
  const fidelity: FidelityLine[] = [];
  let inFidelity = false;
  for (const line of markdown.split('\n')) {
    const heading = HEADING.exec(line);
    if (heading !== null) {
      const [, id, title = ''] = heading;
      inFidelity = id === undefined && title === 'Fidelity';
      if (id !== undefined) sections.push({ id, title: capitalised(title), rules: [] });
      continue;
    }
    const [first = '', second = '', third = '', fourth = ''] = cellsOf(line);
    if (inFidelity && first !== '' && first !== 'what') {
      fidelity.push({ what: first, modelled: second, simplified: third, leftOut: fourth });
    } else if (RULE_ID.test(first)) {
      sections.at(-1)?.rules.push({
        id: first,
        what: second.replace(LAST_WORD, ''),
        source: third,
        fidelity: fidelityOf(second, third),
      });
    }
  }
  return { sections, fidelity };
}

/** The cells of a table's row, trimmed; none for any other line and for the line under a table's head. */
function cellsOf(line: string): readonly string[] {
  if (!line.startsWith('|') || /^[|\s:-]+$/.test(line)) return [];
  return line
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
}

function fidelityOf(what: string, source: string): Fidelity {
  if (/\bSimplified\b/.test(what)) return 'simplified';
  if (/\bExact\b/.test(what)) return 'exact';
  if (/\bModelled\b/.test(what)) return 'modelled';
  return /^own\b/.test(source) ? 'own' : 'modelled';
}

/**
 * The rules in which every word of the query occurs, in any order and case; `KL3` finds the rule of that number, and an
 * empty query finds all. Sections without such a rule are left out.
 */
export function findRules({ sections }: Specification, query: string): readonly RuleSection[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return sections;
  const found: RuleSection[] = [];
  for (const section of sections) {
    const rules = section.rules.filter((rule) => {
      const text = `${rule.id} ${rule.what} ${rule.source} ${section.title}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    if (rules.length > 0) found.push({ ...section, rules });
  }
  return found;
}

export interface TextPart {
  readonly text: string;
  readonly style: 'plain' | 'code' | 'emphasis';
}

/** The parts of a sentence: `code` between backticks, *emphasis* between asterisks. */
export function partsOf(sentence: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  for (const [, code, emphasis, plain] of sentence.matchAll(/`([^`]+)`|\*([^*\s][^*]*)\*|([^`*]+|[`*])/g)) {
    if (code !== undefined) parts.push({ text: code, style: 'code' });
    else if (emphasis !== undefined) parts.push({ text: emphasis, style: 'emphasis' });
    else if (plain !== undefined) parts.push({ text: plain, style: 'plain' });
  }
  return parts;
}
