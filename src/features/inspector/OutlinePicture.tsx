import { writeDuration } from '../../ui/numbers.ts';
import type { Arrivals } from '../../../workers/scenario/values/arrivals.ts';
import type { Distribution } from '../../../workers/scenario/values/distribution.ts';
import { arrivalsOutline, densityOutline, type Outline } from './density.ts';
import type { Field } from './field-model.ts';
import classes from './fields.module.css';

interface OutlinePictureProps {
  readonly field: Field;
  /** The complete value of a variant. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** A small picture of a distribution or an arrival pattern; nothing for other variants. */
export function OutlinePicture({ field, value }: OutlinePictureProps) {
  if (field.control.type !== 'variant') return null;
  const cases = new Set(field.control.cases.map((entry) => entry.value));
  // Told apart by what they offer, so that a new field with a distribution gets its picture by itself.
  if (cases.has('hyperexponential')) {
    return <Picture outline={densityOutline(value as Distribution)} axis mean={meanOf(value)} />;
  }
  if (cases.has('poisson')) {
    const timed = value['type'] !== 'constant' && value['type'] !== 'poisson';
    return <Picture outline={arrivalsOutline(value as Arrivals)} axis={timed} mean={null} />;
  }
  return null;
}

function meanOf(value: Readonly<Record<string, unknown>>): number | null {
  return typeof value['mean'] === 'number' ? value['mean'] : null;
}

const WIDTH = 240;
const HEIGHT = 34;

interface PictureProps {
  readonly outline: Outline;
  /** Whether the horizontal axis is a time worth naming. */
  readonly axis: boolean;
  readonly mean: number | null;
}

function Picture({ outline, axis, mean }: PictureProps) {
  const { until, heights, spikes } = outline;
  const last = Math.max(1, heights.length - 1);
  const line = heights.map((height, index) => `${(index / last) * WIDTH},${HEIGHT - 1 - height * (HEIGHT - 4)}`);
  const place = (x: number) => (x / until) * WIDTH;
  return (
    <div aria-hidden>
      <svg className={classes.preview} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none">
        <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--line-strong)" />
        {line.length > 0 && (
          <polyline className={classes.previewLine} points={[`0,${HEIGHT}`, ...line, `${WIDTH},${HEIGHT}`].join(' ')} />
        )}
        {spikes.map((spike, index) => (
          <line
            key={index}
            className={classes.previewSpike}
            x1={place(spike)}
            x2={place(spike)}
            y1={6}
            y2={HEIGHT - 1}
          />
        ))}
        {mean !== null && heights.length > 0 && mean <= until && (
          <line className={classes.previewMean} x1={place(mean)} x2={place(mean)} y1={0} y2={HEIGHT} />
        )}
      </svg>
      {axis && (
        <div className={classes.previewAxis}>
          <span>0</span>
          <span>{writeDuration(until)}</span>
        </div>
      )}
    </div>
  );
}
