import type { Diagnostic } from '../../../workers/scenario/diagnostics.ts';
import classes from './sharing.module.css';

/** So many are listed; the rest is counted. */
const LISTED = 12;

/** What is wrong with a document: a sentence, what to do about it, where it is, and the code to ask about. */
export function Findings({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }) {
  return (
    <>
      <ul className={classes.findings}>
        {diagnostics.slice(0, LISTED).map(({ code, severity, path, sentence, suggestion }, index) => (
          <li key={`${index} ${code}`} className={classes.finding} data-severity={severity}>
            <p className={classes.sentence}>{sentence}</p>
            {suggestion !== undefined && <p className={classes.suggestion}>{suggestion}</p>}
            <p className={classes.code}>
              {code}
              {path !== '' && ` · ${path}`}
            </p>
          </li>
        ))}
      </ul>
      {diagnostics.length > LISTED && <p className={classes.quiet}>And {diagnostics.length - LISTED} more.</p>}
    </>
  );
}
