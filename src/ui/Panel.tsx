import { useId, type ReactNode } from 'react';
import classes from './Panel.module.css';

interface PanelProps {
  readonly title: string;
  /** Buttons at the right end of the title. */
  readonly actions?: ReactNode;
  /** Hides the title from sight where a tab shows it already; screen readers still get it. */
  readonly titleHidden?: boolean;
  /** Without inner padding, for what fills the panel to its edges. */
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** A titled region that fills its place and scrolls by itself. */
export function Panel({ title, actions, titleHidden = false, flush = false, children }: PanelProps) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id}>
      <header className={titleHidden ? classes.hidden : classes.header}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
