import { Button, Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { IconArrowsDiff, IconGitBranch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { branchRows } from '../../../workers/scenario/branches.ts';
import { useDocument } from '../../document/store.ts';
import { BranchList } from './BranchList.tsx';
import classes from './branches.module.css';

interface BranchSwitcherProps {
  readonly opened: boolean;
  readonly onOpened: (opened: boolean) => void;
  readonly onCompare: () => void;
}

/** Which future of the run is shown, and the way to the others. Nothing while there is only one. */
export function BranchSwitcher({ opened, onOpened, onCompare }: BranchSwitcherProps) {
  const scenario = useDocument((state) => state.scenario);
  const rows = useMemo(() => branchRows(scenario), [scenario]);
  const shown = rows.find((row) => row.shown);
  if (rows.length < 2 || shown === undefined) return null;
  return (
    // Above notices: the one that tells of a new branch stands where this opens.
    <Popover opened={opened} onChange={onOpened} position="top" withArrow trapFocus shadow="md" zIndex={510}>
      <Popover.Target>
        <Tooltip label={`Branch “${shown.name}”, one of ${rows.length}`} disabled={opened}>
          <UnstyledButton
            className={classes.switcher}
            aria-label={`Branch: ${shown.name}, one of ${rows.length}`}
            onClick={() => onOpened(!opened)}
          >
            <IconGitBranch size={15} stroke={1.75} aria-hidden />
            <span className={classes.switcherName}>{shown.name}</span>
            <span className={classes.count}>{rows.length}</span>
          </UnstyledButton>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={classes.menu ?? ''}>
        <BranchList rows={rows} />
        <footer className={classes.foot}>
          <p className={classes.help}>Changing something in the past begins a branch. What was stays as it was.</p>
          <Button
            size="xs"
            variant="light"
            leftSection={<IconArrowsDiff size={15} />}
            onClick={() => {
              onOpened(false);
              onCompare();
            }}
          >
            Compare
          </Button>
        </footer>
      </Popover.Dropdown>
    </Popover>
  );
}
