/** Filter policies of SNS in words: what one asks for, and why a message goes on to a queue or does not. */
import type { Design } from '../document.ts';
import { fulfils, readFilterPolicy, type Attributes, type Condition, type FilterPolicy } from './filter-policy.ts';

/** What one subscription of a topic says to a message. */
export interface PolicyVerdict {
  readonly edge: string;
  /** Id of the queue. */
  readonly to: string;
  readonly passes: boolean;
  /** What it asks for; empty where everything passes. */
  readonly asks: string;
  readonly because: string;
}

/** What each subscription of a topic would do with a message, in the order in which they are drawn. */
export function topicVerdicts(
  design: Pick<Design, 'edges'>,
  topic: string,
  message: Attributes,
): readonly PolicyVerdict[] {
  return design.edges.flatMap((edge): readonly PolicyVerdict[] => {
    if (edge.kind !== 'snsSubscribe' || edge.from !== topic) return [];
    const read = readFilterPolicy(edge.filterPolicy ?? '');
    const { id, to } = edge;
    if (!read.ok)
      return [{ edge: id, to, passes: false, asks: '', because: `its policy cannot be read: ${read.reason}` }];
    return [{ edge: id, to, asks: policyWords(read.policy), ...explainPolicy(read.policy, message) }];
  });
}

/** Whether a message goes on, and why, as the rest of a sentence. */
function explainPolicy(
  policy: FilterPolicy | null,
  message: Attributes,
): { readonly passes: boolean; readonly because: string } {
  if (policy === null || policy.attributes.length === 0)
    return { passes: true, because: 'no filter policy: everything passes' };
  const reasons: string[] = [];
  for (const { name, any } of policy.attributes) {
    const found = any.find((condition) => fulfils(message[name], condition));
    const is = message[name] === null ? `it has no ${name}` : `${name} is ${message[name]}`;
    if (found === undefined) return { passes: false, because: `${is}; asked for: ${conditionsWords(any)}` };
    reasons.push(found.type === 'equals' || found.type === 'exists' ? is : `${is}: ${conditionWords(found)}`);
  }
  return { passes: true, because: reasons.join(', ') };
}

/** `key k1 or beginning with eu-, bytes >= 100`; empty for none. */
export function policyWords(policy: FilterPolicy | null): string {
  return (policy?.attributes ?? []).map(({ name, any }) => `${name} ${conditionsWords(any)}`).join(', ');
}

function conditionsWords(any: readonly Condition[]): string {
  return any.map(conditionWords).join(' or ');
}

function conditionWords(condition: Condition): string {
  switch (condition.type) {
    case 'equals':
      return String(condition.value);
    case 'prefix':
      return `beginning with ${condition.value}`;
    case 'suffix':
      return `ending with ${condition.value}`;
    case 'equals-ignore-case':
      return `${condition.value} in any case`;
    case 'anything-but':
      return `anything but ${condition.values.join(', ')}`;
    case 'anything-but-prefix':
      return `not beginning with ${condition.value}`;
    case 'numeric':
      return condition.range.map(([operator, bound]) => `${operator} ${bound}`).join(' and ');
    case 'exists':
      return condition.value ? 'there' : 'missing';
    default:
      return condition satisfies never;
  }
}

/** The message that is meant by what somebody typed; an empty key is none. */
export function messageOf(typed: {
  readonly key: string;
  readonly source: string;
  readonly bytes: string;
}): Attributes {
  const bytes = Number(typed.bytes.trim() === '' ? 'NaN' : typed.bytes);
  return { key: typed.key === '' ? null : typed.key, source: typed.source, bytes };
}
