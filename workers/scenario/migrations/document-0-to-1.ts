/**
 * `sluice/0` was the format of the first sketches: a producer had a bare `rate`, a subscription said `atMostOnce`, an edge had
 * a bare `latencyMs`.
 */
import type { Plain, PlainObject } from '../plain.ts';
import { rewriteItems, type DocumentMigration } from './migration.ts';

export const document0To1: DocumentMigration = {
  from: 0,
  what: 'rate becomes arrivals, atMostOnce becomes commit, latencyMs moves into network',
  migrate: (document) => {
    let migrated = rewriteItems(document, 'nodes', (node) => node['kind'] === 'producer', {
      members: (members) =>
        replaced(members, 'rate', (rate) => ({ arrivals: { type: 'poisson', ratePerSecond: rate } })),
      renamed: { rate: 'arrivals' },
    });
    migrated = rewriteItems(migrated, 'edges', (edge) => edge['kind'] === 'subscribe', {
      members: (members) =>
        replaced(members, 'atMostOnce', (atMostOnce) => ({ commit: atMostOnce === true ? 'before' : 'after' })),
      renamed: { atMostOnce: 'commit' },
    });
    return rewriteItems(migrated, 'edges', () => true, {
      members: (members) =>
        replaced(members, 'latencyMs', (mean) => ({ network: { latencyMs: { type: 'constant', mean } } })),
      renamed: { latencyMs: 'network' },
    });
  },
};

/** The members with one of them replaced by others; as they are when it is not there. */
function replaced(members: PlainObject, name: string, by: (value: Plain) => PlainObject): PlainObject {
  const { [name]: value, ...rest } = members;
  return value === undefined ? members : { ...rest, ...by(value) };
}
