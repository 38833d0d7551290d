import {
  IconAlertTriangle,
  IconArrowBarToRight,
  IconCircleDotted,
  IconCircleFilled,
  IconHourglass,
  IconPlayerPauseFilled,
  IconRefresh,
  IconX,
} from '@tabler/icons-react';
import { useRef, type CSSProperties, type KeyboardEvent, type MouseEvent } from 'react';
import { INSTANCE, INSTANCE_STATE, type Layout } from '../../../../workers/protocol/frame.ts';
import { useCanvasCallbacks } from '../canvas-context.ts';
import { openMenu } from '../canvas-store.ts';
import { LiveText, useLive, usePaintText, writeShare } from '../live/hooks.tsx';
import { removePart, usePullOut } from '../placing/pull-out.tsx';
import { blockOf } from './blocks.ts';
import { sharesPartitions, type Ownership } from './gauges.ts';
import { INSTANCE_ROW_HEIGHT, INSTANCE_ROWS, instancesHeight, TILES_SHOWN } from './node-size.ts';
import { OwnedPartitions } from './OwnedPartitions.tsx';
import { shortCount } from './short-count.ts';
import classes from './face.module.css';

type InstanceState = keyof typeof INSTANCE_STATE;
const STATE_NAMES = Object.keys(INSTANCE_STATE) as readonly InstanceState[];

/** Each state has a shape of its own, and words for those who do not see it. */
const states = {
  down: { text: 'down', Icon: IconX },
  joining: { text: 'joining', Icon: IconCircleDotted },
  stable: { text: 'running', Icon: IconCircleFilled },
  rebalancing: { text: 'waiting for the group', Icon: IconRefresh },
  frozen: { text: 'frozen', Icon: IconPlayerPauseFilled },
  revoking: { text: 'giving partitions up', Icon: IconArrowBarToRight },
  waiting: { text: 'waiting for partitions that others give up', Icon: IconHourglass },
  failed: { text: 'ended: its poll threw', Icon: IconAlertTriangle },
  starting: { text: 'starting', Icon: IconHourglass },
} as const satisfies Record<InstanceState, unknown>;

interface InstancesProps {
  readonly id: string;
  readonly instances: number;
  readonly concurrency: number;
  readonly owned: readonly Ownership[];
  readonly height: number;
}

/** The instances of a consumer: rows while there are few, tiles when there are many. */
export function Instances({ id, instances, concurrency, owned, height }: InstancesProps) {
  const asRows = instances <= INSTANCE_ROWS;
  const scrolls = instancesHeight(instances) > height || instances > TILES_SHOWN;
  const { bind, ghost } = usePullOut();
  const { editable } = useCanvasCallbacks();
  const handlesOf = (instance: number) => ({
    ...(editable ? bind({ type: 'instance' as const, node: id, index: instance }) : {}),
    onContextMenu: (event: MouseEvent) => {
      event.preventDefault();
      event.stopPropagation();
      openMenu({ type: 'instance', id, instance }, { x: event.clientX, y: event.clientY });
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (!editable || (event.key !== 'Delete' && event.key !== 'Backspace')) return;
      event.preventDefault();
      event.stopPropagation();
      removePart({ type: 'instance', node: id, index: instance });
    },
  });
  const competes = useLive((_values, layout) => !sharesPartitions(layout, id), false);
  const Shape = asRows ? InstanceRow : InstanceTile;
  return (
    <div className={`${classes.instances} ${scrolls ? 'nowheel' : ''}`} style={{ height }} data-scrolls={scrolls}>
      <ul className={asRows ? classes.instanceRows : classes.instanceTiles} aria-label="Instances">
        {Array.from({ length: instances }, (_, instance) => (
          <Shape
            key={instance}
            id={id}
            instance={instance}
            concurrency={concurrency}
            competes={competes}
            owned={owned.filter((partition) => partition.instance === instance)}
            handles={handlesOf(instance)}
          />
        ))}
        {instances === 0 && <li className={classes.noInstances}>No instances</li>}
      </ul>
      {ghost}
    </div>
  );
}

interface InstanceProps {
  readonly id: string;
  readonly instance: number;
  readonly concurrency: number;
  /** Partitions are not divided among them: each takes what comes. */
  readonly competes: boolean;
  readonly owned: readonly Ownership[];
  readonly handles: object;
}

type Figure = Exclude<keyof typeof INSTANCE, 'size'>;

function figureOf(values: Float64Array, layout: Layout, id: string, instance: number, figure: Figure): number {
  const block = blockOf(layout, id, 'consumer');
  if (block === null || instance >= block.instances) return 0;
  return values[block.instancesAt + instance * INSTANCE.size + INSTANCE[figure]]!;
}

function useInstanceState(id: string, instance: number): InstanceState {
  return (
    STATE_NAMES[useLive((values, layout) => figureOf(values, layout, id, instance, 'state'), INSTANCE_STATE.stable)] ??
    'stable'
  );
}

/** Busy workers as a row of pips; one bar when there are too many to count. */
function Busy({ id, instance, concurrency }: Pick<InstanceProps, 'id' | 'instance' | 'concurrency'>) {
  const fill = useRef<HTMLSpanElement>(null);
  usePaintText((values, layout) => {
    const share = figureOf(values, layout, id, instance, 'busy') / concurrency;
    writeShare(fill, Math.min(1, share));
  });
  const pips = concurrency <= 8 ? concurrency : 1;
  return (
    <span
      className={classes.busy}
      style={{ '--pips': pips } as CSSProperties}
      title={`Busy workers of ${concurrency}`}
      aria-hidden
    >
      <span ref={fill} className={classes.busyFill} />
    </span>
  );
}

function InstanceRow({ id, instance, concurrency, competes, owned, handles }: InstanceProps) {
  const state = useInstanceState(id, instance);
  const { text, Icon } = states[state];
  return (
    <li className={classes.instance} style={{ height: INSTANCE_ROW_HEIGHT }} data-state={state}>
      <button
        type="button"
        className={`${classes.instanceHandle} nodrag nopan nokey`}
        aria-label={`Instance ${instance}, ${text}: the context menu breaks it, Delete removes an instance`}
        title={text}
        {...handles}
      >
        <span className={classes.instanceState} aria-hidden>
          <Icon size={state === 'stable' ? 9 : 12} stroke={2.2} />
        </span>
        {instance}
      </button>
      <Busy id={id} instance={instance} concurrency={concurrency} />
      {competes ? <InHand id={id} instance={instance} /> : <OwnedPartitions owned={owned} idle={state === 'stable'} />}
      <span className={classes.instanceApplied} title="Effects, repeats included">
        <LiveText
          read={(values, layout) => shortCount(figureOf(values, layout, id, instance, 'applied'))}
          fallback="0"
        />
        <span className={classes.spoken}> effects, repeats included</span>
      </span>
    </li>
  );
}

/** Messages that an instance holds: worked on, and waiting in its memory. */
function InHand({ id, instance }: Pick<InstanceProps, 'id' | 'instance'>) {
  return (
    <span className={classes.chips}>
      <LiveText
        className={classes.idle}
        read={(values, layout) => {
          const held =
            figureOf(values, layout, id, instance, 'busy') + figureOf(values, layout, id, instance, 'buffered');
          return held === 0 ? 'idle' : `${shortCount(held)} in hand`;
        }}
        fallback="idle"
      />
    </span>
  );
}

function InstanceTile({ id, instance, concurrency, competes, owned, handles }: InstanceProps) {
  const state = useInstanceState(id, instance);
  const { text } = states[state];
  const nothing = competes ? 'competes for messages' : 'owns nothing';
  const owns = owned.length === 0 ? nothing : `owns ${owned.map(({ partition }) => `P${partition}`).join(', ')}`;
  return (
    <li className={classes.tile} data-state={state} data-idle={owned.length === 0 && !competes}>
      <button
        type="button"
        className={`${classes.tileHandle} nodrag nopan nokey`}
        aria-label={`Instance ${instance}, ${text}, ${owns}`}
        title={`Instance ${instance}, ${text}, ${owns}`}
        {...handles}
      >
        {owned.length > 0 ? owned.length : ''}
      </button>
      <Busy id={id} instance={instance} concurrency={concurrency} />
    </li>
  );
}
