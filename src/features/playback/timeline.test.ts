import { describe, expect, it } from 'vitest';
import { fallsShort, nextSpeed, saySpeed, speedIndex, SPEEDS, writeSpeed } from './speeds.ts';
import {
  clusterMarks,
  forkMarks,
  instantByKey,
  keyStep,
  markNear,
  neighbouringMark,
  timelineSpan,
} from './timeline.ts';

describe('the timeline', () => {
  it('spans a round length beyond the horizon', () => {
    expect(timelineSpan(0)).toBe(10_000);
    expect(timelineSpan(9_700)).toBe(10_000);
    expect(timelineSpan(10_000)).toBe(15_000);
    expect(timelineSpan(59_000)).toBe(90_000);
    expect(timelineSpan(200_000_000)).toBe(259_200_000);
  });

  it('draws close marks of one lane as the weightiest, and keeps what was done apart from what happened', () => {
    const clusters = clusterMarks(
      [
        { atMs: 98, kind: 'rebalance', label: 'rebalance' },
        { atMs: 99, kind: 'anomaly', label: 'duplicate' },
        { atMs: 99.5, kind: 'anomaly', label: 'lost' },
        { atMs: 106, kind: 'fault', label: 'crash' },
        { atMs: 9000, kind: 'anomaly', label: 'lost' },
      ],
      10_000,
      100,
    );
    expect(clusters).toEqual([
      { kind: 'anomaly', atMs: 99, count: 3, labels: ['rebalance', 'duplicate', 'lost'] },
      { kind: 'fault', atMs: 106, count: 1, labels: ['crash'] },
      { kind: 'anomaly', atMs: 9000, count: 1, labels: ['lost'] },
    ]);
  });

  it('finds the mark that is pressed, within reach and in its lane', () => {
    const clusters = [
      { kind: 'anomaly', atMs: 100, count: 1, labels: [] },
      { kind: 'fault', atMs: 104, count: 1, labels: [] },
      { kind: 'anomaly', atMs: 110, count: 1, labels: [] },
    ] as const;
    expect(markNear(clusters, 'happened', 106, 20)?.atMs).toBe(110);
    expect(markNear(clusters, 'done', 106, 20)?.atMs).toBe(104);
    expect(markNear(clusters, 'happened', 150, 20)).toBeNull();
  });

  it('jumps to the neighbouring mark of a kind, never to the one it stands on', () => {
    const marks = [
      { atMs: 100, kind: 'anomaly', label: 'a' },
      { atMs: 200, kind: 'fault', label: 'b' },
      { atMs: 300, kind: 'anomaly', label: 'c' },
    ] as const;
    expect(neighbouringMark(marks, 'anomaly', 100, 1)?.atMs).toBe(300);
    expect(neighbouringMark(marks, 'anomaly', 300, -1)?.atMs).toBe(100);
    expect(neighbouringMark(marks, 'anomaly', 300, 1)).toBeNull();
  });

  it('moves by round steps with the keys', () => {
    const at = { instantMs: 12_340, horizonMs: 25_000, spanMs: 30_000 };
    expect(keyStep(30_000)).toBe(100);
    expect(instantByKey({ key: 'ArrowRight', shiftKey: false }, at)).toBe(12_400);
    expect(instantByKey({ key: 'ArrowLeft', shiftKey: false }, at)).toBe(12_300);
    expect(instantByKey({ key: 'PageUp', shiftKey: false }, at)).toBe(13_300);
    expect(instantByKey({ key: 'Home', shiftKey: false }, at)).toBe(0);
    expect(instantByKey({ key: 'End', shiftKey: false }, at)).toBe(25_000);
    expect(instantByKey({ key: 'a', shiftKey: false }, at)).toBeNull();
    expect(instantByKey({ key: 'ArrowLeft', shiftKey: true }, { ...at, instantMs: 50 })).toBe(0);
  });
});

describe('speeds', () => {
  it('are written as a person says them', () => {
    expect(SPEEDS.map(writeSpeed)).toEqual([
      '1/100×',
      '1/50×',
      '1/20×',
      '1/10×',
      '1/4×',
      '1/2×',
      '1×',
      '2×',
      '5×',
      '10×',
      '20×',
      '50×',
      '100×',
      '1,000×',
      'Max',
    ]);
    expect(saySpeed(0.25)).toBe('1/4 of real time');
    expect(saySpeed(Number.POSITIVE_INFINITY)).toBe('as fast as this machine can');
  });

  it('step through those offered, from one in between as well', () => {
    expect(nextSpeed(1, 1)).toBe(2);
    expect(nextSpeed(3, 1)).toBe(5);
    expect(nextSpeed(3, -1)).toBe(2);
    expect(nextSpeed(Number.POSITIVE_INFINITY, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(nextSpeed(Number.POSITIVE_INFINITY, -1)).toBe(1000);
    expect(SPEEDS.map(speedIndex)).toEqual(SPEEDS.map((_, index) => index));
    expect(speedIndex(3)).toBe(SPEEDS.indexOf(2));
  });

  it('tell of a shortfall only where one was asked for', () => {
    expect(fallsShort(10, 4)).toBe(true);
    expect(fallsShort(10, 9)).toBe(false);
    expect(fallsShort(Number.POSITIVE_INFINITY, 4)).toBe(false);
    expect(fallsShort(10, 0)).toBe(false);
  });
});

it('forks are marked where the branch shown left another one, and where others left it', () => {
  const row = { changes: 1, depth: 1, shown: false };
  const marks = forkMarks([
    { ...row, id: 'b1', name: 'Main' },
    { ...row, id: 'b2', name: 'Crash', parent: 'b1', forkMs: 5000, shown: true },
    { ...row, id: 'b3', name: 'Later', parent: 'b2', forkMs: 8000 },
    { ...row, id: 'b4', name: 'Elsewhere', parent: 'b1', forkMs: 2000 },
  ]);
  expect(marks).toEqual([
    { atMs: 5000, kind: 'fork', label: 'left “Main” here' },
    { atMs: 8000, kind: 'fork', label: '“Later” begins here' },
  ]);
});
