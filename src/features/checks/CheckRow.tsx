import { NativeSelect, TextInput, UnstyledButton } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled, IconPencil, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { backlogWordsOf, type BacklogWords } from '../../../workers/scenario/backlog-words.ts';
import type { Check, ScenarioNode } from '../../../workers/scenario/document.ts';
import { changeCheck, removeCheck } from '../../document/actions.ts';
import { useDocument } from '../../document/store.ts';
import { simulation } from '../../simulation/client.ts';
import type { CheckReport } from '../../simulation/polling.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { writeInstant } from '../../ui/numbers.ts';
import { limitOf, PERCENTILES, sayCheck, subjectsOf, type Limit } from './check-words.ts';
import classes from './checks.module.css';

interface CheckRowProps {
  readonly check: Check;
  readonly nodes: readonly ScenarioNode[];
  /** null until the run has been judged with this check. */
  readonly verdict: CheckReport | null;
  readonly edited: boolean;
  readonly onEdit: (on: boolean) => void;
  readonly onInspect: (messageId: number) => void;
}

/** One claim: whether it holds, what was found, and where it first broke. */
export function CheckRow({ check, nodes, verdict, edited, onEdit, onInspect }: CheckRowProps) {
  const name = nodes.find(({ id }) => id === check.of)?.name ?? check.of;
  const backlog = useDocument(({ design }) => backlogWordsOf(design, check.of));
  const sentence = sayCheck(check, name, backlog);
  const row = useRef<HTMLLIElement>(null);
  // A new check is opened at the end of the list, where it may not be seen.
  useEffect(() => {
    if (edited) row.current?.scrollIntoView({ block: 'nearest' });
  }, [edited]);
  return (
    <li ref={row} className={classes.row} data-state={verdict === null ? 'pending' : verdict.holds ? 'holds' : 'fails'}>
      <StateIcon verdict={verdict} />
      <div className={classes.text}>
        <p className={classes.sentence}>{sentence}</p>
        {verdict !== null && <p className={classes.finding}>{verdict.finding}</p>}
        {verdict !== null && !verdict.holds && <Breach verdict={verdict} onInspect={onInspect} />}
        {edited && <Editor check={check} nodes={nodes} backlog={backlog} />}
      </div>
      <div className={classes.actions}>
        <IconButton label={`Edit: ${sentence}`} size={24} pressed={edited} onClick={() => onEdit(!edited)}>
          <IconPencil size={14} />
        </IconButton>
        <IconButton label={`Remove: ${sentence}`} size={24} onClick={() => removeCheck(check.id)}>
          <IconTrash size={14} />
        </IconButton>
      </div>
    </li>
  );
}

function StateIcon({ verdict }: { readonly verdict: CheckReport | null }) {
  if (verdict === null) return <IconCircleDashed size={20} className={classes.icon} aria-label="Not judged yet" />;
  return verdict.holds ? (
    <IconCircleCheckFilled size={20} className={classes.icon} aria-label="Holds" />
  ) : (
    <IconCircleXFilled size={20} className={classes.icon} aria-label="Fails" />
  );
}

interface BreachProps {
  readonly verdict: CheckReport;
  readonly onInspect: (messageId: number) => void;
}

/** When it first broke, and the messages that broke it. */
function Breach({ verdict, onInspect }: BreachProps) {
  const { firstBreachMs, messages } = verdict;
  return (
    <p className={classes.breach}>
      {firstBreachMs !== null && (
        <span>
          First at{' '}
          <UnstyledButton
            className={classes.link}
            aria-label={`Go to ${writeInstant(firstBreachMs)}`}
            onClick={() => {
              simulation.pause();
              void simulation.seek(firstBreachMs);
            }}
          >
            {writeInstant(firstBreachMs)}
          </UnstyledButton>
        </span>
      )}
      {messages.map((message) => (
        <UnstyledButton key={message} className={classes.link} onClick={() => onInspect(message)}>
          Message {message.toLocaleString('en')}
        </UnstyledButton>
      ))}
    </p>
  );
}

interface EditorProps {
  readonly check: Check;
  readonly nodes: readonly ScenarioNode[];
  readonly backlog: BacklogWords;
}

/** What a check is about, and its limit. */
function Editor({ check, nodes, backlog }: EditorProps) {
  const limit = limitOf(check, backlog);
  return (
    <div className={classes.editor}>
      <NativeSelect
        label="About"
        size="xs"
        value={check.of}
        data={subjectsOf(check.claim, nodes).map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(event) => changeCheck({ ...check, of: event.currentTarget.value })}
      />
      {check.claim === 'latencyBelow' && (
        <NativeSelect
          label="Percentile"
          size="xs"
          value={String(check.percentile ?? 99)}
          data={PERCENTILES.map((percentile) => ({ value: String(percentile), label: `p${percentile}` }))}
          onChange={(event) => {
            const percentile = PERCENTILES.find((offered) => String(offered) === event.currentTarget.value) ?? 99;
            changeCheck({ ...check, percentile });
          }}
        />
      )}
      {limit !== null && <LimitBox limit={limit} />}
    </div>
  );
}

/** The limit, committed by leaving it or with Enter; a refused one stays, with its reason. */
function LimitBox({ limit }: { readonly limit: Limit }) {
  const [typed, setTyped] = useState(limit.written);
  const [stored, setStored] = useState(limit.written);
  // After an undo what is stored wins over what was typed before.
  if (stored !== limit.written) {
    setStored(limit.written);
    setTyped(limit.written);
  }
  const result = limit.read(typed);
  const commit = () => {
    if ('check' in result && typed !== limit.written) changeCheck(result.check);
  };
  return (
    <TextInput
      label={`${limit.label} (${limit.unit})`}
      inputMode="decimal"
      value={typed}
      error={'refusal' in result ? result.refusal : null}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setTyped(limit.written);
      }}
    />
  );
}
