import { UnstyledButton } from '@mantine/core';
import {
  IconArrowsSort,
  IconShieldCheck,
  IconShieldHalf,
  IconShieldOff,
  IconShieldQuestion,
} from '@tabler/icons-react';
import { useState } from 'react';
import { backlogWords } from '../../../workers/scenario/backlog-words.ts';
import { Mark } from '../../ui/marks.tsx';
import { writeAmount, writeCount, writeDuration } from '../../ui/numbers.ts';
import { capitalised } from '../../ui/words.ts';
import type { Evidence, SubscriptionReport } from '../../simulation/polling.ts';
import { subscriptionTitle } from '../../simulation/subscription-title.ts';
import { EvidenceList } from './EvidenceList.tsx';
import { SumBar } from './SumBar.tsx';
import { partEvidence, subscriptionSum, SUBSCRIPTION_FIGURES } from './sums.ts';
import type { Names } from './use-names.ts';
import { deliveryVerdict, latencyInWords, orderVerdict, type Tone, type Verdict } from './verdicts.ts';
import classes from './guarantees.module.css';

/** Parts of the sum that evidence is kept of. */
const WRITTEN_OFF: ReadonlySet<string> = new Set(['lost', 'gone', 'expired', 'superseded', 'dropped', 'deadLettered']);

interface SubscriptionCardProps {
  readonly subscription: SubscriptionReport;
  readonly names: Names;
  readonly onInspect: (messageId: number) => void;
}

/** The verdict of one subscription, the sum behind it, and the messages behind each figure. */
export function SubscriptionCard({ subscription, names, onInspect }: SubscriptionCardProps) {
  const [opened, setOpened] = useState<{ figure: string; label: string; evidence: readonly string[] } | null>(null);
  const title = subscriptionTitle(subscription, names);
  const toggle = (figure: string, label: string, evidence: readonly string[]) =>
    setOpened((now) => (now?.figure === figure ? null : { figure, label, evidence }));
  const count = opened === null ? 0 : Number(subscription[opened.figure as keyof SubscriptionReport]);
  return (
    <article className={classes.card} aria-label={title}>
      <header className={classes.cardHead}>
        <h3 className={classes.cardTitle}>{title}</h3>
        <SubscriptionFacts subscription={subscription} />
      </header>
      <div className={classes.verdicts}>
        <VerdictLine verdict={deliveryVerdict(subscription)} aspect="delivery" />
        <VerdictLine verdict={orderVerdict(subscription)} aspect="order" />
      </div>
      <SumBar
        sum={subscriptionSum(subscription)}
        of={title}
        opened={opened?.figure ?? null}
        canOpen={(part) => part.count > 0 && WRITTEN_OFF.has(part.figure)}
        onOpen={(part) => toggle(part.figure, part.label, partEvidence(part.figure))}
      />
      <ul className={classes.figures} aria-label={`Counted beside the sum of ${title}`}>
        {SUBSCRIPTION_FIGURES.map((entry) => (
          <li key={entry.figure}>
            <Figure
              {...entry}
              count={Number(subscription[entry.figure])}
              opened={opened?.figure === entry.figure}
              onOpen={() => toggle(entry.figure, entry.label, entry.evidence)}
              canOpen={evidenceOf(subscription, entry.evidence).length > 0}
            />
          </li>
        ))}
      </ul>
      {opened !== null && count > 0 && (
        <EvidenceList
          key={opened.figure}
          title={capitalised(opened.label)}
          count={count}
          evidence={evidenceOf(subscription, opened.evidence)}
          onInspect={onInspect}
        />
      )}
    </article>
  );
}

function evidenceOf({ evidence }: SubscriptionReport, names: readonly string[]): readonly Evidence[] {
  return names.flatMap((name) => evidence[name] ?? []);
}

function SubscriptionFacts({ subscription }: { readonly subscription: SubscriptionReport }) {
  const { family, lag, unseenOldestMs, rebalances } = subscription;
  const facts = [
    `${backlogWords([family]).name} ${writeCount(lag)}`,
    unseenOldestMs > 0 ? `oldest unseen ${writeDuration(unseenOldestMs)}` : null,
    latencyInWords(subscription),
    rebalances > 0 ? writeAmount(rebalances, 'rebalance') : null,
  ];
  return (
    <ul className={classes.facts}>
      {facts
        .filter((fact) => fact !== null)
        .map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
    </ul>
  );
}

const DELIVERY_ICONS: Readonly<Record<Tone, typeof IconShieldCheck>> = {
  untested: IconShieldQuestion,
  kept: IconShieldCheck,
  weakened: IconShieldHalf,
  broken: IconShieldOff,
};

export function VerdictIcon({ tone, aspect }: { readonly tone: Tone; readonly aspect: 'delivery' | 'order' }) {
  const Icon = aspect === 'order' ? IconArrowsSort : DELIVERY_ICONS[tone];
  return <Icon size={18} stroke={1.75} aria-hidden className={classes.verdictIcon} data-tone={tone} />;
}

function VerdictLine({ verdict, aspect }: { readonly verdict: Verdict; readonly aspect: 'delivery' | 'order' }) {
  return (
    <p className={classes.verdict} data-tone={verdict.tone}>
      <VerdictIcon tone={verdict.tone} aspect={aspect} />
      <span>
        <strong className={classes.verdictTitle}>{verdict.title}</strong>{' '}
        <span className={classes.dim}>{verdict.because}</span>
      </span>
    </p>
  );
}

interface FigureProps {
  readonly label: string;
  readonly mark: Parameters<typeof Mark>[0]['kind'];
  readonly harmless?: boolean;
  readonly meaning: string;
  readonly count: number;
  readonly opened: boolean;
  readonly canOpen: boolean;
  readonly onOpen: () => void;
}

function Figure({ label, mark, harmless = false, meaning, count, opened, canOpen, onOpen }: FigureProps) {
  const inner = (
    <>
      <Mark kind={mark} size={13} plain={count === 0 || harmless} />
      <strong className="num">{writeCount(count)}</strong> {label}
    </>
  );
  // Titles, not tooltips: there are two dozen of these on a card, and a panel may show fifty cards.
  return count > 0 && canOpen ? (
    <UnstyledButton className={classes.figure} title={meaning} aria-expanded={opened} onClick={onOpen}>
      {inner}
    </UnstyledButton>
  ) : (
    <span className={classes.figure} title={meaning} data-zero={count === 0 || undefined}>
      {inner}
    </span>
  );
}
