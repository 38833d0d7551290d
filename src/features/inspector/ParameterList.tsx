import { Suspense, useMemo, useState, type ComponentType } from 'react';
import { endStep, setParameter, type Done } from '../../document/actions.ts';
import { describeFields, differsFromDefault, inSections, isInForce, type Field } from './field-model.ts';
import { FieldControl, type ControlProps } from './FieldControl.tsx';
import classes from './inspector.module.css';

export interface ParameterListProps {
  readonly where: 'nodes' | 'edges';
  /** The node or edge as the document has it. */
  readonly item: { readonly id: string };
  /** `parameters` of its kind or protocol. */
  readonly entries: Readonly<Record<string, unknown>>;
  /** Names of parameters that mean nothing here; those that were set are shown all the same. */
  readonly idle?: readonly string[];
  /** Controls made for a parameter, by its name, where the one for its type would not be pleasant. They may load late. */
  readonly editors?: Readonly<Record<string, ComponentType<ControlProps>>>;
}

const NO_EDITORS = {};

/** Every parameter of a node or an edge, generated from its definition; what is not essential is folded, by subject. */
export function ParameterList({ where, item, entries, idle = [], editors = NO_EDITORS }: ParameterListProps) {
  const described = useMemo(() => describeFields(entries), [entries]);
  const stored = item as unknown as Readonly<Record<string, unknown>>;
  const fields = described.filter(
    (field) =>
      isInForce(field, described, stored) &&
      (!idle.includes(field.name) || differsFromDefault(field, stored[field.name])),
  );
  const [refusal, setRefusal] = useState<{ readonly name: string; readonly reason: string } | null>(null);

  const change = (field: Field, value: unknown): void => {
    const done: Done = setParameter(where, item.id, [field.name], value);
    setRefusal(done.ok ? null : { name: field.name, reason: done.reason });
  };
  const draw = (field: Field) => {
    const Control = editors[field.name] ?? FieldControl;
    return (
      <div key={field.name} onBlur={endStep}>
        <Suspense fallback={null}>
          <Control field={field} stored={stored[field.name]} onChange={(value) => change(field, value)} />
        </Suspense>
        {refusal?.name === field.name && (
          <p className={classes.refusal} role="alert">
            {refusal.reason}
          </p>
        )}
      </div>
    );
  };

  const { open, folded } = inSections(fields);
  const changed = (within: readonly Field[]): number =>
    within.filter((field) => differsFromDefault(field, stored[field.name])).length;
  if (fields.length === 0) return null;
  return (
    <section className={classes.section} aria-label="Parameters">
      {open.map(draw)}
      {folded.map(({ title, fields: within }) => (
        <details key={title} className={classes.folded}>
          <summary>
            {title}
            {changed(within) > 0 && <span className={classes.badge}>{changed(within)} changed</span>}
          </summary>
          {within.map(draw)}
        </details>
      ))}
    </section>
  );
}
