import { Button, Modal, TextInput } from '@mantine/core';
import { IconFolder, IconPencil, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { deleteSaved, listSaved, openSaved, renameSaved } from '../../document/actions.ts';
import { saveNow } from '../../document/autosave.ts';
import type { SavedScenario } from '../../document/library.ts';
import { useDocument } from '../../document/store.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { notify } from '../../ui/notices.ts';
import '../../ui/styles-late.ts';
import type { DialogProps } from '../Dialogs.tsx';
import classes from './lists.module.css';
import { writeWhen } from './write-when.ts';

type Loaded = readonly SavedScenario[] | 'failed' | null;

async function load(): Promise<Loaded> {
  try {
    await saveNow();
    return await listSaved();
  } catch {
    return 'failed';
  }
}

/** The person's own scenarios in this browser. */
export function ScenariosDialog({ onClose }: DialogProps) {
  const [saved, setSaved] = useState<Loaded>(null);
  const [now] = useState(() => Date.now());
  const reload = async () => setSaved(await load());
  useEffect(() => {
    void load().then(setSaved);
  }, []);
  return (
    <Modal opened onClose={onClose} title="My scenarios" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <p className={classes.lead}>
        They are kept in this browser only. To take one elsewhere, share its link or download it as a file.
      </p>
      {saved === 'failed' && (
        <EmptyState title="This browser does not give its storage">
          In private windows, or with site data blocked, nothing can be kept here.
        </EmptyState>
      )}
      {Array.isArray(saved) && saved.length === 0 && (
        <EmptyState icon={<IconFolder size={28} stroke={1.5} />} title="Nothing saved yet">
          Whatever you change is kept here by itself.
        </EmptyState>
      )}
      <ul className={classes.list}>
        {Array.isArray(saved) &&
          saved.map((item) => <Row key={item.id} item={item} now={now} onDone={reload} onClose={onClose} />)}
      </ul>
    </Modal>
  );
}

interface RowProps {
  readonly item: SavedScenario;
  /** Wall-clock milliseconds when the list was opened. */
  readonly now: number;
  readonly onDone: () => Promise<void>;
  readonly onClose: () => void;
}

function Row({ item, now, onDone, onClose }: RowProps) {
  const open = useDocument((state) => state.scenarioId === item.id);
  const [draft, setDraft] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const renaming = draft !== null;
  useEffect(() => {
    if (renaming) field.current?.select();
  }, [renaming]);
  const openIt = async () => {
    if (await openSaved(item.id)) onClose();
    else notify('error', `“${item.title}” can no longer be read.`);
  };
  const renameIt = async () => {
    if (draft !== null && draft.trim() !== '') await renameSaved(item.id, draft.trim());
    setDraft(null);
    await onDone();
  };
  if (draft !== null) {
    return (
      <li className={classes.row}>
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            void renameIt();
          }}
        >
          <TextInput
            aria-label="New title"
            value={draft}
            maxLength={200}
            ref={field}
            style={{ flex: 1 }}
            onChange={(event) => setDraft(event.currentTarget.value)}
          />
          <Button type="submit">Rename</Button>
          <Button variant="default" onClick={() => setDraft(null)}>
            Cancel
          </Button>
        </form>
      </li>
    );
  }
  return (
    <li className={classes.row}>
      <button type="button" className={classes.open} onClick={() => void openIt()}>
        <span className={classes.name}>{item.title}</span>
        <span className={classes.facts}>
          {item.nodes} {item.nodes === 1 ? 'node' : 'nodes'} · {writeWhen(item.savedAt, now)}
          {open && ' · open now'}
        </span>
      </button>
      {sure ? (
        <>
          <Button color="red" onClick={() => void deleteSaved(item.id).then(onDone)}>
            Delete for good
          </Button>
          <Button variant="default" onClick={() => setSure(false)}>
            Keep
          </Button>
        </>
      ) : (
        <>
          <IconButton label={`Rename ${item.title}`} onClick={() => setDraft(item.title)}>
            <IconPencil size={16} />
          </IconButton>
          <IconButton label={`Delete ${item.title}`} onClick={() => setSure(true)}>
            <IconTrash size={16} />
          </IconButton>
        </>
      )}
    </li>
  );
}
