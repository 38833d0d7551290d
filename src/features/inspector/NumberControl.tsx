import { TextInput } from '@mantine/core';
import type { CSSProperties, KeyboardEvent } from 'react';
import { simulationStore } from '../../simulation/status.ts';
import { numberComplaint, type Field } from './field-model.ts';
import { FieldRow, type ControlIds } from './FieldRow.tsx';
import { parseQuantity, restated, sayQuantity, unitSuffix, writeQuantity } from './quantity.ts';
import { sayValue } from './say-value.ts';
import { sliderScale, type SliderScale } from './slider-scale.ts';
import { useDraft, useSliding } from './use-draft.ts';
import classes from './fields.module.css';

interface NumberControlProps {
  readonly field: Field;
  readonly stored: unknown;
  readonly onChange: (value: number | undefined) => void;
}

/** Slider positions: enough that neighbours are closer than the two digits a slid value is rounded to. */
const TRAVEL = 1000;

/** Fields that are worth sliding over, because one wants to see what happens on the way. */
const SLIDING_UNITS: ReadonlySet<string> = new Set(['per second', 'probability', 'factor']);

/** Durations and counts that one also wants to slide, by their names in the schemas of values. */
const SLIDING_NAMES: ReadonlySet<string> = new Set(['mean', 'instances', 'concurrency']);

/** A number with its unit, typed ("30s", "16 KiB", "5%") or slid. */
export function NumberControl({ field, stored, onChange }: NumberControlProps) {
  const value = typeof stored === 'number' ? stored : (field.fallback as number);
  const { moving, slide, release } = useSliding<number>(onChange, isPlaying);
  const { control, meta } = field;
  if (control.type !== 'number') return null;
  const scale =
    SLIDING_UNITS.has(meta.unit ?? '') || SLIDING_NAMES.has(field.name) ? sliderScale(meta.unit, control) : null;
  const shown = moving ?? value;
  return (
    <FieldRow field={field} stored={stored} onReset={() => onChange(undefined)} wide={scale !== null}>
      {(ids) => (
        <>
          {scale !== null && (
            <Slider field={field} scale={scale} value={shown} onSlide={slide} onRelease={release} ids={ids} />
          )}
          <QuantityBox field={field} value={shown} onCommit={onChange} ids={ids} narrow={scale !== null} />
        </>
      )}
    </FieldRow>
  );
}

function isPlaying(): boolean {
  return simulationStore.getState().status === 'playing';
}

interface SliderProps {
  readonly field: Field;
  readonly scale: SliderScale;
  readonly value: number;
  readonly onSlide: (value: number) => void;
  readonly onRelease: () => void;
  readonly ids: ControlIds;
}

function Slider({ field, scale, value, onSlide, onRelease, ids }: SliderProps) {
  const travel = Math.round(scale.toTravel(value) * TRAVEL);
  return (
    <input
      type="range"
      className={classes.slider}
      aria-label={field.meta.label}
      aria-describedby={ids.describedBy}
      aria-valuetext={sayQuantity(value, field.meta.unit)}
      min={0}
      max={TRAVEL}
      step={1}
      value={travel}
      style={{ '--travel': travel / TRAVEL } as CSSProperties}
      onChange={(event) => onSlide(scale.toValue(Number(event.currentTarget.value) / TRAVEL))}
      onKeyDown={(event) => slideByKey(event, scale, value, onSlide)}
      onPointerUp={onRelease}
      onPointerCancel={onRelease}
      onKeyUp={onRelease}
      onBlur={onRelease}
    />
  );
}

/** One position of a thousand is less than the rounding of values: the arrows must move further to move at all. */
function slideByKey(event: KeyboardEvent, scale: SliderScale, value: number, onSlide: (value: number) => void): void {
  const turn = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 }[event.key];
  if (turn === undefined) return;
  event.preventDefault();
  const from = scale.toTravel(value);
  for (let step = 0.02; step <= 1; step += 0.02) {
    const next = scale.toValue(from + Math.sign(turn) * step * Math.abs(turn));
    if (next === value) continue;
    onSlide(next);
    return;
  }
}

interface QuantityBoxProps {
  readonly field: Field;
  readonly value: number;
  readonly onCommit: (value: number) => void;
  readonly ids: ControlIds;
  readonly narrow: boolean;
}

function QuantityBox({ field, value, onCommit, ids, narrow }: QuantityBoxProps) {
  const { control, meta } = field;
  const draft = useDraft<number>({
    written: writeQuantity(value, meta.unit),
    commit: onCommit,
    read: (typed) => {
      const number = parseQuantity(typed, meta.unit);
      if (number === null || control.type !== 'number') return { refusal: notANumber(meta.unit) };
      const refusal = numberComplaint(control, number, (bound) => sayValue(field, bound, { plain: true }));
      return refusal === null ? { value: number } : { refusal };
    },
  });
  const note = meta.special?.value === value ? meta.special.meaning : restated(value, meta.unit);
  return (
    <div className={narrow ? classes.narrowBox : classes.box}>
      <TextInput
        id={ids.id}
        aria-describedby={ids.describedBy}
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={draft.text}
        error={draft.refusal}
        rightSection={<span className={classes.unit}>{unitSuffix(meta.unit)}</span>}
        rightSectionWidth={unitSuffix(meta.unit) === '' ? 8 : 32}
        rightSectionPointerEvents="none"
        classNames={{ input: classes.quantity ?? '', error: classes.refusal ?? '' }}
        onChange={(event) => draft.type(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={draft.onBlur}
        onKeyDown={(event) => {
          draft.onKeyDown(event);
          stepByKey(event, value, draft.type, field);
        }}
      />
      {draft.refusal === null && note !== null && <span className={classes.note}>{note}</span>}
    </div>
  );
}

function notANumber(unit: Field['meta']['unit']): string {
  if (unit === 'ms') return 'Not a duration. Try 250, 1.5s or 2min.';
  if (unit === 'bytes') return 'Not a size. Try 512 or 16KiB.';
  return 'Not a number.';
}

/** Arrow up and down change the typed number by one of its units (ten with Shift); it is committed as if typed. */
function stepByKey(event: KeyboardEvent<HTMLInputElement>, value: number, type: (text: string) => void, field: Field) {
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  if (field.control.type !== 'number') return;
  event.preventDefault();
  const { unit } = field.meta;
  const typed = parseQuantity(event.currentTarget.value, unit) ?? value;
  const size = (unit === 'probability' ? 0.01 : unit === 'factor' ? 0.1 : 1) * (event.shiftKey ? 10 : 1);
  const next = Number((typed + (event.key === 'ArrowUp' ? size : -size)).toPrecision(12));
  type(writeQuantity(Math.min(field.control.max, Math.max(field.control.min, next)), unit));
}
