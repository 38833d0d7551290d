import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useId } from 'react';
import { useDocument } from '../../../document/store.ts';
import { IconButton } from '../../../ui/IconButton.tsx';
import { keysIn, sourcesIn } from './known-values.ts';
import {
  complaintAbout,
  OPERATOR_WORDS,
  operatorsOf,
  takesValue,
  type Attribute,
  type Operator,
  type PolicyRow,
} from './policy-rows.ts';
import { useFocusWhenNew } from './use-focus-when-new.ts';
import classes from './rows.module.css';

interface AttributeBlockProps {
  readonly attribute: Attribute;
  /** Whether nothing has to be fulfilled before it. */
  readonly first: boolean;
  /** All rows of the policy. */
  readonly rows: readonly PolicyRow[];
  /** While a value is being typed. */
  readonly onType: (rows: readonly PolicyRow[]) => void;
  readonly onChange: (rows: readonly PolicyRow[]) => void;
  readonly onAdd: () => void;
}

/** The conditions of one attribute, any of which will do. */
export function AttributeBlock({ attribute, first, rows, onType, onChange, onAdd }: AttributeBlockProps) {
  const places = rows.flatMap((row, place) => (row.attribute === attribute ? [place] : []));
  const replaced = (place: number, part: Partial<PolicyRow>): readonly PolicyRow[] =>
    rows.map((row, at) => (at === place ? { ...row, ...part } : row));
  return (
    <>
      {!first && <span className={classes.joined}>and</span>}
      <div className={classes.attribute} role="group" aria-label={attribute}>
        <div className={classes.attributeHead}>
          <span className={classes.attributeName}>{attribute}</span>
          <Button variant="subtle" size="compact-xs" leftSection={<IconPlus size={13} />} onClick={onAdd}>
            or
          </Button>
        </div>
        {places.map((place) => (
          <ConditionLine
            key={place}
            row={rows[place]!}
            onType={(value) => onType(replaced(place, { value }))}
            onPick={(part) => onChange(replaced(place, part))}
            onDone={() => onChange(rows)}
            onRemove={() => onChange(rows.toSpliced(place, 1))}
          />
        ))}
      </div>
    </>
  );
}

interface ConditionLineProps {
  readonly row: PolicyRow;
  readonly onType: (value: string) => void;
  readonly onPick: (part: Partial<PolicyRow>) => void;
  /** A box was left, or Enter pressed in it. */
  readonly onDone: () => void;
  readonly onRemove: () => void;
}

function ConditionLine({ row, onType, onPick, onDone, onRemove }: ConditionLineProps) {
  const complaint = complaintAbout(row);
  const bare = !takesValue(row.operator);
  return (
    <div className={classes.condition} data-bare={bare}>
      <NativeSelect
        size="xs"
        aria-label={`What is asked of ${row.attribute}`}
        data={operatorsOf(row.attribute).map((value) => ({ value, label: OPERATOR_WORDS[value] }))}
        value={row.operator}
        onChange={(event) => onPick({ operator: event.currentTarget.value as Operator })}
      />
      {!bare && <ConditionValue row={row} onType={onType} onPick={onPick} onDone={onDone} />}
      <IconButton label={`Remove this condition of ${row.attribute}`} size={24} onClick={onRemove}>
        <IconX size={14} />
      </IconButton>
      {complaint !== null && row.value.trim() !== '' && (
        <p className={classes.complaint} role="alert">
          {complaint}
        </p>
      )}
    </div>
  );
}

/** A source is chosen by its name, because messages carry its id; a key may be one of those that are published. */
function ConditionValue({ row, onType, onPick, onDone }: Omit<ConditionLineProps, 'onRemove'>) {
  const list = useId();
  const box = useFocusWhenNew(row.value === '');
  const design = useDocument((state) => state.design);
  const label = `Value of ${row.attribute}`;
  if (row.attribute === 'source' && row.operator === 'equals') {
    const known = sourcesIn(design);
    const other = known.some(({ value }) => value === row.value) ? [] : [{ value: row.value, label: row.value || '–' }];
    return (
      <NativeSelect
        size="xs"
        aria-label={label}
        data={[...other, ...known]}
        value={row.value}
        onChange={(event) => onPick({ value: event.currentTarget.value })}
      />
    );
  }
  return (
    <>
      <TextInput
        size="xs"
        aria-label={label}
        className={classes.code ?? ''}
        placeholder={placeholderOf(row)}
        list={row.attribute === 'key' ? list : undefined}
        ref={box}
        spellCheck={false}
        autoComplete="off"
        value={row.value}
        onChange={(event) => onType(event.currentTarget.value)}
        onBlur={onDone}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onDone();
        }}
      />
      {row.attribute === 'key' && (
        <datalist id={list}>
          {keysIn(design).map((key) => (
            <option key={key} value={key}>
              {key}
            </option>
          ))}
        </datalist>
      )}
    </>
  );
}

function placeholderOf({ attribute, operator }: PolicyRow): string {
  if (operator === 'numeric') return '>= 100 and < 1000';
  if (operator === 'anything-but') return attribute === 'bytes' ? '100, 200' : 'k1, k2';
  return attribute === 'bytes' ? '200' : 'k1';
}
