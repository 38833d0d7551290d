import { Button, Group, Modal, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { IconDice5 } from '@tabler/icons-react';
import { useState } from 'react';
import { endStep, setNotes, setSeed, setTitle } from '../../document/actions.ts';
import { useDocument } from '../../document/store.ts';
import '../../ui/styles-late.ts';
import type { DialogProps } from '../Dialogs.tsx';

/** Title, notes and seed of the scenario. */
export function SettingsDialog({ onClose }: DialogProps) {
  const { title, notes, seed } = useDocument((state) => state.scenario);
  const [draft, setDraft] = useState({ title, notes, seed: String(seed) });
  const keep = () => {
    setTitle(draft.title);
    if (draft.notes !== notes) setNotes(draft.notes);
    endStep();
    if (draft.seed === String(seed) || setSeed(Number(draft.seed)).ok) onClose();
  };
  return (
    <Modal opened onClose={onClose} title="Scenario" size="md" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keep();
        }}
      >
        <Stack gap="md">
          <TextInput
            label="Title"
            size="sm"
            data-autofocus
            maxLength={200}
            value={draft.title}
            onChange={(event) => setDraft({ ...draft, title: event.currentTarget.value })}
          />
          <Textarea
            label="Notes"
            description="What this scenario is about, for whoever opens it."
            size="sm"
            autosize
            minRows={4}
            maxRows={12}
            maxLength={20_000}
            value={draft.notes}
            onChange={(event) => setDraft({ ...draft, notes: event.currentTarget.value })}
          />
          <Group align="flex-end" gap="sm">
            <NumberInput
              label="Seed"
              description="The same seed gives the same run, everywhere. Another one starts the run over."
              size="sm"
              min={0}
              max={4_294_967_295}
              allowDecimal={false}
              allowNegative={false}
              hideControls
              style={{ flex: 1 }}
              value={draft.seed}
              onChange={(value) => setDraft({ ...draft, seed: String(value) })}
            />
            <Button
              variant="default"
              size="sm"
              leftSection={<IconDice5 size={16} />}
              onClick={() => setDraft({ ...draft, seed: String(crypto.getRandomValues(new Uint32Array(1))[0] ?? 1) })}
            >
              Another
            </Button>
          </Group>
          <Group justify="flex-end" gap="sm">
            <Button variant="default" size="sm" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" size="sm">
              Keep
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
