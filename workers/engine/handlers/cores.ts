/**
 * Cores that the workers of one instance share alike: while n of them work on c cores, each gets min(1, c / n) of one. All that have
 * a share get the same, so one sum serves them all, and who has least to go is the next to be done.
 */
import { at, deferred, OP, PRIORITY } from '../events.ts';
import type { Run } from '../state.ts';
import type { CoresState, InstanceState, Worker } from './handler-state.ts';

export function createCores(cores: number): CoresState {
  return { cores, working: 0, givenNs: 0, sinceNs: 0, ticket: 0 };
}

/** [HD10] A worker begins work that takes so long on a core of its own. */
export function enterCores(run: Run, index: number, instance: InstanceState, worker: Worker, workNs: number): void {
  const cpu = instance.cpu!;
  catchUp(run, cpu);
  cpu.working += 1;
  worker.doneAtNs = cpu.givenNs + workNs;
  expectNext(run, index, instance, cpu);
}

/** Whether the worker is done, which then leaves its share to the others. */
export function leaveCores(run: Run, index: number, workerIndex: number, ticket: number): boolean {
  const instance = run.instances[index]!;
  const { cpu } = instance;
  if (cpu === null || cpu.ticket !== ticket) return false;
  if (deferred(instance.process, OP.sharedWorkDone, index, workerIndex, ticket)) return false;
  const worker = instance.workers[workerIndex]!;
  cpu.givenNs = worker.doneAtNs;
  cpu.sinceNs = run.nowNs;
  cpu.working -= 1;
  worker.doneAtNs = -1;
  expectNext(run, index, instance, cpu);
  return true;
}

/** Work that is ended before it is done leaves its share to the others. */
export function giveUpCore(run: Run, index: number, instance: InstanceState, worker: Worker): void {
  const cpu = instance.cpu!;
  catchUp(run, cpu);
  cpu.working -= 1;
  worker.doneAtNs = -1;
  expectNext(run, index, instance, cpu);
}

/** The number of cores changes. What is being worked on with no share goes on without. */
export function resizeCores(run: Run, index: number, cores: number): void {
  const instance = run.instances[index]!;
  if (instance.cpu === null) {
    instance.cpu = createCores(cores);
    return;
  }
  catchUp(run, instance.cpu);
  instance.cpu.cores = cores;
  expectNext(run, index, instance, instance.cpu);
}

function shareOf({ cores, working }: CoresState): number {
  return cores === 0 || working <= cores ? 1 : cores / working;
}

function catchUp(run: Run, cpu: CoresState): void {
  if (cpu.working === 0) cpu.givenNs = 0;
  else cpu.givenNs += (run.nowNs - cpu.sinceNs) * shareOf(cpu);
  cpu.sinceNs = run.nowNs;
}

/** Sets the alarm for whoever is the next to be done; of several the first worker. */
function expectNext(run: Run, index: number, { workers }: InstanceState, cpu: CoresState): void {
  cpu.ticket += 1;
  if (cpu.working === 0) return;
  let [next, leastNs] = [-1, Infinity];
  for (let i = 0; i < workers.length; i += 1) {
    const { doneAtNs } = workers[i]!;
    if (doneAtNs < 0 || doneAtNs >= leastNs) continue;
    next = i;
    leastNs = doneAtNs;
  }
  const leftNs = Math.max(0, Math.round((leastNs - cpu.givenNs) / shareOf(cpu)));
  at(run, run.nowNs + leftNs, PRIORITY.client, OP.sharedWorkDone, index, next, cpu.ticket);
}
