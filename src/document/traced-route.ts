/** The route that somebody is trying out, with RabbitMQ or SNS: what was asked, and what lights up. Nobody saves it. */
import { createStore, useStore } from 'zustand';

/** The message that is tried, as it is typed. */
interface Asked {
  readonly key: string;
  /** `name = value`, one a line. */
  readonly headers: string;
  /** Id of who publishes it; empty for the first one that is drawn. */
  readonly source: string;
  /** Its size; empty for that of what the source publishes. */
  readonly bytes: string;
}

interface TracedRoute extends Asked {
  /** Whether anything is being tried. */
  readonly asked: boolean;
  /** Edges along which the message would go, and nodes that it would come to. */
  readonly edges: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

const UNASKED: TracedRoute = {
  key: '',
  headers: '',
  source: '',
  bytes: '',
  asked: false,
  edges: NOTHING,
  nodes: NOTHING,
};

const tracedRoute = createStore<TracedRoute>(() => UNASKED);

export function useTracedRoute<T>(select: (state: TracedRoute) => T): T {
  return useStore(tracedRoute, select);
}

export function askRoute(asked: Partial<Asked>): void {
  tracedRoute.setState({ ...asked, asked: true });
}

export function forgetRoute(): void {
  tracedRoute.setState(UNASKED);
}

/** Lights up a route; null puts the light out and keeps what was asked. */
export function lightRoute(route: Pick<TracedRoute, 'edges' | 'nodes'> | null): void {
  tracedRoute.setState({ edges: route?.edges ?? NOTHING, nodes: route?.nodes ?? NOTHING });
}
