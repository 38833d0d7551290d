import { expect, test } from 'vitest';
import { addMark, createMarks, dropMarksAfter, MARKS_MAX } from './marks.ts';

const lost = (atNs: number) => ({ atNs, kind: 'anomaly' as const, label: 'Lost' });

test('a cell keeps the first mark of each label, whatever the order they are found in', () => {
  const marks = createMarks(100);
  for (const at of [50, 20, 70, 130]) addMark(marks, lost(at));
  addMark(marks, { atNs: 60, kind: 'rebalance', label: 'Rebalance' });
  expect(marks.rows.map((row) => row.atNs)).toEqual([20, 60, 130]);
});

test('many marks are thinned evenly, the first of all stays', () => {
  const marks = createMarks(100);
  for (let at = 0; at < 1_000_000; at += 100) addMark(marks, lost(at));
  expect(marks.rows.length).toBeGreaterThan(MARKS_MAX / 3);
  expect(marks.rows.length).toBeLessThanOrEqual(MARKS_MAX);
  expect(marks.rows[0]!.atNs).toBe(0);
  expect(marks.rows.at(-1)!.atNs).toBeGreaterThan(990_000);
});

test('many labels at one instant are bounded too', () => {
  const marks = createMarks(100);
  for (let i = 0; i < MARKS_MAX * 2; i++) addMark(marks, { atNs: 5, kind: 'anomaly', label: `Lost in ${i}` });
  expect(marks.rows.length).toBe(MARKS_MAX);
});

test('marks after an instant can be dropped', () => {
  const marks = createMarks(100);
  for (const at of [0, 100, 200]) addMark(marks, lost(at));
  dropMarksAfter(marks, 100);
  expect(marks.rows.map((row) => row.atNs)).toEqual([0, 100]);
});
