/** The route that somebody is trying out: what was asked, and what lights up. Nobody saves it. */
import { createStore, useStore } from 'zustand';

interface TracedRoute {
  readonly key: string;
  /** `name = value`, one a line. */
  readonly headers: string;
  /** Whether anything is being tried. */
  readonly asked: boolean;
  /** Edges along which the message would go, and nodes that it would come to. */
  readonly edges: ReadonlySet<string>;
  readonly nodes: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

const tracedRoute = createStore<TracedRoute>(() => ({
  key: '',
  headers: '',
  asked: false,
  edges: NOTHING,
  nodes: NOTHING,
}));

export function useTracedRoute<T>(select: (state: TracedRoute) => T): T {
  return useStore(tracedRoute, select);
}

export function askRoute(asked: { readonly key?: string; readonly headers?: string }): void {
  tracedRoute.setState({ ...asked, asked: true });
}

export function forgetRoute(): void {
  tracedRoute.setState({ key: '', headers: '', asked: false, edges: NOTHING, nodes: NOTHING });
}

/** Lights up a route; null puts the light out and keeps what was asked. */
export function lightRoute(route: Pick<TracedRoute, 'edges' | 'nodes'> | null): void {
  tracedRoute.setState({ edges: route?.edges ?? NOTHING, nodes: route?.nodes ?? NOTHING });
}
