import { NativeSelect, Switch, Textarea, TextInput } from '@mantine/core';
import { complaint, isInForce, isRecord, resolvedValue, switchCase, withMember, type Field } from './field-model.ts';
import { FieldRow } from './FieldRow.tsx';
import { NumberControl } from './NumberControl.tsx';
import { OutlinePicture } from './OutlinePicture.tsx';
import { useDraft } from './use-draft.ts';
import classes from './fields.module.css';

export interface ControlProps {
  readonly field: Field;
  /** What the document has; undefined for absent. */
  readonly stored: unknown;
  /** `undefined` takes the parameter out of the document: back to its default. */
  readonly onChange: (value: unknown) => void;
}

/** The control of one parameter, chosen by the type of its schema. */
export function FieldControl(props: ControlProps) {
  switch (props.field.control.type) {
    case 'number':
      return <NumberControl {...props} />;
    case 'toggle':
      return <ToggleControl {...props} />;
    case 'choice':
      return <ChoiceControl {...props} />;
    case 'text':
      return <TextControl {...props} />;
    case 'numbers':
      return <NumbersControl {...props} />;
    case 'group':
      return <GroupControl {...props} />;
    case 'variant':
      return <VariantControl {...props} />;
    default:
      return props.field.control satisfies never;
  }
}

function ToggleControl({ field, stored, onChange }: ControlProps) {
  return (
    <FieldRow field={field} stored={stored} onReset={() => onChange(undefined)}>
      {(ids) => (
        <Switch
          id={ids.id}
          aria-describedby={ids.describedBy}
          checked={resolvedValue(field, stored) === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
          style={{ marginInlineStart: 'auto' }}
        />
      )}
    </FieldRow>
  );
}

/** Longest label of an option, in characters, that can be read in the narrow column beside the label. */
const FITS_BESIDE = 14;

function ChoiceControl({ field, stored, onChange }: ControlProps) {
  if (field.control.type !== 'choice') return null;
  const { options } = field.control;
  const longest = Math.max(...options.map(({ label }) => label.length));
  return (
    <FieldRow field={field} stored={stored} onReset={() => onChange(undefined)} wide={longest > FITS_BESIDE}>
      {(ids) => (
        <NativeSelect
          id={ids.id}
          aria-describedby={ids.describedBy}
          className={classes.select ?? ''}
          size="xs"
          data={options.map(({ value, label }) => ({ value, label }))}
          value={String(resolvedValue(field, stored))}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </FieldRow>
  );
}

function TextControl({ field, stored, onChange }: ControlProps) {
  const multiline = field.control.type === 'text' && field.control.multiline;
  const draft = useDraft<string>({
    written: String(resolvedValue(field, stored)),
    commit: onChange,
    multiline,
    read: (typed) => {
      const refusal = complaint(field, typed);
      return refusal === null ? { value: typed } : { refusal };
    },
  });
  const Box = multiline ? Textarea : TextInput;
  return (
    <FieldRow field={field} stored={stored} onReset={() => onChange(undefined)} wide={multiline}>
      {(ids) => (
        <Box
          id={ids.id}
          aria-describedby={ids.describedBy}
          className={classes.lines ?? ''}
          size="xs"
          {...(multiline ? { autosize: true, minRows: 3, maxRows: 12 } : {})}
          value={draft.text}
          error={draft.refusal}
          onChange={(event: { readonly currentTarget: { readonly value: string } }) =>
            draft.type(event.currentTarget.value)
          }
          onBlur={draft.onBlur}
          onKeyDown={draft.onKeyDown}
        />
      )}
    </FieldRow>
  );
}

/** Measured values, pasted or typed: separated by spaces, commas or lines. */
function NumbersControl({ field, stored, onChange }: ControlProps) {
  const value = resolvedValue(field, stored);
  const draft = useDraft<readonly number[]>({
    written: Array.isArray(value) ? value.join(', ') : '',
    commit: onChange,
    multiline: true,
    read: (typed) => {
      const numbers = typed
        .split(/[\s,;]+/)
        .filter((part) => part !== '')
        .map(Number);
      const refusal = complaint(field, numbers);
      return refusal === null ? { value: numbers } : { refusal };
    },
  });
  return (
    <FieldRow field={field} stored={stored} onReset={() => onChange(undefined)} wide>
      {(ids) => (
        <Textarea
          id={ids.id}
          aria-describedby={ids.describedBy}
          className={classes.lines ?? ''}
          size="xs"
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          value={draft.text}
          error={draft.refusal}
          onChange={(event) => draft.type(event.currentTarget.value)}
          onBlur={draft.onBlur}
          onKeyDown={draft.onKeyDown}
        />
      )}
    </FieldRow>
  );
}

function GroupControl({ field, stored, onChange }: ControlProps) {
  if (field.control.type !== 'group') return null;
  const { fields } = field.control;
  const whole = isRecord(stored) ? stored : {};
  return (
    <fieldset className={classes.group} style={{ borderBlock: 0, borderInlineEnd: 0 }}>
      <legend className={classes.groupTitle}>{field.meta.label}</legend>
      <p className={classes.groupHelp}>{field.meta.help}</p>
      {fields
        .filter((member) => isInForce(member, fields, whole))
        .map((member) => (
          <FieldControl
            key={member.name}
            field={member}
            stored={whole[member.name]}
            onChange={(value) => onChange(withMember(stored, member, value))}
          />
        ))}
    </fieldset>
  );
}

function VariantControl({ field, stored, onChange }: ControlProps) {
  if (field.control.type !== 'variant') return null;
  const { control } = field;
  const value = resolvedValue(field, stored);
  const whole = isRecord(value) ? value : {};
  const chosen = String(whole[control.key]);
  const members = control.cases.find((entry) => entry.value === chosen)?.fields ?? [];
  return (
    <div className={classes.variant}>
      <FieldRow field={field} stored={stored} onReset={() => onChange(undefined)}>
        {(ids) => (
          <NativeSelect
            id={ids.id}
            aria-describedby={ids.describedBy}
            className={classes.select ?? ''}
            size="xs"
            data={control.cases.map((entry) => ({ value: entry.value, label: entry.label }))}
            value={chosen}
            onChange={(event) => onChange(switchCase(control, value, event.currentTarget.value))}
          />
        )}
      </FieldRow>
      <div className={classes.members}>
        <OutlinePicture field={field} value={whole} />
        {members.map((member) => (
          <FieldControl
            key={member.name}
            field={member}
            stored={whole[member.name]}
            onChange={(next) => onChange({ ...whole, [member.name]: next ?? member.fallback })}
          />
        ))}
      </div>
    </div>
  );
}
