/** The model in simjs, as its manual writes it: one entity that lets customers in, and one facility with servers. */
import { nextExponential } from '../../workers/engine/core/ziggurat.ts';
import { arrivalsPerMs, openDraws, SERVICE_MS, type Served } from './model.ts';

interface Request {
  done(callback: () => void): Request;
}

interface Facility {
  readonly __facility: never;
  finalize(atTime: number): void;
  systemStats(): { readonly durationSeries: { average(): number; count(): number } };
}

interface Entity {
  setTimer(duration: number): Request;
  useFacility(facility: Facility, duration: number): Request;
}

interface Simulation {
  addEntity(entity: new () => Entity): void;
  simulate(untilTime: number): void;
  time(): number;
}

export interface SimJs {
  readonly Sim: new () => Simulation;
  readonly Facility: { new (name: string, discipline: number, servers: number): Facility; readonly FCFS: number };
  readonly Entity: new () => Entity;
}

/** The library hands itself to a window and to nobody else, so there is one while it loads. To be called once. */
export async function loadSimjs(): Promise<SimJs> {
  const host = globalThis as unknown as { window?: { Sim?: SimJs } };
  const window: { Sim?: SimJs } = {};
  host.window = window;
  await import('simjs');
  delete host.window;
  if (window.Sim === undefined) throw new Error('simjs did not hand itself to the window.');
  return window.Sim;
}

export function serveBySimjs(simjs: SimJs, servers: number, customers: number, seed: number): Served {
  const { streams, arrivals, services } = openDraws(seed);
  const meanGapMs = 1 / arrivalsPerMs(servers);
  const facility = new simjs.Facility('servers', simjs.Facility.FCFS, servers);
  let left = customers;

  class Source extends simjs.Entity {
    start(): void {
      this.letIn();
    }
    letIn(): void {
      this.useFacility(facility, SERVICE_MS * nextExponential(streams, services));
      left -= 1;
      if (left > 0) this.setTimer(meanGapMs * nextExponential(streams, arrivals)).done(() => this.letIn());
    }
  }

  const simulation = new simjs.Sim();
  simulation.addEntity(Source);
  simulation.simulate(Infinity);
  facility.finalize(simulation.time());
  const { durationSeries } = facility.systemStats();
  return { customers: durationSeries.count(), meanSojournMs: durationSeries.average() };
}
