import { Button } from '@mantine/core';
import { IconMoodSad } from '@tabler/icons-react';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { EmptyState } from '../ui/EmptyState.tsx';

interface PanelBoundaryProps {
  /** What failed, as the start of a sentence: "The lag panel". */
  readonly what: string;
  readonly children: ReactNode;
}

/** An error in one part of the screen shows a card in its place and leaves the rest alone. */
export class PanelBoundary extends Component<PanelBoundaryProps, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    // For whoever looks into the console, or collects what arrives at `window.onerror`.
    reportError(new Error(`${this.props.what} failed.${info.componentStack ?? ''}`, { cause: error }));
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    // A part whose code could not be fetched: offline, or a new version was put in place meanwhile.
    const fetching = /dynamically imported module|Importing a module script failed|preload CSS/i.test(error.message);
    return (
      <div role="alert" style={{ height: '100%' }}>
        <EmptyState
          icon={<IconMoodSad size={28} stroke={1.5} />}
          title={`${this.props.what} ${fetching ? 'could not be loaded' : 'has failed'}`}
          actions={
            <>
              <Button variant="default" onClick={() => this.setState({ error: null })}>
                Try again
              </Button>
              {fetching && (
                <Button variant="default" onClick={() => location.reload()}>
                  Reload the page
                </Button>
              )}
            </>
          }
        >
          {fetching
            ? 'You may be offline, or a newer version has been put in place. Your work is saved.'
            : `The rest goes on, and your work is safe. ${error.message}`}
        </EmptyState>
      </div>
    );
  }
}
