/**
 * The published JSON Schema of the document, made from the schemas that validate it: what `public/scenario.schema.json` says.
 * Rules between settings and between items are beyond what it can say; `sim` reports those.
 */
import { toJsonSchema, type ConversionConfig } from '@valibot/to-json-schema';
import {
  checkSchema,
  documentSchema,
  edgeSchema,
  edgeSchemas,
  faultActionSchema,
  faultSchema,
  designChangeSchema,
  journalEntrySchema,
  nodeSchema,
  nodeSchemas,
  viewSchema,
} from '../../scenario/document.ts';
import type { FieldMeta } from '../../scenario/fields.ts';

/** A JSON Schema as the data it is. */
export interface JsonObject {
  [name: string]: unknown;
}

/** Members that `complete.ts` fills in when they are missing, by definition. */
const FILLED_IN: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.keys(nodeSchemas).map((kind) => [kind, ['name', 'position']])),
  ...Object.fromEntries(Object.keys(edgeSchemas).map((protocol) => [protocol, ['id']])),
  check: ['id'],
  fault: ['id'],
};

const CONVERSION: ConversionConfig = {
  target: 'draft-2020-12',
  typeMode: 'input',
  definitions: {
    ...nodeSchemas,
    ...edgeSchemas,
    node: nodeSchema,
    edge: edgeSchema,
    check: checkSchema,
    fault: faultSchema,
    faultAction: faultActionSchema,
    journalEntry: journalEntrySchema,
    designChange: designChangeSchema,
    view: viewSchema,
  },
  overrideAction: ({ valibotAction, jsonSchema }) => {
    const action = valibotAction as { readonly type: string; readonly metadata?: { readonly field?: FieldMeta } };
    // JSON has only finite numbers, and whole ones are said by the field.
    if (action.type === 'finite' || action.type === 'check') return jsonSchema;
    const field = action.type === 'metadata' ? action.metadata?.field : undefined;
    if (field === undefined) return undefined;
    const type = field.integer === true ? { type: 'integer' as const } : {};
    const { field: _, ...rest } = jsonSchema as JsonObject;
    return { ...rest, ...type, title: field.label, description: descriptionOf(field) };
  },
};

function descriptionOf({ help, unit, special, broker, origin, simplified }: FieldMeta): string {
  return [
    help,
    ...(unit === undefined || unit === 'count' || unit === 'factor' ? [] : [`Unit: ${unit}.`]),
    ...(special === undefined ? [] : [`${special.value} means ${special.meaning}.`]),
    ...(broker === undefined ? [] : [`Stands for ${broker}${origin === undefined ? '' : `; default of ${origin}`}.`]),
    ...(simplified === undefined ? [] : [`Simplified: ${simplified}`]),
  ].join(' ');
}

export function scenarioSchema(): JsonObject {
  const schema = toJsonSchema(documentSchema, CONVERSION) as JsonObject;
  const definitions = schema['$defs'] as Record<string, JsonObject>;
  for (const [name, members] of Object.entries(FILLED_IN)) {
    for (const option of optionsOf(definitions[name]!)) {
      option['required'] = (option['required'] as string[]).filter((member) => !members.includes(member));
    }
  }
  describeAddedItems(definitions['designChange']!);
  const { $schema, ...rest } = schema;
  return {
    $schema,
    title: 'Sluice scenario',
    description:
      'What is drawn, saved and shared: nodes, the edges between them, scripted faults, checks, and what a person did during a run.',
    ...rest,
  };
}

/** A schema's alternatives, or itself. */
function optionsOf(schema: JsonObject): readonly JsonObject[] {
  return (schema['oneOf'] as JsonObject[] | undefined) ?? [schema];
}

/** The schema of a change leaves open what it adds, because that depends on where; here it can at least be named. */
function describeAddedItems(change: JsonObject): void {
  for (const option of optionsOf(change)) {
    const properties = option['properties'] as Record<string, unknown>;
    if (properties['item'] === undefined) continue;
    properties['item'] = { anyOf: ['node', 'edge', 'check', 'fault'].map((name) => ({ $ref: `#/$defs/${name}` })) };
  }
}

export function scenarioSchemaText(): string {
  return `${JSON.stringify(scenarioSchema(), null, 2)}\n`;
}
