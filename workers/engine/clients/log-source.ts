/** Sources that publish to logs, among all of a run. */
import type { Run } from '../state.ts';
import type { LogSource, SourceState } from './client-state.ts';

export function publishesToLog(source: SourceState): source is LogSource {
  return source.family === 'log';
}

/** One of which it is known that it publishes to a log, as a Kafka client's is. */
export function logSource(run: Run, index: number): LogSource {
  return run.sources[index]! as LogSource;
}
