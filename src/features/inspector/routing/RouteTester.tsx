import { useEffect, useId, useMemo } from 'react';
import type { Design } from '../../../../workers/scenario/document.ts';
import {
  drawnRoute,
  type DrawnRoute,
  type DrawnVerdict,
  type DrawnVisit,
} from '../../../../workers/scenario/amqp/drawn-route.ts';
import { headersOf } from '../../../../workers/scenario/amqp/header-text.ts';
import { askRoute, lightRoute, useTracedRoute } from '../../../document/traced-route.ts';
import { HeaderRows } from './HeaderRows.tsx';
import { TestedWay } from './TestedWay.tsx';
import { leaveOn, Suggestions, TrialKey } from './Trial.tsx';
import { lookedAt, nameOf, outcomeWords, suggestedHeaders, suggestedKeys, writtenHeaders } from './route-words.ts';
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
  const offered = useMemo(
    () => [
      ...(looks.keys || !looks.headers ? keys.map((each) => ({ words: each, asked: { key: each } })) : []),
      ...(looks.headers ? suggestedHeaders(design, exchange) : []).map((lines) => ({
        words: lines.replaceAll(/\s*\n\s*/g, ', '),
        asked: { headers: lines },
      })),
    ],
    [design, exchange, keys, looks],
  );
  return (
    <section className={classes.tester} aria-labelledby={heading}>
      <h3 id={heading} className={classes.title}>
        Where does it go?
      </h3>
      <div className={classes.ask}>
        <TrialKey label="Routing key" placeholder={keys[0] === undefined ? 'order.eu.created' : `e.g. ${keys[0]}`} />
        {looks.headers && (
          <div className={classes.headers}>
            <span className={classes.label}>Headers</span>
            <HeaderRows lines={headers} onChange={(lines) => askRoute({ headers: lines })} live onKeyDown={leaveOn} />
          </div>
        )}
      </div>
      <Suggestions offered={offered} />
      <div role="status" className={classes.outcome} data-reached={route !== null && route.queues.length > 0}>
        {route === null ? null : outcomeWords(design, route)}
      </div>
      {route !== null && <Visits design={design} route={route} />}
    </section>
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
  const asks = key === '' ? writtenHeaders(verdict) || 'no key' : key;
  return (
    <TestedWay edge={edge} asks={asks} to={nameOf(design, to)} matches={matches} because={because} drawn={drawn} />
  );
}
