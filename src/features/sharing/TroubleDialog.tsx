import { Button, Group, Modal } from '@mantine/core';
import type { Diagnostic } from '../../../workers/scenario/diagnostics.ts';
import { newScenario, openScenario } from '../../document/actions.ts';
import { useDocument } from '../../document/store.ts';
import '../../ui/styles-late.ts';
import { arrivalsStore, type Trouble } from './arrivals.ts';
import { Findings } from './Findings.tsx';
import classes from './sharing.module.css';

/** What is wrong as a whole, by the first part of the code. */
function titleOf({ origin, diagnostics, rest }: Trouble): string {
  const what = origin === 'link' ? 'link' : 'file';
  if (rest !== null) return `Parts of this ${what} cannot be opened`;
  const code = diagnostics[0]?.code ?? '';
  if (code === 'share.newer' || code === 'format.newer') return `This ${what} is from a newer version`;
  if (code === 'share.tooLarge' || code === 'limit.exceeded') return `This ${what} holds too much`;
  if (code === 'share.foreign' || code === 'format.foreign') return `This ${what} is not from Sluice`;
  return `This ${what} cannot be opened`;
}

function errorsFirst(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
}

function close(): void {
  arrivalsStore.setState({ trouble: null });
}

/** Says what is wrong with something that arrived, and offers the ways on. Nothing has been lost so far, nor will be. */
export function TroubleDialog({ trouble }: { readonly trouble: Trouble }) {
  const title = useDocument((state) => state.scenario.title);
  const own = useDocument((state) => state.saved !== 'unsaved');
  const { diagnostics, origin } = trouble;
  // What is no scenario at all leaves an empty one, which is not worth giving up one's own for.
  const rest = trouble.rest !== null && trouble.rest.nodes.length > 0 ? trouble.rest : null;
  return (
    <Modal
      opened
      onClose={close}
      title={titleOf({ ...trouble, rest })}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Findings diagnostics={errorsFirst(diagnostics)} />
      <p className={classes.quiet}>
        {own ? `Your own work is untouched: “${title}” is still open.` : 'Nothing of yours has been changed.'}
        {rest !== null && ' What arrived can be opened without what is named above.'}
      </p>
      <Group gap="sm" justify="flex-end">
        <Button
          variant="default"
          size="sm"
          onClick={() => {
            close();
            void newScenario();
          }}
        >
          Start an empty scenario
        </Button>
        <Button variant={rest === null ? 'filled' : 'default'} size="sm" data-autofocus={rest === null} onClick={close}>
          {own ? 'Keep working on mine' : 'Go on without it'}
        </Button>
        {rest !== null && (
          <Button
            size="sm"
            data-autofocus
            onClick={() => {
              close();
              void openScenario(rest, { source: origin });
            }}
          >
            Open the rest
          </Button>
        )}
      </Group>
    </Modal>
  );
}
