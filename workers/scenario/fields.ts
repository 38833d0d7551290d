/**
 * Fields: the building blocks of every kind's parameters.
 *
 * A field is a valibot schema that carries, as metadata, what a person needs to set it: label, help, unit, range and
 * the broker's own name. One definition therefore validates documents, types the engine, generates the published
 * JSON Schema and draws the inspector.
 */
import * as v from 'valibot';

/** Unit of a number as the person reads it. Durations are milliseconds in documents, nanoseconds in the engine. */
export type Unit = 'ms' | 'bytes' | 'messages' | 'per second' | 'probability' | 'factor' | 'count';

/** What a person sees of a field. Stored with valibot's `metadata` action under the key `field`. */
export interface FieldMeta {
  readonly label: string;
  /** One sentence. */
  readonly help: string;
  readonly unit?: Unit;
  /** Lower bound, included. */
  readonly min?: number;
  /** Upper bound, included. */
  readonly max?: number;
  readonly integer?: boolean;
  /** The broker's own name for the setting, e.g. `linger.ms`. */
  readonly broker?: string;
  /** Where the default comes from, e.g. "Kafka 4.0". */
  readonly origin?: string;
  /** What the model leaves out, in one sentence. */
  readonly simplified?: string;
  /** Shown in the inspector's last folded section. */
  readonly advanced?: boolean;
  /** Shown in a folded section of this name, together with the others that name it. */
  readonly section?: string;
  /** Shown only while another parameter of the item is shown and has one of these values, or none of those: it means nothing otherwise. */
  readonly when?: { readonly parameter: string } & (
    | { readonly is: readonly unknown[] }
    | { readonly isNot: readonly unknown[] }
  );
  /** Labels of the options of a choice, by value. */
  readonly options?: Readonly<Record<string, string>>;
  /** A special value and what it means, e.g. `{ value: 0, meaning: 'no limit' }`. */
  readonly special?: { readonly value: number; readonly meaning: string };
}

type Described = Omit<FieldMeta, 'min' | 'max' | 'integer' | 'options'>;

interface NumberOptions extends Described {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
}

/** A finite number in `[min, max]`, both included. */
export function number({ default: fallback, ...field }: NumberOptions) {
  const meta: FieldMeta = field;
  const base = v.pipe(
    v.number(),
    v.finite(),
    v.minValue(field.min),
    v.maxValue(field.max),
    v.check((value) => field.integer !== true || Number.isInteger(value), 'Expected a whole number'),
    v.metadata({ field: meta }),
  );
  return v.optional(base, fallback);
}

/** A whole number in `[min, max]`, both included. */
export function integer(options: Omit<NumberOptions, 'integer'>) {
  return number({ ...options, integer: true });
}

/** A duration in milliseconds, fractions allowed. */
export function milliseconds(options: Omit<NumberOptions, 'unit' | 'integer'>) {
  return number({ ...options, unit: 'ms' });
}

/** A probability in `[0, 1]`. */
export function probability(options: Omit<NumberOptions, 'unit' | 'integer' | 'min' | 'max'>) {
  return number({ ...options, unit: 'probability', min: 0, max: 1 });
}

/** Exactly one of `options`; the record gives each value's label, in the order shown. */
export function choice<const Options extends Readonly<Record<string, string>>>(
  settings: Described & { readonly options: Options; readonly default: keyof Options & string },
) {
  const { default: fallback, ...field } = settings;
  const values = Object.keys(field.options) as (keyof Options & string)[];
  return v.optional(v.pipe(v.picklist(values), v.metadata({ field: field satisfies FieldMeta })), fallback);
}

/** On or off. */
export function toggle({ default: fallback, ...field }: Described & { readonly default: boolean }) {
  return v.optional(v.pipe(v.boolean(), v.metadata({ field })), fallback);
}

/** A single line of text, at most `maxLength` UTF-16 units. */
export function text({
  default: fallback,
  maxLength,
  ...field
}: Described & { readonly default: string; readonly maxLength: number }) {
  return v.optional(v.pipe(v.string(), v.maxLength(maxLength), v.metadata({ field })), fallback);
}

/** A nested record of fields, absent members taking their defaults. */
export function group<const Entries extends v.ObjectEntries>(entries: Entries, field: Described) {
  const schema = v.pipe(v.strictObject(entries), v.metadata({ field }));
  return v.optional(schema, {} as v.InferInput<typeof schema>);
}

/**
 * One of several shapes told apart by their `type`, e.g. a distribution. `shapes` are strict objects with a literal
 * `type`; `default` is a complete value of one of them.
 */
export function shape<Schema extends v.GenericSchema>(
  schema: Schema,
  { default: fallback, ...field }: Described & { readonly default: v.InferInput<Schema> },
) {
  return v.optional(v.pipe(schema, v.metadata({ field })), fallback as never);
}

/** The metadata of a field, looking through `optional` and `pipe`; undefined for a schema that is no field. */
export function fieldMeta(schema: v.GenericSchema): FieldMeta | undefined {
  const inner = 'wrapped' in schema ? (schema.wrapped as v.GenericSchema) : schema;
  return v.getMetadata(inner as never)['field'];
}
