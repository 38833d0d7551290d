import { SegmentedControl } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconShieldCheck } from '@tabler/icons-react';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { useReport } from '../../simulation/polling.ts';
import { ComparisonTable, hasSeveralFamilies } from './ComparisonTable.tsx';
import { SourceCard } from './SourceCard.tsx';
import { SubscriptionCard } from './SubscriptionCard.tsx';
import { useNames } from './use-names.ts';
import { WhileSeen } from './WhileSeen.tsx';
import classes from './guarantees.module.css';

interface GuaranteesPanelProps {
  /** Opens the life of a message. */
  readonly onInspect: (messageId: number) => void;
}

type Form = 'cards' | 'table';

/** What was promised, and what was kept: a verdict for each subscription, and where every message stands. */
export function GuaranteesPanel({ onInspect }: GuaranteesPanelProps) {
  const report = useReport();
  const names = useNames();
  const [chosen, setForm] = useLocalStorage<Form | null>({ key: 'sluice.guarantees.form', defaultValue: null });
  if (report === null || report.sources.length + report.subscriptions.length === 0) {
    return (
      <EmptyState icon={<IconShieldCheck size={28} stroke={1.5} />} title="Nothing to account for yet">
        Connect a producer to a topic or a queue and that to a consumer, then press play: here you see what was
        promised, and what was kept.
      </EmptyState>
    );
  }
  const { sources, subscriptions } = report;
  const form = chosen ?? (hasSeveralFamilies(subscriptions) ? 'table' : 'cards');
  return (
    <div className={classes.panel}>
      {subscriptions.length > 0 && (
        <section aria-label="Subscriptions">
          <div className={classes.sectionHead}>
            <h2 className={classes.sectionTitle}>Subscriptions</h2>
            {subscriptions.length > 1 && (
              <SegmentedControl
                aria-label="Form"
                value={form}
                onChange={(value) => setForm(value)}
                data={[
                  { value: 'cards', label: 'Cards' },
                  { value: 'table', label: 'Compare' },
                ]}
              />
            )}
          </div>
          {form === 'table' && subscriptions.length > 1 ? (
            <ComparisonTable subscriptions={subscriptions} untilMs={report.untilMs} names={names} />
          ) : (
            <div className={classes.cards}>
              {subscriptions.map((subscription) => (
                <WhileSeen key={`${subscription.topic} ${subscription.group}`} value={subscription}>
                  {(seen) => <SubscriptionCard subscription={seen} names={names} onInspect={onInspect} />}
                </WhileSeen>
              ))}
            </div>
          )}
        </section>
      )}
      {sources.length > 0 && (
        <section aria-label="Sources">
          <div className={classes.sectionHead}>
            <h2 className={classes.sectionTitle}>Sources</h2>
          </div>
          <div className={classes.cards}>
            {sources.map((source) => (
              <WhileSeen key={source.edge} value={source}>
                {(seen) => <SourceCard source={seen} names={names} />}
              </WhileSeen>
            ))}
          </div>
        </section>
      )}
    </div>
  );
}
