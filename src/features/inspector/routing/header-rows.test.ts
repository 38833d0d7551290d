import { expect, it, test } from 'vitest';
import { headersOf } from '../../../../workers/scenario/amqp/header-text.ts';
import { complaintAboutName, headerLinesOf, headerRowsOf, kindOfValue } from './header-rows.ts';

test.each([
  'region = eu\ntier=2',
  'there\nnil = null\nempty =',
  'vip = true\nnote = "1"\n\n = nothing',
  'a = b = c\na = 1',
])('rows mean what the lines mean: %j', (lines) => {
  expect(headersOf(headerLinesOf(headerRowsOf(lines)))).toEqual(headersOf(lines));
});

it('says how a broker understands a value, where it is not text', () => {
  expect(['eu', '"1"', '', 'null'].map(kindOfValue)).toEqual([null, null, null, null]);
  expect(['1', '-2.5', 'true'].map(kindOfValue)).toEqual(['number', 'number', 'yes or no']);
});

it('finds names that are missing, cut in two, or said twice', () => {
  const rows = [
    { name: 'a', value: '1' },
    { name: '', value: 'x' },
    { name: 'b=c', value: '' },
    { name: 'a', value: '2' },
    { name: '', value: '' },
  ];
  expect(rows.map((_, place) => complaintAboutName(rows, place) !== null)).toEqual([true, true, true, false, false]);
});
