import { useElementSize } from '@mantine/hooks';
import { simulation } from '../../simulation/client.ts';
import { writeDuration, writeInstant } from '../../ui/numbers.ts';
import { statePaths, stateVariable } from '../../ui/states.ts';
import { placesOf, type Diagram, type DiagramLine, type DiagramPoint } from './space-time.ts';
import classes from './messages.module.css';

interface SpaceTimeProps {
  readonly diagram: Diagram;
  readonly mode: 'scale' | 'stretched';
  /** Index of the hop that is pointed at, here or in the list. */
  readonly pointed: number | null;
  readonly onPoint: (index: number | null) => void;
}

const LANE_HEIGHT = 46;
const TOP = 18;
const BOTTOM = 22;
const LABEL_WIDTH = 104;
/** Room that a hop needs; a longer history makes the picture wider than its place, and it scrolls. */
const HOP_ROOM = 30;

/** One lane a node, time to the right, a line a hop. */
export function SpaceTime({ diagram, mode, pointed, onPoint }: SpaceTimeProps) {
  const { ref, width } = useElementSize();
  const { lanes, points, lines } = diagram;
  const start = LABEL_WIDTH + 12;
  const drawn = Math.max(width, mode === 'stretched' ? start + points.length * HOP_ROOM : 320);
  const places = placesOf(
    points.map(({ hop }) => hop.atMs),
    mode,
  );
  const x = (index: number) => start + (places[index] ?? 0) * (drawn - start - 24);
  const y = (lane: number) => TOP + lane * LANE_HEIGHT + LANE_HEIGHT / 2;
  const height = TOP + lanes.length * LANE_HEIGHT + BOTTOM;
  const first = points[0]?.hop.atMs ?? 0;
  return (
    // Scrolls sideways: without a place in the tab order a keyboard could not.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} ref={ref} role="region" aria-label="Space-time diagram" tabIndex={0}>
      <svg
        className={classes.diagram}
        width={drawn}
        height={height}
        role="img"
        aria-label={`Space-time diagram with ${points.length} hops over ${lanes.length} nodes; the list below says the same.`}
        onPointerLeave={() => onPoint(null)}
      >
        {lanes.map((lane, index) => (
          <g key={lane.id}>
            <line className={classes.lane} x1={start - 6} x2={drawn - 8} y1={y(index)} y2={y(index)} />
            <text className={classes.laneLabel} x={LABEL_WIDTH} y={y(index)} textAnchor="end" dominantBaseline="middle">
              {shortened(lane.label)}
              <title>{lane.label}</title>
            </text>
          </g>
        ))}
        {lines.map((line) => (
          <HopLine key={line.to} line={line} points={points} x={x} y={y} />
        ))}
        {points.map((point, index) => (
          <HopPoint
            key={index}
            point={point}
            x={x(index)}
            y={y(point.lane)}
            pointed={pointed === index}
            onPoint={() => onPoint(index)}
          />
        ))}
        <TimeLabels points={points} x={x} y={height - 7} firstMs={first} pointed={pointed} />
      </svg>
    </div>
  );
}

const LABEL_LENGTH = 15;

function shortened(label: string): string {
  return label.length <= LABEL_LENGTH ? label : `${label.slice(0, LABEL_LENGTH - 1)}…`;
}

interface HopLineProps {
  readonly line: DiagramLine;
  readonly points: readonly DiagramPoint[];
  readonly x: (index: number) => number;
  readonly y: (lane: number) => number;
}

function HopLine({ line, points, x, y }: HopLineProps) {
  const [from, to] = [points[line.from], points[line.to]];
  if (from === undefined || to === undefined) return null;
  return (
    <line
      className={classes.hopLine}
      data-kind={line.kind}
      x1={x(line.from)}
      y1={y(from.lane)}
      x2={x(line.to)}
      y2={y(to.lane)}
    />
  );
}

interface HopPointProps {
  readonly point: DiagramPoint;
  readonly x: number;
  readonly y: number;
  readonly pointed: boolean;
  readonly onPoint: () => void;
}

/** A hop: a point, or the mark of the state that it shows. Pressing it takes the run there. */
function HopPoint({ point, x, y, pointed, onPoint }: HopPointProps) {
  const { hop, state } = point;
  const paths = state === null ? null : statePaths[state];
  return (
    // The list beside it does the same for the keyboard.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <g
      className={classes.hop}
      transform={`translate(${x} ${y})`}
      onPointerEnter={onPoint}
      onClick={() => void simulation.seek(hop.atMs)}
    >
      <circle r={14} fill="transparent" />
      {pointed && <circle r={12} className={classes.pointed} />}
      {paths === null || state === null ? (
        <circle r={4} className={classes.plainHop} />
      ) : (
        <g style={{ color: stateVariable(state) }} transform="translate(-8 -8)">
          <circle cx={8} cy={8} r={9} fill="var(--surface-2)" />
          <path d={paths.stroke} fill="none" stroke="currentColor" strokeWidth={1.7} strokeLinecap="round" />
          <path d={paths.fill} fill="currentColor" />
        </g>
      )}
      <title>{`${writeInstant(hop.atMs, 6)} ${hop.what}${hop.detail === '' ? '' : `, ${hop.detail}`}`}</title>
    </g>
  );
}

interface TimeLabelsProps {
  readonly points: readonly DiagramPoint[];
  readonly x: (index: number) => number;
  readonly y: number;
  readonly firstMs: number;
  readonly pointed: number | null;
}

const LABEL_ROOM = 62;

/** Times since the first hop, as many as fit; that of the hop pointed at always. */
function TimeLabels({ points, x, y, firstMs, pointed }: TimeLabelsProps) {
  const shown: number[] = pointed === null ? [] : [pointed];
  for (const index of points.keys()) {
    if (shown.every((other) => Math.abs(x(other) - x(index)) >= LABEL_ROOM)) shown.push(index);
  }
  return (
    <g className={classes.times}>
      {shown.map((index) => (
        <text
          key={index}
          x={x(index)}
          y={y}
          textAnchor={index === 0 ? 'start' : 'middle'}
          data-pointed={index === pointed}
        >
          {index === 0 ? writeInstant(firstMs) : `+${writeDuration((points[index]?.hop.atMs ?? firstMs) - firstMs)}`}
        </text>
      ))}
    </g>
  );
}
