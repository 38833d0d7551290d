/** Checks in words, and the ones that are offered. */
import type { BacklogWords } from '../../../workers/scenario/backlog-words.ts';
import type { Check, ScenarioNode } from '../../../workers/scenario/document.ts';
import { CLAIM_SUBJECTS } from '../../../workers/scenario/rules.ts';
import { writeAmount, writeDuration, writeShare } from '../../ui/numbers.ts';

export type Claim = Check['claim'];

/** What each claim is called where one chooses it. */
export const claimLabels: Readonly<Record<Claim, string>> = {
  noLoss: 'Nothing is lost',
  noDuplicateEffects: 'No effect twice',
  orderPerKey: 'Order per key',
  latencyBelow: 'Latency below',
  lagBelow: 'Lag or queue depth below',
  availabilityAbove: 'Availability at least',
};

export const CLAIMS = Object.keys(claimLabels) as readonly Claim[];

export const PERCENTILES = [50, 95, 99, 99.9] as const;

/** A check as one sentence; `name` is that of the node it is about, `backlog` the words for what that reads. */
export function sayCheck(check: Check, name: string, backlog: BacklogWords): string {
  switch (check.claim) {
    case 'noLoss':
      return `${name} loses nothing that was acknowledged`;
    case 'noDuplicateEffects':
      return `No effect takes place twice at ${name}`;
    case 'orderPerKey':
      return `${name} applies messages of one key in order`;
    case 'latencyBelow':
      return `p${check.percentile ?? 99} latency of ${name} stays below ${writeDuration(check.ms)}`;
    case 'lagBelow':
      return `The ${backlog.name} of ${name} stays below ${writeAmount(check.messages, backlog.unit)} ${backlog.which}`;
    case 'availabilityAbove':
      return `At least ${writeShare(check.share)} of what ${name} sends is acknowledged`;
    default:
      return check satisfies never;
  }
}

/** A new check with limits that make sense to begin with. */
export function draftCheck(claim: Claim, of: string): WithoutId<Check> {
  switch (claim) {
    case 'noLoss':
    case 'noDuplicateEffects':
    case 'orderPerKey':
      return { claim, of };
    case 'latencyBelow':
      return { claim, of, percentile: 99, ms: 1000 };
    case 'lagBelow':
      return { claim, of, messages: 100 };
    case 'availabilityAbove':
      return { claim, of, share: 0.999 };
    default:
      return claim satisfies never;
  }
}

export type WithoutId<Item> = Item extends { readonly id: string } ? Omit<Item, 'id'> : never;

/** Nodes that a claim can be about, in document order. */
export function subjectsOf(claim: Claim, nodes: readonly ScenarioNode[]): readonly ScenarioNode[] {
  return nodes.filter((node) => node.kind === CLAIM_SUBJECTS[claim]);
}

/** The check that `draft` would be, if the design has it already. */
export function alike(checks: readonly Check[], draft: WithoutId<Check>): Check | undefined {
  return checks.find(({ claim, of }) => claim === draft.claim && of === draft.of);
}

/** A check's limit as a person types it, and the other way; null where a claim has none. */
export interface Limit {
  readonly label: string;
  readonly unit: string;
  readonly written: string;
  /** The check with the typed limit, or the sentence that refuses it. */
  readonly read: (typed: string) => { readonly check: Check } | { readonly refusal: string };
}

/** The limit of a check, or null for claims without one. */
export function limitOf(check: Check, { unit }: Pick<BacklogWords, 'unit'>): Limit | null {
  switch (check.claim) {
    case 'latencyBelow':
      return {
        label: 'Below',
        unit: 'ms',
        written: String(check.ms),
        read: (typed) => {
          const ms = numberIn(typed, 0, 86_400_000);
          return ms === null ? { refusal: 'Milliseconds, up to a day.' } : { check: { ...check, ms } };
        },
      };
    case 'lagBelow':
      return {
        label: 'Below',
        unit: `${unit}s`,
        written: String(check.messages),
        read: (typed) => {
          const messages = numberIn(typed, 0, 1e12);
          return messages === null || !Number.isInteger(messages)
            ? { refusal: `A whole number of ${unit}s.` }
            : { check: { ...check, messages } };
        },
      };
    case 'availabilityAbove':
      return {
        label: 'At least',
        unit: '%',
        written: String(Number((check.share * 100).toPrecision(12))),
        read: (typed) => {
          const percent = numberIn(typed, 0, 100);
          return percent === null
            ? { refusal: 'Percent, from 0 to 100.' }
            : { check: { ...check, share: Number((percent / 100).toPrecision(12)) } };
        },
      };
    case 'noLoss':
    case 'noDuplicateEffects':
    case 'orderPerKey':
      return null;
    default:
      return check satisfies never;
  }
}

function numberIn(typed: string, min: number, max: number): number | null {
  const text = typed.replace(/[,_\s]/g, '');
  const value = Number(text);
  return text !== '' && Number.isFinite(value) && value >= min && value <= max ? value : null;
}
