import { Button, FileButton, Group, Modal, Textarea } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useState } from 'react';
import '../../ui/styles-late.ts';
import { openFile, pasteText } from './arrivals.ts';
import classes from './sharing.module.css';

/** Opens a scenario from a file, from its text, or from a link. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const open = async (opening: Promise<boolean>) => {
    // Trouble has a dialog of its own, which takes the place of this one.
    await opening;
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Import" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <section className={classes.section}>
        <h3 className={classes.heading}>From a file</h3>
        <p className={classes.help}>A scenario as it was downloaded. You can also drop one anywhere on the page.</p>
        <FileButton accept=".json,application/json" onChange={(file) => file !== null && void open(openFile(file))}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconFileUpload size={15} />}>
              Choose a file
            </Button>
          )}
        </FileButton>
      </section>
      <section className={classes.section}>
        <h3 className={classes.heading}>From a text</h3>
        <Textarea
          aria-label="Link or scenario"
          placeholder="A link, or the text of a scenario file"
          size="sm"
          rows={6}
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button size="sm" disabled={text.trim() === ''} onClick={() => void open(pasteText(text))}>
            Open
          </Button>
        </Group>
      </section>
      <p className={classes.quiet}>What you have open now stays under My scenarios.</p>
    </Modal>
  );
}
