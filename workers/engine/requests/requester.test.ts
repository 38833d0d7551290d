import { describe, expect, test } from 'vitest';
import { lab, type Lab } from '../testing/lab.ts';
import {
  at,
  constant,
  latency,
  scenario,
  type ClientSettings,
  type ConsumerSettings,
  type PublishSettings,
  type ScenarioBuilder,
} from '../testing/scenario-builder.ts';

const read = { network: latency(5), sessionTimeoutMs: 60, heartbeatIntervalMs: 20 } as const;

/** A client asks over one topic and is answered over another; each of the four ways takes 5 ms, the work 10. */
function exchange(
  client: ClientSettings,
  responder: ConsumerSettings = {},
  reply: PublishSettings = {},
): ScenarioBuilder {
  return scenario()
    .client('c', { arrivals: at(100), ...client })
    .topic('ask')
    .topic('answer')
    .consumer('r', { workMs: constant(10), ...responder })
    .publish('c', 'ask', { network: latency(5) })
    .subscribe('ask', 'r', read)
    .publish('r', 'answer', { network: latency(5), ...reply })
    .subscribe('answer', 'c', read);
}

const figures = (found: Lab): Readonly<Record<string, number>> =>
  found.report().nodes.find(({ id }) => id === 'c')!.figures;

describe('an answer', () => {
  test('[RR1] is matched by the id of the request, and its round trip is measured', () => {
    const found = lab(exchange({ arrivals: at(100, 200, 250) })).until(1000);
    expect(figures(found)).toMatchObject({ asked: 3, answered: 3, waiting: 0, requestsSent: 3, strayAnswers: 0 });
    // Request 5, delivery 5, work 10, reply 5, delivery 5.
    expect(figures(found)['roundTripMeanMs']).toBeCloseTo(30, 6);
  });

  test('[RR1] a reply is a message of its own that names its request', () => {
    const found = lab(exchange({})).until(1000);
    expect(found.subscription('answer', 'c')).toMatchObject({ applied: 1, lost: 0 });
    expect(found.source('r-answer')).toMatchObject({ attempted: 1, acknowledged: 1 });
  });

  test('[RR2] that does not come in time is given up', () => {
    const found = lab(exchange({ timeoutMs: 29 })).until(128);
    expect(figures(found)).toMatchObject({ asked: 1, waiting: 1, timedOut: 0 });
    expect(figures(found.until(129))).toMatchObject({ waiting: 0, timedOut: 1, givenUp: 1, lateAnswers: 0 });
  });

  test('[RR1] [KT7] does not have to come before the transaction ends in which the request was published', () => {
    const world = scenario()
      .client('c', { arrivals: at(100) })
      .topic('ask')
      .topic('answer')
      .consumer('r', { workMs: constant(10) })
      .publish('c', 'ask', { network: latency(5), transactionalId: 'tx', transactionIntervalMs: 50 })
      .subscribe('ask', 'r', { ...read, isolationLevel: 'read_committed' })
      .publish('r', 'answer', { network: latency(5) })
      .subscribe('answer', 'c', { ...read, commit: 'transaction' });
    const found = lab(world).until(2000);
    expect(figures(found)).toMatchObject({ asked: 1, answered: 1, waiting: 0 });
    expect(found.source('c-ask')).toMatchObject({ attempted: 1, acknowledged: 1, waiting: 0 });
  });

  test('[RR3] that comes then is a late one', () => {
    const found = lab(exchange({ timeoutMs: 29 })).until(1000);
    expect(figures(found)).toMatchObject({ answered: 0, givenUp: 1, lateAnswers: 1, duplicateAnswers: 0 });
    expect(figures(found)).not.toHaveProperty('roundTripMeanMs');
  });

  test('[RR2] is asked for again, and the first one counts, to whichever attempt', () => {
    // Attempts at 100 and 120; the answer to the first comes at 130, that to the second at 150.
    const found = lab(exchange({ timeoutMs: 20, retries: 1 })).until(1000);
    expect(figures(found)).toMatchObject({ asked: 1, requestsSent: 2, timedOut: 1, answered: 1, duplicateAnswers: 1 });
    expect(figures(found)['roundTripMeanMs']).toBeCloseTo(30, 6);
  });

  test('[RR2] attempts wait for the time given', () => {
    const found = lab(exchange({ timeoutMs: 10, retries: 2, retryBackoffMs: 7 })).until(1000);
    expect(
      found
        .hops('produced')
        .filter((hop) => hop !== '#2@120')
        .slice(0, 2),
    ).toEqual(['#1@100', '#2@117']);
  });

  test('[RR3] that comes twice, because the responder handled the request twice, is a duplicate', () => {
    // It dies after it has answered and before it has saved how far it was.
    const found = lab(exchange({}).fault({ do: 'crash', target: 'r', atMs: 128, forMs: 50 })).until(800);
    expect(figures(found)).toMatchObject({ answered: 1, duplicateAnswers: 1 });
    expect(found.subscription('answer', 'c').duplicateEffects).toBe(1);
  });

  test('[RR3] to what somebody else asked is a stray one', () => {
    const found = lab(
      exchange({ arrivals: at(100) })
        .client('d', { arrivals: at(300) })
        .publish('d', 'ask', { network: latency(5) })
        .subscribe('answer', 'd', { network: latency(5) }),
    ).until(1000);
    expect(figures(found)).toMatchObject({ asked: 1, answered: 1, strayAnswers: 1 });
  });
});

describe('where replies go', () => {
  /** Two clients with reply topics of their own, and one responder for both. */
  const two = (): ScenarioBuilder =>
    exchange({ arrivals: at(100, 200) })
      .client('d', { arrivals: at(300) })
      .topic('other')
      .topic('audit')
      .publish('d', 'ask', { network: latency(5) })
      .publish('r', 'other', { network: latency(5) })
      .publish('r', 'audit', { network: latency(5) })
      .subscribe('other', 'd', read);

  test('[RR7] to whoever asked, and to no other client', () => {
    const found = lab(two()).until(1000);
    expect(figures(found)).toMatchObject({ asked: 2, answered: 2, strayAnswers: 0 });
    expect(['r-answer', 'r-other', 'r-audit'].map((edge) => found.source(edge).attempted)).toEqual([2, 1, 3]);
  });

  test('[RR7] wherever they are drawn, when nobody known has asked', () => {
    const found = lab(
      two()
        .producer('p', { arrivals: at(400) })
        .publish('p', 'ask'),
    ).until(1000);
    expect(['r-answer', 'r-other', 'r-audit'].map((edge) => found.source(edge).attempted)).toEqual([3, 2, 4]);
    expect(figures(found)['strayAnswers']).toBe(1);
  });

  test('[RR7] the same after an edit has moved them', () => {
    const found = lab(two()).until(250);
    const edge = found.run.design.edges.find(({ id }) => id === 'r-answer')!;
    found.edit({ op: 'remove', in: 'edges', id: 'r-answer' }, { op: 'add', in: 'edges', item: edge }).until(1000);
    expect(found.source('r-other').attempted).toBe(1);
  });
});

describe('the client itself', () => {
  test('[RR6] a process that dies forgets what it asked: the answer finds nobody', () => {
    const found = lab(exchange({}).fault({ do: 'crash', target: 'c', atMs: 110, forMs: 100 })).until(2000);
    expect(figures(found)).toMatchObject({ asked: 1, abandoned: 1, answered: 0, strayAnswers: 1 });
  });

  test('[RR6] one that is down asks nothing', () => {
    const found = lab(
      exchange({ arrivals: at(100, 200, 300) }).fault({ do: 'crash', target: 'c', atMs: 150, forMs: 100 }),
    );
    expect(figures(found.until(2000))).toMatchObject({ asked: 2, answered: 2 });
  });

  test('[RR6] one that is slow asks less often, and its callers think for longer', () => {
    const slowed = (client: ClientSettings): number =>
      figures(lab(exchange(client).fault({ do: 'slow', target: 'c', atMs: 0, factor: 2 })).until(1010))['asked']!;
    expect(slowed({ arrivals: { type: 'constant', ratePerSecond: 10 } })).toBe(5);
    expect(slowed({ callers: 1, thinkMs: constant(85) })).toBe(5);
  });

  test('does not take replies for requests to pass on', () => {
    const found = lab(exchange({})).until(1000);
    expect(found.source('c-ask').attempted).toBe(1);
  });

  test('is taken out, and put in again', () => {
    const found = lab(exchange({ arrivals: at(100, 200) })).until(105);
    found.edit(
      { op: 'remove', in: 'edges', id: 'c-ask' },
      { op: 'remove', in: 'edges', id: 'answer-c' },
      { op: 'remove', in: 'nodes', id: 'c' },
    );
    expect(found.until(1000).source('r-answer').attempted).toBe(1);
  });
});

describe('callers', () => {
  test('[RR5] each thinks, asks, waits, and thinks again', () => {
    const found = lab(exchange({ callers: 1, thinkMs: constant(70) })).until(1000);
    // The round trip is 30: one ask every 100 ms from 70 on.
    expect(figures(found)).toMatchObject({ asked: 10, answered: 10 });
  });

  test('[RR5] there are never more requests than callers', () => {
    const found = lab(exchange({ callers: 3, thinkMs: constant(1) }, { workMs: constant(500) }));
    expect(figures(found.until(400))).toMatchObject({ asked: 3, waiting: 3 });
  });

  test('[RR5] go on after they have given up', () => {
    const found = lab(exchange({ callers: 1, thinkMs: constant(70), timeoutMs: 30 }, { workMs: constant(5000) }));
    expect(figures(found.until(999))).toMatchObject({ asked: 10, givenUp: 9, waiting: 1 });
  });

  test('[RR5] come and go while it runs', () => {
    const found = lab(exchange({ callers: 2, thinkMs: constant(70) })).until(200);
    found.set('nodes', 'c', { callers: 5 });
    const before = figures(found.until(500))['asked']!;
    found.set('nodes', 'c', { callers: 1 });
    const between = figures(found.until(800))['asked']!;
    const after = figures(found.until(1800))['asked']!;
    expect([before > 10, after - between]).toEqual([true, 10]);
  });

  test('[RR6] are back when their process is', () => {
    const found = lab(exchange({ callers: 1, thinkMs: constant(70) }).fault({ do: 'restart', target: 'c', atMs: 80 }));
    // Asked at 70 and abandoned at 80; thinks until 150.
    expect(figures(found.until(149))).toMatchObject({ asked: 1, abandoned: 1 });
    expect(figures(found.until(400))['answered']).toBeGreaterThan(0);
  });
});
