import { useEffect, useState } from 'react';
import type { Ownership } from './gauges.ts';
import classes from './face.module.css';

/** How long a chip takes to leave; its style says the same. */
const LEAVING_MS = 320;
/** Chips that fit into a row, and how many when numbers have two digits or more. */
const SHOWN = 5;
const WIDE_SHOWN = 4;

interface OwnedPartitionsProps {
  readonly owned: readonly Ownership[];
  /** The instance runs and could own something. */
  readonly idle: boolean;
}

const keyOf = ({ topic, partition }: Ownership) => `${topic}/${partition}`;

/** The partitions of one instance, as chips that are seen arriving and leaving. */
export function OwnedPartitions({ owned, idle }: OwnedPartitionsProps) {
  const leaving = useLeaving(owned);
  const topics = new Set(owned.map(({ topic }) => topic));
  const ordered = [...owned, ...leaving].toSorted((a, b) =>
    a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1,
  );
  const room = ordered.some(({ partition }) => partition > 9) ? WIDE_SHOWN : SHOWN;
  const hidden = ordered.length - room;
  const shown = hidden > 1 ? ordered.slice(0, room - 1) : ordered;
  return (
    <span className={classes.chips}>
      {shown.map((chip) => (
        <span
          key={keyOf(chip)}
          className={classes.chip}
          data-leaving={leaving.includes(chip)}
          title={`Partition ${chip.partition}`}
        >
          P{chip.partition}
          {topics.size > 1 && <sub>{chip.topic}</sub>}
        </span>
      ))}
      {shown.length < ordered.length && (
        <span className={classes.moreChips} title={ordered.map(({ partition }) => `P${partition}`).join(' ')}>
          +{ordered.length - shown.length}
        </span>
      )}
      {ordered.length === 0 && idle && <span className={classes.idle}>idle</span>}
    </span>
  );
}

/** What was owned a moment ago and is not any more. */
function useLeaving(owned: readonly Ownership[]): readonly Ownership[] {
  const [before, setBefore] = useState(owned);
  const [leaving, setLeaving] = useState<readonly Ownership[]>([]);
  const mark = owned.map(keyOf).join();
  if (before.map(keyOf).join() !== mark) {
    const still = new Set(owned.map(keyOf));
    setBefore(owned);
    setLeaving(before.filter((partition) => !still.has(keyOf(partition))));
  }
  useEffect(() => {
    if (leaving.length === 0) return undefined;
    const timer = setTimeout(() => setLeaving([]), LEAVING_MS);
    return () => clearTimeout(timer);
  }, [leaving]);
  return leaving;
}
