/** What the text report says of clients, of consumers that scale, and of publishers without room: only where there are any. */
import type { Report } from '../../engine/report.ts';
import { nameOf, type Names } from './names.ts';
import { count, milliseconds, tableLines } from './table.ts';

type Figures = Readonly<Record<string, number>>;
/** A column: its head, the figure, and how it is written if it is no count. */
type Column = readonly [head: string, figure: string, write?: (value: number) => string];

function figuresTable(
  head: string,
  rows: readonly (readonly [string, Figures])[],
  columns: readonly Column[],
): string[] {
  if (rows.length === 0) return [];
  return tableLines(
    [{ head, left: true }, ...columns.map(([text]) => ({ head: text }))],
    rows.map(([name, figures]) => [
      name,
      ...columns.map(([, figure, write = count]) => (figures[figure] === undefined ? '' : write(figures[figure]))),
    ]),
  );
}

/** [RR4] */
export function requests(report: Report, names: Names): string[] {
  const clients = report.nodes.filter(({ figures }) => figures['asked'] !== undefined);
  return figuresTable(
    'Requests',
    clients.map(({ id, figures }) => [nameOf(names, id), figures]),
    [
      ['asked', 'asked'],
      ['answered', 'answered'],
      ['given up', 'givenUp'],
      ['abandoned', 'abandoned'],
      ['waiting', 'waiting'],
      ['sent', 'requestsSent'],
      ['late', 'lateAnswers'],
      ['twice', 'duplicateAnswers'],
      ['stray', 'strayAnswers'],
      ['p50, ms', 'roundTripP50Ms', milliseconds],
      ['p99, ms', 'roundTripP99Ms', milliseconds],
    ],
  );
}

/** [AS11] */
export function scaling(report: Report, names: Names): string[] {
  const scaled = report.nodes.filter(({ figures }) => figures['instancesWanted'] !== undefined);
  return figuresTable(
    'Instances',
    scaled.map(({ id, figures }) => [nameOf(names, id), figures]),
    [
      ['up', 'instancesUp'],
      ['wanted', 'instancesWanted'],
      ['most', 'instancesMost'],
      ['times up', 'scaledUp'],
      ['times down', 'scaledDown'],
      ['instance-seconds', 'instanceSeconds', (seconds) => count(Math.round(seconds))],
    ],
  );
}

/** [BP1] [BP4] */
export function pressure(report: Report, names: Names): string[] {
  const pressed = report.sources.flatMap(({ edge, node, topic }) => {
    const figures = report.edges.find(({ id }) => id === edge)?.figures ?? {};
    const isPressed = (figures['stalledMs'] ?? 0) > 0 || (figures['factsMerged'] ?? 0) > 0;
    return isPressed ? [[`${nameOf(names, node)} → ${nameOf(names, topic)}`, figures] as const] : [];
  });
  return figuresTable('Without room', pressed, [
    ['stalled, ms', 'stalledMs', milliseconds],
    ['waited', 'waitedForRoom'],
    ['mean, ms', 'waitedMeanMs', milliseconds],
    ['most, ms', 'waitedMostMs', milliseconds],
    ['facts merged', 'factsMerged'],
    ['in one, most', 'factsInOneMessageMost'],
  ]);
}
