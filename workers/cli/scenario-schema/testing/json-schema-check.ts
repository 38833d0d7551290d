/** As much of JSON Schema 2020-12 as the published schema uses. An unknown keyword is an error: nothing is passed over. */
import type { JsonObject } from '../json-schema.ts';

const ANNOTATIONS = new Set(['$schema', '$defs', 'title', 'description', 'default']);

/** Where a value breaks the schema; empty when it does not. */
export function breaches(root: JsonObject, value: unknown, schema: JsonObject = root, path = '$'): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) =>
    ANNOTATIONS.has(keyword) ? [] : breachesOf(root, value, schema, keyword, rule, path),
  );
}

function breachesOf(
  root: JsonObject,
  value: unknown,
  schema: JsonObject,
  keyword: string,
  rule: unknown,
  path: string,
): readonly string[] {
  const wrong = (holds: boolean) => (holds ? [] : [`${path} ${keyword} ${JSON.stringify(rule)}`]);
  const number = rule as number;
  switch (keyword) {
    case '$ref':
      return breaches(root, value, definition(root, rule as string), path);
    case 'type':
      return wrong([rule].flat().some((type) => isOfType(value, type as string)));
    case 'const':
      return wrong(value === rule);
    case 'enum':
      return wrong((rule as unknown[]).includes(value));
    case 'minimum':
      return wrong(typeof value !== 'number' || value >= number);
    case 'maximum':
      return wrong(typeof value !== 'number' || value <= number);
    case 'minItems':
      return wrong(!Array.isArray(value) || value.length >= number);
    case 'maxItems':
      return wrong(!Array.isArray(value) || value.length <= number);
    case 'maxLength':
      return wrong(typeof value !== 'string' || value.length <= number);
    case 'pattern':
      return wrong(typeof value !== 'string' || new RegExp(rule as string, 'u').test(value));
    case 'anyOf':
      return wrong((rule as JsonObject[]).some((option) => breaches(root, value, option).length === 0));
    case 'oneOf':
      return wrong((rule as JsonObject[]).filter((option) => breaches(root, value, option).length === 0).length === 1);
    case 'items':
      return Array.isArray(value)
        ? value.flatMap((item, place) => breaches(root, item, rule as JsonObject, `${path}[${place}]`))
        : [];
    case 'properties':
    case 'required':
    case 'additionalProperties':
    case 'propertyNames':
      return isObject(value) ? memberBreaches(root, value, schema, keyword, path) : [];
    default:
      return [`${path}: the keyword ${keyword} is not known here`];
  }
}

function memberBreaches(
  root: JsonObject,
  value: JsonObject,
  schema: JsonObject,
  keyword: string,
  path: string,
): readonly string[] {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonObject>;
  const others = Object.keys(value).filter((name) => !Object.hasOwn(properties, name));
  const rule = schema[keyword];
  switch (keyword) {
    case 'properties':
      return Object.keys(properties).flatMap((name) =>
        Object.hasOwn(value, name) ? breaches(root, value[name], properties[name], `${path}.${name}`) : [],
      );
    case 'required':
      return (rule as string[]).filter((name) => !Object.hasOwn(value, name)).map((name) => `${path} lacks ${name}`);
    case 'additionalProperties':
      return rule === false
        ? others.map((name) => `${path} has ${name}`)
        : others.flatMap((name) => breaches(root, value[name], rule as JsonObject, `${path}.${name}`));
    default:
      return Object.keys(value).flatMap((name) => breaches(root, name, rule as JsonObject, `${path} name ${name}`));
  }
}

function definition(root: JsonObject, reference: string): JsonObject {
  const found = (root['$defs'] as Record<string, JsonObject>)[reference.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`There is no ${reference}.`);
  return found;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
