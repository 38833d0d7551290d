/** A filter policy as rows that can be edited: one condition a row. The text of the policy stays what counts. */
import { readFilterPolicy, type Attributes, type Condition } from '../../../../workers/scenario/sns/filter-policy.ts';

export type Attribute = keyof Attributes;

/** What a condition asks, in the words of a person. */
export type Operator =
  | 'equals'
  | 'prefix'
  | 'suffix'
  | 'equals-ignore-case'
  | 'anything-but'
  | 'anything-but-prefix'
  | 'numeric'
  | 'exists'
  | 'missing';

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  equals: 'is',
  prefix: 'begins with',
  suffix: 'ends with',
  'equals-ignore-case': 'is, in any case',
  'anything-but': 'is anything but',
  'anything-but-prefix': 'does not begin with',
  numeric: 'is a number',
  exists: 'is there',
  missing: 'is missing',
};

/** Operators that mean something for an attribute: every message has a source and a size. */
export function operatorsOf(attribute: Attribute): readonly Operator[] {
  if (attribute === 'bytes') return ['numeric', 'equals', 'anything-but'];
  const texts: readonly Operator[] = [
    'equals',
    'prefix',
    'suffix',
    'equals-ignore-case',
    'anything-but',
    'anything-but-prefix',
  ];
  return attribute === 'key' ? [...texts, 'exists', 'missing'] : texts;
}

export function takesValue(operator: Operator): boolean {
  return operator !== 'exists' && operator !== 'missing';
}

export interface PolicyRow {
  readonly attribute: Attribute;
  readonly operator: Operator;
  /** What is typed beside the operator. */
  readonly value: string;
}

/** The rows of a policy; null where it cannot be read or says something that rows cannot. */
export function rowsOf(text: string): readonly PolicyRow[] | null {
  const read = readFilterPolicy(text);
  if (!read.ok) return null;
  const rows = (read.policy?.attributes ?? []).flatMap(({ name, any }) => any.map((each) => rowOf(name, each)));
  const written = textOf(rows);
  if (written === null) return null;
  const again = readFilterPolicy(written);
  const same = again.ok && JSON.stringify(again.policy) === JSON.stringify(read.policy ?? null);
  return same || rows.length === 0 ? rows : null;
}

function rowOf(attribute: Attribute, condition: Condition): PolicyRow {
  const row = (operator: Operator, value: string): PolicyRow => ({ attribute, operator, value });
  switch (condition.type) {
    case 'exists':
      return row(condition.value ? 'exists' : 'missing', '');
    case 'anything-but':
      return row('anything-but', condition.values.join(', '));
    case 'numeric':
      return row('numeric', condition.range.map(([operator, bound]) => `${operator} ${bound}`).join(' and '));
    default:
      return row(condition.type, String(condition.value));
  }
}

/** JSON of a policy; empty for no rows, null while a row is not complete. Rows of one attribute are alternatives. */
export function textOf(rows: readonly PolicyRow[]): string | null {
  const policy: Partial<Record<Attribute, unknown[]>> = {};
  for (const row of rows) {
    const condition = conditionOf(row);
    if (condition === null) return null;
    (policy[row.attribute] ??= []).push(condition);
  }
  return rows.length === 0 ? '' : JSON.stringify(policy, null, 1).replaceAll(/\n\s*/g, ' ');
}

/** Why a row says nothing yet; null for one that does. */
export function complaintAbout(row: PolicyRow): string | null {
  if (conditionOf(row) !== null) return null;
  if (row.operator === 'numeric') return 'Write it as >= 100 and < 1000.';
  return row.attribute === 'bytes' ? 'Needs a number.' : 'Needs a value.';
}

function conditionOf({ attribute, operator, value }: PolicyRow): unknown {
  const one = scalar(attribute, value.trim());
  switch (operator) {
    case 'exists':
    case 'missing':
      return { exists: operator === 'exists' };
    case 'equals':
      return one;
    case 'numeric':
      return numericOf(value);
    case 'anything-but': {
      const values = value.split(',').map((each) => scalar(attribute, each.trim()));
      return values.includes(null) ? null : { 'anything-but': values };
    }
    case 'anything-but-prefix':
      return one === null ? null : { 'anything-but': { prefix: one } };
    default:
      return one === null ? null : { [operator]: one };
  }
}

/** Sizes are numbers, all else is text; null for neither. */
function scalar(attribute: Attribute, typed: string): string | number | null {
  if (typed === '') return null;
  if (attribute !== 'bytes') return typed;
  return Number.isFinite(Number(typed)) ? Number(typed) : null;
}

const BOUND = /(<=|>=|=|<|>)\s*(-?\d+(?:\.\d+)?)/;
const RANGE = new RegExp(`^\\s*${BOUND.source}(?:\\s*(?:,|and)?\\s*${BOUND.source})?\\s*$`);

function numericOf(typed: string): unknown {
  const found = RANGE.exec(typed);
  if (found === null) return null;
  const [, operator, bound, second, limit] = found;
  return { numeric: [operator, Number(bound), ...(second === undefined ? [] : [second, Number(limit)])] };
}

/** Why the text of a policy cannot be read; null when it can. What is no JSON is told as the browser tells it, with the place. */
export function complaintAboutText(text: string): string | null {
  const read = readFilterPolicy(text);
  if (read.ok) return null;
  try {
    JSON.parse(text);
  } catch (error) {
    return `Not JSON: ${error instanceof Error ? error.message : read.reason}.`;
  }
  return `Cannot be read: ${read.reason}.`;
}
