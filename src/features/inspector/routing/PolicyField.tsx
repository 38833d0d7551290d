import { Button, Textarea } from '@mantine/core';
import { IconBraces, IconList, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { ATTRIBUTES } from '../../../../workers/scenario/sns/filter-policy.ts';
import type { ControlProps } from '../FieldControl.tsx';
import { FieldRow } from '../FieldRow.tsx';
import { resolvedValue } from '../field-model.ts';
import { useDraft } from '../use-draft.ts';
import { AttributeBlock } from './AttributeBlock.tsx';
import { complaintAboutText, operatorsOf, rowsOf, textOf, type Attribute, type PolicyRow } from './policy-rows.ts';
import classes from './rows.module.css';

/** The filter policy of a subscription: conditions in rows, or its JSON. What rows cannot say is shown as JSON at once. */
export function PolicyField({ field, stored, onChange }: ControlProps) {
  const text = String(resolvedValue(field, stored));
  const rows = rowsOf(text);
  const [asJson, setAsJson] = useState(false);
  const Switch = asJson ? IconList : IconBraces;
  return (
    <FieldRow field={field} stored={stored} onReset={() => onChange(undefined)} wide>
      {({ id, describedBy }) => (
        <div className={classes.rows}>
          {rows === null || asJson ? (
            <PolicyJson id={id} describedBy={describedBy} text={text} onChange={onChange} />
          ) : (
            <PolicyRows text={text} stored={rows} onChange={onChange} />
          )}
          {rows === null ? (
            <p className={classes.everything}>This policy says something that rows cannot show.</p>
          ) : (
            <Button
              variant="subtle"
              color="gray"
              size="compact-xs"
              leftSection={<Switch size={13} />}
              className={classes.add ?? ''}
              onClick={() => setAsJson(!asJson)}
            >
              {asJson ? 'Edit in rows' : 'Edit as JSON'}
            </Button>
          )}
        </div>
      )}
    </FieldRow>
  );
}

interface PolicyJsonProps {
  readonly id: string;
  readonly describedBy: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function PolicyJson({ id, describedBy, text, onChange }: PolicyJsonProps) {
  const draft = useDraft<string>({
    written: text,
    commit: onChange,
    multiline: true,
    read: (typed) => {
      const refusal = complaintAboutText(typed);
      return refusal === null ? { value: typed } : { refusal };
    },
  });
  return (
    <Textarea
      id={id}
      aria-describedby={describedBy}
      className={classes.json ?? ''}
      size="xs"
      autosize
      minRows={3}
      maxRows={12}
      spellCheck={false}
      placeholder={'{"key": ["k1", {"prefix": "k2"}]}'}
      value={draft.text}
      error={draft.refusal}
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={draft.onBlur}
      onKeyDown={draft.onKeyDown}
    />
  );
}

interface PolicyRowsProps {
  readonly text: string;
  readonly stored: readonly PolicyRow[];
  readonly onChange: (text: string) => void;
}

/** Rows that are not complete are kept here until they are; the document goes on with the policy it has. */
function PolicyRows({ text, stored, onChange }: PolicyRowsProps) {
  const [draft, setDraft] = useState<{ readonly of: string; readonly rows: readonly PolicyRow[] } | null>(null);
  const rows = draft !== null && draft.of === text ? draft.rows : stored;
  const keep = (next: readonly PolicyRow[]): void => setDraft({ of: text, rows: next });
  const tell = (next: readonly PolicyRow[]): void => {
    const written = textOf(next);
    const told = written !== null && written !== textOf(stored);
    setDraft({ of: told ? written : text, rows: next });
    if (told) onChange(written);
  };
  const used = ATTRIBUTES.filter((attribute) => rows.some((row) => row.attribute === attribute));
  const add = (attribute: Attribute): void =>
    keep([...rows, { attribute, operator: operatorsOf(attribute)[0]!, value: '' }]);
  return (
    <div className={classes.rows} role="group" aria-label="Filter policy">
      {used.length === 0 && (
        <p className={classes.everything}>Everything passes. Let only those pass of which this is true:</p>
      )}
      {used.map((attribute, place) => (
        <AttributeBlock
          key={attribute}
          attribute={attribute}
          first={place === 0}
          rows={rows}
          onType={keep}
          onChange={tell}
          onAdd={() => add(attribute)}
        />
      ))}
      <div className={classes.ways}>
        {ATTRIBUTES.filter((attribute) => !used.includes(attribute)).map((attribute) => (
          <Button
            key={attribute}
            variant="default"
            size="compact-xs"
            leftSection={<IconPlus size={13} />}
            onClick={() => add(attribute)}
          >
            {used.length > 0 ? `and ${attribute}` : attribute}
          </Button>
        ))}
      </div>
    </div>
  );
}
