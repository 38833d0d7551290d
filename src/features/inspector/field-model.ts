/**
 * From a kind's valibot schemas to what the inspector draws: a plain tree of fields.
 *
 * Every parameter is `optional(pipe(base, …, metadata({ field })))`; the base's `type` says which control it needs.
 * Nothing here names a particular kind, so a new kind needs no change.
 */
import { fieldMeta, type FieldMeta } from '../../../workers/scenario/fields.ts';
import { humanize } from '../../ui/words.ts';

export type FieldControlKind =
  | { readonly type: 'number'; readonly min: number; readonly max: number; readonly integer: boolean }
  | { readonly type: 'toggle' }
  | { readonly type: 'choice'; readonly options: readonly { readonly value: string; readonly label: string }[] }
  | { readonly type: 'text'; readonly maxLength: number; readonly multiline: boolean }
  | {
      readonly type: 'numbers';
      readonly minLength: number;
      readonly maxLength: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly type: 'group'; readonly fields: readonly Field[] }
  | { readonly type: 'variant'; readonly key: string; readonly cases: readonly VariantCase[] };

interface VariantCase {
  readonly value: string;
  readonly label: string;
  readonly fields: readonly Field[];
}

export interface Field {
  /** Member name in the document. */
  readonly name: string;
  readonly meta: FieldMeta;
  /** The complete value that an absent parameter stands for. */
  readonly fallback: unknown;
  readonly control: FieldControlKind;
}

/** The parts of a valibot schema that are read here; all optional, because the schema's type is only known at run time. */
interface SchemaShape {
  readonly type: string;
  readonly wrapped?: SchemaShape;
  readonly default?: unknown;
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
  readonly options?: readonly unknown[];
  readonly entries?: Readonly<Record<string, SchemaShape>>;
  readonly key?: string;
  readonly literal?: unknown;
  readonly item?: SchemaShape;
}

/** Upper limit of a text that gets a box of several lines rather than a single one. */
const SINGLE_LINE_LENGTH = 500;

/** The fields of a kind's or protocol's `parameters`, in their order; entries that are no field are left out. */
export function describeFields(entries: Readonly<Record<string, unknown>>): readonly Field[] {
  return Object.entries(entries).flatMap(([name, schema]) => {
    const field = describeField(name, schema as SchemaShape);
    return field === undefined ? [] : [field];
  });
}

function describeField(name: string, schema: SchemaShape): Field | undefined {
  const meta = fieldMeta(schema as never);
  const base = schema.wrapped ?? schema;
  if (meta === undefined) return undefined;
  const control = describeControl(base, meta, schema.default);
  if (control === undefined) return undefined;
  return { name, meta, control, fallback: completed(schema.default, control) };
}

function describeControl(base: SchemaShape, meta: FieldMeta, fallback: unknown): FieldControlKind | undefined {
  switch (base.type) {
    case 'number':
      return {
        type: 'number',
        min: meta.min ?? requirement(base, 'min_value') ?? Number.NEGATIVE_INFINITY,
        max: meta.max ?? requirement(base, 'max_value') ?? Number.POSITIVE_INFINITY,
        integer: meta.integer === true,
      };
    case 'boolean':
      return { type: 'toggle' };
    case 'picklist':
      return {
        type: 'choice',
        options: (base.options as readonly string[]).map((value) => ({ value, label: meta.options?.[value] ?? value })),
      };
    case 'string': {
      const maxLength = requirement(base, 'max_length') ?? SINGLE_LINE_LENGTH;
      return { type: 'text', maxLength, multiline: maxLength > SINGLE_LINE_LENGTH };
    }
    case 'array':
      return {
        type: 'numbers',
        minLength: requirement(base, 'min_length') ?? 0,
        maxLength: requirement(base, 'max_length') ?? Number.POSITIVE_INFINITY,
        min: requirement(base.item, 'min_value') ?? Number.NEGATIVE_INFINITY,
        max: requirement(base.item, 'max_value') ?? Number.POSITIVE_INFINITY,
      };
    case 'strict_object':
    case 'object':
      return { type: 'group', fields: describeFields(base.entries ?? {}) };
    case 'variant':
      return describeVariant(base, fallback);
    default:
      return undefined;
  }
}

function describeVariant(base: SchemaShape, fallback: unknown): FieldControlKind {
  const key = base.key ?? 'type';
  const whole = isRecord(fallback) ? fallback : {};
  const cases = ((base.options ?? []) as readonly SchemaShape[]).map((option) => {
    const value = String(option.entries?.[key]?.literal);
    const fields = describeFields(option.entries ?? {}).map((field) =>
      // The parameter's own default may give a member another value than the shape does (work: mean 20, not 10).
      whole[key] === value && field.name in whole ? { ...field, fallback: whole[field.name] } : field,
    );
    return { value, label: humanize(value), fields };
  });
  return { type: 'variant', key, cases };
}

function requirement(schema: SchemaShape | undefined, action: string): number | undefined {
  const found = schema?.pipe?.find((item) => item.type === action)?.requirement;
  return typeof found === 'number' ? found : undefined;
}

/** `fallback` with the members that a sparse default leaves out. */
function completed(fallback: unknown, control: FieldControlKind): unknown {
  if (control.type !== 'group') return fallback;
  const given = isRecord(fallback) ? fallback : {};
  return Object.fromEntries(control.fields.map((field) => [field.name, given[field.name] ?? field.fallback]));
}

/** The value of `field` with every default filled in; `stored` is what the document has, undefined for absent. */
export function resolvedValue(field: Field, stored: unknown): unknown {
  if (stored === undefined) return field.fallback;
  const { control } = field;
  if (control.type === 'group') {
    const given = isRecord(stored) ? stored : {};
    return Object.fromEntries(control.fields.map((member) => [member.name, resolvedValue(member, given[member.name])]));
  }
  if (control.type === 'variant' && isRecord(stored)) {
    const found = control.cases.find((entry) => entry.value === stored[control.key]);
    const members = (found?.fields ?? []).map((member) => [member.name, resolvedValue(member, stored[member.name])]);
    return { ...Object.fromEntries(members), [control.key]: stored[control.key] };
  }
  return stored;
}

/** Whether `stored` means something else than the default. Absent is the default. */
export function differsFromDefault(field: Field, stored: unknown): boolean {
  return !sameValue(resolvedValue(field, stored), field.fallback);
}

/** Whether a field means anything beside the others as they are stored. */
export function isInForce(field: Field, all: readonly Field[], stored: Readonly<Record<string, unknown>>): boolean {
  const { when } = field.meta;
  const other = all.find(({ name }) => name === when?.parameter);
  if (when === undefined || other === undefined) return true;
  const value = resolvedValue(other, stored[other.name]);
  const meant = 'is' in when ? when.is.includes(value) : !when.isNot.includes(value);
  return meant && isInForce(other, all, stored);
}

interface Section {
  readonly title: string;
  readonly fields: readonly Field[];
}

/** What is shown at once, and the folded sections in the order in which they are first named, what is advanced last. */
export function inSections(fields: readonly Field[]): { readonly open: readonly Field[]; readonly folded: Section[] } {
  const titleOf = ({ meta }: Field): string | undefined => (meta.advanced === true ? ADVANCED : meta.section);
  const titles = new Set(fields.map(titleOf).filter((title) => title !== undefined && title !== ADVANCED));
  const folded = [...titles, ADVANCED].flatMap((title = '') => {
    const members = fields.filter((field) => titleOf(field) === title);
    return members.length === 0 ? [] : [{ title, fields: members }];
  });
  return { open: fields.filter((field) => titleOf(field) === undefined), folded };
}

const ADVANCED = 'Advanced';

/** Deep equality of plain document values; the order of members does not matter. */
function sameValue(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameValue(item, right[index]));
  }
  if (!isRecord(left) || !isRecord(right)) return false;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => sameValue(left[name], right[name]));
}

/**
 * The stored value of a group after one member was set, or `undefined` when nothing but defaults is left, so that the
 * document stays sparse.
 */
export function withMember(stored: unknown, member: Field, value: unknown): Record<string, unknown> | undefined {
  const next: Record<string, unknown> = isRecord(stored) ? { ...stored } : {};
  if (value === undefined || !differsFromDefault(member, value)) delete next[member.name];
  else next[member.name] = value;
  return Object.keys(next).length === 0 ? undefined : next;
}

/** The value after another shape was chosen; members that both shapes have (mean, rate) are kept. */
export function switchCase(
  control: Extract<FieldControlKind, { type: 'variant' }>,
  current: unknown,
  chosen: string,
): Record<string, unknown> {
  const before = isRecord(current) ? current : {};
  const next: Record<string, unknown> = { [control.key]: chosen };
  for (const field of control.cases.find((entry) => entry.value === chosen)?.fields ?? []) {
    const kept = before[field.name];
    next[field.name] = kept !== undefined && complaint(field, kept) === null ? kept : field.fallback;
  }
  return next;
}

/** Why `value` may not stand in `field`, as a sentence for the person, or null when it may. */
export function complaint(field: Field, value: unknown): string | null {
  const { control } = field;
  if (control.type === 'number') return numberComplaint(control, value, (bound) => bound.toLocaleString('en'));
  if (control.type === 'text' && typeof value === 'string' && value.length > control.maxLength) {
    return `At most ${control.maxLength} characters.`;
  }
  if (control.type === 'numbers') return listComplaint(control, value);
  return null;
}

/** Like `complaint` for a number; `write` puts a bound into the words of the field's unit. */
export function numberComplaint(
  { min, max, integer }: { readonly min: number; readonly max: number; readonly integer: boolean },
  value: unknown,
  write: (bound: number) => string,
): string | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'Not a number.';
  if (integer && !Number.isInteger(value)) return 'Must be a whole number.';
  if (value < min) return `Must be at least ${write(min)}.`;
  if (value > max) return `Must be at most ${write(max)}.`;
  return null;
}

function listComplaint(control: Extract<FieldControlKind, { type: 'numbers' }>, value: unknown): string | null {
  if (!Array.isArray(value)) return 'Not a list of numbers.';
  if (value.length < control.minLength) {
    return `Needs at least ${control.minLength} ${control.minLength === 1 ? 'number' : 'numbers'}.`;
  }
  if (value.length > control.maxLength) return `At most ${control.maxLength.toLocaleString('en')} numbers.`;
  const wrong = value.findIndex((item) => typeof item !== 'number' || !Number.isFinite(item));
  if (wrong >= 0) return `Entry ${wrong + 1} is not a number.`;
  const outside = (value as readonly number[]).findIndex((item) => item < control.min || item > control.max);
  if (outside < 0) return null;
  return `Entry ${outside + 1} must lie between ${control.min.toLocaleString('en')} and ${control.max.toLocaleString('en')}.`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
