import { useMemo, useState } from 'react';
import { endStep, setParameter, type Done } from '../../document/actions.ts';
import { describeFields, differsFromDefault, isInForce, type Field } from './field-model.ts';
import { FieldControl } from './FieldControl.tsx';
import classes from './inspector.module.css';

interface ParameterListProps {
  readonly where: 'nodes' | 'edges';
  /** The node or edge as the document has it. */
  readonly item: { readonly id: string };
  /** `parameters` of its kind or protocol. */
  readonly entries: Readonly<Record<string, unknown>>;
}

/** Every parameter of a node or an edge, generated from its definition; the advanced ones folded. */
export function ParameterList({ where, item, entries }: ParameterListProps) {
  const described = useMemo(() => describeFields(entries), [entries]);
  const stored = item as unknown as Readonly<Record<string, unknown>>;
  const fields = described.filter((field) => isInForce(field, described, stored));
  const [refusal, setRefusal] = useState<{ readonly name: string; readonly reason: string } | null>(null);

  const change = (field: Field, value: unknown): void => {
    const done: Done = setParameter(where, item.id, [field.name], value);
    setRefusal(done.ok ? null : { name: field.name, reason: done.reason });
  };
  const draw = (field: Field) => (
    <div key={field.name} onBlur={endStep}>
      <FieldControl field={field} stored={stored[field.name]} onChange={(value) => change(field, value)} />
      {refusal?.name === field.name && (
        <p className={classes.refusal} role="alert">
          {refusal.reason}
        </p>
      )}
    </div>
  );

  const advanced = fields.filter((field) => field.meta.advanced === true);
  const changed = advanced.filter((field) => differsFromDefault(field, stored[field.name])).length;
  if (fields.length === 0) return null;
  return (
    <section className={classes.section} aria-label="Parameters">
      {fields.filter((field) => field.meta.advanced !== true).map(draw)}
      {advanced.length > 0 && (
        <details className={classes.advanced}>
          <summary>
            Advanced
            {changed > 0 && <span className={classes.badge}>{changed} changed</span>}
          </summary>
          {advanced.map(draw)}
        </details>
      )}
    </section>
  );
}
