/** Checks: claims about a run, judged while it runs. A breach is remembered with its instant and its first messages. */
import { backlogWords } from '../scenario/backlog-words.ts';
import type { Check } from '../scenario/document.ts';
import { unreachable } from './core/assert.ts';
import { quantile } from './core/histogram.ts';
import { toMs } from './core/time.ts';
import { lagOf } from './observe/lag.ts';
import { readingsOf } from './observe/subscriptions.ts';
import type { SubscriptionState } from './ledger/subscription.ts';
import type { Run } from './state.ts';
import type { CheckReport } from './report.ts';

export interface CheckState {
  check: Check;
  /** Instant of the first breach, nanoseconds; -1 while it has held. */
  firstBreachNs: number;
  /** Logical ids of the first messages that broke it. */
  messages: number[];
}

export function createCheck(check: Check): CheckState {
  return { check, firstBreachNs: -1, messages: [] };
}

interface Judgement {
  holds: boolean;
  finding: string;
  messages: number[];
}

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

function evidenceOf(subscriptions: readonly SubscriptionState[], kinds: readonly string[]): number[] {
  return subscriptions.flatMap((s) =>
    kinds.flatMap((kind) => (s.ledger.evidence[kind] ?? []).map((row) => row.message)),
  );
}

/** Judges a claim as things stand. */
function judge(run: Run, check: Check): Judgement {
  const subscriptions = readingsOf(run, check.of);
  const sum = (figure: (s: SubscriptionState) => number): number =>
    subscriptions.reduce((total, s) => total + figure(s), 0);
  switch (check.claim) {
    case 'noLoss': {
      const dropped = sum((s) => s.ledger.dropped);
      const lost = dropped + sum((s) => s.ledger.lost + s.ledger.expired);
      const byRule = dropped > 0 ? `, ${dropped} of them dropped by rule` : '';
      return {
        holds: lost === 0,
        finding: `${plural(lost, 'acknowledged message')} lost${byRule}.`,
        messages: evidenceOf(subscriptions, ['lost', 'expired', 'dropped']),
      };
    }
    case 'noDuplicateEffects': {
      const doubled = sum((s) => s.ledger.duplicateEffects);
      return {
        holds: doubled === 0,
        finding: `${plural(doubled, 'duplicate effect')}.`,
        messages: evidenceOf(subscriptions, ['duplicateEffect']),
      };
    }
    case 'orderPerKey': {
      const late = sum((s) => s.ledger.outOfOrderPerKey);
      return {
        holds: late === 0,
        finding: `${plural(late, 'message')} applied out of order within a key.`,
        messages: evidenceOf(subscriptions, ['outOfOrder']),
      };
    }
    case 'latencyBelow': {
      const percentile = check.percentile ?? 99;
      const worst = Math.max(
        0,
        ...subscriptions.filter((s) => s.latency.total > 0).map((s) => toMs(quantile(s.latency, percentile / 100))),
      );
      return { holds: worst < check.ms, finding: `p${percentile} latency is ${worst.toFixed(1)} ms.`, messages: [] };
    }
    case 'lagBelow': {
      const lag = sum((s) => lagOf(run, s));
      const { name, unit, which } = backlogWords(subscriptions.map(({ family }) => family));
      const finding = `The ${name} is ${plural(lag, unit)} ${which}.`;
      return { holds: lag < check.messages, finding, messages: [] };
    }
    case 'availabilityAbove':
      return judgeAvailability(run, check.of, check.share);
    default:
      return unreachable(check);
  }
}

function judgeAvailability(run: Run, producerId: string, share: number): Judgement {
  const sources = run.sources.filter((source) => !source.gone && run.edges[source.edge]!.from === producerId);
  const settled = sources.reduce((n, s) => n + s.ledger.acknowledged + s.ledger.refused + s.ledger.unknown, 0);
  const good = sources.reduce((n, s) => n + s.ledger.acknowledged, 0);
  const reached = settled === 0 ? 1 : good / settled;
  return {
    holds: reached >= share,
    finding: `${(reached * 100).toFixed(2)} % of messages were acknowledged.`,
    messages: [],
  };
}

/** Notes the checks that do not hold now. Called at every sampling instant and at the end, so a breach is dated to it. */
export function watchChecks(run: Run): void {
  for (const state of run.checks) {
    if (state.firstBreachNs >= 0) continue;
    const judgement = judge(run, state.check);
    if (judgement.holds) continue;
    state.firstBreachNs = breachInstant(run, state.check);
    state.messages = judgement.messages;
  }
}

/** Counted claims are dated to the first message that broke them, the others to now. */
function breachInstant(run: Run, check: Check): number {
  const kinds: Partial<Record<Check['claim'], readonly string[]>> = {
    noLoss: ['lost', 'expired', 'dropped'],
    noDuplicateEffects: ['duplicateEffect'],
    orderPerKey: ['outOfOrder'],
  };
  const instants = readingsOf(run, check.of).flatMap((s) =>
    (kinds[check.claim] ?? []).flatMap((kind) => (s.ledger.evidence[kind] ?? []).map((row) => row.timeNs)),
  );
  return instants.length > 0 ? Math.min(...instants) : run.nowNs;
}

/** A claim has held if it holds now and was never seen broken. */
export function reportCheck(run: Run, state: CheckState): CheckReport {
  const judgement = judge(run, state.check);
  const broken = state.firstBreachNs >= 0;
  return {
    id: state.check.id,
    claim: state.check.claim,
    of: state.check.of,
    holds: judgement.holds && !broken,
    finding: judgement.finding,
    firstBreachMs: broken ? toMs(state.firstBreachNs) : null,
    messages: [...new Set([...state.messages, ...judgement.messages])].slice(0, 10),
  };
}
