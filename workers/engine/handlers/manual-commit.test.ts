/** Positions that an application saves by itself. */
import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import { at, latency, scenario } from '../testing/scenario-builder.ts';
import { COMMIT_ANSWER } from '../brokers/log/commit-answer.ts';
import { commitManually } from './commit.ts';

/** Four records of one partition, read at once by `c`, which is 1 ms away and saves nothing by itself. */
function reader() {
  return scenario()
    .producer('p', { arrivals: at(1, 1, 1, 1) })
    .topic('t')
    .consumer('c', { group: 'g' })
    .publish('p', 't')
    .subscribe('t', 'c', { commit: 'manual', network: latency(1), sessionTimeoutMs: 100, heartbeatIntervalMs: 10 });
}

const saved = ({ run }: Lab): number => run.cursors[0]!.committed;
const save = ({ run }: Lab, offset: number, instance = 0): void =>
  commitManually(run, instance, [{ cursor: 0, offset }]);

describe('manual commits', () => {
  test('[KO15] nothing else saves a position, not even a graceful stop', () => {
    const run = lab(reader()).until(1000);
    run.set('nodes', 'c', { instances: 0 }).until(2000);
    expect(run.subscription('t', 'g')).toMatchObject({ applied: 4, delivered: 4 });
    expect(saved(run)).toBe(-1);
  });

  test('[KO15] what the application names is saved a millisecond later, and known one after that', () => {
    const run = lab(reader()).until(50);
    save(run, 3);
    expect([saved(run), run.run.instances[0]!.commitAnswer]).toEqual([-1, -1]);
    run.until(51);
    expect([saved(run), run.run.instances[0]!.commitAnswer]).toEqual([3, -1]);
    run.until(52);
    expect([saved(run), run.run.instances[0]!.commitAnswer]).toEqual([3, COMMIT_ANSWER.saved]);
  });

  test('[KO15] [KO2] what is named later stands, also when it is lower', () => {
    const run = lab(reader()).until(50);
    save(run, 3);
    run.until(60);
    save(run, 1);
    run.until(61);
    expect([saved(run), run.subscription('t', 'g').lag]).toEqual([1, 3]);
    run.fault({ do: 'restart', target: 'c' }).until(1000);
    expect(run.subscription('t', 'g')).toMatchObject({ delivered: 7, duplicateEffects: 3 });
  });

  test('[KO15] its successor goes on there', () => {
    const run = lab(reader()).until(50);
    save(run, 3);
    run.until(60).fault({ do: 'restart', target: 'c' }).until(1000);
    expect(run.subscription('t', 'g')).toMatchObject({ delivered: 5, duplicateEffects: 1 });
  });

  test('[KO15] a lower position is saved too, and what lies above it is offered again', () => {
    const run = lab(reader()).until(50);
    save(run, 3);
    run.until(60);
    save(run, 1);
    run.until(70);
    expect(saved(run)).toBe(1);
    run.fault({ do: 'restart', target: 'c' }).until(1000);
    expect(run.subscription('t', 'g')).toMatchObject({ delivered: 7, duplicateEffects: 3 });
  });

  test('[KO15] of a partition that another member reads', () => {
    const run = lab(
      reader()
        .consumer('d', { group: 'g' })
        .subscribe('t', 'd', { commit: 'manual', network: latency(1) }),
    );
    run.until(1000);
    expect(run.readers('t')).toEqual(['c/0: 0', 'd/0:']);
    save(run, 2, 1);
    run.until(1010);
    expect([saved(run), run.run.instances[1]!.commitAnswer]).toEqual([2, COMMIT_ANSWER.saved]);
  });

  test('[KO15] a member that the coordinator has removed is refused', () => {
    const run = lab(reader()).until(50).fault({ do: 'pause', target: 'c' }).until(300);
    run.fault({ do: 'resume', target: 'c' });
    save(run, 3);
    run.until(310);
    expect([saved(run), run.run.instances[0]!.commitAnswer]).toEqual([-1, COMMIT_ANSWER.unknownMember]);
  });
});
