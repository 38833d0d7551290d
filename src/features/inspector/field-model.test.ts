import { describe, expect, it } from 'vitest';
import { nodeKinds } from '../../../workers/scenario/kinds/table.ts';
import { protocols } from '../../../workers/scenario/edges/table.ts';
import { choice, milliseconds, text, toggle } from '../../../workers/scenario/fields.ts';
import {
  complaint,
  describeFields,
  differsFromDefault,
  inSections,
  isInForce,
  isRecord,
  resolvedValue,
  switchCase,
  withMember,
  type Field,
} from './field-model.ts';

function fieldOf(entries: Readonly<Record<string, unknown>>, name: string): Field {
  const found = describeFields(entries).find((field) => field.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
}

function variantOf(field: Field) {
  if (field.control.type !== 'variant') throw new Error(`${field.name} is no variant`);
  return field.control;
}

describe('describing fields', () => {
  it('draws every parameter of every kind and protocol, each with a label and a sentence', () => {
    for (const { parameters } of [...Object.values(nodeKinds), ...Object.values(protocols)]) {
      const fields = describeFields(parameters);
      expect(fields.map((field) => field.name)).toEqual(Object.keys(parameters));
      for (const field of fields) {
        expect(field.meta.label).not.toBe('');
        expect(field.meta.help).toMatch(/\.$/);
      }
    }
  });

  it('gives every number a finite range and a default inside it', () => {
    const visit = (fields: readonly Field[]): void => {
      for (const field of fields) {
        if (field.control.type === 'group') visit(field.control.fields);
        if (field.control.type === 'variant') for (const entry of field.control.cases) visit(entry.fields);
        if (field.control.type !== 'number') continue;
        expect(Number.isFinite(field.control.min)).toBe(true);
        expect(Number.isFinite(field.control.max)).toBe(true);
        expect(complaint(field, field.fallback)).toBeNull();
      }
    };
    for (const { parameters } of [...Object.values(nodeKinds), ...Object.values(protocols)]) {
      visit(describeFields(parameters));
    }
  });

  it('lists the labels of a choice in their order', () => {
    const commit = fieldOf(protocols.subscribeToTopic.parameters, 'commit');
    expect(commit.control).toEqual({
      type: 'choice',
      options: [
        { value: 'after', label: 'After the work' },
        { value: 'before', label: 'Before the work' },
        { value: 'auto', label: 'Automatic' },
        { value: 'manual', label: 'Never by itself' },
        { value: 'transaction', label: 'In the transaction' },
      ],
    });
  });

  it("prefers the parameter's own default over the shape's", () => {
    const exponential = variantOf(fieldOf(nodeKinds.consumer.parameters, 'workMs')).cases.find(
      (entry) => entry.value === 'exponential',
    );
    expect(exponential?.fields[0]?.fallback).toBe(20);
  });

  it('completes the default of a group', () => {
    expect(fieldOf(nodeKinds.consumer.parameters, 'crash').fallback).toEqual({ mtbfMs: 0, restartMs: 1000 });
  });
});

describe('defaults', () => {
  const crash = fieldOf(nodeKinds.consumer.parameters, 'crash');
  const arrivals = fieldOf(nodeKinds.producer.parameters, 'arrivals');

  it('takes absent, and written out in full, as the default', () => {
    expect(differsFromDefault(crash, undefined)).toBe(false);
    expect(differsFromDefault(crash, { restartMs: 1000 })).toBe(false);
    expect(differsFromDefault(crash, { mtbfMs: 5 })).toBe(true);
    expect(differsFromDefault(arrivals, { ratePerSecond: 10, type: 'poisson' })).toBe(false);
    expect(differsFromDefault(arrivals, { type: 'constant', ratePerSecond: 10 })).toBe(true);
  });

  it('fills in what a sparse value leaves out', () => {
    expect(resolvedValue(crash, { mtbfMs: 5 })).toEqual({ mtbfMs: 5, restartMs: 1000 });
    expect(resolvedValue(arrivals, { type: 'ramp' })).toEqual({
      type: 'ramp',
      fromPerSecond: 1,
      toPerSecond: 50,
      overMs: 30_000,
    });
  });

  it('keeps a group sparse when a member returns to its default', () => {
    if (crash.control.type !== 'group') throw new Error('crash is a group');
    const [mtbf] = crash.control.fields;
    if (mtbf === undefined) throw new Error('crash has members');
    expect(withMember(undefined, mtbf, 4000)).toEqual({ mtbfMs: 4000 });
    expect(withMember({ mtbfMs: 4000, restartMs: 5 }, mtbf, 0)).toEqual({ restartMs: 5 });
    expect(withMember({ mtbfMs: 4000 }, mtbf, undefined)).toBeUndefined();
  });

  it('keeps shared members when another shape is chosen', () => {
    const work = variantOf(fieldOf(nodeKinds.consumer.parameters, 'workMs'));
    expect(switchCase(work, { type: 'exponential', mean: 77 }, 'normal')).toEqual({ type: 'normal', mean: 77, sd: 3 });
    expect(switchCase(work, { type: 'lognormal', mean: 5, cv: 0.2 }, 'hyperexponential')).toEqual({
      type: 'hyperexponential',
      mean: 5,
      // 0.2 is below what a hyperexponential can have.
      cv: 2,
    });
  });
});

describe('complaints', () => {
  it('says in a sentence why a value is refused', () => {
    const partitions = fieldOf(nodeKinds.topic.parameters, 'partitions');
    expect(complaint(partitions, 3)).toBeNull();
    expect(complaint(partitions, 0)).toBe('Must be at least 1.');
    expect(complaint(partitions, 1001)).toBe('Must be at most 1,000.');
    expect(complaint(partitions, 2.5)).toBe('Must be a whole number.');
    expect(complaint(partitions, Number.NaN)).toBe('Not a number.');
  });

  it('names the entry of a list that is wrong', () => {
    const empirical = variantOf(fieldOf(nodeKinds.consumer.parameters, 'workMs')).cases.find(
      (entry) => entry.value === 'empirical',
    );
    const values = empirical?.fields[0];
    if (values === undefined) throw new Error('empirical has values');
    expect(complaint(values, [1, 2])).toBeNull();
    expect(complaint(values, [])).toBe('Needs at least 1 number.');
    expect(complaint(values, [1, -2])).toBe('Entry 2 must lie between 0 and 3,600,000.');
  });
});

it('takes no list for a record', () => {
  expect(isRecord([])).toBe(false);
});

describe('what is shown of many fields', () => {
  const mode = choice({ label: 'Mode', help: 'Which.', options: { a: 'A', b: 'B' }, default: 'a' });
  const name = text({
    label: 'Name',
    help: 'Who.',
    section: 'Naming',
    default: '',
    maxLength: 9,
    when: { parameter: 'mode', is: ['b'] },
  });
  const wait = milliseconds({
    label: 'Wait',
    help: 'How long.',
    section: 'Timing',
    default: 1,
    min: 0,
    max: 9,
    when: { parameter: 'name', isNot: [''] },
  });
  const odd = toggle({ label: 'Odd', help: 'Rarely.', advanced: true, default: false });
  const fields = describeFields({ odd, mode, name, wait });
  const shown = (stored: Readonly<Record<string, unknown>>): string[] =>
    fields.filter((field) => isInForce(field, fields, stored)).map((field) => field.name);

  it('is what means something, and depends on nothing that is hidden', () => {
    expect(shown({})).toEqual(['odd', 'mode']);
    expect(shown({ mode: 'b' })).toEqual(['odd', 'mode', 'name']);
    expect(shown({ mode: 'b', name: 'x' })).toEqual(['odd', 'mode', 'name', 'wait']);
    expect(shown({ name: 'x' })).toEqual(['odd', 'mode']);
  });

  it('comes in sections by subject, the advanced ones last', () => {
    const { open, folded } = inSections(fields);
    expect(open.map((field) => field.name)).toEqual(['mode']);
    expect(folded.map(({ title, fields: within }) => [title, within.map((field) => field.name)])).toEqual([
      ['Naming', ['name']],
      ['Timing', ['wait']],
      ['Advanced', ['odd']],
    ]);
  });
});
