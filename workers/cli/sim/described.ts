import * as v from 'valibot';

/** A schema with the sentence that the published JSON Schema gives it. */
export function described<Schema extends v.GenericSchema>(schema: Schema, text: string) {
  return v.pipe(schema, v.description(text));
}
