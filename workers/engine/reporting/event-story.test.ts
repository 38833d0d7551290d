import { expect, test } from 'vitest';
import { createRun, digestOf, fromMs, nextEventNs, runUntil, stepEvent, type Run } from '../engine.ts';
import { at, constant, latency, scenario } from '../testing/scenario-builder.ts';
import { everythingAtOnce } from '../testing/scenarios.ts';
import { tellNext } from './event-story.ts';

function toldUntil(run: Run, ms: number): string[] {
  const told: string[] = [];
  while (nextEventNs(run) <= fromMs(ms)) {
    const { what, where } = tellNext(run)!;
    told.push(`${what}: ${where}`);
    stepEvent(run);
  }
  return told;
}

test('every step of a message is told with the names of the design', () => {
  const document = scenario()
    .producer('p', { name: 'Shop', arrivals: at(10) })
    .topic('t', { name: 'Orders', appendMs: 1, replicationFactor: 3, replicationMs: 2 })
    .consumer('c', { name: 'Billing', workMs: constant(4) })
    .publish('p', 't', { network: latency(1), lingerMs: 2 })
    .subscribe('t', 'c', { network: latency(1), commit: 'after' })
    .build();
  const run = createRun({ ...document, faults: [{ id: 'f', atMs: 30, do: 'crash', target: 'c', instance: 0 }] });
  runUntil(run, fromMs(9));
  expect(new Set(toldUntil(run, 31))).toEqual(
    new Set([
      'Fact happens: Shop',
      'Producer looks at its batches: Shop → Orders',
      'Produce request arrives: Shop → Orders',
      'Batch appended: Orders',
      'Produce request answered: Shop → Orders',
      'Batch replicated: Orders',
      'Fetch answered: Orders → Billing 0',
      'Fetch arrives: Orders → Billing 0',
      'Work done: Billing 0',
      'Commit arrives: Billing 0',
      'Commit answered: Billing 0',
      'Fault: Crash Billing',
    ]),
  );
});

test('an event of any kind can be told before it happens, and telling changes nothing', () => {
  const [told, untold] = [createRun(everythingAtOnce(1)), createRun(everythingAtOnce(1))];
  for (const line of toldUntil(told, 6000)) expect(line).toMatch(/^[A-Z][^:]+: /);
  runUntil(untold, told.nowNs);
  expect(digestOf(told)).toBe(digestOf(untold));
});
