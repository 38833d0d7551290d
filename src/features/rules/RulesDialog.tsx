import { Modal, SegmentedControl, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import markdown from '../../../workers/engine/SPEC.md?raw';
import { EmptyState } from '../../ui/EmptyState.tsx';
import '../../ui/styles-late.ts';
import { FidelityTable } from './FidelityTable.tsx';
import { RuleList } from './RuleList.tsx';
import { findRules, readSpecification } from './spec.ts';
import classes from './rules.module.css';

interface RulesDialogProps {
  /** What to look for at first: a setting's name, a rule's number; empty for everything. */
  readonly query: string;
  readonly onClose: () => void;
}

/** Every rule that the engine keeps, with its source, and what it leaves out. */
export function RulesDialog({ query: first, onClose }: RulesDialogProps) {
  const specification = useMemo(() => readSpecification(markdown), []);
  const narrow = useMediaQuery('(max-width: 48em)') ?? false;
  const [view, setView] = useState<'rules' | 'fidelity'>('rules');
  const [query, setQuery] = useState(first);
  const sections = findRules(specification, query);
  const count = sections.reduce((sum, { rules }) => sum + rules.length, 0);
  return (
    <Modal
      opened
      onClose={onClose}
      title="What the engine does"
      size={720}
      fullScreen={narrow}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.choice}>
        <SegmentedControl
          size="xs"
          value={view}
          onChange={(value) => setView(value === 'fidelity' ? 'fidelity' : 'rules')}
          data={[
            { value: 'rules', label: 'Rules' },
            { value: 'fidelity', label: 'Modelled, simplified, left out' },
          ]}
        />
        {view === 'rules' && (
          <TextInput
            size="xs"
            className={classes.search ?? ''}
            leftSection={<IconSearch size={14} />}
            aria-label="Search the rules"
            placeholder="A setting, a word, a rule's number"
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            data-autofocus
          />
        )}
        <span className={classes.count} role="status">
          {view === 'rules' && `${count} ${count === 1 ? 'rule' : 'rules'}`}
        </span>
      </div>
      {view === 'fidelity' ? (
        <FidelityTable lines={specification.fidelity} />
      ) : count > 0 ? (
        <RuleList sections={sections} />
      ) : (
        <EmptyState title={`No rule speaks of “${query.trim()}”`}>
          Fewer words find more. What the engine leaves out is listed beside the rules.
        </EmptyState>
      )}
    </Modal>
  );
}
