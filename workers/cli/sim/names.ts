/** What a text report calls things: by the names that a person gave them. */
import { plainName } from './table.ts';

/** Names by id. */
export type Names = ReadonlyMap<string, string>;

/** An unnamed thing is called by its id. */
export function namesOf(nodes: readonly { readonly id: string; readonly name: string }[]): Names {
  return new Map(nodes.map(({ id, name }) => [id, plainName(name) || id]));
}

/** A group without a name of its own is called by its consumer's id. */
export function nameOf(names: Names, id: string): string {
  return names.get(id) ?? plainName(id);
}

/** A subscription by who reads and what is read; a queue that nobody reads has no group. */
export function subscriptionName(names: Names, { group, topic }: { group: string; topic: string }): string {
  return group === ''
    ? `${nameOf(names, topic)} (nobody reads it)`
    : `${nameOf(names, group)} on ${nameOf(names, topic)}`;
}
