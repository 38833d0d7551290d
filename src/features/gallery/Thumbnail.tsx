import type { Scenario, ScenarioNode } from '../../../workers/scenario/document.ts';
import classes from './Thumbnail.module.css';

/** About the size at which nodes are drawn on the canvas. */
const NODE = { width: 220, height: 110 };
const MARGIN = 50;

interface Placed {
  readonly node: ScenarioNode;
  readonly x: number;
  readonly y: number;
}

function placedNodes({ nodes }: Scenario): readonly Placed[] {
  const frames = new Map(nodes.map((node) => [node.id, node.position]));
  return nodes
    .filter(({ kind }) => kind !== 'note' && kind !== 'frame')
    .map((node) => {
      const frame = node.parent === undefined ? undefined : frames.get(node.parent);
      return { node, x: node.position.x + (frame?.x ?? 0), y: node.position.y + (frame?.y ?? 0) };
    });
}

/** The shape of a scenario's diagram. Decoration: the text beside it says what it is about. */
export function Thumbnail({ scenario }: { readonly scenario: Scenario }) {
  const placed = placedNodes(scenario);
  const byId = new Map(placed.map((item) => [item.node.id, item]));
  const left = Math.min(...placed.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...placed.map(({ y }) => y)) - MARGIN;
  const width = Math.max(...placed.map(({ x }) => x)) + NODE.width + MARGIN - left;
  const height = Math.max(...placed.map(({ y }) => y)) + NODE.height + MARGIN - top;
  return (
    <svg className={classes.picture} viewBox={`${left} ${top} ${width} ${height}`} aria-hidden>
      {scenario.edges.map(({ id, from, to }) => {
        const [a, b] = [byId.get(from), byId.get(to)];
        if (a === undefined || b === undefined) return null;
        const [x1, y1] = [a.x + NODE.width, a.y + NODE.height / 2];
        const [x2, y2] = [b.x, b.y + NODE.height / 2];
        const bend = Math.max(40, (x2 - x1) / 2);
        return (
          <path
            key={id}
            className={classes.edge}
            d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
          />
        );
      })}
      {placed.map(({ node, x, y }) => (
        <g key={node.id} data-kind={node.kind} className={classes.node}>
          <rect x={x} y={y} width={NODE.width} height={NODE.height} rx={14} />
          <Inside node={node} x={x} y={y} />
        </g>
      ))}
    </svg>
  );
}

/** A hint of the face: a log's strips of cells, a queue's messages, an exchange's ways, a group's instances, a source's pulse. */
function Inside({ node, x, y }: Placed) {
  switch (node.kind) {
    case 'topic':
      return <Strips partitions={node.partitions ?? 1} x={x} y={y} />;
    case 'queue':
    case 'sqs':
      return <Standing x={x} y={y} />;
    case 'exchange':
    case 'sns':
      return <path className={classes.ways} d={`M${x + 55} ${y + 55}h40l60-30m-60 30h60m-60 0l60 30`} />;
    case 'store':
      return <path className={classes.ways} d={`M${x + 45} ${y + 28}h130m-130 27h130m-130 27h130`} />;
    default:
      return <Dots count={node.kind === 'consumer' ? (node.instances ?? 1) : 3} x={x} y={y} />;
  }
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

function Strips({ partitions, x, y }: Corner & { readonly partitions: number }) {
  const strips = Math.min(4, Math.max(1, partitions));
  const step = 72 / strips;
  return Array.from({ length: strips }, (_, strip) =>
    Array.from({ length: 8 }, (_unused, cell) => (
      <rect
        key={`${strip} ${cell}`}
        x={x + 18 + cell * 23.5}
        y={y + 19 + strip * step}
        width={18}
        height={Math.max(8, step - 7)}
        rx={3}
        style={{ fill: `var(--key-${(strip * 3 + cell * 5) % 12})`, stroke: 'none', opacity: cell > 5 ? 0.35 : 0.9 }}
      />
    )),
  );
}

/** Messages one behind the other, the first at the right. */
function Standing({ x, y }: Corner) {
  return Array.from({ length: 5 }, (_, place) => (
    <rect
      key={place}
      x={x + 40 + place * 30}
      y={y + 35}
      width={20}
      height={40}
      rx={5}
      style={{ fill: `var(--key-${(place * 5 + 2) % 12})`, stroke: 'none', opacity: place < 2 ? 0.35 : 0.9 }}
    />
  ));
}

function Dots({ count, x, y }: Corner & { readonly count: number }) {
  const dots = Math.min(6, Math.max(1, count));
  return Array.from({ length: dots }, (_, dot) => (
    <circle
      key={dot}
      className={classes.dot}
      cx={x + NODE.width / 2 + (dot - (dots - 1) / 2) * 32}
      cy={y + NODE.height / 2}
      r={9}
    />
  ));
}
