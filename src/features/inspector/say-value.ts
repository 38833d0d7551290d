import { isRecord, type Field } from './field-model.ts';
import { restated, sayQuantity } from './quantity.ts';

/**
 * A value of `field` in a few words: "5 ms", "no limit", "After the work", "Exponential, mean 20 ms". With `plain`, a
 * special number is said as the number that it is.
 */
export function sayValue(field: Field, value: unknown, { plain = false }: { readonly plain?: boolean } = {}): string {
  const { control, meta } = field;
  switch (control.type) {
    case 'number': {
      if (typeof value !== 'number') return '';
      if (!plain && meta.special?.value === value) return meta.special.meaning;
      return restated(value, meta.unit) ?? sayQuantity(value, meta.unit);
    }
    case 'toggle':
      return value === true ? 'on' : 'off';
    case 'choice':
      return control.options.find((option) => option.value === value)?.label ?? String(value);
    case 'text':
      return value === '' ? 'empty' : String(value);
    case 'numbers':
      return Array.isArray(value) ? `${value.length} numbers` : '';
    case 'group':
      return sayMembers(control.fields, value);
    case 'variant': {
      const found = isRecord(value) ? control.cases.find((entry) => entry.value === value[control.key]) : undefined;
      if (found === undefined) return '';
      const members = sayMembers(found.fields, value);
      return members === '' ? found.label : `${found.label}, ${members}`;
    }
    default:
      return control satisfies never;
  }
}

function sayMembers(fields: readonly Field[], value: unknown): string {
  const given = isRecord(value) ? value : {};
  return fields
    .map((field) => `${field.meta.label.toLowerCase()} ${sayValue(field, given[field.name] ?? field.fallback)}`)
    .join(', ');
}
