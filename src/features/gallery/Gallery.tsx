import { Button, Chip, Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconFilePlus, IconFolder, IconUpload } from '@tabler/icons-react';
import { useState } from 'react';
import { THEMES, type Example, type Theme } from '../../../workers/scenario/examples/example.ts';
import { examples } from '../../../workers/scenario/examples/index.ts';
import { newScenario, openScenario } from '../../document/actions.ts';
import '../../ui/styles-late.ts';
import classes from './Gallery.module.css';
import { running } from './running.ts';
import { Thumbnail } from './Thumbnail.tsx';

interface GalleryProps {
  readonly onClose: () => void;
  /** Shows the person's own scenarios instead. */
  readonly onOpenOwn: () => void;
  readonly onImport: () => void;
}

/** Scenarios worth looking at, each by the question it answers. */
export function Gallery({ onClose, onOpenOwn, onImport }: GalleryProps) {
  const phone = useMediaQuery('(max-width: 48em)') ?? false;
  const [theme, setTheme] = useState<Theme | 'all'>('all');
  const shown = examples.filter((example) => theme === 'all' || example.theme === theme);
  return (
    <Modal
      opened
      onClose={onClose}
      title="What do you want to understand?"
      size={1080}
      fullScreen={phone}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className={classes.lead}>
        Each of these is alive: it runs as soon as it is open, and you can change or break anything in it. What you were
        working on is kept.
      </p>
      <Chip.Group value={theme} onChange={(chosen) => setTheme(chosen)}>
        <div className={classes.themes} role="group" aria-label="Show">
          <Chip value="all" size="xs">
            Everything
          </Chip>
          {themes.map((each) => (
            <Chip key={each} value={each} size="xs">
              {THEMES[each]}
            </Chip>
          ))}
        </div>
      </Chip.Group>
      <ul className={classes.cards}>
        {shown.map((example) => (
          <ExampleCard key={example.id} example={example} onOpened={onClose} />
        ))}
        <li>
          <div className={classes.own}>
            <span className={classes.question}>Something of your own?</span>
            <Button
              variant="default"
              leftSection={<IconFilePlus size={15} />}
              onClick={() => {
                onClose();
                void newScenario();
              }}
            >
              New empty scenario
            </Button>
            <Button variant="default" leftSection={<IconFolder size={15} />} onClick={onOpenOwn}>
              My scenarios
            </Button>
            <Button variant="default" leftSection={<IconUpload size={15} />} onClick={onImport}>
              Import
            </Button>
          </div>
        </li>
      </ul>
    </Modal>
  );
}

const themes = (Object.keys(THEMES) as Theme[]).filter((theme) => examples.some((example) => example.theme === theme));

interface ExampleCardProps {
  readonly example: Example;
  readonly onOpened: () => void;
}

/** One example, by its question; opens it running. */
function ExampleCard({ example, onOpened }: ExampleCardProps) {
  const { title, theme, question, summary, scenario } = example;
  return (
    <li>
      <button
        type="button"
        className={classes.card}
        onClick={() => {
          onOpened();
          void openScenario(running(scenario), { source: 'gallery' });
        }}
      >
        <Thumbnail scenario={scenario} />
        <span className={classes.texts}>
          <span className={classes.question}>{question}</span>
          <span className={classes.title}>
            {title} <span className={classes.theme}>· {THEMES[theme]}</span>
          </span>
          <span className={classes.summary}>{summary}</span>
        </span>
      </button>
    </li>
  );
}
