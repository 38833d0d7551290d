/** The simulation worker: the engine behind Comlink, with this thread's clock and turns. */
import { expose } from 'comlink';
import { engineInstruments } from './engine-instruments.ts';
import { SimulationHost } from './host.ts';
import { createTurns } from './turns.ts';

expose(new SimulationHost(engineInstruments(), { clock: () => performance.now(), later: createTurns() }));
