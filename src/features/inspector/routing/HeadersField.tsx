import type { ControlProps } from '../FieldControl.tsx';
import { FieldRow } from '../FieldRow.tsx';
import { resolvedValue } from '../field-model.ts';
import { HeaderRows } from './HeaderRows.tsx';

/** What a binding to a headers exchange asks for. */
export function HeadersField({ field, stored, onChange }: ControlProps) {
  return (
    <FieldRow field={field} stored={stored} onReset={() => onChange(undefined)} wide>
      {() => <HeaderRows lines={String(resolvedValue(field, stored))} onChange={onChange} />}
    </FieldRow>
  );
}
