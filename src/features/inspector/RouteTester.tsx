import { Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { IconArrowRight, IconCheck, IconDice5, IconX } from '@tabler/icons-react';
import { useEffect, useId, useMemo, type KeyboardEvent } from 'react';
import type { Design } from '../../../workers/scenario/document.ts';
import {
  drawnRoute,
  type DrawnRoute,
  type DrawnVerdict,
  type DrawnVisit,
} from '../../../workers/scenario/amqp/drawn-route.ts';
import { headersOf } from '../../../workers/scenario/amqp/header-text.ts';
import { select } from '../../document/actions.ts';
import { askRoute, forgetRoute, lightRoute, useTracedRoute } from '../../document/traced-route.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { lookedAt, nameOf, outcomeWords, suggestedKeys, writtenHeaders } from './route-words.ts';
import classes from './route-tester.module.css';

interface RouteTesterProps {
  readonly design: Design;
  /** Id of the exchange that the message is published to. */
  readonly exchange: string;
}

/** Type a routing key and see where it goes: the way lights up on the canvas, and each binding says why it matched or not. */
export function RouteTester({ design, exchange }: RouteTesterProps) {
  const heading = useId();
  const key = useTracedRoute((state) => state.key);
  const headers = useTracedRoute((state) => state.headers);
  const asked = useTracedRoute((state) => state.asked);
  const looks = useMemo(() => lookedAt(design, exchange), [design, exchange]);
  const route = useMemo(
    () => (asked ? drawnRoute(design, exchange, { key, headers: headersOf(headers) }) : null),
    [asked, design, exchange, key, headers],
  );
  useEffect(() => {
    lightRoute(route);
    return () => lightRoute(null);
  }, [route]);
  const keys = useMemo(() => suggestedKeys(design, exchange), [design, exchange]);
  return (
    <section className={classes.tester} aria-labelledby={heading}>
      <h3 id={heading} className={classes.title}>
        Where does it go?
      </h3>
      <div className={classes.ask}>
        <TextInput
          label="Routing key"
          placeholder={keys[0] === undefined ? 'order.eu.created' : `e.g. ${keys[0]}`}
          value={key}
          onChange={(event) => askRoute({ key: event.currentTarget.value })}
          onKeyDown={(event) => {
            leaveOn(event);
            if (event.key === 'Enter') askRoute({});
          }}
          rightSection={
            asked ? (
              <IconButton label="Stop trying" size={22} onClick={forgetRoute}>
                <IconX size={14} />
              </IconButton>
            ) : undefined
          }
          spellCheck={false}
          autoComplete="off"
        />
        {looks.headers && (
          <Textarea
            label="Headers"
            placeholder="region = eu"
            value={headers}
            onChange={(event) => askRoute({ headers: event.currentTarget.value })}
            onKeyDown={leaveOn}
            autosize
            minRows={2}
            maxRows={8}
            spellCheck={false}
          />
        )}
      </div>
      {!asked && keys.length > 0 && <Suggestions keys={keys} />}
      <div role="status" className={classes.outcome} data-reached={route !== null && route.queues.length > 0}>
        {route === null ? null : outcomeWords(design, route)}
      </div>
      {route !== null && <Visits design={design} route={route} />}
    </section>
  );
}

/** Escape ends the trial, and the light on the canvas with it. */
function leaveOn(event: KeyboardEvent): void {
  if (event.key !== 'Escape') return;
  event.stopPropagation();
  forgetRoute();
}

function Suggestions({ keys }: { readonly keys: readonly string[] }) {
  return (
    <p className={classes.suggestions}>
      <span>Try</span>
      {keys.map((key) => (
        <UnstyledButton key={key} className={classes.key} onClick={() => askRoute({ key })}>
          {key}
        </UnstyledButton>
      ))}
    </p>
  );
}

function Visits({ design, route }: { readonly design: Design; readonly route: DrawnRoute }) {
  return route.visits.map((visit) => <Visit key={visit.exchange} design={design} visit={visit} />);
}

function Visit({ design, visit }: { readonly design: Design; readonly visit: DrawnVisit }) {
  const node = design.nodes.find(({ id }) => id === visit.exchange);
  const type = node?.kind === 'exchange' ? (node.type ?? 'direct') : '';
  const how = visit.asAlternate ? 'as the alternate exchange' : visit.edge === null ? 'published here' : 'by a binding';
  return (
    <div className={classes.visit}>
      <h4 className={classes.exchange}>
        {nameOf(design, visit.exchange)} <span className={classes.how}>{`${type}, ${how}`}</span>
      </h4>
      <ul className={classes.verdicts}>
        {visit.verdicts.map((verdict, place) => (
          <Verdict key={place} design={design} verdict={verdict} drawn={type === 'x-random'} />
        ))}
      </ul>
      {visit.verdicts.length === 0 && <p className={classes.because}>Nothing is bound to it.</p>}
    </div>
  );
}

interface VerdictProps {
  readonly design: Design;
  readonly verdict: DrawnVerdict;
  /** Whether it takes luck as well. */
  readonly drawn: boolean;
}

function Verdict({ design, verdict, drawn }: VerdictProps) {
  const { edge, key, to, matches, because } = verdict;
  const Icon = matches ? (drawn ? IconDice5 : IconCheck) : IconX;
  return (
    <li>
      <UnstyledButton className={classes.verdict} data-matches={matches} onClick={() => select({ edges: [edge] })}>
        <Icon size={14} stroke={2.4} className={classes.mark} aria-label={matches ? 'Matches:' : 'Does not match:'} />
        <span className={classes.binding}>
          <span className={classes.key}>{key === '' ? writtenHeaders(verdict) || 'no key' : key}</span>
          <IconArrowRight size={12} className={classes.arrow} aria-label="to" />
          <span>{nameOf(design, to)}</span>
        </span>
        <span className={classes.because}>{because}</span>
      </UnstyledButton>
    </li>
  );
}
