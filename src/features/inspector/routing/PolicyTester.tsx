import { NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useId, useMemo } from 'react';
import type { Design } from '../../../../workers/scenario/document.ts';
import { resolveNode } from '../../../../workers/scenario/resolve.ts';
import { messageOf, topicVerdicts, type PolicyVerdict } from '../../../../workers/scenario/sns/explain-policy.ts';
import { askRoute, lightRoute, useTracedRoute } from '../../../document/traced-route.ts';
import { listed, nameOf } from './route-words.ts';
import classes from './route-tester.module.css';
import { keysIn, sourcesIn } from './known-values.ts';
import { TestedWay } from './TestedWay.tsx';
import { leaveOn, Suggestions, TrialKey } from './Trial.tsx';

interface PolicyTesterProps {
  readonly design: Design;
  /** Id of the topic that the message is published to. */
  readonly topic: string;
}

/** Type what a message carries and see which subscriptions take it: their edges light up, and each policy says why or why not. */
export function PolicyTester({ design, topic }: PolicyTesterProps) {
  const heading = useId();
  const asked = useTracedRoute((state) => state.asked);
  const key = useTracedRoute((state) => state.key);
  const chosen = useTracedRoute((state) => state.source);
  const typedBytes = useTracedRoute((state) => state.bytes);
  const sources = useMemo(() => sourcesIn(design, topic), [design, topic]);
  const source = sources.some(({ value }) => value === chosen) ? chosen : (sources[0]?.value ?? '');
  const bytes = typedBytes === '' ? String(sizeOf(design, source)) : typedBytes;
  const verdicts = useMemo(
    () => (asked ? topicVerdicts(design, topic, messageOf({ key, source, bytes })) : null),
    [asked, design, topic, key, source, bytes],
  );
  useEffect(() => {
    lightRoute(verdicts === null ? null : litBy(verdicts));
    return () => lightRoute(null);
  }, [verdicts]);
  const keys = useMemo(() => keysIn(design).slice(0, 4), [design]);
  return (
    <section className={classes.tester} aria-labelledby={heading}>
      <h3 id={heading} className={classes.title}>
        Who gets it?
      </h3>
      <div className={classes.ask}>
        <TrialKey label="Key" size="xs" placeholder={keys[0] === undefined ? 'no key' : `e.g. ${keys[0]}`} />
        <div className={classes.pair}>
          <NativeSelect
            label="Source"
            size="xs"
            data={sources.length === 0 ? [{ value: '', label: 'nobody publishes' }] : [...sources]}
            value={source}
            onChange={(event) => askRoute({ source: event.currentTarget.value })}
          />
          <TextInput
            label="Bytes"
            size="xs"
            inputMode="numeric"
            onKeyDown={leaveOn}
            value={bytes}
            onChange={(event) => askRoute({ bytes: event.currentTarget.value })}
          />
        </div>
      </div>
      <Suggestions offered={keys.map((each) => ({ words: each, asked: { key: each } }))} />
      <div role="status" className={classes.outcome} data-reached={verdicts?.some(({ passes }) => passes) ?? false}>
        {verdicts === null ? null : outcomeWords(design, verdicts)}
      </div>
      <ul className={classes.verdicts}>
        {(verdicts ?? []).map(({ edge, to, asks, passes, because }) => (
          <TestedWay
            key={edge}
            edge={edge}
            asks={asks || 'everything'}
            to={nameOf(design, to)}
            matches={passes}
            because={because}
          />
        ))}
      </ul>
    </section>
  );
}

function litBy(verdicts: readonly PolicyVerdict[]): {
  readonly edges: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
} {
  const taken = verdicts.filter(({ passes }) => passes);
  return { edges: new Set(taken.map(({ edge }) => edge)), nodes: new Set(taken.map(({ to }) => to)) };
}

function outcomeWords(design: Design, verdicts: readonly PolicyVerdict[]): string {
  if (verdicts.length === 0) return 'No queue subscribes to it.';
  const taken = verdicts.filter(({ passes }) => passes).map(({ to }) => nameOf(design, to));
  if (taken.length === 0) return 'No queue gets it: it is acknowledged, and gone.';
  return `Goes to ${listed(taken, 'and')}.`;
}

/** Size of what a source publishes, bytes. */
function sizeOf(design: Pick<Design, 'nodes'>, id: string): number {
  const node = design.nodes.find((each) => each.id === id);
  const source = node === undefined ? undefined : resolveNode(node);
  return source !== undefined && 'sizeBytes' in source ? source.sizeBytes : 200;
}
