import { Button, Modal, SegmentedControl, Switch } from '@mantine/core';
import { IconCheck, IconCopy, IconDownload } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { Scenario } from '../../../workers/scenario/document.ts';
import { currentScenario } from '../../document/actions.ts';
import { simulationStore } from '../../simulation/status.ts';
import { writeCount, writeInstant } from '../../ui/numbers.ts';
import '../../ui/styles-late.ts';
import { downloadScenario } from './file.ts';
import { copyText, linkTo } from './link.ts';
import classes from './sharing.module.css';

/** Mail programs and chats are known to cut links about here. */
const SAFE_LENGTH = 8000;

interface ShareChoice {
  readonly from: 'now' | 'start';
  readonly playing: boolean;
}

function shared(scenario: Scenario, { from, playing }: ShareChoice): Scenario {
  const { instantMs = 0 } = scenario.view;
  return { ...scenario, view: { ...scenario.view, instantMs: from === 'now' ? instantMs : 0, playing } };
}

/** The link as it comes out: being made, made, or too long. */
type Link =
  | { readonly state: 'making' }
  | { readonly state: 'made'; readonly url: string }
  | { readonly state: 'tooLong' };

function useLink(scenario: Scenario, embed: boolean): Link {
  const [link, setLink] = useState<Link>({ state: 'making' });
  useEffect(() => {
    let current = true;
    linkTo(scenario, { embed }).then(
      (url) => current && setLink(url === null ? { state: 'tooLong' } : { state: 'made', url }),
      () => current && setLink({ state: 'tooLong' }),
    );
    return () => {
      current = false;
    };
  }, [scenario, embed]);
  return link;
}

/** Tells two runs apart, or shows that they are the same; only of a run that stands still. */
function digestNow(): string | null {
  const { status, digest } = simulationStore.getState();
  return status === 'paused' ? digest : null;
}

/** The link to what is open, the snippet for another page, and the file. */
export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  // As of the moment the dialog was opened: a link that changes while one looks at it cannot be checked.
  const [scenario] = useState(currentScenario);
  const instantMs = scenario.view.instantMs ?? 0;
  const [choice, setChoice] = useState<ShareChoice>({ from: 'now', playing: false });
  const chosen = useMemo(() => shared(scenario, choice), [scenario, choice]);
  const link = useLink(chosen, false);
  const [digest] = useState(digestNow);
  return (
    <Modal opened onClose={onClose} title="Share" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <section className={classes.section}>
        <h3 className={classes.heading}>Link</h3>
        <p className={classes.help}>
          The link carries the whole scenario with what was done during the run, the seed, the instant and the open
          panels. Whoever opens it sees the same run. Nothing is stored on a server.
        </p>
        <div className={classes.options}>
          <SegmentedControl
            aria-label="Opens at"
            value={choice.from}
            onChange={(from) => setChoice({ ...choice, from: from === 'start' ? 'start' : 'now' })}
            data={[
              { value: 'now', label: `At ${writeInstant(instantMs)}` },
              { value: 'start', label: 'At the start' },
            ]}
          />
          <Switch
            label="Plays when opened"
            checked={choice.playing}
            onChange={(event) => setChoice({ ...choice, playing: event.currentTarget.checked })}
          />
        </div>
        {link.state === 'tooLong' ? (
          <p className={classes.help}>This scenario is too long for a link. Send it as a file.</p>
        ) : (
          <CopyRow label="Link" text={link.state === 'made' ? link.url : ''} what="The link" />
        )}
        {link.state === 'made' && (
          <p className={classes.facts}>
            {writeCount(link.url.length)} characters.
            {link.url.length > SAFE_LENGTH && ' Some mail and chat programs cut links this long: a file is safer.'}
            {digest !== null && choice.from === 'now' && (
              <>
                {' '}
                Digest of the run at this instant: <span className="mono">{digest}</span>
              </>
            )}
          </p>
        )}
      </section>
      <EmbedSection scenario={chosen} />
      <section className={classes.section}>
        <h3 className={classes.heading}>File</h3>
        <p className={classes.help}>The same as JSON, for the command line, version control, or a longer way.</p>
        <Button variant="default" leftSection={<IconDownload size={15} />} onClick={downloadScenario}>
          Download the scenario
        </Button>
      </section>
    </Modal>
  );
}

function EmbedSection({ scenario }: { readonly scenario: Scenario }) {
  const link = useLink(scenario, true);
  if (link.state === 'tooLong') return null;
  const title = scenario.title.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const snippet =
    link.state === 'made'
      ? `<iframe src="${link.url}" title="${title}" width="100%" height="480" style="border:0" loading="lazy"></iframe>`
      : '';
  return (
    <section className={classes.section}>
      <h3 className={classes.heading}>Embed</h3>
      <p className={classes.help}>Canvas and playback in a frame of your own page, with a way to the whole app.</p>
      <CopyRow label="Snippet" text={snippet} what="The snippet" />
    </section>
  );
}

interface CopyRowProps {
  readonly label: string;
  readonly text: string;
  /** As the start of "… is on the clipboard". */
  readonly what: string;
}

function CopyRow({ label, text, what }: CopyRowProps) {
  const [copied, setCopied] = useState('');
  const done = copied !== '' && copied === text;
  return (
    <div className={classes.copyRow}>
      <input
        className={classes.field}
        aria-label={label}
        readOnly
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Button
        size="sm"
        disabled={text === ''}
        leftSection={done ? <IconCheck size={15} /> : <IconCopy size={15} />}
        aria-label={`Copy the ${label.toLowerCase()}`}
        onClick={() => void copyText(text, what).then((ok) => ok && setCopied(text))}
      >
        {done ? 'Copied' : 'Copy'}
      </Button>
    </div>
  );
}
