import { Button, Modal } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { listVersions, openVersion } from '../../document/actions.ts';
import { saveNow } from '../../document/autosave.ts';
import type { SavedVersion } from '../../document/library.ts';
import { useDocument } from '../../document/store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { notify } from '../../ui/notices.ts';
import '../../ui/styles-late.ts';
import type { DialogProps } from '../Dialogs.tsx';
import classes from './lists.module.css';
import { writeWhen } from './write-when.ts';

/** The way back to earlier versions of the open scenario. */
export function VersionsDialog({ onClose }: DialogProps) {
  const id = useDocument((state) => state.scenarioId);
  const [versions, setVersions] = useState<readonly SavedVersion[] | null>(null);
  const [now] = useState(() => Date.now());
  useEffect(() => {
    saveNow()
      .then(() => listVersions(id))
      .then(setVersions, () => setVersions([]));
  }, [id]);
  const goBack = async (savedAt: number) => {
    if (!(await openVersion(savedAt))) {
      notify('error', 'That version can no longer be read.');
      return;
    }
    onClose();
    notify('ok', 'You are back at the earlier version. The later one is kept as a version too.');
  };
  return (
    <Modal opened onClose={onClose} title="Earlier versions" size="md" closeButtonProps={{ 'aria-label': 'Close' }}>
      {versions?.length === 0 && (
        <EmptyState icon={<IconHistory size={28} stroke={1.5} />} title="No earlier versions yet">
          One is kept every few minutes while you work, and before a restart that forgets what happened.
        </EmptyState>
      )}
      <ul className={classes.list}>
        {versions?.map(({ savedAt, label, nodes }) => (
          <li key={savedAt} className={classes.row}>
            <span className={classes.open}>
              <span className={classes.name}>{writeWhen(savedAt, now)}</span>
              <span className={classes.facts}>
                {label} · {nodes} {nodes === 1 ? 'node' : 'nodes'}
              </span>
            </span>
            <Button variant="default" onClick={() => void goBack(savedAt)}>
              Go back to this
            </Button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
