/** Reading valibot schemas as data: which members a value may have, what is unknown in it, and which defaults apply. */
import * as v from 'valibot';
import { fieldMeta } from './fields.ts';
import { isPlainObject, type Plain, type PlainObject } from './plain.ts';

/** The parts of valibot's schemas that are looked at here. */
interface Wrapped {
  readonly wrapped: v.GenericSchema;
  readonly default?: unknown;
}
interface Members {
  readonly entries: v.ObjectEntries;
}
interface Variants {
  readonly key: string;
  readonly options: readonly (v.GenericSchema & Members)[];
}
interface Items {
  readonly item: v.GenericSchema;
}

/** The schema inside an `optional`; any other schema itself. */
export function inner(schema: v.GenericSchema): v.GenericSchema {
  return schema.type === 'optional' ? inner((schema as unknown as Wrapped).wrapped) : schema;
}

/** The members an object schema names; for a variant those of the option that `value` chooses. Undefined elsewhere. */
export function entriesOf(schema: v.GenericSchema, value?: Plain): v.ObjectEntries | undefined {
  const bare = inner(schema);
  if (bare.type === 'strict_object') return (bare as unknown as Members).entries;
  if (bare.type !== 'variant' || value === undefined || !isPlainObject(value)) return undefined;
  const { key, options } = bare as unknown as Variants;
  return options.find((option) => literalOf(option.entries[key]) === value[key])?.entries;
}

function literalOf(schema: unknown): unknown {
  return (schema as { literal?: unknown } | undefined)?.literal;
}

/** The options of a variant or picklist, as the values that choose them. */
export function optionsOf(schema: v.GenericSchema): readonly unknown[] {
  const bare = inner(schema);
  if (bare.type === 'variant') {
    const { key, options } = bare as unknown as Variants;
    return options.map((option) => literalOf(option.entries[key]));
  }
  return bare.type === 'picklist' ? (bare as unknown as { options: readonly unknown[] }).options : [];
}

/** Whether a member may be left out. */
export function isOptional(entries: v.ObjectEntries, name: string): boolean {
  return Object.hasOwn(entries, name) && (entries[name] as v.GenericSchema).type === 'optional';
}

/** The default of an optional member, itself possibly sparse; undefined where there is none. */
export function defaultOf(schema: v.GenericSchema): unknown {
  return schema.type === 'optional' ? (schema as unknown as Wrapped).default : undefined;
}

/** The schema of a member of an object schema, by name. */
export function memberOf(schema: v.GenericSchema, name: string, value?: Plain): v.GenericSchema | undefined {
  const entries = entriesOf(schema, value);
  return entries !== undefined && Object.hasOwn(entries, name) ? entries[name] : undefined;
}

/** A member that no schema names. */
export interface UnknownMember {
  readonly path: readonly (string | number)[];
  readonly name: string;
  /** Names that are known at that place. */
  readonly known: readonly string[];
  /** The known name that goes by this one in the broker, e.g. `lingerMs` for `linger.ms`. */
  readonly brokers?: string;
}

/**
 * The value without the members that its schema does not name, and the list of those. What is wrong in other ways is left
 * as it is, for the schema to refuse.
 */
export function splitUnknown(
  schema: v.GenericSchema,
  value: Plain,
): { readonly known: Plain; readonly unknown: readonly UnknownMember[] } {
  const unknown: UnknownMember[] = [];
  return { known: strip(schema, value, [], unknown), unknown };
}

function strip(
  schema: v.GenericSchema,
  value: Plain,
  path: readonly (string | number)[],
  unknown: UnknownMember[],
): Plain {
  const bare = inner(schema);
  if (bare.type === 'array' && Array.isArray(value)) {
    const { item } = bare as unknown as Items;
    return value.map((member: Plain, index) => strip(item, member, [...path, index], unknown));
  }
  const entries = entriesOf(bare, value);
  if (entries === undefined || !isPlainObject(value)) return value;
  const kept: Record<string, Plain> = {};
  for (const [name, member] of Object.entries(value)) {
    if (Object.hasOwn(entries, name)) {
      kept[name] = strip(entries[name] as v.GenericSchema, member, [...path, name], unknown);
    } else {
      const brokers = Object.keys(entries).find(
        (known) => fieldMeta(entries[known] as v.GenericSchema)?.broker === name,
      );
      unknown.push({
        path: [...path, name],
        name,
        known: Object.keys(entries),
        ...(brokers === undefined ? {} : { brokers }),
      });
    }
  }
  return kept;
}

/**
 * The value without members that equal their default, at every depth; a nested object that becomes empty goes too.
 * A shape (a variant) is left out only as a whole, because its members' defaults belong to the shape chosen.
 */
export function withoutDefaults(schema: v.GenericSchema, value: PlainObject): PlainObject {
  const entries = entriesOf(schema, value);
  if (entries === undefined) return value;
  const kept: Record<string, Plain> = {};
  for (const [name, member] of Object.entries(value)) {
    const field = Object.hasOwn(entries, name) ? (entries[name] as v.GenericSchema) : undefined;
    const sparse = field !== undefined && isPlainObject(member) ? withoutDefaults(inner(field), member) : member;
    if (field === undefined || !equalsDefault(field, member)) kept[name] = sparse;
  }
  return kept;
}

function equalsDefault(field: v.GenericSchema, value: Plain): boolean {
  if (defaultOf(field) === undefined) return false;
  const [complete, fallback] = [v.safeParse(field, value), v.safeParse(field, undefined)];
  return complete.success && fallback.success && sameOutput(complete.output, fallback.output);
}

/** Outputs of one schema list their members in the schema's order, so their texts can be compared. */
function sameOutput(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
