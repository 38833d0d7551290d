import { Button, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconTargetArrow } from '@tabler/icons-react';
import { useMemo } from 'react';
import { applyChanges } from '../../../workers/scenario/change.ts';
import type { Design } from '../../../workers/scenario/document.ts';
import { changeDesign, select } from '../../document/actions.ts';
import { remarksOn, type Remark } from './remarks.ts';
import classes from './inspector.module.css';

/** What is to be said about the drawing, each with the way to what it names and, where there is one, its mend. */
export function Review({ design }: { readonly design: Design }) {
  const remarks = useMemo(() => remarksOn(design), [design]);
  if (design.nodes.length === 0) return null;
  return (
    <section className={classes.section} aria-label="Review">
      <h3 className={classes.sectionTitle}>Review</h3>
      {remarks.length === 0 && <p className={classes.dim}>Nothing about the drawing looks risky.</p>}
      <Remarks remarks={remarks} />
    </section>
  );
}

/** The same about one node or edge; nothing where there is nothing to say. */
export function ItemReview({ design, id }: { readonly design: Design; readonly id: string }) {
  const remarks = useMemo(() => remarksOn(design).filter(({ item }) => item?.id === id), [design, id]);
  if (remarks.length === 0) return null;
  return (
    <section className={classes.section} aria-label="Review">
      <Remarks remarks={remarks} shown={id} />
    </section>
  );
}

interface RemarksProps {
  readonly remarks: readonly Remark[];
  /** Id of what is shown already. */
  readonly shown?: string;
}

function Remarks({ remarks, shown }: RemarksProps) {
  return (
    <ul className={classes.plainList}>
      {remarks.map(({ item, sentence, fix }) => (
        <li key={sentence} className={classes.finding}>
          <IconAlertTriangle size={15} className={classes.findingIcon} aria-hidden />
          <span>
            {sentence}{' '}
            <span className={classes.findingActions}>
              {item !== null && item.id !== shown && (
                <UnstyledButton
                  className={classes.link}
                  onClick={() => select(item.in === 'nodes' ? { nodes: [item.id] } : { edges: [item.id] })}
                >
                  <IconTargetArrow size={13} aria-hidden /> Show
                </UnstyledButton>
              )}
              {fix !== undefined && (
                <Button
                  variant="light"
                  size="compact-xs"
                  onClick={() => changeDesign(fix.label, (before) => applyChanges(before, fix.changes))}
                >
                  {fix.label}
                </Button>
              )}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
