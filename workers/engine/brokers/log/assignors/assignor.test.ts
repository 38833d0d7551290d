import { describe, expect, test } from 'vitest';
import { assign, assignAll } from './assignor.ts';
import type { Assignment, AssignmentMember, AssignorName, TopicPartition } from './assignor.ts';
import { assignServerRange, assignServerUniform } from './server.ts';

/** `a0 a1 b12` as partitions of the topics `a` and `b`. */
function partitions(text: string): readonly TopicPartition[] {
  return [...text.matchAll(/([a-zA-Z]+)(\d+)/g)].map(([, topic = '', partition]) => ({
    topic,
    partition: Number(partition),
  }));
}

/** `member('x', 'a b', { owned: 'a0 a1' })`. */
function member(
  id: string,
  topics: string,
  { owned = '', ...rest }: { owned?: string; instanceId?: string; generation?: number; rack?: string } = {},
): AssignmentMember {
  return { id, topics: topics.split(' ').filter(Boolean), owned: partitions(owned), ...rest };
}

/** Each member with its partitions in the assignor's order, as `a0 a1`. */
function shown(assignment: Assignment): Record<string, string> {
  const names = (list: readonly TopicPartition[]) =>
    list.map(({ topic, partition }) => `${topic}${partition}`).join(' ');
  return Object.fromEntries([...assignment].map(([id, list]) => [id, names(list)]));
}

const ALL: readonly AssignorName[] = ['range', 'roundrobin', 'sticky', 'cooperative-sticky'];

describe.each(ALL)('%s', (name) => {
  test('[KA1] every member is in the assignment, also those that get nothing, in the order given', () => {
    const members = [member('z', 'a'), member('x', 'a'), member('y', 'a')];
    const assignment = assign(name, { a: 1 }, members);
    expect([...assignment.keys()]).toEqual(['z', 'x', 'y']);
    expect(shown(assignment)).toEqual({ z: '', x: 'a0', y: '' });
  });

  test('[KA1] a group without members has an empty assignment', () => {
    expect(assign(name, { a: 3 }, []).size).toBe(0);
  });

  test('[KA2] ids are ordered by code units, capitals before small letters and digits by their characters', () => {
    const members = ['b', 'a10', 'a9', 'B', 'é'].map((id) => member(id, 'a'));
    const order = [...assign(name, { a: 5 }, members)].sort(
      ([, [p]], [, [q]]) => (p?.partition ?? 0) - (q?.partition ?? 0),
    );
    expect(order.map(([id]) => id)).toEqual(['B', 'a10', 'a9', 'b', 'é']);
  });

  test('[KA3] topics that do not exist, have no partitions or that nobody wants are left out', () => {
    const members = [member('x', 'a ghost empty'), member('y', 'a ghost empty')];
    expect(shown(assign(name, { a: 2, empty: 0, other: 4 }, members))).toEqual({ x: 'a0', y: 'a1' });
  });

  test('[KA3] a topic may be named like something every object has', () => {
    expect(shown(assign(name, { a: 1 }, [member('x', 'a constructor toString')]))).toEqual({ x: 'a0' });
  });
});

describe('range', () => {
  test('[KA5] each topic is cut into runs, and the first members get the extra ones of every topic', () => {
    const members = [member('x', 'a b'), member('y', 'a b')];
    expect(shown(assign('range', { a: 5, b: 5 }, members))).toEqual({ x: 'a0 a1 a2 b0 b1 b2', y: 'a3 a4 b3 b4' });
  });

  test('[KA2] [KA5] static members come first, by instance id', () => {
    const members = [member('x', 'a'), member('y', 'a', { instanceId: '2' }), member('z', 'a', { instanceId: '1' })];
    expect(shown(assign('range', { a: 3 }, members))).toEqual({ z: 'a0', y: 'a1', x: 'a2' });
  });

  const racks = { a: [['east'], ['west'], ['east'], ['west']], b: [['east'], ['west'], ['east'], ['west']] };

  test('[KA4] [KA5] where replicas differ, partitions go to members on their racks, within the same counts', () => {
    const members = [member('x', 'a', { rack: 'west' }), member('y', 'a', { rack: 'east' })];
    expect(shown(assign('range', { a: 4 }, members, racks))).toEqual({ x: 'a1 a3', y: 'a0 a2' });
  });

  test('[KA4] [KA5] topics with the same members and size stay together on their racks', () => {
    const members = [member('x', 'a b', { rack: 'west' }), member('y', 'a b', { rack: 'east' })];
    expect(shown(assign('range', { a: 4, b: 4 }, members, racks))).toEqual({ x: 'a1 a3 b1 b3', y: 'a0 a2 b0 b2' });
  });

  test('[KA4] racks change nothing when every partition is on all of them, or no member is near', () => {
    const members = [member('x', 'a', { rack: 'west' }), member('y', 'a', { rack: 'east' })];
    const everywhere = { a: [0, 1, 2, 3].map(() => ['east', 'west']) };
    const elsewhere = { a: [['north'], ['south'], ['north'], [null]] };
    for (const of of [everywhere, elsewhere]) {
      expect(shown(assign('range', { a: 4 }, members, of))).toEqual({ x: 'a0 a1', y: 'a2 a3' });
    }
  });
});

describe('roundrobin', () => {
  test('[KA6] all partitions of all topics are dealt round the members', () => {
    const members = [member('x', 'a b'), member('y', 'a b')];
    expect(shown(assign('roundrobin', { a: 3, b: 3 }, members))).toEqual({ x: 'a0 a2 b1', y: 'a1 b0 b2' });
  });

  test('[KA6] members that do not want a topic are stepped over, and the ring goes on where it stood', () => {
    const members = [member('x', 'a b'), member('y', 'b')];
    expect(shown(assign('roundrobin', { a: 3, b: 3 }, members))).toEqual({ x: 'a0 a1 a2 b1', y: 'b0 b2' });
  });
});

describe('sticky, equal subscriptions', () => {
  test('[KA8] members keep what they hold within their quota, low numbers first', () => {
    const members = [
      member('x', 'a b', { owned: 'a0 a1 a2 b0 b1 b2', generation: 1 }),
      member('y', 'a b', { owned: 'a3 a4 b3', generation: 1 }),
      member('z', 'a b'),
    ];
    expect(shown(assign('sticky', { a: 5, b: 4 }, members))).toEqual({ x: 'a0 b0 a1', y: 'a3 b3 a4', z: 'a2 b1 b2' });
  });

  test('[KA8] of more members with one too many than may have it, the first by id keep it', () => {
    const members = [member('x', 'a', { owned: 'a0 a1' }), member('y', 'a', { owned: 'a2 a3' }), member('z', 'a')];
    expect(shown(assign('sticky', { a: 4 }, members))).toEqual({ x: 'a0 a1', y: 'a2', z: 'a3' });
  });

  test('[KA7] of two claims the one of the higher generation holds', () => {
    const members = [
      member('x', 'a', { owned: 'a0 a1', generation: 4 }),
      member('y', 'a', { owned: 'a1 a2', generation: 5 }),
    ];
    expect(shown(assign('sticky', { a: 4 }, members))).toEqual({ x: 'a0 a3', y: 'a1 a2' });
  });

  test('[KA7] two claims of one generation cancel out', () => {
    const members = [
      member('x', 'a', { owned: 'a1', generation: 5 }),
      member('y', 'a', { owned: 'a1', generation: 5 }),
    ];
    expect(shown(assign('sticky', { a: 2 }, members))).toEqual({ x: 'a0', y: 'a1' });
    expect(shown(assign('cooperative-sticky', { a: 2 }, members))).toEqual({ x: 'a0', y: '' });
  });

  test('[KA7] a partition that does not exist is held by nobody', () => {
    expect(shown(assign('sticky', { a: 1 }, [member('x', 'a', { owned: 'a0 a1 b0' })]))).toEqual({ x: 'a0' });
  });

  test('[KA4] [KA8] a member gives up what is on no broker of its rack', () => {
    const racks = { a: [['east'], ['west']] };
    const members = [member('x', 'a', { owned: 'a1', rack: 'east' }), member('y', 'a', { owned: 'a0', rack: 'west' })];
    expect(shown(assign('sticky', { a: 2 }, members, racks))).toEqual({ x: 'a0', y: 'a1' });
    expect(shown(assign('cooperative-sticky', { a: 2 }, members, racks))).toEqual({ x: '', y: '' });
  });

  test('[KA8] recorded at the inner door, a topic that nobody named counts as wanted', () => {
    expect(shown(assignAll('sticky', { a: 1, b: 1 }, [member('x', 'a')], {}))).toEqual({ x: 'a0 b0' });
  });
});

describe('sticky, different subscriptions', () => {
  test('[KA9] partitions move from a member with two more to one that wants them', () => {
    const members = [member('x', 'a b', { owned: 'a0 a1 a2 b0 b1 b2', generation: 1 }), member('y', 'b')];
    expect(shown(assign('sticky', { a: 3, b: 3 }, members))).toEqual({ x: 'a0 a1 a2', y: 'b0 b1 b2' });
  });

  test('[KA9] what nobody holds goes to the least loaded, topics with few subscribers first', () => {
    const members = [member('x', 'a b'), member('y', 'b')];
    expect(shown(assign('sticky', { a: 1, b: 3 }, members))).toEqual({ x: 'a0 b1', y: 'b0 b2' });
  });

  test('[KA9] a difference of one is left alone', () => {
    const members = [
      member('x', 'a b', { owned: 'a0 b0', generation: 1 }),
      member('y', 'b', { owned: 'b1', generation: 1 }),
    ];
    expect(shown(assign('sticky', { a: 1, b: 2 }, members))).toEqual({ x: 'a0 b0', y: 'b1' });
  });

  test('[KA9] what a member no longer subscribes to is taken from it', () => {
    const members = [member('x', 'b', { owned: 'a0', generation: 1 }), member('y', 'a b')];
    expect(shown(assign('sticky', { a: 1, b: 1 }, members))).toEqual({ x: 'b0', y: 'a0' });
  });

  test('[KA9] a partition goes back to its holder of an older generation', () => {
    const members = [
      member('v', 'a b', { owned: 'a0 a1 a2 a3', generation: 2 }),
      member('w', 'a'),
      member('x', 'a', { owned: 'a0', generation: 1 }),
    ];
    expect(shown(assign('sticky', { a: 4, b: 1 }, members))).toMatchObject({ x: 'a0' });
  });
});

describe('the sticky assignors of librdkafka', () => {
  const asLibrdkafka = (topics: Record<string, number>, members: AssignmentMember[]) =>
    shown(assign('sticky', topics, members, {}, 'librdkafka'));

  test('[KA13] a member with too many gives its lowest partitions, where with Java it keeps them', () => {
    const members = [member('x', 'a', { owned: 'a0 a1 a2 a3', generation: 1 }), member('y', 'a')];
    expect(asLibrdkafka({ a: 4 }, members)).toEqual({ x: 'a2 a3', y: 'a0 a1' });
    expect(shown(assign('sticky', { a: 4 }, members))).toEqual({ x: 'a0 a1', y: 'a2 a3' });
  });

  test('[KA13] of members with equally many the last one by id gives', () => {
    const members = [
      member('x', 'a', { owned: 'a2 a3', generation: 2 }),
      member('y', 'a', { owned: 'a0 a1', generation: 2 }),
      member('z', 'a'),
    ];
    expect(asLibrdkafka({ a: 4 }, members)).toEqual({ x: 'a2 a3', y: 'a1', z: 'a0' });
  });

  test('[KA13] what nobody holds goes to the least loaded, in a new group one after the other', () => {
    const orphaned = [
      member('x', 'a', { owned: 'a2 a3', generation: 3 }),
      member('z', 'a', { owned: 'a0', generation: 3 }),
    ];
    expect(asLibrdkafka({ a: 4 }, orphaned)).toEqual({ x: 'a2 a3', z: 'a0 a1' });
    expect(asLibrdkafka({ a: 3 }, [member('x', 'a'), member('y', 'a')])).toEqual({ x: 'a0 a2', y: 'a1' });
  });

  test('[KA13] the other assignors are the same in both libraries', () => {
    const members = [member('x', 'a b'), member('y', 'a b')];
    for (const name of ['range', 'roundrobin'] as const)
      expect(shown(assign(name, { a: 3, b: 3 }, members, {}, 'librdkafka'))).toEqual(
        shown(assign(name, { a: 3, b: 3 }, members)),
      );
  });
});

describe('cooperative-sticky', () => {
  test('[KA10] what another member still holds is left out, and handed out once it was given up', () => {
    const first = [member('x', 'a', { owned: 'a0 a1 a2 a3', generation: 1 }), member('y', 'a')];
    expect(shown(assign('cooperative-sticky', { a: 4 }, first))).toEqual({ x: 'a0 a1', y: '' });
    const second = [member('x', 'a', { owned: 'a0 a1', generation: 2 }), member('y', 'a', { generation: 2 })];
    expect(shown(assign('cooperative-sticky', { a: 4 }, second))).toEqual({ x: 'a0 a1', y: 'a2 a3' });
  });

  test('[KA10] with different subscriptions too', () => {
    const first = [member('x', 'a b', { owned: 'a0 b0 b1 b2', generation: 1 }), member('y', 'b')];
    expect(shown(assign('cooperative-sticky', { a: 1, b: 3 }, first))).toEqual({ x: 'a0 b2', y: '' });
  });
});

describe('in the broker', () => {
  test('[KA11] range is the classic one', () => {
    const members = [member('x', 'a b'), member('y', 'a b')];
    expect(shown(assignServerRange({ a: 3, b: 3 }, members))).toEqual({ x: 'a0 a1 b0 b1', y: 'a2 b2' });
  });

  test('[KA12] uniform keeps what members hold up to their quota and hands out the rest', () => {
    const members = [
      member('x', 'a', { owned: 'a0 a1 a2 a3 a4' }),
      member('y', 'a', { owned: 'a5 a6' }),
      member('z', 'a'),
    ];
    expect(shown(assignServerUniform({ a: 7 }, members))).toEqual({ x: 'a0 a1 a2', y: 'a5 a6', z: 'a3 a4' });
  });

  test('[KA12] uniform levels each topic among those that want it', () => {
    const members = [member('x', 'a b', { owned: 'b0 b1 b2 b3' }), member('y', 'b')];
    expect(shown(assignServerUniform({ a: 1, b: 4 }, members))).toEqual({ x: 'a0 b0 b1', y: 'b2 b3' });
  });

  test('[KA12] uniform knows groups without members and without topics', () => {
    expect(assignServerUniform({ a: 1 }, []).size).toBe(0);
    expect(shown(assignServerUniform({}, [member('x', 'a'), member('y', 'b')]))).toEqual({ x: '', y: '' });
  });
});
