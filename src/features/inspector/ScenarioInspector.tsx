import { Textarea, TextInput } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconDice5 } from '@tabler/icons-react';
import type { Design } from '../../../workers/scenario/document.ts';
import { setNotes, setSeed, setTitle } from '../../document/actions.ts';
import { useDocument } from '../../document/store.ts';
import { useReport } from '../../simulation/polling.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { writeAmount } from '../../ui/numbers.ts';
import { Review } from './Review.tsx';
import { useDraft } from './use-draft.ts';
import classes from './inspector.module.css';

/** The scenario as a whole: shown while nothing is selected. */
export function ScenarioInspector({ design }: { readonly design: Design }) {
  return (
    <>
      <Head />
      <Checks />
      <Review design={design} />
    </>
  );
}

const TITLE_LENGTH = 200;
const NOTES_LENGTH = 20_000;
const SEEDS = 2 ** 32;

function Head() {
  const title = useDocument((state) => state.scenario.title);
  const notes = useDocument((state) => state.scenario.notes);
  const seed = useDocument((state) => state.scenario.seed);
  const titleDraft = useDraft<string>({
    written: title,
    commit: setTitle,
    read: (typed) =>
      typed.length > TITLE_LENGTH ? { refusal: `At most ${TITLE_LENGTH} characters.` } : { value: typed },
  });
  const notesDraft = useDraft<string>({
    written: notes,
    commit: setNotes,
    multiline: true,
    read: (typed) =>
      typed.length > NOTES_LENGTH
        ? { refusal: `At most ${NOTES_LENGTH.toLocaleString('en')} characters.` }
        : { value: typed },
  });
  const seedDraft = useDraft<number>({
    written: String(seed),
    commit: setSeed,
    read: (typed) => {
      const value = Number(typed.replace(/[,_\s]/g, ''));
      const fits = typed.trim() !== '' && Number.isInteger(value) && value >= 0 && value < SEEDS;
      return fits ? { value } : { refusal: 'A whole number from 0 to 4,294,967,295.' };
    },
  });
  return (
    <section className={classes.section} aria-label="Scenario">
      <div className={classes.stack}>
        <TextInput
          label="Title"
          value={titleDraft.text}
          error={titleDraft.refusal}
          onChange={(event) => titleDraft.type(event.currentTarget.value)}
          onBlur={titleDraft.onBlur}
          onKeyDown={titleDraft.onKeyDown}
        />
        <Textarea
          label="Notes"
          size="xs"
          autosize
          minRows={2}
          maxRows={10}
          placeholder="What this scenario shows, and what to try"
          value={notesDraft.text}
          error={notesDraft.refusal}
          onChange={(event) => notesDraft.type(event.currentTarget.value)}
          onBlur={notesDraft.onBlur}
          onKeyDown={notesDraft.onKeyDown}
        />
        <TextInput
          label="Seed"
          description="The same scenario and seed give the same run, to the message."
          inputMode="numeric"
          value={seedDraft.text}
          error={seedDraft.refusal}
          rightSection={
            <IconButton
              label="Another seed"
              size={22}
              onClick={() => setSeed(crypto.getRandomValues(new Uint32Array(1))[0] ?? 0)}
            >
              <IconDice5 size={15} />
            </IconButton>
          }
          onChange={(event) => seedDraft.type(event.currentTarget.value)}
          onBlur={seedDraft.onBlur}
          onKeyDown={seedDraft.onKeyDown}
        />
      </div>
    </section>
  );
}

/** How many checks hold, and which do not. */
function Checks() {
  const checks = useReport()?.checks ?? [];
  const nodes = useDocument((state) => state.design.nodes);
  if (checks.length === 0) return null;
  const failing = checks.filter((check) => !check.holds);
  const names = (id: string) => nodes.find((node) => node.id === id)?.name ?? id;
  return (
    <section className={classes.section} aria-label="Checks">
      <h3 className={classes.sectionTitle}>Checks</h3>
      <p className={classes.checkLine} data-holds={failing.length === 0}>
        {failing.length === 0 ? <IconCircleCheck size={16} aria-hidden /> : <IconCircleX size={16} aria-hidden />}
        {failing.length === 0
          ? `${writeAmount(checks.length, 'check')}, and all hold`
          : `${failing.length} of ${writeAmount(checks.length, 'check')} ${failing.length === 1 ? 'fails' : 'fail'}`}
      </p>
      {failing.length > 0 && (
        <ul className={classes.plainList}>
          {failing.slice(0, 5).map((check) => (
            <li key={check.id} className={classes.dim}>
              {names(check.of)}: {check.finding}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
