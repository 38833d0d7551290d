import { NumberInput, SegmentedControl, UnstyledButton } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconRoute, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useDocument } from '../../document/store.ts';
import { useReport, type Report } from '../../simulation/polling.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Mark } from '../../ui/marks.tsx';
import { writeInstant } from '../../ui/numbers.ts';
import { anomalousMessages } from './anomalous.ts';
import { HopTable } from './HopTable.tsx';
import { diagramOf } from './space-time.ts';
import { SpaceTime } from './SpaceTime.tsx';
import { StoryHead } from './StoryHead.tsx';
import { useStory, type ShownStory } from './use-story.ts';
import classes from './messages.module.css';

interface TracePanelProps {
  /** The message whose life is shown. */
  readonly messageId: number | null;
  readonly onInspect: (messageId: number) => void;
}

/** The life of one message: where it was when, and what became of it. */
export function TracePanel({ messageId, onInspect }: TracePanelProps) {
  const report = useReport();
  const story = useStory(messageId, report);
  return (
    <div className={classes.panel}>
      <aside className={classes.finder} aria-label="Find a message">
        <Search messageId={messageId} onInspect={onInspect} />
        <Anomalies report={report} messageId={messageId} onInspect={onInspect} />
      </aside>
      <div className={classes.story}>
        {messageId === null ? (
          <EmptyState icon={<IconRoute size={28} stroke={1.5} />} title="No message chosen">
            Choose one on the left, type its number, or press a figure among the guarantees: here you see its whole
            life.
          </EmptyState>
        ) : story.state === 'unknown' ? (
          <EmptyState icon={<IconRoute size={28} stroke={1.5} />} title={`Message ${messageId.toLocaleString('en')}`}>
            Nothing is known of it at this instant: it has not happened yet, or it was settled long ago and its history
            has made room for newer ones.
          </EmptyState>
        ) : story.state === 'known' ? (
          <Life key={messageId} story={story.story} onInspect={onInspect} />
        ) : null}
      </div>
    </div>
  );
}

interface LifeProps {
  readonly story: ShownStory;
  readonly onInspect: (messageId: number) => void;
}

function Life({ story, onInspect }: LifeProps) {
  const nodes = useDocument((state) => state.design.nodes);
  const edges = useDocument((state) => state.design.edges);
  const diagram = useMemo(() => diagramOf(story.history, { nodes, edges }), [story.history, nodes, edges]);
  const [mode, setMode] = useLocalStorage<'scale' | 'stretched'>({
    key: 'sluice.trace.time',
    defaultValue: 'stretched',
  });
  const [pointed, setPointed] = useState<number | null>(null);
  return (
    <>
      <StoryHead story={story} onInspect={onInspect}>
        <SegmentedControl
          aria-label="Time axis"
          value={mode}
          onChange={(value) => setMode(value)}
          data={[
            { value: 'stretched', label: 'Readable' },
            { value: 'scale', label: 'To scale' },
          ]}
        />
      </StoryHead>
      {story.history.length === 0 ? (
        <p className={classes.dim}>Its hops have made room for newer ones.</p>
      ) : (
        <>
          <SpaceTime diagram={diagram} mode={mode} pointed={pointed} onPoint={setPointed} />
          <HopTable diagram={diagram} truncated={story.truncated} pointed={pointed} onPoint={setPointed} />
        </>
      )}
    </>
  );
}

interface SearchProps {
  readonly messageId: number | null;
  readonly onInspect: (messageId: number) => void;
}

function Search({ messageId, onInspect }: SearchProps) {
  const [typed, setTyped] = useState<string | number>('');
  const submit = () => {
    const id = Number(typed);
    if (Number.isInteger(id) && id > 0) onInspect(id);
  };
  return (
    <form
      className={classes.search}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <NumberInput
        aria-label="Message number"
        placeholder={messageId === null ? 'Message number' : String(messageId)}
        leftSection={<IconSearch size={14} />}
        min={1}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        value={typed}
        onChange={setTyped}
      />
    </form>
  );
}

interface AnomaliesProps extends SearchProps {
  readonly report: Report | null;
}

/** More are counted among the guarantees; a list this long is enough to choose from. */
const MOST_LISTED = 60;

function Anomalies({ report, messageId, onInspect }: AnomaliesProps) {
  const found = useMemo(() => anomalousMessages(report).slice(0, MOST_LISTED), [report]);
  if (found.length === 0) return <p className={classes.dim}>No message has shown an anomaly or come again.</p>;
  return (
    <ul className={classes.anomalies} aria-label="Messages with anomalies">
      {found.map(({ message, kind, mark, evidence }) => (
        <li key={`${message} ${kind} ${evidence.atMs}`}>
          <UnstyledButton
            className={classes.anomaly}
            aria-current={message === messageId}
            title={evidence.because}
            onClick={() => onInspect(message)}
          >
            <Mark kind={mark} label={mark.replaceAll('-', ' ')} />
            <span className={classes.anomalyId}>{message.toLocaleString('en')}</span>
            {evidence.key !== null && <code className={classes.key}>{evidence.key}</code>}
            <span className={classes.anomalyAt}>{writeInstant(evidence.atMs, 1)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
