/** What a document says of a store, as its database reads it. */
import { compileDistribution } from '../../core/distributions.ts';
import { fromMs, NS_PER_MS } from '../../core/time.ts';
import type { NodeOf } from '../../../scenario/resolve.ts';
import type { DatabaseSettings } from './database.ts';

/** Costs of a thousand rows become those of one. */
const PER_ROW = NS_PER_MS / 1000;

export function databaseSettings(node: NodeOf<'store'>): DatabaseSettings {
  return {
    read: compileDistribution(node.readMs),
    writeNs: fromMs(node.writeMs),
    commit: compileDistribution(node.commitMs),
    cores: node.cores,
    connections: node.connections,
    perDeadRowNs: node.deadRowsMs * PER_ROW,
    perPinnedRowNs: node.pinnedRowsMs * PER_ROW,
    perKeptRowNs: node.keptRowsMs * PER_ROW,
    vacuumEveryNs: fromMs(node.autovacuumNaptimeMs),
  };
}
