import { describe, expect, it, test } from 'vitest';
import { complaintAbout, complaintAboutText, rowsOf, textOf, type PolicyRow } from './policy-rows.ts';

describe('a policy in rows', () => {
  test.each([
    ['', []],
    ['{"key":["k1",{"prefix":"eu-"}]}', ['key equals k1', 'key prefix eu-']],
    [
      '{"source":["shop"],"bytes":[{"numeric":[">=",100,"<",200]},300]}',
      ['source equals shop', 'bytes numeric >= 100 and < 200', 'bytes equals 300'],
    ],
    [
      '{"key":[{"anything-but":["a","b"]},{"anything-but":{"prefix":"eu"}}]}',
      ['key anything-but a, b', 'key anything-but-prefix eu'],
    ],
    [
      '{"key":[{"exists":false},{"suffix":"\\":"},{"equals-ignore-case":"EU"}]}',
      ['key missing ', 'key suffix ":', 'key equals-ignore-case EU'],
    ],
  ])('says what the text says, and the same text comes of it: %s', (text, said) => {
    const rows = rowsOf(text)!;
    expect(rows.map(({ attribute, operator, value }) => `${attribute} ${operator} ${value}`)).toEqual(said);
    const again = textOf(rows)!;
    expect(again === '' ? '' : JSON.stringify(JSON.parse(again))).toBe(text);
  });

  test.each([
    '{',
    '{"key": [5]}',
    '{"bytes": ["5"]}',
    '{"key": [{"anything-but": ["a, b"]}]}',
    '{"key": [" k"]}',
    '{"key": [""]}',
  ])('has none where rows would say something else: %s', (text) => {
    expect(rowsOf(text)).toBeNull();
  });

  it('asks for what is missing', () => {
    const row = (part: Partial<PolicyRow>): PolicyRow => ({ attribute: 'key', operator: 'equals', value: '', ...part });
    expect(complaintAbout(row({}))).toBe('Needs a value.');
    expect(complaintAbout(row({ attribute: 'bytes', value: 'k1' }))).toBe('Needs a number.');
    expect(complaintAbout(row({ attribute: 'bytes', operator: 'numeric', value: '100' }))).toContain('>= 100');
    expect(complaintAbout(row({ attribute: 'bytes', operator: 'numeric', value: '>100, <= 2.5' }))).toBeNull();
    expect(textOf([row({ value: 'k1' }), row({})])).toBeNull();
  });

  it('tells what JSON cannot be read, and where', () => {
    expect(complaintAboutText('{"key": ["k1"]}')).toBeNull();
    expect(complaintAboutText('{"key": ["k1"')).toMatch(/^Not JSON: .+\.$/);
    expect(complaintAboutText('{"key": [{"like": "k"}]}')).toBe(
      'Cannot be read: "key" has no condition like {"like":"k"}.',
    );
  });
});
