import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { protocols } from '../../../workers/scenario/edges/table.ts';
import { fieldMeta } from '../../../workers/scenario/fields.ts';
import { nodeKinds } from '../../../workers/scenario/kinds/table.ts';
import { findRules, partsOf, readSpecification } from './spec.ts';

const markdown = readFileSync(new URL('../../../workers/engine/SPEC.md', import.meta.url), 'utf8');
const specification = readSpecification(markdown);
const rules = specification.sections.flatMap((section) => section.rules);

describe('the specification as the page reads it', () => {
  it('has every rule that the text has, in its section, with a source', () => {
    const written = [...markdown.matchAll(/^\| ([A-Z]{2}\d+) \|/gm)].map(([, id]) => id);
    expect(rules.map(({ id }) => id)).toEqual(written);
    expect(written.length).toBeGreaterThan(80);
    for (const section of specification.sections) {
      expect(section.rules.filter(({ id }) => !id.startsWith(section.id))).toEqual([]);
      expect(section.rules.length, section.id).toBeGreaterThan(0);
    }
    expect(rules.filter(({ what, source }) => what === '' || source === '')).toEqual([]);
  });

  it('numbers no rule twice', () => {
    const ids = rules.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('has the fidelity table, a line for each part of a broker', () => {
    expect(specification.fidelity.length).toBeGreaterThan(4);
    expect(specification.fidelity.map(({ what }) => what)).toContain('Network');
    for (const line of specification.fidelity) {
      expect(line.modelled + line.simplified + line.leftOut, line.what).not.toBe('');
    }
  });

  it('tells exact rules from modelled and simplified ones', () => {
    const fidelityOf = (id: string) => rules.find((rule) => rule.id === id)?.fidelity;
    expect(fidelityOf('KP1')).toBe('exact');
    expect(fidelityOf('KO7')).toBe('modelled');
    expect(fidelityOf('KL1')).toBe('simplified');
    expect(fidelityOf('HD1')).toBe('own');
  });

  it('finds rules by number, by the name of a setting, and by several words in any order', () => {
    const idsOf = (query: string) =>
      findRules(specification, query).flatMap((section) => section.rules.map(({ id }) => id));
    expect(idsOf('ko7')).toEqual(['KO7']);
    expect(idsOf('linger.ms')).toContain('PR2');
    expect(idsOf('hash KEY murmurhash2')).toContain('KP1');
    expect(idsOf('')).toHaveLength(rules.length);
    expect(idsOf('no such words anywhere')).toEqual([]);
  });
});

describe('settings that bear a broker’s name', () => {
  const definitions = [...Object.values(nodeKinds), ...Object.values(protocols)];
  const settings = definitions.flatMap(({ parameters }) =>
    Object.values(parameters).flatMap((parameter) => fieldMeta(parameter as never)?.broker ?? []),
  );

  it.each([...new Set(settings)])('some rule speaks of %s', (setting) => {
    expect(findRules(specification, setting)).not.toEqual([]);
  });
});

describe('a sentence of the specification', () => {
  it('falls into plain, code and emphasised parts, and nothing of it is lost', () => {
    expect(partsOf('With `acks=all` it is *lost*; 2 * 3 stays')).toEqual([
      { text: 'With ', style: 'plain' },
      { text: 'acks=all', style: 'code' },
      { text: ' it is ', style: 'plain' },
      { text: 'lost', style: 'emphasis' },
      { text: '; 2 ', style: 'plain' },
      { text: '*', style: 'plain' },
      { text: ' 3 stays', style: 'plain' },
    ]);
  });
});
