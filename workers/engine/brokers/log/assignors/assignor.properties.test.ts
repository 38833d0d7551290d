import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign } from './assignor.ts';
import type { Assignment, AssignmentMember, AssignorName, TopicPartition } from './assignor.ts';
import { compareText } from './group.ts';
import { assignServerUniform } from './server.ts';

const TOPICS = ['a', 'b', 'c', 'd'];

/** A group as it may be at any time: some partitions held, each by at most one member that may not want it any more. */
const groups = fc
  .record({
    topics: fc.record({ a: fc.nat(9), b: fc.nat(9), c: fc.nat(9), d: fc.nat(9) }),
    wants: fc.array(fc.subarray(TOPICS), { minLength: 1, maxLength: 6 }),
    equal: fc.boolean(),
    holders: fc.array(fc.nat(8), { minLength: 36, maxLength: 36 }),
  })
  .map(({ topics, wants, equal, holders }) => {
    const members = wants.map((want, rank): AssignmentMember => {
      const owned = allOf(topics).filter((_, at) => holders[at] === rank);
      return { id: `m${rank}`, topics: equal ? (wants[0] ?? []) : want, owned, generation: 1 };
    });
    return { topics, members };
  });

function allOf(topics: Readonly<Record<string, number>>): readonly TopicPartition[] {
  return Object.entries(topics).flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => ({ topic, partition })),
  );
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}${partition}`;
}

function pairs(assignment: Assignment): readonly string[] {
  return [...assignment].flatMap(([id, list]) => list.map((one) => `${nameOf(one)} ${id}`)).toSorted(compareText);
}

const ALL: readonly AssignorName[] = ['range', 'roundrobin', 'sticky', 'cooperative-sticky'];

describe.each(ALL)('%s', (name) => {
  test('[KA1] nobody gets what it does not want, and nothing goes to two', () => {
    fc.assert(
      fc.property(groups, ({ topics, members }) => {
        const assignment = assign(name, topics, members);
        const given = [...assignment.values()].flat().map(nameOf);
        expect(new Set(given).size).toBe(given.length);
        for (const { id, topics: wanted } of members) {
          for (const { topic } of assignment.get(id) ?? []) expect(wanted).toContain(topic);
        }
        if (name === 'cooperative-sticky') return;
        const wanted = new Set(members.flatMap((member) => member.topics));
        expect(given.length).toBe(allOf(topics).filter(({ topic }) => wanted.has(topic)).length);
      }),
    );
  });

  test('[KA2] the order in which members and topics are given does not matter', () => {
    fc.assert(
      fc.property(groups, ({ topics, members }) => {
        const reversed = Object.fromEntries(Object.entries(topics).toReversed());
        expect(pairs(assign(name, reversed, members.toReversed()))).toEqual(pairs(assign(name, topics, members)));
      }),
    );
  });
});

describe('sticky', () => {
  test('[KA8] [KA9] nobody has two more than another member that wants one of its partitions', () => {
    fc.assert(
      fc.property(groups, ({ topics, members }) => {
        const assignment = assign('sticky', topics, members);
        for (const list of assignment.values()) {
          for (const { id, topics: wanted } of members) {
            if (!list.some(({ topic }) => wanted.includes(topic))) continue;
            expect(list.length - (assignment.get(id)?.length ?? 0)).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });

  test('[KA8] [KA9] an assignment that was made is made again', () => {
    fc.assert(
      fc.property(groups, ({ topics, members }) => {
        const before = assign('sticky', topics, members);
        const again = members.map((member) => ({ ...member, owned: before.get(member.id) ?? [] }));
        expect(pairs(assign('sticky', topics, again))).toEqual(pairs(before));
      }),
    );
  });
});

/** More rounds than any group needs to settle. */
const ROUNDS_MAX = 5;

describe('cooperative-sticky', () => {
  test('[KA10] nobody is given what another member holds, and a few rounds give out everything', () => {
    fc.assert(
      fc.property(groups, ({ topics, members }) => {
        const first = assign('cooperative-sticky', topics, members);
        for (const { id, owned } of members) {
          const others = members.filter((other) => other.id !== id).flatMap((other) => first.get(other.id) ?? []);
          const taken = new Set(others.map(nameOf));
          expect(owned.filter((one) => taken.has(nameOf(one)))).toEqual([]);
        }
        // Two rounds mostly do. Where members want different topics, balancing may take something away once more.
        const wanted = new Set(members.flatMap((member) => member.topics));
        const all = allOf(topics).filter(({ topic }) => wanted.has(topic)).length;
        let assignment = first;
        for (let round = 2; round <= ROUNDS_MAX && pairs(assignment).length < all; round += 1) {
          const before = assignment;
          const again = members.map((member) => ({ ...member, owned: before.get(member.id) ?? [], generation: round }));
          assignment = assign('cooperative-sticky', topics, again);
        }
        expect(pairs(assignment).length).toBe(all);
      }),
    );
  });
});

test('[KA12] uniform gives everything wanted to somebody who wants it', () => {
  fc.assert(
    fc.property(groups, ({ topics, members }) => {
      const assignment = assignServerUniform(topics, members);
      const wanted = new Set(members.flatMap((member) => member.topics));
      const given = [...assignment.values()].flat().map(nameOf);
      expect(new Set(given).size).toBe(given.length);
      expect(given.length).toBe(allOf(topics).filter(({ topic }) => wanted.has(topic)).length);
      for (const { id, topics: own } of members) {
        for (const { topic } of assignment.get(id) ?? []) expect(own).toContain(topic);
      }
    }),
  );
});

describe('large groups', () => {
  const topics = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`t${at}`, 100]));
  const names = Object.keys(topics);
  const equal = Array.from({ length: 100 }, (_, at): AssignmentMember => ({ id: `m${at}`, topics: names, owned: [] }));
  const mixed = equal.map((member, at) => ({ ...member, topics: names.slice(at % 8) }));

  test.each(ALL)('[KA1] %s copes with 1,000 partitions and 100 members, and with one more', (name) => {
    for (const members of [equal, mixed]) {
      const before = assign(name, topics, members);
      expect([...before.values()].flat().length).toBe(1000);
      const more = members.map((member) => ({ ...member, owned: before.get(member.id) ?? [], generation: 1 }));
      const after = assign(name, topics, [...more, { id: 'new', topics: names, owned: [] }]);
      expect(after.size).toBe(101);
    }
  });
});
